"""Server-made SVG charts, each with a title and a table as its equal. PURE: imports no Django."""
