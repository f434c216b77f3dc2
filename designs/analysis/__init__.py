"""Flows to load, saturation, latency, availability, cut sets, findings. PURE: imports no Django."""
