"""Assignments as students see them: what is due, begun, handed in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from classrooms.access import Role, assignment_of_member, own_work
from classrooms.models import Assignment, Membership, Work
from classrooms.pages.peers import peers_of
from classrooms.selectors.study import topics_with_progress
from classrooms.selectors.works import comments_of, group_names
from classrooms.services import work as working
from classrooms.services.errors import ClassError
from designs.models import Interview
from designs.services.interviews import finish


def student_assignment(request: HttpRequest, assignment: Assignment, member: Membership) -> HttpResponse:
    """The task, and how far one is with it. Before it opens only its name and times are shown."""
    now = timezone.now()
    context = {
        "section": "classes",
        "assignment": assignment,
        "classroom": assignment.classroom,
        "is_open": assignment.opens_at <= now,
        "now": now,
    }
    if assignment.is_design:
        work = Work.objects.filter(assignment=assignment, student=member).select_related("design", "group").first()
        context |= _own_work(assignment, work, now)
        context["reviews"] = list(member.peer_reviews.filter(assignment=assignment))
        context["has_peers"] = work is not None and bool(peers_of(work, for_author=True).reviews)
    else:
        context["topics"] = topics_with_progress(assignment, member.user_id)
    return render(request, "classrooms/assignment_attended.html", context)


def _own_work(assignment: Assignment, work: Work | None, now: datetime) -> dict[str, Any]:
    if work is None:
        return {"work": None, "submissions": [], "due_at": assignment.due_at, "cut_off_at": assignment.cut_off_at}
    work.assignment = assignment
    return {
        "work": work,
        "submissions": work.counting,
        "due_at": working.due_time(work),
        "cut_off_at": working.cut_off(work),
        "is_binned": work.design is not None and work.design.binned_at is not None,
        "has_comments": comments_of(work, shown_only=True).exists(),
        "together": group_names(work),
        "cannot_hand_in": working.why_not(work, at=now),
        "corrections": assignment.revisions.filter(number__gt=1).exclude(changes="[]").order_by("-number"),
    }


@require_POST
def assignment_begin(request: HttpRequest, assignment_id: int) -> HttpResponse:
    assignment, member = assignment_of_member(request, assignment_id)
    if member.role != Role.STUDENT or not assignment.is_design:
        messages.error(request, "Only students begin work here.")
        return redirect(assignment)
    try:
        work = working.begin_work(assignment, member, at=timezone.now())
    except ClassError as error:
        messages.error(request, str(error))
        return redirect(assignment)
    return redirect("designs:design_detail", work.design_id)


@require_POST
def work_submit(request: HttpRequest, work_id: int) -> HttpResponse:
    work = own_work(request, work_id)
    try:
        submission = working.submit(work, at=timezone.now())
    except ClassError as error:
        messages.error(request, str(error))
    else:
        late = ", after it was due" if submission.is_late else ""
        _stop_the_clock(work)
        messages.success(request, f"Version {submission.version} is handed in{late}.")
    return redirect(get_object_or_404(Assignment, pk=work.assignment_id))


def _stop_the_clock(work: Work) -> None:
    """Handing in ends a mock interview."""
    interview = Interview.objects.filter(design=work.design, finished_at=None).select_related("design").first()
    if interview is not None:
        finish(interview, author=work.student.user, at=timezone.now())
