"""Proof that the SAM CLI reads what the CDK writes."""
