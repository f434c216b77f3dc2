"""Markdown in; outline, links, cards and safe HTML out. PURE: imports no Django."""
