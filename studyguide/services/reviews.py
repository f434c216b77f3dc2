"""Adds to the log of reviews, and keeps each card's schedule in step with it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from accounts.models import User
from studyguide.memory.log import MAX_GIVEN, Grade
from studyguide.memory.schedule import Memory, Rules, answered, remembered
from studyguide.models import Card, CardState, OwnText, ProposalDropped, Review, StudySettings
from studyguide.services.rederiving import rederive, scheduled

LONGEST_DURATION = timedelta(minutes=10)
TAKEN_AHEAD = 30  # new cards put into a deck at a time, in reading order


@dataclass(frozen=True, kw_only=True)
class NewEntry:
    """An entry to log. `at` never counts as later than `received_at`, whatever a device's clock says."""

    uid: uuid.UUID
    kind: str
    at: datetime
    received_at: datetime
    grade: Grade | None = None
    undoes: uuid.UUID | None = None
    duration_ms: int | None = None
    given: str = ""


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """`is_new` is false when the entry had been logged before; nothing changed then."""

    state: CardState
    is_new: bool


class NothingToUndoError(Exception):
    """There is no such entry, or it has been undone."""


def record_answer(learner: User, card_id: int, entry: NewEntry, *, rules: Rules) -> Recorded:
    """Logs an entry once, however often it is sent, and brings the card's schedule up to date."""
    try:
        with transaction.atomic():
            return _recorded(learner.pk, card_id, entry, rules)
    except IntegrityError:
        state = CardState.objects.filter(learner=learner, card=card_id).first()
        if state is None or not Review.objects.filter(learner=learner, uid=entry.uid).exists():
            raise
        return Recorded(state=state, is_new=False)


def record_undo(learner: User, *, undoes: uuid.UUID, entry: NewEntry, rules: Rules) -> Recorded:
    """Takes back an answer by a further entry; NothingToUndoError when there is none to take back."""
    undone = Review.objects.filter(learner=learner, uid=undoes).exclude(kind=Review.Kind.UNDO)
    card_id = undone.values_list("card", flat=True).first()
    if card_id is None:
        raise NothingToUndoError
    if Review.objects.filter(learner=learner, undoes=undoes).exclude(uid=entry.uid).exists():
        raise NothingToUndoError
    return record_answer(learner, card_id, entry, rules=rules)


def _recorded(learner_id: int, card_id: int, entry: NewEntry, rules: Rules) -> Recorded:
    state = CardState.objects.select_for_update().filter(learner=learner_id, card=card_id).first()
    if state is None:
        state, _ = CardState.objects.get_or_create(learner_id=learner_id, card_id=card_id)
    at = min(entry.at, entry.received_at)
    review = Review(
        learner_id=learner_id,
        card_id=card_id,
        uid=entry.uid,
        kind=entry.kind,
        grade=entry.grade,
        undoes=entry.undoes,
        at=at,
        received_at=entry.received_at,
        duration_ms=entry.duration_ms and min(entry.duration_ms, int(LONGEST_DURATION.total_seconds() * 1000)),
        given=entry.given[:MAX_GIVEN],
    )
    review.save(force_insert=True)
    if entry.kind != Review.Kind.CRAM:
        memory = _memory_after(state, entry, at, rules)
        changes = {**scheduled(memory, rules, card_id=card_id), "buried_until": None}
        for name, value in changes.items():
            setattr(state, name, value)
        state.save(update_fields=list(changes))
    return Recorded(state=state, is_new=True)


def _memory_after(state: CardState, entry: NewEntry, at: datetime, rules: Rules) -> Memory:
    """The memory after an entry: one step on when the answer is the latest; otherwise, as after an undo or a late
    answer, computed from the whole log."""
    is_latest = state.reviewed_at is None or at > state.reviewed_at
    if entry.kind == Review.Kind.ANSWER and entry.grade and is_latest and state.answer_count:
        return answered(state.memory, entry.grade, at=at, rules=rules)
    log = Review.objects.filter(learner=state.learner_id, card=state.card_id).exclude(kind=Review.Kind.CRAM)
    return remembered([review.entry for review in log], rules)


def last_answer(user_id: int, *, kinds: Iterable[str] = ("answer",)) -> uuid.UUID | None:
    """The id of the latest answer that can still be taken back."""
    undo = Review.objects.filter(learner=user_id, undoes=OuterRef("uid"))
    answers = Review.objects.filter(learner=user_id, kind__in=list(kinds)).exclude(Exists(undo))
    return answers.order_by("-at", "-uid").values_list("uid", flat=True).first()


def take_new_cards(learner: User, *, revision: int) -> None:
    """Puts the next cards in reading order into the deck, so that the queue need not search all cards for one outside
    it. When none is left, remembers for which revision of the content that holds."""
    known = CardState.objects.filter(learner=learner, card=OuterRef("pk"))
    fresh = Card.objects.shared().present().exclude(topic=None).exclude(Exists(known)).in_reading_order()
    cards = list(fresh.values_list("pk", flat=True)[:TAKEN_AHEAD])
    CardState.objects.bulk_create([CardState(learner=learner, card_id=card) for card in cards], ignore_conflicts=True)
    if not cards:
        StudySettings.objects.update_or_create(learner=learner, defaults={"taken_revision": revision})


def move_cards(guest: User, owner: User, *, rules: Rules) -> None:
    """Gives a guest's cards, reviews and marks to the account that they sign in to. What both had is merged: the log of
    both together says what is remembered."""
    with transaction.atomic():
        twins = Card.objects.kept_of(owner.pk, OuterRef("source_name")).filter(source_id=OuterRef("source_id"))
        # A proposal that both kept stays as two cards, each with its own reviews.
        Card.objects.filter(Exists(twins), owner=guest).exclude(source_id="").update(source_id="")
        Card.objects.filter(owner=guest).update(owner=owner)
        sent = set(Review.objects.filter(learner=owner).values_list("uid", flat=True))
        Review.objects.filter(learner=guest).exclude(uid__in=sent).update(learner=owner)
        for model in (CardState, OwnText):
            known = set(model.objects.filter(learner=owner).values_list("card_id", flat=True))
            model.objects.filter(learner=guest).exclude(card_id__in=known).update(learner=owner)
            model.objects.filter(learner=guest).delete()
        dropped = ProposalDropped.objects.filter(learner=owner)
        twice = Exists(dropped.filter(topic=OuterRef("topic"), key=OuterRef("key")))
        ProposalDropped.objects.filter(~twice, learner=guest).update(learner=owner)
        rederive(owner, rules)
