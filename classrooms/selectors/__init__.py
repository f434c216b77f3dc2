"""Everything that reads classes, one module a subject. Query counts do not grow with people."""
