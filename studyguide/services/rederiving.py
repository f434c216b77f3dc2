"""Makes the schedule again from the log: the log is the truth, the schedule a convenience."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db import transaction

from accounts.models import User
from studyguide.memory.log import Entry
from studyguide.memory.schedule import Memory, Rules, due_at, remembered
from studyguide.models import CardState, Review

BATCH = 500


def scheduled(memory: Memory, rules: Rules, *, card_id: int) -> dict[str, Any]:
    """The columns of a CardState that follow from a memory."""
    return {**vars(memory), "phase": int(memory.phase), "due_at": due_at(memory, rules, spread=card_id)}


def rederive(learner: User, rules: Rules, *, check: bool = False) -> list[CardState]:
    """The states that differed from what the log says, now put right (or only found, with `check`).

    Written in batches; a card that is answered meanwhile is read again in its batch.
    """
    states = {state.card_id: state for state in CardState.objects.filter(learner=learner)}
    log: dict[int, list[Entry]] = defaultdict(list)
    for review in Review.objects.filter(learner=learner).exclude(kind=Review.Kind.CRAM):
        log[review.card_id].append(review.entry)
    wrong: list[CardState] = []
    missing: list[CardState] = []
    for card_id in {*states, *log}:
        state = states.get(card_id) or CardState(learner=learner, card_id=card_id)
        right = scheduled(remembered(log[card_id], rules), rules, card_id=card_id)
        if all(getattr(state, name) == value for name, value in right.items()):
            continue
        for name, value in right.items():
            setattr(state, name, value)
        (wrong if state.pk else missing).append(state)
    if not check:
        CardState.objects.bulk_create(missing, batch_size=200, ignore_conflicts=True)
        for at in range(0, len(wrong), BATCH):
            _write(learner, wrong[at : at + BATCH], rules)
    return wrong + missing


@transaction.atomic
def _write(learner: User, states: list[CardState], rules: Rules) -> None:
    """Writes these schedules; of cards that were answered since they were read, the log is read again."""
    by_card = {state.card_id: state for state in states}
    now_there = CardState.objects.select_for_update().filter(learner=learner, card__in=by_card)
    counts = dict(now_there.values_list("card_id", "answer_count"))
    log: dict[int, list[Entry]] = defaultdict(list)
    for review in Review.objects.filter(learner=learner, card__in=by_card).exclude(kind=Review.Kind.CRAM):
        log[review.card_id].append(review.entry)
    for card_id, state in by_card.items():
        if card_id in counts and len(log[card_id]) != counts[card_id]:
            for name, value in scheduled(remembered(log[card_id], rules), rules, card_id=card_id).items():
                setattr(state, name, value)
    CardState.objects.bulk_update(states, CardState.SCHEDULE, batch_size=100)
