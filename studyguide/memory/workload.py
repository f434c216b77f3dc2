"""Simulates a learner's own cards: how many minutes a day they take until a day, and how many are known then.

Each card follows the schedule that the rules give. Whether it is recalled is drawn with FSRS's probability for that
day; a card that is not recalled is answered again on the same day until it is. Of many cards an evenly spaced sample is
followed, and each card in it stands for its share.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from studyguide.memory.days import ONE_DAY
from studyguide.memory.log import Grade
from studyguide.memory.schedule import NEW, Memory, Rules, answered, due_at, retrievability

MOST_FOLLOWED = 150
MOST_ANSWERS = 60
NOON = timedelta(hours=6)  # after the beginning of a day of study


@dataclass(frozen=True, kw_only=True)
class Task:
    """What lies ahead. `free_days` are days of the week (0 is Monday) on which nothing is asked; the last of the seven
    cannot be free. `seconds` is what one answer takes."""

    cards: Sequence[tuple[int, Memory]]
    unseen: int
    new_a_day: int
    today: date
    until: date
    seconds: float
    free_days: Collection[int] = ()

    def study_days(self) -> list[date]:
        """Days before the last, on which something is asked."""
        free = set(self.free_days) if len(set(self.free_days)) < 7 else set()
        days = (self.today + timedelta(days=ahead) for ahead in range((self.until - self.today).days))
        return [day for day in days if day.weekday() not in free]


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """`minutes` is the mean of the days of study, `most` the fullest one's; `known` is how many of all `cards` would be
    recalled on the last day, and `begun` how many have been seen by then."""

    retention: float
    minutes: float
    most: float
    known: float
    begun: int
    cards: int


def outlook(task: Task, rules: Rules, *, retention: float, seed: int = 1) -> Outlook:
    """The outlook under the rules with another desired retention. The same seed gives the same outlook."""
    rules = replace(rules, retention=retention)
    days, draws = task.study_days(), random.Random(seed)  # noqa: S311  draws, not secrets
    answers: dict[date, float] = defaultdict(float)
    known = 0.0
    reached = min(task.unseen, task.new_a_day * len(days))
    for share, key, memory, first in _followed(task, rules, days, reached):
        end = _follow(key, memory, first, days, rules, draws)
        for day in end.days:
            answers[day] += share
        known += share * retrievability(end.memory, at=rules.calendar.start_of(task.until) + NOON, rules=rules)
    minutes = [answers[day] * task.seconds / 60 for day in days]
    return Outlook(
        retention=retention,
        minutes=sum(minutes) / len(minutes) if minutes else 0.0,
        most=max(minutes, default=0.0),
        known=known,
        begun=len(task.cards) + reached,
        cards=len(task.cards) + task.unseen,
    )


def _followed(
    task: Task, rules: Rules, days: Sequence[date], reached: int
) -> Iterator[tuple[float, int, Memory, date]]:
    """Cards with their shares, and the day from which on each is asked."""
    if step := -(-len(task.cards) // MOST_FOLLOWED):
        chosen = task.cards[::step]
        for key, memory in chosen:
            due = due_at(memory, rules, spread=key)
            first = max(task.today, rules.calendar.day_of(due)) if due else task.today
            yield len(task.cards) / len(chosen), key, memory, first
    if step := -(-reached // MOST_FOLLOWED):
        numbers = range(0, reached, step)
        for number in numbers:
            yield reached / len(numbers), -number - 1, NEW, days[number // task.new_a_day]


@dataclass
class _End:
    memory: Memory
    days: list[date]


def _follow(key: int, memory: Memory, first: date, days: Sequence[date], rules: Rules, draws: random.Random) -> _End:
    end = _End(memory, [])
    waiting = iter(days)
    due = first
    for day in waiting:
        if day < due or len(end.days) >= MOST_ANSWERS:
            continue
        at = rules.calendar.start_of(day) + NOON
        end.memory = _asked(end, day, at, rules, draws)
        after = due_at(end.memory, rules, spread=abs(key))
        due = max(day + ONE_DAY, rules.calendar.day_of(after)) if after else day + ONE_DAY
    return end


def _asked(end: _End, day: date, at: datetime, rules: Rules, draws: random.Random) -> Memory:
    """One sitting: until the card rests for a day."""
    memory = end.memory
    is_recalled = memory.reviewed_at is None or draws.random() < retrievability(memory, at=at, rules=rules)
    grade = Grade.GOOD if is_recalled else Grade.AGAIN
    for _ in range(6):
        memory = answered(memory, grade, at=at, rules=rules)
        end.days.append(day)
        if memory.interval is None or memory.interval >= ONE_DAY:
            break
        at, grade = at + memory.interval, Grade.GOOD
    return memory
