"""What the API answers, one model each. For the API's document and for tests: no function imports them."""
