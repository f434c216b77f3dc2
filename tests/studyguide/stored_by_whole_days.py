"""Schedules of the first version, made by whole 24 hours, which the migrations make anew by calendar days; and an own
card that an old backup left outside the deck."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import fsrs_rs_python
import pytest
from django.db.migrations.state import StateApps

from studyguide.memory.schedule import Rules
from studyguide.models import CardState, Review

BEFORE = [("studyguide", "0006_bodies_and_pictures")]
EVENING = datetime(2026, 3, 1, 21, tzinfo=UTC)
MORNING = datetime(2026, 3, 2, 7, tzinfo=UTC)
# Answered in the evening until it rests, and again ten hours later: a day by the calendar, none by whole 24 hours.
LOG = [(EVENING, 3), (EVENING + timedelta(minutes=10), 3), (MORNING, 3)]


def stored(old: StateApps) -> None:
    """A card that was answered three times, one that was only asked for, and one without a place in the deck."""
    learner = old.get_model("accounts", "User").objects.create(username="grace", password="!", is_guest=False)
    cards, states, reviews = (old.get_model("studyguide", name).objects for name in ("Card", "CardState", "Review"))
    made = [
        cards.create(
            owner_id=learner.pk, kind="question", content={}, front_html=f"<p>{number}</p>", back_html="<p>b</p>"
        )
        for number in range(3)
    ]
    for number, (at, grade) in enumerate(LOG, 1):
        uid = UUID(int=number)
        reviews.create(learner_id=learner.pk, card=made[0], uid=uid, kind="answer", grade=grade, at=at, received_at=at)
    states.create(
        learner_id=learner.pk,
        card=made[0],
        phase=2,
        stability=0.5,
        difficulty=5.0,
        reviewed_at=MORNING,
        interval=timedelta(days=1),
        due_at=MORNING + timedelta(days=1),
        begun_at=EVENING,
        answer_count=3,
        is_flagged=True,
        tags=["mine"],
    )
    states.create(learner_id=learner.pk, card=made[1], is_wanted=True)


def counts_by_the_calendar() -> None:
    answered, fresh, left_out = CardState.objects.order_by("card")
    assert (left_out.learner, left_out.phase, left_out.due_at) == (left_out.card.owner, 0, None)
    told = [fsrs_rs_python.FSRSReview(grade, days) for (_, grade), days in zip(LOG, (0, 0, 1), strict=True)]
    model = fsrs_rs_python.FSRS(parameters=list(Rules().parameters))
    theirs = model.memory_state(fsrs_rs_python.FSRSItem(told))
    assert answered.stability == pytest.approx(theirs.stability, rel=1e-4)
    assert answered.difficulty == pytest.approx(theirs.difficulty, rel=1e-4)
    assert answered.due_at.date() == date(2026, 3, 2) + answered.interval
    # What the learner decided, what was never asked, and the log itself stay as they were.
    assert (answered.is_flagged, answered.tags, answered.answer_count) == (True, ["mine"], 3)
    assert (fresh.phase, fresh.is_wanted, fresh.due_at) == (0, True, None)
    assert list(Review.objects.order_by("at").values_list("at", "grade")) == LOG
