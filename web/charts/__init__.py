"""SVG charts made on the server, each with a title and an equivalent table. PURE: imports no Django."""
