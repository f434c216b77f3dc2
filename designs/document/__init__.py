"""The typed design document, its validation and its merge patches. PURE: imports no Django."""
