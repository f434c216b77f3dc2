"""Reads the opinions of two markers on the same work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from classrooms.models import Assignment, Opinion, Submission
from classrooms.review.agreement import Agreement, agreement_of

MARKERS = 2


@dataclass(frozen=True)
class Opinions:
    """`by_marker` are levels and notes by dimension, of those who have given every line a level."""

    whole: Mapping[int | None, Mapping[str, Opinion]]
    begun: Mapping[int | None, Mapping[str, Opinion]]

    @property
    def is_open(self) -> bool:
        """Whether both have marked, so that each sees what the other gave."""
        return len(self.whole) >= MARKERS

    def of(self, marker_id: int) -> Mapping[str, Opinion]:
        return self.begun.get(marker_id, {})


def opinions_on(submission: Submission) -> Opinions:
    return _sorted(submission.work.assignment, list(submission.opinions.select_related("marker")))


def _sorted(assignment: Assignment, found: list[Opinion]) -> Opinions:
    begun: dict[int | None, dict[str, Opinion]] = defaultdict(dict)
    rubric = assignment.data.rubric
    for each in found:
        if each.dimension in rubric and each.level < len(rubric[each.dimension].levels):
            begun[each.marker_id][each.dimension] = each
    whole = {marker: levels for marker, levels in begun.items() if len(levels) == len(rubric)}
    return Opinions(whole, begun)


def opinions_in(assignment: Assignment) -> dict[int, Opinions]:
    """By submission."""
    if not assignment.is_double_marked:
        return {}
    found: dict[int, list[Opinion]] = defaultdict(list)
    for each in Opinion.objects.filter(submission__work__assignment=assignment):
        found[each.submission_id].append(each)
    return {submission: _sorted(assignment, each) for submission, each in found.items()}


def agreement_in(assignment: Assignment) -> Agreement | None:
    """The agreement over all works marked twice; None while there are none, or with one marker."""
    rubric, pairs = assignment.data.rubric, []
    for each in opinions_in(assignment).values():
        if each.is_open:
            one, other = list(each.whole.values())[:MARKERS]
            for key, line in rubric.items():
                most = len(line.levels) - 1
                pairs.append((one[key].level / most, other[key].level / most))
    return agreement_of(pairs)
