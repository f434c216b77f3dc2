"""Everything that writes classes, one module a subject. Each function is one change, atomic on both databases."""
