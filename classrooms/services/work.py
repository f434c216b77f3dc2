"""A student's work: begun, handed in, commented on, marked and given back."""

from __future__ import annotations

import json
from datetime import datetime

from django.db import transaction

from accounts.models import User
from classrooms.models import Assignment, Comment, Membership, Submission, Work, WorkMark
from classrooms.services.classes import ClassError
from classrooms.services.starting import figures_for, starting_document
from designs.document.patches import ABSENT, look_up
from designs.document.problems import place_of
from designs.models import Design
from designs.services.interviews import start_interview
from designs.services.saving import create_design
from web.typed import tidy


def begin_work(assignment: Assignment, student: Membership, *, at: datetime) -> Work:
    """The student's design for an assignment, made when it is first asked for. Asked again it is the same."""
    if assignment.opens_at > at:
        raise ClassError("This is not open yet.")
    if assignment.classroom.is_archived:
        raise ClassError("This class is archived.")
    with transaction.atomic():
        work, is_new = Work.objects.get_or_create(
            assignment=assignment,
            student=student,
            defaults={
                "started_at": at,
                "revision": assignment.revision,
                "own_figures": json.dumps(figures_for(assignment, student.pk)),
            },
        )
        if is_new or work.design is None:
            work.design = _design_for(work, at=at)
            work.save(update_fields=["design"])
    return work


def _design_for(work: Work, *, at: datetime) -> Design:
    assignment, owner = work.assignment, work.student.user
    if assignment.start == Assignment.Start.INTERVIEW and assignment.scenario is not None:
        interview = start_interview(assignment.scenario, owner=owner, at=at, figures=work.figures)
        return interview.design
    document = starting_document(assignment, assignment.data, work.figures)
    return create_design(owner=owner, document=document, at=at)


def submit(work: Work, *, at: datetime) -> Submission:
    """Hands in the design as it is now. A later version may follow, if the assignment allows it; late is marked."""
    if work.design is None:
        raise ClassError("There is no design to hand in.")
    if work.assignment.classroom.is_archived:
        raise ClassError("This class is archived.")
    if work.submissions.exists() and not work.assignment.may_resubmit:
        raise ClassError("You have handed this in already, and it can be handed in only once.")
    submission, _ = Submission.objects.get_or_create(
        work=work,
        version=work.design.version,
        defaults={"at": at, "is_late": at > work.assignment.due_at},
    )
    return submission


def comment(
    work: Work, words: str, *, author: User, element: str = "", version: int | None = None, at: datetime
) -> Comment:
    """A remark on the whole, on an element (JSON Pointer) or on a moment (a version)."""
    kept = tidy(words, 5_000)
    if not kept:
        raise ClassError("A comment needs words.")
    if work.design is None:
        raise ClassError("There is no design to comment on.")
    if element and look_up(work.design.data(), place_of(element)) is ABSENT:
        raise ClassError("The design has no such element any more.")
    if version is not None and not 0 <= version <= work.design.version:
        raise ClassError(f"The design has versions 0 to {work.design.version}.")
    return Comment.objects.create(work=work, author=author, at=at, element=element, version=version, words=kept)


def mark(work: Work, *, dimension: str, level: int, note: str) -> None:
    """A level of the assignment's rubric; marking again replaces it."""
    wanted = work.assignment.data.rubric.get(dimension)
    if wanted is None or not 0 <= level < len(wanted.levels):
        raise ClassError("The rubric has no such level.")
    WorkMark.objects.update_or_create(
        work=work, dimension=dimension, defaults={"level": level, "note": tidy(note, 2_000)}
    )


def return_feedback(work: Work, feedback: str, *, at: datetime) -> None:
    """Shows the student marks, comments and this text. Giving back again shows the newer ones."""
    work.feedback = tidy(feedback, 10_000)
    work.returned_at = at
    work.save(update_fields=["feedback", "returned_at"])


def keep_feedback(work: Work, feedback: str) -> None:
    """The words as far as they are written; what the student has been shown before stays shown."""
    work.feedback = tidy(feedback, 10_000)
    work.save(update_fields=["feedback"])
