"""Everything that writes designs, one module a subject. Each function is one change, atomic on both databases."""
