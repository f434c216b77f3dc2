"""What people type outside of forms, made fit to be kept."""

from __future__ import annotations

LARGEST = 2**31 - 1  # what an integer column of both databases holds
LARGEST_KEY = 2**63 - 1  # what a primary key holds


def tidy(typed: str, longest: int) -> str:
    """Without spaces around it and without NUL, which PostgreSQL takes in no text; cut to `longest` characters."""
    return typed.replace("\x00", "").strip()[:longest]


def without_halves(text: str) -> str:
    """With U+FFFD for half characters (unpaired surrogates), which JSON can name and no database or file takes."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def whole_number(typed: str, *, most: int = LARGEST) -> int | None:
    """The number that plain digits write, from 0 to `most`; None for anything else, however long it is."""
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= len(str(most))):
        return None
    number = int(typed)
    return number if number <= most else None
