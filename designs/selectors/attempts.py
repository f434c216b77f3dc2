"""A person's interviews with their points: progress from one attempt to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from designs.interviews.marking import total
from designs.models import Interview, InterviewEvent, InterviewMark, Scenario
from web.charts.plots import sparkline

MOST_LISTED = 200


@dataclass(frozen=True)
class Attempt:
    """`points` out of 100 by the candidate's own marks; None until every line of the rubric is marked."""

    interview: Interview
    points: int | None


def attempts(user_id: int | None, *, scenario: Scenario | None = None) -> list[Attempt]:
    """Newest first; three queries, whatever the number of attempts."""
    found = Interview.objects.of(user_id).select_related("design", "scenario").prefetch_related("marks", "events")
    if scenario is not None:
        found = found.filter(scenario=scenario)
    return [Attempt(each, _points(each)) for each in found[:MOST_LISTED]]


def latest_attempts(user_id: int | None) -> dict[int, Attempt]:
    """The newest attempt at each scenario, by the scenario's id."""
    found = attempts(user_id) if user_id is not None else []
    return {each.interview.scenario_id: each for each in reversed(found) if each.interview.scenario_id}


def _points(interview: Interview) -> int | None:
    levels = {mark.dimension: mark.level for mark in interview.marks.all() if mark.role == InterviewMark.Role.SELF}
    costs = sum(event.points for event in interview.events.all() if event.kind == InterviewEvent.Kind.HINT)
    return total(interview.data.rubric, levels, hint_costs=costs)


def progress_line(found: Sequence[Attempt]) -> SafeString:
    """The points of marked attempts from the first to the newest, as a line; empty when there are fewer than two."""
    points = [each.points for each in reversed(found) if each.points is not None]
    if len(points) < 2:
        return SafeString()
    words = ", then ".join(map(str, points))
    return mark_safe(sparkline(f"Points: {words}", points))  # noqa: S308 - ours, made of numbers
