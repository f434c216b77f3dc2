"""Files from elsewhere, read safely and explained: YAML, JSON, CSV. PURE: knows no Django."""
