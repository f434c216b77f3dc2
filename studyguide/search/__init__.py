"""Search: one table of entries, indexed by FTS5 on SQLite and by a tsvector on PostgreSQL."""
