"""The API's document (OpenAPI 3.1): one registry of operations, and what is written from it.

A new endpoint is one `Operation` in the module of its part; a new field stands in the document by itself. Nothing here
ships to Lambda but the file that is written.
"""
