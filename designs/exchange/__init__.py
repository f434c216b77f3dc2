"""One module a format, one explicit registry. PURE: imports no Django."""
