"""Turns answers into a memory, and a memory into the day when its card is due. All formulae are py-fsrs's.

Elapsed time and due dates count days of study in the learner's calendar, as Anki and fsrs-rs do. py-fsrs counts periods
of 24 hours, so it gets the noon of each day of study instead of the moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import IntEnum
from functools import lru_cache

import fsrs

from studyguide.memory.days import ONE_DAY, UTC_CALENDAR, Calendar, off_free_days
from studyguide.memory.interview import steered
from studyguide.memory.log import Entry, Grade, counted
from studyguide.memory.replay import Replay

DEFAULT_RETENTION = 0.9


class Phase(IntEnum):
    NEW = 0
    LEARNING = 1
    REVIEW = 2
    RELEARNING = 3


@dataclass(frozen=True, kw_only=True)
class Rules:
    """The learner's choices that turn a log into a schedule. `parameters` are FSRS's, fitted to the learner; on
    `free_days` of the week (0 is Monday) nothing comes due."""

    retention: float = DEFAULT_RETENTION
    parameters: tuple[float, ...] = fsrs.scheduler.DEFAULT_PARAMETERS
    calendar: Calendar = UTC_CALENDAR
    interview_on: date | None = None
    free_days: frozenset[int] = frozenset()

    @property
    def scheduler(self) -> fsrs.Scheduler:
        return _scheduler(self.parameters, self.retention)


@dataclass(frozen=True, kw_only=True)
class Memory:
    """FSRS's state of a card after its answers. `interval` is the one after the last answer, before any plan."""

    phase: Phase = Phase.NEW
    step: int | None = None
    stability: float | None = None
    difficulty: float | None = None
    reviewed_at: datetime | None = None
    interval: timedelta | None = None
    begun_at: datetime | None = None
    answer_count: int = 0
    lapse_count: int = 0


NEW = Memory()


@lru_cache(maxsize=256)
def _scheduler(parameters: tuple[float, ...], retention: float) -> fsrs.Scheduler:
    # Without fuzz: the same log must always give the same schedule.
    return fsrs.Scheduler(parameters=parameters, desired_retention=retention, enable_fuzzing=False)


@lru_cache(maxsize=64)
def _replay(parameters: tuple[float, ...], retention: float) -> Replay:
    return Replay(_scheduler(parameters, retention))


def remembered(entries: Iterable[Entry], rules: Rules) -> Memory:
    """The memory that a card's log leaves: `answered` for one entry after the other, without all memories between."""
    return memory_of([(entry.at, entry.grade) for entry in counted(entries) if entry.grade is not None], rules)


def memory_of(answers: Sequence[tuple[datetime, int]], rules: Rules) -> Memory:
    """The memory that answers leave, each with its moment and grade, which all count and stand in their order."""
    if not answers:
        return NEW
    day_of = rules.calendar.day_of
    after = _replay(rules.parameters, rules.retention).of((day_of(at).toordinal(), grade) for at, grade in answers)
    return Memory(
        phase=Phase(after.state),
        step=after.step,
        stability=after.stability,
        difficulty=after.difficulty,
        reviewed_at=answers[-1][0].astimezone(UTC),
        interval=after.interval,
        begun_at=answers[0][0].astimezone(UTC),
        answer_count=len(answers),
        lapse_count=after.lapse_count,
    )


def answered(memory: Memory, grade: Grade, *, at: datetime, rules: Rules) -> Memory:
    """The memory after one more answer."""
    noon = rules.calendar.noon_of(at)
    card, _ = rules.scheduler.review_card(_fsrs_card(memory, noon, rules), fsrs.Rating(grade), noon)
    lapses = memory.lapse_count + (memory.phase == Phase.REVIEW and grade == Grade.AGAIN)
    return _memory(card, noon, begun_at=memory.begun_at or at, at=at, count=memory.answer_count + 1, lapses=lapses)


def _memory(card: fsrs.Card, noon: datetime, *, begun_at: datetime, at: datetime, count: int, lapses: int) -> Memory:
    """What a card of FSRS holds after an answer at that moment, whose day has this noon."""
    return Memory(
        phase=Phase(card.state),
        step=card.step,
        stability=card.stability,
        difficulty=card.difficulty,
        reviewed_at=at.astimezone(UTC),
        interval=card.due - noon,
        begun_at=begun_at.astimezone(UTC),
        answer_count=count,
        lapse_count=lapses,
    )


def due_at(memory: Memory, rules: Rules, *, spread: int = 0) -> datetime | None:
    """When to ask again; None for a new card.

    A step of minutes ends at its moment. A step of days ends when the day begins in the learner's calendar: counted in
    days and not in hours, so that a change of clocks or time zone never asks twice on one day. `spread` separates cards
    that a plan would put on the same day.
    """
    if memory.reviewed_at is None or memory.interval is None:
        return None
    if memory.interval < ONE_DAY:
        return memory.reviewed_at + memory.interval
    last = rules.calendar.day_of(memory.reviewed_at)
    day = last + timedelta(days=memory.interval.days)
    if rules.interview_on:
        day = steered(day, last=last, interview_on=rules.interview_on, spread=spread)
    moved = off_free_days(day, rules.free_days, after=last, spread=spread)
    if rules.interview_on and day < rules.interview_on <= moved:
        moved = day  # a free day is better than a date that is too late
    return rules.calendar.start_of(moved)


def choices(memory: Memory, *, at: datetime, rules: Rules, spread: int = 0) -> dict[Grade, timedelta]:
    """For each grade, how long it would be until the card is asked again."""
    waits = {}
    for grade in Grade:
        after = answered(memory, grade, at=at, rules=rules)
        due = due_at(after, rules, spread=spread)
        if after.interval is None or due is None or after.interval < ONE_DAY:
            waits[grade] = after.interval or timedelta()
        else:
            waits[grade] = rules.calendar.day_of(due) - rules.calendar.day_of(at)
    return waits


def retrievability(memory: Memory, *, at: datetime, rules: Rules) -> float:
    """The chance that the card would be recalled at the moment, as FSRS has it; 0 for a new card."""
    if memory.reviewed_at is None:
        return 0.0
    noon = rules.calendar.noon_of(at)
    return float(rules.scheduler.get_card_retrievability(_fsrs_card(memory, noon, rules), noon))


def _fsrs_card(memory: Memory, at: datetime, rules: Rules) -> fsrs.Card:
    if memory.phase == Phase.NEW or memory.reviewed_at is None:
        return fsrs.Card(card_id=1, due=at)
    return fsrs.Card(
        card_id=1,
        state=fsrs.State(memory.phase),
        step=memory.step,
        stability=memory.stability,
        difficulty=memory.difficulty,
        due=at,
        last_review=rules.calendar.noon_of(memory.reviewed_at),
    )
