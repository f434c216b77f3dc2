"""Interactive demonstrations, one module each, stepped with a seed. PURE: imports no Django."""
