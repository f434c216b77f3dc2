"""Rows that are inserted or changed without objects are those that the ORM would have written."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest

from accounts.models import User
from studyguide.models import Card, Review, Topic
from web.rows import insert_new, update_known

NAMES = ("learner", "card", "uid", "kind", "grade", "at", "received_at", "duration_ms", "given")
AT = datetime(2026, 3, 10, 12, 0, 0, 123000, tzinfo=UTC)


@pytest.mark.django_db
def test_rows_are_what_bulk_create_makes_and_a_second_one_stays_out():
    """promise 8"""
    ada = User.objects.create_user("ada")
    card = Card.objects.create(owner=ada, kind="question", content={"front": "F", "back": "B"})
    first, second = uuid.uuid4(), uuid.uuid4()
    Review.objects.bulk_create(
        [Review(learner=ada, card=card, uid=first, kind="answer", grade=3, at=AT, received_at=AT)]
    )

    insert_new(Review, NAMES, [(ada.pk, card.pk, uid, "answer", 3, AT, AT, None, "") for uid in (first, second)])

    rows = Review.objects.order_by("pk").values(*NAMES)
    assert [{**row, "uid": None} for row in rows] == [{**rows[0], "uid": None}] * 2
    assert {row["uid"] for row in rows} == {first, second}


@pytest.mark.django_db
def test_changed_rows_are_what_bulk_update_makes_and_no_other_row_changes():
    """promise 8: relations, JSON, moments, and nothing at all."""
    ada = User.objects.create_user("ada")
    topic = Topic.objects.create(slug="t", title="T", changed_at=AT)
    names = ("topic_id", "content", "tags", "front_html", "position", "removed_at")
    values = (
        (topic.pk, {"front": "é", "back": None}, ["a", "b"], "<p>100 % 'sure'</p>", 7, AT),
        (None, {}, [], "", 0, None),
    )
    cards = [Card.objects.create(owner=ada, kind="question", content={"front": "F"}, removed_at=AT) for _ in range(5)]
    for card, each in zip(cards, values, strict=False):
        for name, value in zip(names, each, strict=True):
            setattr(card, name, value)
    Card.objects.bulk_update(cards[:2], [name.removesuffix("_id") for name in names])
    gone = cards[4].pk
    cards[4].delete()
    before = Card.objects.values(*names).get(pk=cards[3].pk)

    update_known(Card, names, [(cards[2].pk, *values[0]), (cards[1].pk, *values[1]), (gone, *values[0])])
    update_known(Card, names, [])

    rows = Card.objects.in_bulk([card.pk for card in cards])
    made = [{name: getattr(rows[card.pk], name) for name in names} for card in cards[:4]]
    assert made == [made[0], dict(zip(names, values[1], strict=True)), made[0], before]
    assert len(rows) == 4
