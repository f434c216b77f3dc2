"""Makes text typed outside of forms fit to be stored."""

from __future__ import annotations

LARGEST = 2**31 - 1  # what an integer column of both databases holds
LARGEST_KEY = 2**63 - 1  # what a primary key holds


def tidy(typed: str, longest: int) -> str:
    """Strips surrounding spaces and NUL, which PostgreSQL cannot store, and cuts to `longest` characters."""
    return typed.replace("\x00", "").strip()[:longest]


def without_halves(text: str) -> str:
    """Replaces unpaired surrogates by U+FFFD: JSON can name them, but no database or file accepts them."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def whole_number(typed: str, *, most: int = LARGEST) -> int | None:
    """The number that plain digits write, from 0 to `most`; None for anything else, however long it is."""
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= len(str(most))):
        return None
    number = int(typed)
    return number if number <= most else None
