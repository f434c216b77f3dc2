from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import fsrs
import fsrs_rs_python
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studyguide.memory.days import Calendar
from studyguide.memory.log import Entry, Grade
from studyguide.memory.schedule import NEW, Memory, Phase, Rules, answered, choices, due_at, remembered

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
RULES = Rules()
BERLIN = Rules(calendar=Calendar(zone=ZoneInfo("Europe/Berlin")))


def entry(
    number: int, grade: int = 3, *, at: datetime = NOON, kind: str = "answer", undoes: int | None = None
) -> Entry:
    has_grade = kind in ("answer", "cram")
    return Entry(
        uid=UUID(int=number),
        kind=kind,
        at=at,
        grade=Grade(grade) if has_grade else None,
        undoes=UUID(int=undoes) if undoes else None,
    )


def last_time(log: list[Entry]) -> datetime:
    return log[-1].at if log else NOON


def days(count: float) -> datetime:
    return NOON + timedelta(days=count)


@st.composite
def logs(draw) -> list[Entry]:
    """Answers, undos of some of them, resets and cramming, at times from minutes to months apart."""
    log: list[Entry] = []
    at = NOON
    for number in range(1, draw(st.integers(1, 12)) + 1):
        at += timedelta(minutes=draw(st.integers(0, 60 * 24 * 90)))
        kind = draw(st.sampled_from(["answer"] * 6 + ["undo", "reset", "cram"]))
        open_answers = [each for each in log if each.kind == "answer"]
        if kind == "undo" and open_answers:
            undone = draw(st.sampled_from(open_answers))
            log.append(entry(number, at=at, kind="undo", undoes=undone.uid.int))
        elif kind != "undo":
            log.append(entry(number, draw(st.integers(1, 4)), at=at, kind=kind))
    return log


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("retention", [0.8, 0.9, 0.95])
def test_intervals_are_those_of_py_fsrs(seed, retention):
    """A recorded sequence of answers gives the very card that py-fsrs gives, after every answer, when that counts whole
    days: each answer moved to the noon of its day."""
    chance = random.Random(seed)
    scheduler = fsrs.Scheduler(desired_retention=retention, enable_fuzzing=False)
    card, memory, at = fsrs.Card(card_id=1, due=NOON), NEW, NOON
    for _ in range(25):
        grade = chance.choice([1, 2, 3, 3, 3, 4])
        noon = datetime.combine((at - timedelta(hours=4)).date(), NOON.time(), UTC)
        card, _ = scheduler.review_card(card, fsrs.Rating(grade), noon)
        memory = answered(memory, Grade(grade), at=at, rules=Rules(retention=retention))

        assert (memory.stability, memory.difficulty, memory.step) == (card.stability, card.difficulty, card.step)
        assert memory.phase == Phase(card.state)
        assert memory.interval == card.due - noon
        at += memory.interval + timedelta(minutes=chance.randrange(0, 5_000))


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/Los_Angeles", "Pacific/Auckland"])
def test_any_history_leaves_the_memory_that_fsrs_rs_has_by_calendar_days(zone):
    """promise 8. fsrs-rs is what Anki schedules with; it is told the days between the days of study."""
    chance, calendar = random.Random(zone), Calendar(zone=ZoneInfo(zone))
    model, rules = fsrs_rs_python.FSRS(parameters=list(Rules().parameters)), Rules(calendar=calendar)
    for _ in range(60):
        at, memory, told, last = NOON + timedelta(minutes=chance.randrange(10**6)), NEW, [], None
        for _ in range(chance.randrange(1, 12)):
            grade, day = chance.randrange(1, 5), calendar.day_of(at)
            told.append(fsrs_rs_python.FSRSReview(grade, (day - last).days if last else 0))
            memory, last = answered(memory, Grade(grade), at=at, rules=rules), day
            at += timedelta(minutes=chance.choice([3, 40, 600, 1_500, 6_000, 40_000]) + chance.randrange(600))
        theirs = model.memory_state(fsrs_rs_python.FSRSItem(told))

        assert memory.stability == pytest.approx(theirs.stability, rel=1e-3)
        assert memory.difficulty == pytest.approx(theirs.difficulty, rel=1e-3)


def test_the_next_morning_is_a_day_later():
    """Good at 21:00, good at 07:00: one day of study later, though only ten hours."""
    evening = NOON.replace(hour=21)
    first = answered(NEW, Grade.EASY, at=evening, rules=RULES)
    same_evening = answered(first, Grade.GOOD, at=evening + timedelta(hours=2), rules=RULES)
    next_morning = answered(first, Grade.GOOD, at=evening + timedelta(hours=10), rules=RULES)
    a_day_later = answered(first, Grade.GOOD, at=evening + timedelta(days=1), rules=RULES)

    assert next_morning.stability == a_day_later.stability
    assert next_morning.stability != same_evening.stability


def test_golden_intervals_of_the_default_parameters():
    """Good at once, then good whenever due: the figures of py-fsrs 6.3 without fuzz, kept to notice a change of it."""
    memory, at, waits = NEW, NOON, []
    for _ in range(6):
        memory = answered(memory, Grade.GOOD, at=at, rules=RULES)
        waits.append(memory.interval)
        at += memory.interval

    assert waits == [timedelta(minutes=10), *(timedelta(days=each) for each in (2, 11, 46, 163, 498))]


@settings(max_examples=80)
@given(log=logs(), order=st.randoms())
def test_the_order_of_arrival_and_sending_twice_change_nothing(log, order):
    """promises 8 and 9: two devices' logs merge to one state, and a review that arrives twice counts once."""
    shuffled = [*log, *log]
    order.shuffle(shuffled)

    assert remembered(shuffled, RULES) == remembered(log, RULES)


