"""Due times and cut-offs of individual students."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from classrooms.access import led_assignment
from classrooms.forms import TimesForm
from classrooms.models import Assignment
from classrooms.selectors.classes import students_in_order
from classrooms.services import work as working
from web.sent.typed import LARGEST_KEY, whole_number
from web.watching.audit import record


@require_http_methods(["GET", "HEAD", "POST"])
def assignment_times(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """Who has times of their own, and a form that gives them; `back` takes those of one student back."""
    assignment = led_assignment(request, assignment_id)
    if request.method == "POST" and "back" in request.POST:
        return _taken_back(request, assignment)
    students = students_in_order(assignment.classroom)
    asked = whole_number(request.GET.get("student", ""), most=LARGEST_KEY)
    form = TimesForm(
        request.POST or None, assignment=assignment, students=students, initial={"students": [asked] if asked else []}
    )
    if request.method == "POST" and form.is_valid():
        clean = form.cleaned_data
        for student in clean["students"]:
            working.extend(assignment, student, clean["due_at"], cut_off_at=clean["cut_off_at"], at=timezone.now())
            record("extension", request, assignment=assignment.pk, student=student.pk)
        count = len(clean["students"])
        messages.success(request, f"{count} student{'s have' if count != 1 else ' has'} other times now.")
        return redirect("classrooms:assignment_times", assignment.pk)
    extended = assignment.works.exclude(due_at=None).select_related("student__user")
    context = {
        "section": "classes",
        "assignment": assignment,
        "classroom": assignment.classroom,
        "form": form,
        "extended": [each for each in extended.order_by("student__name", "pk") if each.student.left_at is None],
    }
    return render(request, "classrooms/assignment_times.html", context, status=422 if form.is_bound else 200)


def _taken_back(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    asked = whole_number(request.POST["back"], most=LARGEST_KEY)
    work = get_object_or_404(assignment.works.exclude(due_at=None).select_related("student__user"), pk=asked or 0)
    working.extend(assignment, work.student, None, at=timezone.now())
    record("extension taken back", request, assignment=assignment.pk, student=work.student_id)
    messages.success(request, f"{work.student} has the usual times again.")
    return redirect("classrooms:assignment_times", assignment.pk)
