"""Makes the schedule again from the log: the log is the truth, the schedule a convenience."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db import transaction

from accounts.models import User
from studyguide.memory.log import Entry
from studyguide.memory.schedule import Memory, Rules, due_at, remembered
from studyguide.models import CardState, Review


def scheduled(memory: Memory, rules: Rules, *, card_id: int) -> dict[str, Any]:
    """The columns of a CardState that follow from a memory."""
    return {**vars(memory), "phase": int(memory.phase), "due_at": due_at(memory, rules, spread=card_id)}


@transaction.atomic
def rederive(learner: User, rules: Rules, *, check: bool = False) -> list[CardState]:
    """The states that differed from what the log says, now put right (or only found, with `check`)."""
    states = {state.card_id: state for state in CardState.objects.select_for_update().filter(learner=learner)}
    log: dict[int, list[Entry]] = defaultdict(list)
    for review in Review.objects.filter(learner=learner).exclude(kind=Review.Kind.CRAM):
        log[review.card_id].append(review.entry)
    wrong, missing = [], []
    for card_id in {*states, *log}:
        state = states.get(card_id) or CardState(learner=learner, card_id=card_id)
        right = scheduled(remembered(log[card_id], rules), rules, card_id=card_id)
        if all(getattr(state, name) == value for name, value in right.items()):
            continue
        for name, value in right.items():
            setattr(state, name, value)
        (wrong if state.pk else missing).append(state)
    if not check:
        CardState.objects.bulk_create(missing, batch_size=200)
        CardState.objects.bulk_update(wrong, CardState.SCHEDULE, batch_size=100)
    return wrong + missing
