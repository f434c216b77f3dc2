"""The clock of an interview: the elapsed time, the stage planned for it, and where the time was spent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from designs.methods.method import Method

MINUTE_S = 60


@dataclass(frozen=True)
class Pause:
    """From one moment to another; still running when `until` is None."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True)
class Stage:
    """A phase of the method with its share of the time: from one second on the clock to another."""

    slug: str
    title: str
    begins_s: int
    ends_s: int

    @property
    def minutes(self) -> int:
        return round((self.ends_s - self.begins_s) / MINUTE_S)

    @property
    def budget_s(self) -> int:
        return self.ends_s - self.begins_s


@dataclass(frozen=True)
class TimeSpent:
    """The time that a stage took, and the time it had."""

    stage: Stage
    seconds: int

    @property
    def is_over(self) -> bool:
        return self.seconds > self.stage.budget_s

    @property
    def minutes(self) -> int:
        return round(self.seconds / MINUTE_S)


def elapsed_seconds(started_at: datetime, pauses: Iterable[Pause], now: datetime) -> int:
    """Whole seconds on the clock, which stops during pauses. Never negative, even if the system clock moves back."""
    gone = (now - started_at).total_seconds()
    for pause in pauses:
        gone -= ((pause.until or now) - pause.since).total_seconds()
    return max(0, int(gone))


def stages_of(method: Method, minutes: int) -> list[Stage]:
    """The method's phases, scaled to this many minutes; slack stays at the end."""
    planned = sum(phase.minutes for phase in method.phases) + method.slack_minutes
    unit = minutes * MINUTE_S / planned
    stages, begins = [], 0.0
    for phase in method.phases:
        ends = begins + phase.minutes * unit
        stages.append(Stage(phase.slug, phase.title, round(begins), round(ends)))
        begins = ends
    return stages


def stage_at(stages: Sequence[Stage], seconds: int) -> Stage | None:
    """The stage planned for this second; None in the slack and after it."""
    return next((stage for stage in stages if stage.begins_s <= seconds < stage.ends_s), None)


def time_spent(stages: Sequence[Stage], edits: Iterable[tuple[str, int]], *, ended_s: int) -> list[TimeSpent]:
    """Where the time was spent, from the log: each stretch before an edit belongs to the stage of that edit.

    `edits` are (slug of a stage, second on the clock) in order; the time after the last edit belongs to its stage.
    """
    spent = {stage.slug: 0 for stage in stages}
    last_second, last_stage = 0, ""
    for slug, second in edits:
        if slug not in spent:
            continue
        spent[slug] += max(0, second - last_second)
        last_second, last_stage = max(second, last_second), slug
    if last_stage:
        spent[last_stage] += max(0, ended_s - last_second)
    return [TimeSpent(stage, spent[stage.slug]) for stage in stages]
