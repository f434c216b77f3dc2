"""Answers of cards go to the real Anki and come back equal, to this deck and to another's (promises 6 and 9)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from anki.collection import Collection

from accounts.models import User
from studyguide.memory.log import Grade
from studyguide.memory.schedule import Rules
from studyguide.models import Card, CardState, Review
from studyguide.services.cards import make_card
from studyguide.services.decks import export_deck, keep, plan
from studyguide.services.rederiving import rederive
from studyguide.services.reviews import NewEntry, record_answer
from tests.studyguide.conftest import NOON
from tests.studyguide.decks.conftest import read
from tests.studyguide.decks.test_outgoing import collection, take_in  # noqa: F401  a fixture
from tests.studyguide.decks.test_pictures_there_and_back import out_of_anki

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
BEGUN = NOON - timedelta(days=30)
ANSWERS = [(0, Grade.GOOD), (1, Grade.GOOD), (4, Grade.HARD), (9, Grade.AGAIN), (10, Grade.GOOD), (11, Grade.EASY)]


@pytest.fixture
def answered(learner) -> Card:
    card = make_card(learner, content={"front": "Which?", "back": "This."})
    make_card(learner, content={"front": "Never asked?", "back": "Right."})
    for days, grade in ANSWERS:
        at = BEGUN + timedelta(days=days, milliseconds=days, microseconds=400)
        entry = NewEntry(uid=uuid4(), kind="answer", at=at, received_at=at, grade=grade)
        record_answer(learner, card.pk, entry, rules=Rules())
    return card


def log(user: User) -> list[tuple[int, int | None]]:
    rows = Review.objects.filter(learner=user).order_by("at").values_list("at", "grade")
    return [(round(at.timestamp() * 1_000), grade) for at, grade in rows]


def test_answers_go_to_anki_and_come_back_equal(answered, learner, collection: Collection, tmp_path: Path):  # noqa: F811
    own = Card.objects.filter(owner=learner)
    take_in(collection, export_deck(own, learner.pk, now=NOON, has_answers=True), tmp_path)

    theirs = collection.db.all("select id, ease from revlog order by id")
    assert [tuple(row) for row in theirs] == log(learner)
    state = CardState.objects.get(learner=learner, card=answered)
    (card_id,) = collection.find_cards("prop:reps>0")
    card = collection.get_card(card_id)
    assert (int(card.type), int(card.queue), card.ivl, card.lapses) == (2, 2, state.interval.days, 1)
    due = datetime.fromtimestamp(collection.crt, UTC) + timedelta(days=card.due)
    assert abs(due - state.due_at) < timedelta(days=1)

    back = out_of_anki(collection, tmp_path)
    assert plan(learner.pk, read(back)).review_count == 0
    before = log(learner)
    keep(learner, read(back), rules=Rules(), now=NOON)
    assert log(learner) == before

    grace = User.objects.create_user("grace")
    keep(grace, read(back), rules=Rules(), now=NOON)
    assert log(grace) == before
    assert rederive(grace, Rules(), check=True) == []


def test_no_answers_leave_unasked(answered, learner, collection: Collection, tmp_path: Path):  # noqa: F811
    take_in(collection, export_deck(Card.objects.filter(owner=learner), learner.pk, now=NOON), tmp_path)

    assert collection.db.scalar("select count() from revlog") == 0


def test_flags_and_suspended_cards_go_to_anki_and_come_to_another(
    answered,
    learner,
    collection: Collection,  # noqa: F811
    tmp_path: Path,
):
    """Also of a card that was never answered."""
    unasked = CardState.objects.filter(learner=learner).exclude(card=answered)
    assert unasked.update(is_flagged=True, is_suspended=True) == 1
    package = export_deck(Card.objects.filter(owner=learner), learner.pk, now=NOON, has_answers=True)
    take_in(collection, package, tmp_path)

    marks = {
        card.note().fields[0]: (card.flags & 7, int(card.queue))
        for card in map(collection.get_card, collection.find_cards(""))
    }
    assert sorted(marks.values()) == [(0, 2), (1, -1)]

    grace = User.objects.create_user("grace")
    keep(grace, read(package), rules=Rules(), now=NOON)
    states = CardState.objects.filter(learner=grace).values_list("is_flagged", "is_suspended", "answer_count")
    assert sorted(states) == [(False, False, len(ANSWERS)), (True, True, 0)]
