"""Rows that are inserted without objects are those that the ORM would have written."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest

from accounts.models import User
from studyguide.models import Card, Review
from web.rows import insert_new

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
