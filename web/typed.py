"""What people type outside of forms, made fit to be kept."""

from __future__ import annotations


def tidy(typed: str, longest: int) -> str:
    """Without spaces around it and without NUL, which PostgreSQL takes in no text; cut to `longest` characters."""
    return typed.replace("\x00", "").strip()[:longest]