@settings(max_examples=80)
@given(log=logs(), grade=st.integers(1, 4), later=st.integers(1, 100_000))
def test_an_undone_answer_leaves_no_trace(log, grade, later):
    after = last_time(log) + timedelta(minutes=later)
    more = [entry(900, grade, at=after), entry(901, at=after, kind="undo", undoes=900)]

    assert remembered([*log, *more], RULES) == remembered(log, RULES)


@settings(max_examples=60)
@given(log=logs(), grade=st.integers(1, 4), later=st.integers(1, 100_000))
def test_one_more_answer_is_one_step_from_the_memory(log, grade, later):
    """What is kept after each answer is what the whole log gives."""
    last = entry(900, grade, at=last_time(log) + timedelta(minutes=later))

    assert remembered([*log, last], RULES) == answered(remembered(log, RULES), Grade(grade), at=last.at, rules=RULES)


@settings(max_examples=100)
@given(
    log=logs(),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Pacific/Apia", "Asia/Tokyo"]),
    hour=st.integers(0, 23),
)
def test_a_card_is_neither_lost_nor_due_twice_a_day(log, zone, hour):
    """promise 11: whatever the zone, an interval of days ends on a later day, and not later than it says."""
    rules = Rules(calendar=Calendar(zone=ZoneInfo(zone), day_starts_at=hour))
    memory = remembered(log, rules)
    due = due_at(memory, rules)
    if memory.phase == Phase.NEW:
        assert due is None
        return
    assert due <= memory.reviewed_at + memory.interval + timedelta(hours=25)
    if memory.interval >= timedelta(days=1):
        asked, answered_on = rules.calendar.day_of(due), rules.calendar.day_of(memory.reviewed_at)
        assert asked - answered_on == timedelta(days=memory.interval.days)


def review_memory(at: datetime, interval_days: int) -> Memory:
    return Memory(
        phase=Phase.REVIEW,
        stability=5.0,
        difficulty=5.0,
        reviewed_at=at,
        interval=timedelta(days=interval_days),
        answer_count=3,
    )


@pytest.mark.parametrize(
    ("answered_at", "interval", "due"),
    [
        pytest.param("2026-10-24T02:10+00:00", 1, "2026-10-25T03:00+00:00", id="the night the clocks go back"),
        pytest.param("2026-03-28T03:10+00:00", 1, "2026-03-29T02:00+00:00", id="the night they go forward"),
        pytest.param("2024-02-28T12:00+00:00", 1, "2024-02-29T03:00+00:00", id="to the leap day"),
        pytest.param("2024-02-29T12:00+00:00", 366, "2025-03-01T03:00+00:00", id="from the leap day"),
        pytest.param("2026-07-01T23:30+00:00", 1, "2026-07-02T02:00+00:00", id="after midnight is still yesterday"),
    ],
)
def test_a_day_begins_when_the_learner_says(answered_at, interval, due):
    """promise 11: 04:00 in Berlin, which is 03:00 UTC in winter and 02:00 in summer."""
    memory = review_memory(datetime.fromisoformat(answered_at), interval)

    assert due_at(memory, BERLIN) == datetime.fromisoformat(due)


def test_moving_to_another_zone_asks_on_the_same_number_of_days_later():
    memory = review_memory(datetime(2026, 6, 1, 22, tzinfo=UTC), 3)
    for zone in ("Asia/Tokyo", "America/Los_Angeles"):
        rules = Rules(calendar=Calendar(zone=ZoneInfo(zone)))
        due = due_at(memory, rules)

        assert rules.calendar.day_of(due) - rules.calendar.day_of(memory.reviewed_at) == timedelta(days=3)


def test_a_reset_makes_a_card_new_and_keeps_what_comes_after():
    log = [entry(1, at=NOON), entry(2, at=days(1), kind="reset")]

    assert remembered(log, RULES) == NEW
    assert remembered([*log, entry(3, at=days(2))], RULES) == remembered([entry(3, at=days(2))], RULES)


def test_cramming_leaves_the_schedule_alone():
    log = [entry(1), entry(2, at=days(1))]

    assert remembered([*log, entry(3, 1, at=days(2), kind="cram")], RULES) == remembered(log, RULES)


def test_each_grade_says_how_long_until_the_next_time():
    waits = choices(review_memory(NOON, 5), at=days(5), rules=RULES)

    assert waits[Grade.AGAIN] == timedelta(minutes=10)
    assert timedelta(days=1) <= waits[Grade.HARD] < waits[Grade.GOOD] < waits[Grade.EASY]


def test_before_an_interview_every_card_is_seen_in_the_last_week():
    interview = date(2026, 4, 1)
    rules = Rules(interview_on=interview)
    planned = {rules.calendar.day_of(due_at(review_memory(NOON, 200), rules, spread=card)) for card in range(70)}

    assert planned == {interview - timedelta(days=back) for back in range(1, 8)}


@settings(max_examples=80)
@given(interval=st.integers(1, 400), until=st.integers(-10, 120), spread=st.integers(0, 10_000))
def test_a_plan_never_asks_later_nor_twice_on_one_day(interval, until, spread):
    last = RULES.calendar.day_of(NOON)
    rules = Rules(interview_on=last + timedelta(days=until))
    memory = review_memory(NOON, interval)
    day = rules.calendar.day_of(due_at(memory, rules, spread=spread))

    assert last < day <= rules.calendar.day_of(due_at(memory, RULES))
    if until > 8 and interval > until:
        assert timedelta(days=1) <= rules.interview_on - day <= timedelta(days=7)
