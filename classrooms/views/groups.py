"""The groups of an assignment: made by hand, at random, from the roster, or as in another assignment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from classrooms.access import led_assignment
from classrooms.forms import GroupSizeForm
from classrooms.models import Assignment, Membership
from classrooms.selectors.classes import students_in_order
from classrooms.services import groups
from classrooms.services.errors import ClassError
from web.sent.typed import LARGEST_KEY, whole_number
from web.watching.audit import record


@require_http_methods(["GET", "HEAD", "POST"])
def assignment_groups(request: HttpRequest, assignment_id: int) -> HttpResponse:
    assignment = led_assignment(request, assignment_id)
    students = students_in_order(assignment.classroom)
    form = GroupSizeForm(request.POST if request.POST.get("do") == "random" else None)
    if request.method == "POST" and (not form.is_bound or form.is_valid()):
        try:
            names = _wanted(request, assignment, students, form)
            done = groups.set_groups(assignment, names, at=timezone.now())
        except ClassError as error:
            messages.error(request, str(error))
        else:
            record("groups set", request, assignment=assignment.pk, moved=done.moved)
            people = "1 person is" if done.moved == 1 else f"{done.moved} people are"
            messages.success(request, f"{people} in another group than before. There are {done.groups} groups.")
            return redirect("classrooms:assignment_groups", assignment.pk)
    works = {each.student_id: each for each in assignment.works.select_related("group")}
    rows = [_row(request, each, works) for each in students]
    context: dict[str, Any] = {
        "section": "classes",
        "assignment": assignment,
        "classroom": assignment.classroom,
        "form": form,
        "rows": rows,
        "names": sorted({name for _, name, _ in rows if name}),
        "others": assignment.classroom.assignments.filter(groups__isnull=False).exclude(pk=assignment.pk).distinct(),
        "may_group": assignment.is_design and assignment.start != Assignment.Start.INTERVIEW,
    }
    return render(
        request, "classrooms/assignment_groups.html", context, status=422 if request.method == "POST" else 200
    )


def _wanted(
    request: HttpRequest, assignment: Assignment, students: list[Membership], form: GroupSizeForm
) -> Mapping[Membership, str]:
    """The group of each student, by the button that was pressed."""
    does = request.POST.get("do", "")
    if does == "random":
        if assignment.groups.exclude(design=None).exists():
            raise ClassError("A group has begun to draw. Move people by hand from now on.")
        return groups.at_random(students, form.cleaned_data["size"])
    if does == "roster":
        return groups.from_roster(students)
    if does == "as-in":
        asked = whole_number(request.POST.get("other", ""), most=LARGEST_KEY)
        other = assignment.classroom.assignments.filter(pk=asked or 0).first()
        if other is None:
            raise ClassError("Choose an assignment of this class.")
        return groups.as_in(other, students)
    return {each: request.POST[f"group-{each.pk}"] for each in students if f"group-{each.pk}" in request.POST}


def _row(request: HttpRequest, student: Membership, works: Mapping[int, Any]) -> tuple[Membership, str, bool]:
    """Student, group as typed or as it stands, and whether something was handed in."""
    work = works.get(student.pk)
    standing = work.group.name if work and work.group else ""
    return student, request.POST.get(f"group-{student.pk}", standing), bool(work and work.returned_at)
