"""The data model as SQL: written for PostgreSQL, read from the CREATE TABLE statements of common dialects."""
