"""Statistics of a log: answers a day, recall a week, and the expected recall on a day."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from studyguide.memory.days import Calendar
from studyguide.memory.log import Entry, Grade, counted
from studyguide.memory.schedule import Memory, Rules, answered, due_at, retrievability

MOST_STEPS = 50


@dataclass(frozen=True, kw_only=True)
class WeekRecall:
    """Answers to cards that had rested for at least a day: how many were remembered."""

    monday: date
    remembered: int
    asked: int

    @property
    def share(self) -> float:
        return self.remembered / self.asked


def answers_by_day(log: Mapping[int, Iterable[Entry]], calendar: Calendar) -> Counter[date]:
    """How many answers each day of study had; `log` is by card. What was undone or reset away was work all the same,
    but is not counted."""
    return Counter(calendar.day_of(entry.at) for entries in log.values() for entry in counted(entries))


def recall_by_week(log: Mapping[int, Iterable[Entry]], calendar: Calendar) -> list[WeekRecall]:
    """Weeks with such answers, in their order."""
    asked: dict[date, list[bool]] = defaultdict(list)
    for entries in log.values():
        previous: date | None = None
        for entry in counted(entries):
            day = calendar.day_of(entry.at)
            if previous is not None and day > previous:
                asked[day - timedelta(days=day.weekday())].append(entry.grade != Grade.AGAIN)
            previous = day
    return [
        WeekRecall(monday=monday, remembered=sum(asked[monday]), asked=len(asked[monday])) for monday in sorted(asked)
    ]


def streak(days: Mapping[date, int], *, today: date) -> int:
    """Days in a row with an answer, up to today or yesterday."""
    day = today if days.get(today) else today - timedelta(days=1)
    length = 0
    while days.get(day):
        length, day = length + 1, day - timedelta(days=1)
    return length


@dataclass(frozen=True, kw_only=True)
class Expected:
    """The mean chance of recall on a day: when nothing more is done, and when every card is answered as planned."""

    without: float
    planned: float


def expected_recall(memories: Sequence[tuple[int, Memory]], *, day: date, rules: Rules) -> Expected | None:
    """For cards (id and memory) that have been begun; None when there are none."""
    begun = [(key, memory) for key, memory in memories if memory.reviewed_at is not None]
    if not begun:
        return None
    moment = rules.calendar.start_of(day) + timedelta(hours=6)
    without = [retrievability(memory, at=moment, rules=rules) for _, memory in begun]
    planned = [retrievability(_followed(memory, key, moment, rules), at=moment, rules=rules) for key, memory in begun]
    return Expected(without=sum(without) / len(begun), planned=sum(planned) / len(begun))


def _followed(memory: Memory, key: int, until: datetime, rules: Rules) -> Memory:
    """The memory if the card is answered with Good whenever it is due."""
    for _ in range(MOST_STEPS):
        due = due_at(memory, rules, spread=key)
        if due is None or due >= until:
            break
        memory = answered(memory, Grade.GOOD, at=due, rules=rules)
    return memory
