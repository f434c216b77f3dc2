"""The bin: a deleted design can be restored for thirty days."""

from __future__ import annotations

from datetime import datetime

from designs.models import Design


def bin_design(design: Design, *, at: datetime) -> None:
    """Removes the design from every list and link, and starts its thirty days in the bin."""
    Design.objects.filter(pk=design.pk, binned_at=None).update(binned_at=at)


def take_from_bin(design: Design) -> None:
    """Restores the design, its links included."""
    Design.objects.filter(pk=design.pk).update(binned_at=None)


def empty_bin(*, at: datetime) -> int:
    """Permanently deletes designs that have been in the bin too long; returns how many."""
    expired = Design.objects.binned_before(at)
    count = expired.count()
    expired.delete()
    return count
