"""A learner's decisions about a card: bury, suspend, flag, tag, or start it anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from django.db import transaction

from accounts.models import User
from studyguide.models import Card, CardState
from studyguide.services.cards import clean_tags, want_cards

Mark = Literal["bury", "suspend", "resume", "flag", "unflag", "want"]
MARKS: dict[Mark, dict[str, object]] = {
    "suspend": {"is_suspended": True},
    "resume": {"is_suspended": False, "buried_until": None},
    "flag": {"is_flagged": True},
    "unflag": {"is_flagged": False},
}


@transaction.atomic
def mark_card(learner: User, card: Card, mark: Mark, *, until: datetime) -> None:
    """`until` is when a buried card comes back: the next day of study."""
    if mark == "want":
        want_cards(learner, [card.pk])
        return
    values = {"buried_until": until} if mark == "bury" else MARKS[mark]
    CardState.objects.update_or_create(learner=learner, card=card, defaults=values)


def tag_card(learner: User, card: Card, tags: Sequence[str]) -> None:
    CardState.objects.update_or_create(learner=learner, card=card, defaults={"tags": clean_tags(tags)})
