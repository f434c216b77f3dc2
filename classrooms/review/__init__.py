"""What can be said of names, elements and a class as a whole. PURE: imports no Django."""
