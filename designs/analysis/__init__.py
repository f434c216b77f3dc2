"""Computes what follows from a design: load, saturation, latency, availability, cut sets, findings.

PURE: imports no Django.
"""
