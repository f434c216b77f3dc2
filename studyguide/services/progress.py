"""What a reader has read."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from studyguide.models import Card, Progress, Topic
from studyguide.services.cards import want_cards


@transaction.atomic
def mark_read(user: User, topic: Topic, *, now: datetime) -> None:
    """Idempotent: the first time counts. The topic's cards come into the reader's deck, before others."""
    Progress.objects.get_or_create(user=user, topic=topic, defaults={"read_at": now})
    want_cards(user, list(Card.objects.shared().present().filter(topic=topic).values_list("pk", flat=True)))


def mark_unread(user: User, topic: Topic) -> None:
    Progress.objects.filter(user=user, topic=topic).delete()


def move_progress(guest: User, owner: User) -> None:
    """Gives a guest's progress to the account that they sign in to; what both have read stays once."""
    known = Progress.objects.filter(user=owner).values("topic_id")
    Progress.objects.filter(user=guest).exclude(topic_id__in=known).update(user=owner)
