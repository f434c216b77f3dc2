"""The API in OpenAPI, written as 3.1 and read as 3.0 or 3.1, in YAML or JSON."""
