"""Peer reviews as their reviewer, their author and the teacher see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from classrooms.models import Assignment, PeerReview, Work
from classrooms.review.peers import Said, mean_points, share_off
from classrooms.review.points import scaled
from classrooms.services.peers import right_levels
from designs.interviews.marking import total


class PeerForm(forms.Form):
    """A level for each line, and words for the author."""

    def __init__(self, *args: Any, review: PeerReview, **more: Any) -> None:
        super().__init__(*args, **more)
        self.review, given = review, review.given
        for key, line in review.assignment.data.rubric.items():
            self.fields[f"level-{key}"] = forms.ChoiceField(
                choices=[(str(number), words) for number, words in enumerate(line.levels)],
                widget=forms.RadioSelect,
                label=line.title,
                initial=given.get(key),
                error_messages={"required": "Choose a level."},
            )
        if review.submission_id is not None:
            self.fields["words"] = forms.CharField(
                max_length=3_000,
                label="What is good, and what is missing? The author reads it.",
                widget=forms.Textarea(attrs={"rows": 5}),
                initial=review.words,
                error_messages={"required": "Say it in a few words: the author reads it."},
            )

    @property
    def lines(self) -> list[Any]:
        return [self[f"level-{key}"] for key in self.review.assignment.data.rubric]

    def levels(self) -> dict[str, int]:
        return {key: int(self.cleaned_data[f"level-{key}"]) for key in self.review.assignment.data.rubric}


@dataclass(frozen=True)
class Compared:
    """A line of the reference: what the reviewer gave, and what it is."""

    title: str
    given: str
    right: str


def compared(review: PeerReview) -> list[Compared]:
    """Once the reference is reviewed; [] before."""
    if review.submission_id is not None or review.done_at is None:
        return []
    right, given = right_levels(review.assignment), review.given
    rubric = review.assignment.data.rubric
    return [
        Compared(line.title, line.levels[given[key]], line.levels[right[key]])
        for key, line in rubric.items()
        if key in given and key in right and given[key] < len(line.levels)
    ]


def weights_of(assignment: Assignment) -> dict[int | None, float]:
    """The weight of each reviewer, by membership: 1 minus the share by which they were off on the reference."""
    right = right_levels(assignment)
    lines = {key: (line.weight, len(line.levels) - 1) for key, line in assignment.data.rubric.items()}
    done = assignment.peer_reviews.filter(submission=None).exclude(done_at=None)
    return {each.reviewer_id: 1 - share_off(each.given, right, lines) for each in done}


@dataclass(frozen=True)
class Shown:
    """A review as it is read: by the author without a name, by the teacher with it."""

    review: PeerReview
    number: int
    points: int | float | None
    weight: float
    lines: tuple[tuple[str, str], ...]

    @property
    def percent(self) -> int:
        return round(100 * self.weight)


@dataclass(frozen=True)
class Peers:
    """All reviews of one submission, and their mean by weight, in the assignment's points."""

    reviews: tuple[Shown, ...]
    points: int | float | None


def peers_of(work: Work, *, for_author: bool, weights: Mapping[int | None, float] | None = None) -> Peers:
    """For the author only once they are shown, and none that is hidden."""
    assignment = work.assignment
    empty = Peers((), None)
    if assignment.peers_due_at is None or (for_author and assignment.peers_shown_at is None):
        return empty
    whose = {"submission__work": work} if work.group_id is None else {"submission__group": work.group_id}
    reviews = PeerReview.objects.filter(assignment=assignment, **whose).exclude(done_at=None)
    found = list(reviews.exclude(is_hidden=True) if for_author else reviews.select_related("reviewer__user"))
    if not found:
        return empty
    weights = weights_of(assignment) if weights is None else weights
    shown = tuple(_shown(each, at, weights) for at, each in enumerate(sorted(found, key=lambda each: each.pk), 1))
    counted = [Said(points, each.weight) for each in shown if (points := _points(each.review)) is not None]
    return Peers(shown, scaled(mean_points(counted), assignment.points))


def _points(review: PeerReview) -> int | None:
    return total(review.assignment.data.rubric, review.given)


def _shown(review: PeerReview, number: int, weights: Mapping[int | None, float]) -> Shown:
    rubric, given = review.assignment.data.rubric, review.given
    lines = tuple(
        (line.title, line.levels[given[key]])
        for key, line in rubric.items()
        if key in given and given[key] < len(line.levels)
    )
    points = scaled(_points(review), review.assignment.points)
    return Shown(review, number, points, weights.get(review.reviewer_id, 1.0), lines)


@dataclass(frozen=True)
class Reviewer:
    """How far one student is with their reviews. `off` is of 100, on the reference; None before."""

    name: str
    done: int
    given: int
    off: int | None


def reviewers_of(assignment: Assignment) -> list[Reviewer]:
    by_person: dict[int, list[PeerReview]] = defaultdict(list)
    for each in assignment.peer_reviews.exclude(reviewer=None).select_related("reviewer__user"):
        by_person[each.reviewer_id or 0].append(each)
    weights = weights_of(assignment) if by_person else {}
    found = [
        Reviewer(
            str(reviews[0].reviewer),
            sum(each.done_at is not None for each in reviews),
            len(reviews),
            round(100 * (1 - weights[person])) if person in weights else None,
        )
        for person, reviews in by_person.items()
    ]
    return sorted(found, key=lambda each: each.name.casefold())
