"""Assignments as students see them: what is due, begun, handed in."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from classrooms import selectors
from classrooms.access import Role, assignment_of_member, own_work
from classrooms.models import Assignment, Membership, Work
from classrooms.services import work as working
from classrooms.services.classes import ClassError


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
        work = Work.objects.filter(assignment=assignment, student=member).select_related("design").first()
        context |= {"work": work, "submissions": list(work.submissions.all()) if work else []}
    else:
        context["topics"] = selectors.topics_with_progress(assignment, member.user_id)
    return render(request, "classrooms/assignment_attended.html", context)


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
        messages.success(request, f"Version {submission.version} is handed in{late}.")
    return redirect(get_object_or_404(Assignment, pk=work.assignment_id))
