"""Assignments as instructors see them: given, watched as they grow, looked at as a whole, exported."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from classrooms import selectors
from classrooms.access import Role, assignment_of_member, signed_in, taught_assignment, taught_class
from classrooms.forms import AssignmentEditForm, AssignmentForm, suggested_times
from classrooms.models import Assignment, Membership
from classrooms.pages.marks_file import marks_csv
from classrooms.review.cohort import cohort_of
from classrooms.services import assignments
from classrooms.services.summaries import refresh
from classrooms.views.students import student_assignment
from designs.models import Scenario
from designs.pages.drawings import drawn
from designs.scenarios.schema import CHECK_WORDS
from web.audit import record

SECTION = {"section": "classes"}
A_PAGE = 30


@require_http_methods(["GET", "HEAD", "POST"])
def assignment_new(request: HttpRequest, classroom_id: int) -> HttpResponse:
    classroom, user = taught_class(request, classroom_id), signed_in(request)
    scenarios = Scenario.objects.viewable_by(user.pk, is_staff=user.is_staff).brief()
    initial = {**suggested_times(timezone.now(), classroom.time_zone), "may_resubmit": True}
    initial["scenario"] = (
        Scenario.objects.filter(slug=request.GET.get("scenario", "")).values_list("pk", flat=True).first()
    )
    form = AssignmentForm(request.POST or None, zone=classroom.time_zone, scenarios=scenarios, initial=initial)
    if request.method == "POST" and form.is_valid():
        clean = form.cleaned_data
        is_design = clean["kind"] == Assignment.Kind.DESIGN
        assignment = assignments.create_assignment(
            classroom,
            values=form.values(),
            # The form's choices leave out what a list does not need; what is given out needs it.
            scenario=Scenario.objects.get(pk=clean["scenario"].pk) if is_design else None,
            topics=[] if is_design else [topic.slug for topic in clean["topics"]],
            at=timezone.now(),
        )
        messages.success(request, f"{assignment} is given out.")
        return redirect(assignment)
    context = {**SECTION, "classroom": classroom, "form": form}
    return render(request, "classrooms/assignment_form.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def assignment_edit(request: HttpRequest, assignment_id: int) -> HttpResponse:
    assignment = taught_assignment(request, assignment_id)
    classroom = assignment.classroom
    initial = {
        "title": assignment.title,
        "instructions": assignment.instructions,
        "opens_at": assignment.opens_at,
        "due_at": assignment.due_at,
        "may_resubmit": assignment.may_resubmit,
    }
    with timezone.override(classroom.time_zone):
        form = AssignmentEditForm(
            request.POST or None, zone=classroom.time_zone, scenarios=Scenario.objects.none(), initial=initial
        )
        if request.method == "POST" and form.is_valid():
            assignments.change_assignment(assignment, form.values())
            messages.success(request, "Saved.")
            return redirect(assignment)
        context = {**SECTION, "classroom": classroom, "form": form, "assignment": assignment}
        return render(request, "classrooms/assignment_form.html", context, status=422 if form.is_bound else 200)


@require_safe
def assignment_detail(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """The grid for instructors, the task for students."""
    assignment, member = assignment_of_member(request, assignment_id)
    if member.role != Role.INSTRUCTOR:
        return student_assignment(request, assignment, member)
    context = {**SECTION, "assignment": assignment, "classroom": assignment.classroom, "now": timezone.now()}
    if not assignment.is_design:
        context["learners"] = selectors.study_progress(assignment)
        return render(request, "classrooms/assignment_study.html", context)
    context |= _grid(request, assignment)
    context["is_outdated"] = assignments.is_outdated(assignment)
    return render(request, "classrooms/assignment_taught.html", context)


@require_safe
def assignment_grid(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """The drafts as they stand, asked for again every few seconds."""
    assignment = taught_assignment(request, assignment_id)
    context = {"assignment": assignment, **_grid(request, assignment)}
    return render(request, "classrooms/_grid.html", context)


def _grid(request: HttpRequest, assignment: Assignment) -> dict[str, Any]:
    students = selectors.students_of(assignment.classroom)
    page: Page[Membership] = Paginator(students, A_PAGE).get_page(request.GET.get("page"))
    works = selectors.works_by_student(assignment, [student.pk for student in page])
    behind = refresh(works.values())
    tiles = [{"student": student, "work": works.get(student.pk), "drawing": ""} for student in page]
    for tile in tiles:
        work = tile["work"]
        if work is not None and work.design is not None:
            diagram = work.design.data().get("diagram", {})
            tile["drawing"] = drawn(diagram, title=f"The drawing of {tile['student']}", is_thumbnail=True)
    return {"tiles": tiles, "page": page, "behind": behind}


@require_POST
def assignment_push(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """Brings the corrected scenario into running work."""
    assignment = taught_assignment(request, assignment_id)
    report = assignments.push_correction(assignment, at=timezone.now())
    record("scenario correction pushed", request, assignment=assignment.pk)
    messages.success(request, f"The correction is in {report.updated} designs.")
    for student, place in report.kept[:10]:
        messages.info(request, f"{student} had changed {place}: that stays theirs.")
    return redirect(assignment)


@require_safe
def assignment_cohort(request: HttpRequest, assignment_id: int) -> HttpResponse:
    assignment = taught_assignment(request, assignment_id)
    works = list(assignment.works.exclude(design=None).select_related("design", "assignment", "student__user"))
    behind = refresh(works)
    results = {
        name: (figure.label, figure.tolerance / 100)
        for name, figure in (assignment.data.figures if assignment.is_design else {}).items()
        if figure.kind == "result"
    }
    known = [work.shown_summary for work in works if work.summary_version >= 0]
    words = {str(check): said for check, said in CHECK_WORDS.items()}
    context = {
        **SECTION,
        "assignment": assignment,
        "classroom": assignment.classroom,
        "cohort": cohort_of(known, checks=words, results=results) if known else None,
        "behind": behind,
    }
    return render(request, "classrooms/assignment_cohort.html", context)


@require_safe
def assignment_marks(request: HttpRequest, assignment_id: int) -> HttpResponse:
    assignment = taught_assignment(request, assignment_id)
    students = list(selectors.students_of(assignment.classroom, with_former=True))
    works = selectors.works_by_student(assignment, [student.pk for student in students])
    record("marks exported", request, assignment=assignment.pk)
    text = marks_csv(assignment, students, works) if assignment.is_design else selectors.study_csv(assignment)
    response = HttpResponse("\ufeff" + text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="marks-{assignment.pk}.csv"'
    return response
