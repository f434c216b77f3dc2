"""Statistics of a log: answers a day, recall a week, and the expected recall on a day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from studyguide.memory.log import Grade
from studyguide.memory.schedule import Memory, Rules, answered, due_at, retrievability

MOST_STEPS = 50


@dataclass(frozen=True, kw_only=True)
class DayOfAnswers:
    """The answers of a day of study, without what was undone or reset away. `asked` is how many of them were to cards
    whose previous answer was on an earlier day, and `remembered` how many of those were not Again."""

    day: date
    answers: int
    asked: int
    remembered: int


@dataclass(frozen=True, kw_only=True)
class WeekRecall:
    """Answers to cards that had rested for at least a day: how many were remembered."""

    monday: date
    remembered: int
    asked: int

    @property
    def share(self) -> float:
        return self.remembered / self.asked


def recall_by_week(days: Iterable[DayOfAnswers]) -> list[WeekRecall]:
    """Weeks with such answers, in their order."""
    asked, remembered = Counter[date](), Counter[date]()
    for each in days:
        monday = each.day - timedelta(days=each.day.weekday())
        asked[monday] += each.asked
        remembered[monday] += each.remembered
    return [
        WeekRecall(monday=monday, remembered=remembered[monday], asked=asked[monday])
        for monday in sorted(asked)
        if asked[monday]
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
