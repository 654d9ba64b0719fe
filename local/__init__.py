"""The whole service on one machine: the template that AWS gets, without an AWS account and without Docker."""
