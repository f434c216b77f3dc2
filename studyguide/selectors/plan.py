"""The days before an interview, each with its evenings of the learning path, cards and a rehearsal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from studyguide.memory.plan import dealt
from studyguide.models import LearningPath
from studyguide.selectors.paths import Evening, PathShown, StepShown, learning_path

PATH = "interview-in-a-week"
DESIGN_MIN = 45  # what a scenario is planned for
MOST_DAYS = 21  # of a longer plan the last three weeks; until then there is time to read at leisure


@dataclass(frozen=True, kw_only=True)
class Part:
    """An evening of the path as far as it is still to be read."""

    evening: Evening
    steps: list[StepShown]

    @property
    def minutes(self) -> int:
        return sum(step.minutes for step in self.steps)

    @property
    def cards(self) -> int:
        return sum(step.cards for step in self.steps)


@dataclass(frozen=True, kw_only=True)
class Day:
    """What to do on a day. `mock` is the scenario (title, address) of a whole interview against the clock."""

    on: date
    parts: list[Part]
    mock: tuple[str, str] | None
    is_today: bool

    @property
    def minutes(self) -> int:
        """Of reading and designing; cards take what is due."""
        designs = sum(part.evening.scenario is not None for part in self.parts)
        return sum(part.minutes for part in self.parts) + DESIGN_MIN * (designs + (self.mock is not None))


@dataclass(frozen=True, kw_only=True)
class Plan:
    path: LearningPath
    interview_on: date
    days_left: int
    days: list[Day]
    free_days: int
    """Days before those that are listed."""

    @property
    def longest_min(self) -> int:
        return max((day.minutes for day in self.days), default=0)


def plan_until(interview_on: date, *, today: date, done: frozenset[int]) -> Plan | None:
    """None when the path is not there. Days run from today to the day before; the last of two or more is for a whole
    interview, and so is each that no evening falls on."""
    try:
        shown = learning_path(PATH, done=done)
    except LearningPath.DoesNotExist:
        return None
    left = max(0, (interview_on - today).days)
    listed = min(left, MOST_DAYS)
    first = interview_on - timedelta(days=listed)
    parts = _parts(shown)
    mocks = [each.scenario for each in shown.evenings if each.scenario]
    for_reading = listed - 1 if listed > 1 else listed
    days = []
    for place, evenings in enumerate([*dealt([_minutes(each) for each in parts], for_reading), *([[]] * (listed > 1))]):
        on = first + timedelta(days=place)
        mock = mocks[(listed - 1 - place) % len(mocks)] if mocks and not evenings else None
        days.append(Day(on=on, parts=[parts[each] for each in evenings], mock=mock, is_today=on == today))
    return Plan(path=shown.path, interview_on=interview_on, days_left=left, days=days, free_days=left - listed)


def _parts(shown: PathShown) -> list[Part]:
    found = [Part(evening=each, steps=[step for step in each.steps if not step.is_done]) for each in shown.evenings]
    return [each for each in found if each.steps]


def _minutes(part: Part) -> int:
    return part.minutes + (DESIGN_MIN if part.evening.scenario else 0)
