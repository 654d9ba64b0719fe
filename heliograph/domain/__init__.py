"""The rules: pure functions and frozen values. No AWS, no HTTP, no environment, no clock."""
