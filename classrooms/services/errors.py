"""What services of classes refuse."""

from __future__ import annotations


class ClassError(ValueError):
    """What was asked for does not go; says why, for the person who asked."""
