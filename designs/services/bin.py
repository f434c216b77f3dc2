"""The bin: a deleted design can be taken back for thirty days."""

from __future__ import annotations

from datetime import datetime

from designs.models import Design


def bin_design(design: Design, *, at: datetime) -> None:
    """Takes the design out of every list and every link, and starts its days in the bin."""
    Design.objects.filter(pk=design.pk, binned_at=None).update(binned_at=at)


def take_from_bin(design: Design) -> None:
    """Puts the design back where it was, links included."""
    Design.objects.filter(pk=design.pk).update(binned_at=None)


def empty_bin(*, at: datetime) -> int:
    """Deletes for good what has been in the bin too long; answers how many designs that were."""
    expired = Design.objects.binned_before(at)
    count = expired.count()
    expired.delete()
    return count
