"""Answers exported in a package for Anki, and recognised when they return."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from studyguide.decks.answers import Answered
from studyguide.decks.incoming import EPOCH, IncomingCard, IncomingReview
from studyguide.memory.schedule import Phase
from studyguide.models import Card, CardState, Review

BATCH = 500
SAME_MOMENT_MS = 20  # within which nobody answers a card twice, and Anki may have moved a line of its log


def known_answers(
    learner_id: int | None, pairs: Sequence[tuple[Card, IncomingCard]]
) -> Iterator[tuple[IncomingCard, IncomingReview]]:
    """Answers of cards that are here whose moment is that of one in the log: they went out from here and come back."""
    if learner_id is None:
        return
    logged = [(card, incoming) for card, incoming in pairs if incoming.reviews]
    for batch in (logged[at : at + BATCH] for at in range(0, len(logged), BATCH)):
        moments: dict[int, list[int]] = {}
        rows = Review.objects.filter(learner=learner_id, card__in=[card.pk for card, _ in batch])
        for card_id, at in rows.values_list("card_id", "at"):
            moments.setdefault(card_id, []).append(_ms(at))
        for card, incoming in batch:
            here = sorted(moments.get(card.pk, ()))
            for each in incoming.reviews:
                place = bisect_left(here, each.at_ms - SAME_MOMENT_MS)
                if place < len(here) and here[place] <= each.at_ms + SAME_MOMENT_MS:
                    yield incoming, each


def answered(cards: QuerySet[Card], learner_id: int) -> dict[UUID, Answered]:
    """The learner's log of each card, without what they took back, its schedule, and whether they flagged or suspended
    it. Cards with nothing of these are left out."""
    cards = cards.order_by()
    uids = dict(cards.values_list("pk", "uid"))
    logged = Review.objects.filter(learner=learner_id, card__in=cards.values("pk")).order_by("at", "uid")
    rows = list(logged.values_list("card_id", "uid", "kind", "undoes", "grade", "at", "duration_ms"))
    undone = {undoes for _, _, kind, undoes, *_ in rows if kind == Review.Kind.UNDO}
    logs: dict[int, list[IncomingReview]] = {}
    for card_id, uid, kind, _, grade, at, taken in rows:
        if kind != Review.Kind.UNDO and uid not in undone:
            entry = IncomingReview(at_ms=_ms(at), kind=kind, grade=grade, taken_ms=taken or 0)
            logs.setdefault(card_id, []).append(entry)
    states = {each.card_id: each for each in CardState.objects.filter(learner=learner_id, card__in=cards.values("pk"))}
    marked = {card_id for card_id, state in states.items() if state.is_flagged or state.is_suspended}
    return {uids[card_id]: _with_schedule(states.get(card_id), logs.get(card_id, [])) for card_id in {*logs, *marked}}


def _with_schedule(state: CardState | None, log: Sequence[IncomingReview]) -> Answered:
    if state is None:
        return Answered(log=log)
    is_known = state.phase == Phase.REVIEW and state.interval is not None
    return Answered(
        log=log, interval_days=max(1, state.interval.days) if is_known and state.interval else 0, due_at=state.due_at,
        lapses=state.lapse_count, is_suspended=state.is_suspended, is_flagged=state.is_flagged,
    )  # fmt: skip


def _ms(at: datetime) -> int:
    return round((at - EPOCH).total_seconds() * 1_000)
