"""The single table. Nothing outside this package knows DynamoDB."""
