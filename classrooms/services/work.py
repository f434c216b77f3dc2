"""A student's work: begun, and handed in."""

from __future__ import annotations

import json
from datetime import datetime

from django.db import transaction

from accounts.models import User
from classrooms.models import Assignment, Group, Membership, Submission, Work
from classrooms.services.errors import ClassError
from classrooms.services.starting import figures_for, starting_document
from designs.document import text
from designs.models import Design, Interview
from designs.selectors.interviews import state_of
from designs.services.interviews import start_interview
from designs.services.saving import create_design


def begin_work(assignment: Assignment, student: Membership, *, at: datetime) -> Work:
    """The student's design for an assignment, made when it is first asked for. Asked again it is the same."""
    if assignment.opens_at > at:
        raise ClassError("This is not open yet.")
    if assignment.classroom.is_archived:
        raise ClassError("This class is archived.")
    with transaction.atomic():
        work = begun_work(assignment, student, at=at)
        if work.group_id is not None:
            _begin_together(work, work.group_id, at=at)
        elif work.design is None:
            work.design = _design_for(work, at=at)
            work.save(update_fields=["design"])
    return work


def begun_work(assignment: Assignment, student: Membership, *, at: datetime) -> Work:
    """The student's, with or without a design."""
    work, _ = Work.objects.get_or_create(
        assignment=assignment, student=student, defaults=_beginning(assignment, student, at)
    )
    return work


def _begin_together(work: Work, group_id: int, *, at: datetime) -> None:
    """The first of a group makes the design; the others find it."""
    group = Group.objects.select_for_update().get(pk=group_id)
    if group.design is None:
        group.design = _design_for(work, at=at)
        group.save(update_fields=["design"])
    group.works.update(design=group.design)
    work.design = group.design


def _beginning(assignment: Assignment, student: Membership, at: datetime) -> dict[str, object]:
    return {
        "started_at": at,
        "revision": assignment.revision,
        "own_figures": json.dumps(figures_for(assignment, student.pk)),
    }


def extend(
    assignment: Assignment,
    student: Membership,
    due_at: datetime | None,
    *,
    cut_off_at: datetime | None = None,
    at: datetime,
) -> Work:
    """Gives one student other times, or with None the usual ones again. What was handed in is judged anew."""
    with transaction.atomic():
        work = begun_work(assignment, student, at=at)
        work.assignment = assignment
        work.due_at, work.cut_off_at = due_at, cut_off_at
        work.save(update_fields=["due_at", "cut_off_at"])
        for each in work.submissions.all():
            each.is_late = each.at > due_time(work)
            each.save(update_fields=["is_late"])
    return work


def due_time(work: Work) -> datetime:
    """When this work is due: the extension if there is one."""
    return work.due_at or work.assignment.due_at


def cut_off(work: Work) -> datetime | None:
    """The moment after which nothing is taken: that of this student, else that of all, and never before it is due."""
    if work.cut_off_at is not None:
        return work.cut_off_at
    usual = work.assignment.cut_off_at
    return None if usual is None else max(usual, due_time(work))


def _design_for(work: Work, *, at: datetime) -> Design:
    assignment, owner = work.assignment, work.student.user
    if assignment.start == Assignment.Start.INTERVIEW and assignment.scenario is not None:
        interview = start_interview(assignment.scenario, owner=owner, at=at, figures=work.figures)
        return interview.design
    document = starting_document(assignment, assignment.data, work.figures)
    return create_design(owner=owner, document=document, at=at)


def running_interview(work: Work) -> Interview | None:
    """The student's interview while its clock runs."""
    if work.design_id is None or work.student.left_at is not None:
        return None
    running = Interview.objects.filter(design_id=work.design_id, design__binned_at=None, finished_at=None)
    return running.select_related("design").first()


def submit(work: Work, *, at: datetime, taken_by: User | None = None) -> Submission:
    """Hands in the design as it is now, for all of a group, with all that marking will need. A later version may
    follow, if the assignment allows it; late is marked, for each by their own times. With `taken_by` an instructor
    takes the draft as it is, whatever the times say."""
    assignment = work.assignment
    if work.design is None:
        raise ClassError("There is no design to hand in.")
    if assignment.classroom.is_archived:
        raise ClassError("This class is archived.")
    if taken_by is None:
        _may_hand_in(work, at)
    interview = json.dumps(_of_interview(work, at))
    with transaction.atomic():
        submissions = [_handed_in(each, work, interview, at=at, taken_by=taken_by) for each in _together(work)]
    return submissions[0]


def _together(work: Work) -> list[Work]:
    """The work, and those of the others of its group."""
    if work.group_id is None:
        return [work]
    others = Work.objects.filter(group_id=work.group_id, student__left_at=None).exclude(pk=work.pk)
    return [work, *others.select_related("assignment")]


def _handed_in(work: Work, presser: Work, interview: str, *, at: datetime, taken_by: User | None) -> Submission:
    design = presser.design
    if design is None:
        raise ClassError("There is no design to hand in.")
    submission, _ = Submission.objects.get_or_create(
        work=work,
        of_design=design.pk,
        version=design.version,
        defaults={
            "group_id": presser.group_id,
            "at": at,
            "is_late": at > due_time(work),
            "content": design.document,
            "figures": presser.own_figures,
            "revision": presser.revision,
            "interview": interview,
            "taken_by": taken_by,
        },
    )
    return submission


def _may_hand_in(work: Work, at: datetime) -> None:
    assignment, design = work.assignment, work.design
    if design is not None and design.binned_at is not None:
        raise ClassError("Your design is in the bin. Take it out first; then hand it in.")
    if work.last_submission is not None and not assignment.may_resubmit:
        raise ClassError("You have handed this in already, and it can be handed in only once.")
    last = cut_off(work)
    if last is not None and at > last:
        raise ClassError("It is too late to hand in for this assignment. Ask your teacher for more time.")
    if is_untouched(work):
        raise ClassError("There is nothing of yours in the design yet. Add to it first; then hand it in.")


def why_not(work: Work, *, at: datetime) -> str:
    """What prevents the student from handing in now, in words; "" when nothing does."""
    if work.assignment.classroom.is_archived:
        return "This class is archived."
    try:
        _may_hand_in(work, at)
    except ClassError as error:
        return str(error)
    return ""


def is_untouched(work: Work) -> bool:
    """Whether the draft is still what the student was given."""
    if work.design is None:
        return True
    if work.design.version == 0:
        return True
    return work.design.data() == text.load(work.design.snapshots.get(version=0).document)


def _of_interview(work: Work, at: datetime) -> dict[str, object]:
    interview = Interview.objects.filter(design=work.design).select_related("design").first()
    if interview is None:
        return {}
    state = state_of(interview, interview.finished_at or at)
    spent = [
        (each.stage.slug, each.stage.title, each.stage.begins_s, each.stage.ends_s, each.seconds)
        for each in state.time_spent
    ]
    return {"id": str(interview.pk), "hint_costs": state.hint_costs, "time_spent": spent}
