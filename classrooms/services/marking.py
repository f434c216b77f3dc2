"""What instructors say about a work: comments, levels of the rubric, and what they give back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from classrooms.models import Assignment, Comment, NoticeKind, Remark, Return, Submission, Work, WorkMark
from classrooms.selectors.works import points_of, standing_marks
from classrooms.services.errors import ClassError
from classrooms.services.notices import notify
from classrooms.services.summaries import case_of_submission
from designs.document.elements import named_elements
from designs.document.patches import ABSENT, look_up
from designs.document.problems import place_of
from designs.interviews.marking import Marked, marked
from web.sent.typed import tidy


def document_of(work: Work, submission: Submission | None) -> dict[str, Any] | None:
    """The document to look at: the submission, otherwise the draft; None when neither exists."""
    if submission is not None:
        return submission.data()
    return work.design.data() if work.design else None


def comment(
    work: Work,
    words: str,
    *,
    author: User,
    at: datetime,
    element: str = "",
    version: int | None = None,
    submission: Submission | None = None,
    is_shown: bool = True,
) -> Comment:
    """A remark on the whole, on an element (JSON Pointer) or on a moment (a version). The student reads it at once, or
    with `is_shown` off when marks are given back."""
    kept = tidy(words, 5_000)
    if not kept:
        raise ClassError("A comment needs words.")
    document = document_of(work, submission)
    if document is None:
        raise ClassError("There is no design to comment on.")
    if element and look_up(document, place_of(element)) is ABSENT:
        raise ClassError("The design has no such element any more. Choose another one.")
    last = submission.version if submission and not work.design else work.design.version if work.design else 0
    if version is not None and not 0 <= version <= last:
        raise ClassError(f"The design has versions 0 to {last}, and not {version}.")
    return Comment.objects.create(
        work=work,
        author=author,
        at=at,
        element=element,
        about=dict(named_elements(document)).get(element, "") if element else "",
        version=version,
        words=kept,
        shown_at=at if is_shown else None,
    )


@transaction.atomic
def mark(submission: Submission, levels: Mapping[str, tuple[int, str]], *, feedback: str) -> None:
    """Keeps levels with notes, by dimension, and the words of the feedback. The student sees nothing of it yet."""
    work = submission.work
    rubric = work.assignment.data.rubric
    for dimension, (level, _) in levels.items():
        wanted = rubric.get(dimension)
        if wanted is None or not 0 <= level < len(wanted.levels):
            raise ClassError("The rubric has no such level.")
    for each in together(submission):
        for dimension, (level, note) in levels.items():
            WorkMark.objects.update_or_create(
                submission=each,
                dimension=dimension,
                defaults={
                    "work": each.work,
                    "level": level,
                    "note": tidy(note, 2_000),
                    "revision": work.assignment.revision,
                },
            )
        keep_feedback(each.work, feedback)


def together(submission: Submission) -> list[Submission]:
    """The submission, and the same version of the others who are in its group."""
    work = submission.work
    if submission.group_id is None or work.group_id != submission.group_id:
        return [submission]
    same = Submission.objects.filter(
        work__group_id=work.group_id, of_design=submission.of_design, version=submission.version, group=work.group_id
    )
    others = list(same.exclude(pk=submission.pk).select_related("work__student__user"))
    for each in others:
        each.work.assignment = work.assignment
    return [submission, *others]


def adjust(work: Work, points: int, reason: str) -> None:
    """Adds or subtracts points (of 100) for one person beside the group's mark; 0 removes the adjustment."""
    kept = tidy(reason, 300)
    if not -100 <= points <= 100:
        raise ClassError("Points for one person lie between -100 and 100.")
    if points and not kept:
        raise ClassError(f"Say why {work.student} gets other points than the rubric says.")
    work.adjustment, work.adjustment_reason = points, kept if points else ""
    work.save(update_fields=["adjustment", "adjustment_reason"])


def keep_feedback(work: Work, feedback: str) -> None:
    """Saves the feedback as far as it is written; what the student was given stays as it was."""
    work.feedback = tidy(feedback, 10_000)
    work.save(update_fields=["feedback"])


@transaction.atomic
def give_back(submission: Submission, *, by: User, at: datetime) -> Return:
    """Shows the student, or all of a group, the marks, notes and feedback as they are now. Given again, they read the
    newer ones. Answers with what this student was given.

    An archived class changes nothing any more: ClassError.
    """
    work = submission.work
    if work.assignment.classroom.is_archived:
        raise ClassError("This class is archived: nothing in it changes.")
    if work.assignment.is_double_marked and len(standing_marks(submission)) < len(work.assignment.data.rubric):
        raise ClassError("Two people mark this: it goes back once both have marked it and agree on every line.")
    remarks = dict(work.assignment.remarks.values_list("finding", "words"))
    lines = lines_of(submission)
    given = [_given(each, lines, remarks, by=by, at=at) for each in together(submission)]
    notify([each.work.student for each in given], NoticeKind.RETURNED, work.assignment, at=at)
    return given[0]


def _given(
    submission: Submission, marked_lines: list[Marked], remarks: Mapping[str, str], *, by: User, at: datetime
) -> Return:
    work, marks = submission.work, standing_marks(submission)
    lines = [_line(line, marks.get(line.key), remarks) for line in marked_lines]
    given = Return.objects.create(
        work=work,
        submission=submission,
        at=at,
        by=by,
        feedback=work.feedback,
        points=points_of(submission, {key: mark.level for key, mark in marks.items()}),
        out_of=work.assignment.points,
        adjustment=work.adjustment,
        adjustment_reason=work.adjustment_reason,
        sheet=json.dumps(lines, ensure_ascii=False),
    )
    work.returned_at = at
    work.save(update_fields=["returned_at"])
    work.comments.filter(shown_at=None).update(shown_at=at)
    return given


def remark(assignment: Assignment, finding: str, words: str) -> None:
    """Says something to all whose design fails a check, in everything returned from now on; "" removes it."""
    kept = tidy(words, 2_000)
    if kept:
        Remark.objects.update_or_create(assignment=assignment, finding=finding[:40], defaults={"words": kept})
    else:
        Remark.objects.filter(assignment=assignment, finding=finding).delete()


def lines_of(submission: Submission) -> list[Marked]:
    """The rubric with its evidence for what was handed in; [] where its document was not kept."""
    return marked(case_of_submission(submission)) if submission.content else []


def _line(line: Marked, mark: WorkMark | None, remarks: Mapping[str, str]) -> dict[str, Any]:
    return {
        "key": line.key,
        "title": line.dimension.title,
        "weight": line.dimension.weight,
        "levels": line.dimension.levels,
        "level": mark.level if mark else None,
        "note": mark.note if mark else "",
        "evidence": [
            {
                "asks": each.asks,
                "verdict": each.verdict,
                "words": each.words,
                "missed": list(each.missed),
                "remark": remarks.get(each.check, "") if each.falls_short else "",
            }
            for each in line.evidence
        ],
    }
