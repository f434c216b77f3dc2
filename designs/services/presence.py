"""Records who has a design open."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from accounts.models import User
from designs.models import Design, Presence

MOST_PRESENT = 50
FORGOTTEN_AFTER = timedelta(minutes=5)


def note_presence(
    design: Design, *, client: str, user: User | None, step: str, place: str, at: datetime
) -> list[Presence]:
    """Stores one open page, and returns the others that have the design open, the longest first.

    Pages beyond MOST_PRESENT see the others but are not listed.
    """
    others = list(Presence.objects.here(design, at=at).exclude(client=client).select_related("user").order_by("pk"))
    fields = {"user": user, "step": step, "place": place, "seen_at": at}
    if not Presence.objects.filter(design=design, client=client).update(**fields) and len(others) < MOST_PRESENT:
        Presence.objects.filter(design=design, seen_at__lt=at - FORGOTTEN_AFTER).delete()
        Presence.objects.update_or_create(design=design, client=client, defaults=fields)
    return others[:MOST_PRESENT]


def forget_presence(design_id: UUID, client: str) -> None:
    """Removes a page that was left."""
    Presence.objects.filter(design_id=design_id, client=client).delete()
