"""The statistics that the database counts, held to the rule of the log applied entry by entry."""

from __future__ import annotations

import random
import uuid
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.models import User
from studyguide.memory.days import Calendar
from studyguide.memory.log import Grade, counted
from studyguide.memory.statistics import WeekRecall, recall_by_week
from studyguide.models import Card, Review
from studyguide.selectors.answers import days_of_answers

pytestmark = pytest.mark.django_db
# A place, the hour at which the day begins, and a moment near which the clocks change there.
CLOCKS = [
    ("UTC", 0, datetime(2026, 1, 1, tzinfo=UTC)),
    ("Europe/Berlin", 4, datetime(2026, 3, 29, 1, tzinfo=UTC)),
    ("Europe/Berlin", 2, datetime(2026, 3, 29, 1, tzinfo=UTC)),  # skips the hour at which the day begins
    ("Europe/Berlin", 2, datetime(2025, 10, 26, 1, tzinfo=UTC)),  # has it twice
    ("America/Sao_Paulo", 0, datetime(2018, 11, 4, 3, tzinfo=UTC)),  # skips midnight
    ("Australia/Lord_Howe", 2, datetime(2026, 4, 4, 15, tzinfo=UTC)),  # by half an hour
    ("Pacific/Apia", 4, datetime(2011, 12, 30, 10, tzinfo=UTC)),  # skips a whole day
    ("Asia/Kathmandu", 3, datetime(2026, 6, 1, tzinfo=UTC)),
]


def logged(learner, card: Card, at: datetime, kind: str = "answer", grade: int | None = None, undoes=None) -> Review:
    return Review(learner=learner, card=card, uid=uuid.uuid4(), kind=kind, grade=grade, undoes=undoes, at=at)


def new_card(learner) -> Card:
    return Card.objects.create(owner=learner, kind="question", content={}, front_html="a", back_html="b")


def some_log(learner, cards: list[Card], chance: random.Random, around: datetime, calendar: Calendar) -> list[Review]:
    """Answers, resets, undos of both and answers while cramming; many of them right where a day begins or the clocks
    change, or at the same moment."""
    starts = [calendar.start_of(around.date() + timedelta(days=number)) for number in range(-12, 12)]
    near = [timedelta(0), -timedelta(microseconds=1), timedelta(microseconds=300_000), -timedelta(seconds=1)]
    log: list[Review] = []
    for card in cards:
        entries = []
        for _ in range(chance.randrange(1, 14)):
            at = chance.choice([*starts, around]) + chance.choice([*near, timedelta(minutes=chance.randrange(1440))])
            kind = chance.choices(["answer", "cram", "reset"], [12, 1, 1])[0]
            entries.append(logged(learner, card, at, kind, None if kind == "reset" else chance.choice(list(Grade))))
        for undone in chance.sample(entries, len(entries) // 5):
            entries.append(logged(learner, card, undone.at + timedelta(minutes=1), "undo", undoes=undone.uid))
        log += entries
    return log


def by_the_log(log: list[Review], calendar: Calendar) -> tuple[Counter[date], list[WeekRecall]]:
    """Answers a day and recall a week, from every entry of the log in Python."""
    by_card = defaultdict(list)
    for review in log:
        by_card[review.card_id].append(review.entry)
    answers: Counter[date] = Counter()
    asked = defaultdict(list)
    for entries in by_card.values():
        previous = None
        for entry in counted(entries):
            day = calendar.day_of(entry.at)
            answers[day] += 1
            if previous is not None and day > previous:
                asked[day - timedelta(days=day.weekday())].append(entry.grade != Grade.AGAIN)
            previous = day
    weeks = [WeekRecall(monday=monday, remembered=sum(held), asked=len(held)) for monday, held in sorted(asked.items())]
    return answers, weeks


@pytest.mark.parametrize(("zone", "hour", "around"), CLOCKS)
def test_the_database_counts_as_the_log_says(learner, zone, hour, around):
    calendar, chance = Calendar(zone=ZoneInfo(zone), day_starts_at=hour), random.Random(f"{zone} {hour}")
    log = some_log(learner, [new_card(learner) for _ in range(25)], chance, around, calendar)
    bob = User.objects.create_user("bob")
    others = some_log(bob, [new_card(bob) for _ in range(3)], chance, around, calendar)
    Review.objects.bulk_create([*log, *others])

    days = days_of_answers(learner.pk, calendar)

    answers, weeks = by_the_log(log, calendar)
    assert len(answers) > 10
    assert {each.day: each.answers for each in days} == answers
    assert [each.day for each in days] == sorted(answers)
    assert recall_by_week(days) == weeks


def test_a_week_of_answers_counted_by_hand(learner):
    """Monday: new, Good. Tuesday at 3 in the night still belongs to Monday. Wednesday: Again, then Good at once.
    The next Monday: Easy. So 2 answers were asked after a rest, one in each week."""
    card, calendar = new_card(learner), Calendar(zone=ZoneInfo("UTC"))
    monday = datetime(2026, 3, 2, 12, tzinfo=UTC)
    hours = [(0, Grade.GOOD), (15, Grade.AGAIN), (48, Grade.AGAIN), (48.1, Grade.GOOD), (168, Grade.EASY)]
    Review.objects.bulk_create(
        [logged(learner, card, monday + timedelta(hours=after), grade=grade) for after, grade in hours]
    )

    days = days_of_answers(learner.pk, calendar)

    assert [(each.day.day, each.answers, each.asked, each.remembered) for each in days] == [
        (2, 2, 0, 0), (4, 2, 1, 0), (9, 1, 1, 1),
    ]  # fmt: skip
    assert recall_by_week(days) == [
        WeekRecall(monday=date(2026, 3, 2), remembered=0, asked=1),
        WeekRecall(monday=date(2026, 3, 9), remembered=1, asked=1),
    ]
    assert days_of_answers(None, calendar) == []
