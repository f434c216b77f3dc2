"""What services of classes refuse."""

from __future__ import annotations


class ClassError(ValueError):
    """A refused request; says why, for the person who made it."""
