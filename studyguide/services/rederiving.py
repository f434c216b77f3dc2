"""Derives schedules from the log again: the log is the truth, the schedule a convenience."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from django.db import transaction

from accounts.models import User
from studyguide.memory.log import Entry, Grade
from studyguide.memory.schedule import Memory, Rules, due_at, remembered
from studyguide.models import CardState, Review
from web.limits.turns import let_others_write

BATCH = 250


def scheduled(memory: Memory, rules: Rules, *, card_id: int) -> dict[str, Any]:
    """The columns of a CardState that follow from a memory."""
    return {**vars(memory), "phase": int(memory.phase), "due_at": due_at(memory, rules, spread=card_id)}


def rederive(learner: User, rules: Rules, *, check: bool = False, only: Collection[int] | None = None) -> list[int]:
    """The cards whose schedule differed from the log, now corrected (or only found, with `check`).

    All cards of the learner, or `only` some of them. Read and written in batches, so that a log of any length takes
    little memory; a card answered meanwhile is read again in its batch.
    """
    cards = sorted(_cards_of(learner) if only is None else only)
    differing: list[int] = []
    for at in range(0, len(cards), BATCH):
        if at and not check:
            let_others_write()
        differing += _rederive(learner, cards[at : at + BATCH], rules, check=check)
    return differing


def _cards_of(learner: User) -> set[int]:
    known = set(CardState.objects.filter(learner=learner).values_list("card_id", flat=True))
    logged = Review.objects.filter(learner=learner).exclude(kind=Review.Kind.CRAM)
    return known.union(logged.order_by().values_list("card_id", flat=True).distinct().iterator())


def _rederive(learner: User, cards: Sequence[int], rules: Rules, *, check: bool) -> list[int]:
    states = {state.card_id: state for state in CardState.objects.filter(learner=learner, card__in=cards)}
    log = _log_of(learner, cards)
    wrong: list[CardState] = []
    missing: list[CardState] = []
    for card_id in cards:
        state = states.get(card_id) or CardState(learner=learner, card_id=card_id)
        right = scheduled(remembered(log[card_id], rules), rules, card_id=card_id)
        if all(getattr(state, name) == value for name, value in right.items()):
            continue
        for name, value in right.items():
            setattr(state, name, value)
        (wrong if state.pk else missing).append(state)
    if not check:
        CardState.objects.bulk_create(missing, batch_size=200, ignore_conflicts=True)
        if wrong:
            _write(learner, wrong, rules)
    return [state.card_id for state in wrong + missing]


def _log_of(learner: User, cards: Collection[int]) -> dict[int, list[Entry]]:
    log: dict[int, list[Entry]] = defaultdict(list)
    entries = Review.objects.filter(learner=learner, card__in=cards).exclude(kind=Review.Kind.CRAM)
    columns = ("card_id", "uid", "kind", "at", "grade", "undoes")
    for card_id, uid, kind, at, grade, undoes in entries.values_list(*columns).iterator():
        entry = Entry(uid=uid, kind=kind, at=at, grade=Grade(grade) if grade else None, undoes=undoes)
        log[card_id].append(entry)
    return log


@transaction.atomic
def _write(learner: User, states: list[CardState], rules: Rules) -> None:
    """Writes these schedules; of cards that were answered since they were read, the log is read again."""
    by_card = {state.card_id: state for state in states}
    now_there = CardState.objects.select_for_update().filter(learner=learner, card__in=by_card)
    counts = dict(now_there.values_list("card_id", "answer_count"))
    log = _log_of(learner, by_card)
    for card_id, state in by_card.items():
        if card_id in counts and len(log[card_id]) != counts[card_id]:
            for name, value in scheduled(remembered(log[card_id], rules), rules, card_id=card_id).items():
                setattr(state, name, value)
    CardState.objects.bulk_update(states, CardState.SCHEDULE, batch_size=100)
