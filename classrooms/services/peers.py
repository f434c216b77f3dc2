"""Peer review: handed out, written, shown to the authors."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from calculators.engine.shipped import all_figures
from classrooms.models import Assignment, Membership, NoticeKind, PeerReview, Submission, Work
from classrooms.review.peers import dealt
from classrooms.selectors.works import works_by_student
from classrooms.services.errors import ClassError
from classrooms.services.notices import notify
from classrooms.services.starting import starting_document
from designs.analysis.report import analyse
from designs.document.schema import Document
from designs.interviews.marking import Case, marked
from designs.scenarios.reference import expected_results, reference_of
from web.sent.typed import tidy

LEAST, MOST = 1, 8


@transaction.atomic
def hand_out(assignment: Assignment, *, count: int, due_at: datetime, at: datetime, seed: int | None = None) -> int:
    """Gives everybody who handed in the reference and `count` designs of others. From then on no submission is
    accepted, because reviewers see the others' work. Returns how many review."""
    if not assignment.is_design or assignment.peers_due_at is not None:
        raise ClassError("Peer reviews were handed out already.")
    if assignment.due_at > at or assignment.works.filter(due_at__gt=at).exists():
        raise ClassError("Some may still hand in: reviews are handed out when the time is over for everyone.")
    if not LEAST <= count <= MOST:
        raise ClassError(f"Everybody reviews {LEAST} to {MOST} designs.")
    if due_at <= at:
        raise ClassError("Reviews must be due later than now.")
    units = _units(assignment)
    if len(units) < 2:
        raise ClassError("Two or more must have handed in before they can review each other.")
    people = {work.student_id: work.student for unit in units for work in unit}
    shares = dealt([[work.student_id for work in unit] for unit in units], count, seed=seed)
    rows = []
    for person, others in shares.items():
        shown: list[Submission | None] = [None, *(units[other][0].last_submission for other in others)]
        rows += [
            PeerReview(assignment=assignment, submission=each, reviewer=people[person], number=number, assigned_at=at)
            for number, each in enumerate(shown, 1)
        ]
    PeerReview.objects.bulk_create(rows)
    assignment.peers_due_at = due_at
    assignment.cut_off_at = at if assignment.cut_off_at is None else min(at, assignment.cut_off_at)
    assignment.save(update_fields=["peers_due_at", "cut_off_at"])
    Work.objects.filter(assignment=assignment, cut_off_at__gt=at).update(cut_off_at=at)
    notify(people.values(), NoticeKind.REVIEWS, assignment, at=at)
    return len(people)


def _units(assignment: Assignment) -> list[list[Work]]:
    """Those who handed in and are in the class: groups together, others alone."""
    found: dict[tuple[str, int], list[Work]] = defaultdict(list)
    for work in works_by_student(assignment).values():
        is_student = work.student.left_at is None and work.student.role == Membership.Role.STUDENT
        if is_student and work.last_submission is not None and work.last_submission.content:
            found[("alone", work.pk) if work.group_id is None else ("group", work.group_id)].append(work)
    return list(found.values())


@transaction.atomic
def take_back(assignment: Assignment) -> None:
    """Only while nobody has written a review."""
    if assignment.peer_reviews.exclude(done_at=None).exists():
        raise ClassError("A review has been written already. What students wrote stays.")
    assignment.peer_reviews.all().delete()
    assignment.peers_due_at = assignment.peers_shown_at = None
    assignment.save(update_fields=["peers_due_at", "peers_shown_at"])


def is_calibrated(review: PeerReview) -> bool:
    """Whether the reviewer has looked at the reference, which comes first."""
    mine = PeerReview.objects.filter(assignment_id=review.assignment_id, reviewer_id=review.reviewer_id)
    return mine.filter(submission=None).exclude(done_at=None).exists()


def write(review: PeerReview, levels: Mapping[str, int], words: str, *, at: datetime) -> None:
    """Saves all lines of the rubric and words for the author. A review of the reference cannot be changed; the others
    can until authors read them."""
    rubric = review.assignment.data.rubric
    if review.assignment.peers_shown_at is not None:
        raise ClassError("The authors can read the reviews: they cannot be changed any more.")
    if review.submission is None and review.done_at is not None:
        raise ClassError("You have seen how the reference is judged, so your review of it cannot be changed.")
    if review.submission is not None and not is_calibrated(review):
        raise ClassError("Begin with Design 1, on which everybody is measured.")
    missing = [line.title for key, line in rubric.items() if not 0 <= levels.get(key, -1) < len(line.levels)]
    if missing:
        raise ClassError(f"Choose a level for: {', '.join(missing)}.")
    kept = tidy(words, 3_000)
    if review.submission is not None and not kept:
        raise ClassError("Say in a few words what is good and what is missing: the author reads it.")
    review.levels, review.words, review.done_at = json.dumps(dict(levels)), kept, at
    review.save(update_fields=["levels", "words", "done_at"])


def show(assignment: Assignment, *, at: datetime) -> None:
    """Lets authors read their reviews."""
    if assignment.peers_due_at is None:
        raise ClassError("No peer reviews were handed out.")
    assignment.peers_shown_at = at
    assignment.save(update_fields=["peers_shown_at"])
    authors = [work.student for unit in _units(assignment) for work in unit]
    notify(authors, NoticeKind.REVIEWS, assignment, at=at)


def reference_case(assignment: Assignment) -> Case:
    """The reference as if a student had handed it in."""
    scenario = assignment.data
    document = Document.model_validate(reference_of(scenario))
    given = starting_document(assignment, scenario, {})
    return Case(scenario, analyse(document, all_figures()), expected_results(scenario), [], given)


def right_levels(assignment: Assignment) -> dict[str, int]:
    """The levels of the reference, as the evidence gives them; without lines of which it says nothing."""
    lines = marked(reference_case(assignment))
    return {line.key: line.suggested for line in lines if line.suggested is not None}
