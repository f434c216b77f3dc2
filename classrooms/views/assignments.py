"""Assignments as instructors see them: given, watched as they grow, looked at as a whole, exported."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from classrooms.access import assignment_of_member, led_assignment, led_class, signed_in, taught_assignment
from classrooms.forms import AssignmentEditForm, AssignmentForm, suggested_times
from classrooms.models import TEACHING, Assignment, Membership
from classrooms.pages.grid import called, changes_of, grid_of, one_a_group, people_in
from classrooms.pages.marks_file import marks_csv
from classrooms.review.cohort import cohort_of, points_spread
from classrooms.selectors.classes import students_in_order
from classrooms.selectors.opinions import agreement_in
from classrooms.selectors.study import study_csv, study_progress
from classrooms.selectors.works import queue_of, works_by_student
from classrooms.services import assignments
from classrooms.services.errors import ClassError
from classrooms.services.summaries import refresh, summary_shown
from classrooms.views.students import student_assignment
from designs.models import Scenario
from designs.scenarios.schema import CHECK_WORDS
from studyguide.models import Topic
from web.sent.once import sent_once
from web.shown.render import csv_download
from web.watching.audit import record

SECTION = {"section": "classes"}
A_PAGE = 60


@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
def assignment_new(request: HttpRequest, classroom_id: int) -> HttpResponse:
    classroom, user = led_class(request, classroom_id), signed_in(request)
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
            # The form's choices load fewer fields than an assignment needs.
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
    assignment = led_assignment(request, assignment_id)
    classroom = assignment.classroom
    initial = {
        "title": assignment.title,
        "instructions": assignment.instructions,
        "points": assignment.points,
        "opens_at": assignment.opens_at,
        "due_at": assignment.due_at,
        "may_resubmit": assignment.may_resubmit,
        "is_anonymous": assignment.is_anonymous,
        "is_double_marked": assignment.is_double_marked,
        "cut_off_at": assignment.cut_off_at,
    }
    with timezone.override(classroom.time_zone):
        form = AssignmentEditForm(
            request.POST or None, zone=classroom.time_zone, scenarios=Scenario.objects.none(), initial=initial
        )
        if request.method == "POST" and form.is_valid():
            if assignment.is_anonymous and not form.cleaned_data["is_anonymous"]:
                record("names shown", request, assignment=assignment.pk)
            assignments.change_assignment(assignment, form.values())
            messages.success(request, "Saved.")
            return redirect(assignment)
        can_delete = not assignments.is_begun(assignment)
        context = {**SECTION, "classroom": classroom, "form": form, "assignment": assignment, "can_delete": can_delete}
        return render(request, "classrooms/assignment_form.html", context, status=422 if form.is_bound else 200)


@require_safe
def assignment_detail(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """The grid for instructors, the task for students."""
    assignment, member = assignment_of_member(request, assignment_id)
    if member.role not in TEACHING:
        return student_assignment(request, assignment, member)
    context = {**SECTION, "assignment": assignment, "classroom": assignment.classroom, "now": timezone.now()}
    if not assignment.is_design:
        context["learners"] = study_progress(assignment)
        return render(request, "classrooms/assignment_study.html", context)
    context |= _grid(request, assignment)
    context["is_outdated"] = assignments.is_outdated(assignment)
    return render(request, "classrooms/assignment_taught.html", context)


@require_safe
def assignment_grid(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """The drafts as they stand, asked for again every few seconds: with `have`, the stamps of the tiles that the page
    holds, those alone that changed since."""
    assignment = taught_assignment(request, assignment_id)
    page = _page_of_people(request, assignment)
    stamps = frozenset(request.GET.getlist("have")[: 2 * A_PAGE])
    grid = changes_of(assignment, list(page), stamps) if stamps else grid_of(assignment, list(page))
    if grid is None:
        return HttpResponse(status=204)
    context = {"assignment": assignment, "grid": grid, "page": page}
    if not grid.is_whole:
        return render(request, "classrooms/_grid_changes.html", context)
    response = render(request, "classrooms/_grid.html", context)
    response["HX-Retarget"], response["HX-Reswap"] = "#grid", "outerHTML"
    return response


def _grid(request: HttpRequest, assignment: Assignment) -> dict[str, Any]:
    page = _page_of_people(request, assignment)
    return {"grid": grid_of(assignment, list(page)), "page": page}


def _page_of_people(request: HttpRequest, assignment: Assignment) -> Page[Membership]:
    return Paginator(people_in(assignment), A_PAGE).get_page(request.GET.get("page"))


@require_http_methods(["GET", "HEAD", "POST"])
def assignment_push(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """Shows what a corrected scenario changes, and brings it into running work."""
    assignment = led_assignment(request, assignment_id)
    if not assignments.is_outdated(assignment):
        messages.info(request, "The scenario is as it was given out: there is nothing to bring in.")
        return redirect(assignment)
    if request.method != "POST":
        preview = assignments.preview_correction(assignment)
        context = {**SECTION, "assignment": assignment, "classroom": assignment.classroom, "preview": preview}
        return render(request, "classrooms/assignment_push.html", context)
    report = assignments.push_correction(assignment, by=signed_in(request), at=timezone.now())
    record("scenario correction pushed", request, assignment=assignment.pk)
    messages.success(request, f"The correction is in {report.updated} design{'s' * (report.updated != 1)}.")
    for student, place in report.kept[:10]:
        messages.info(request, f"{student} had changed {place}: that stays theirs.")
    return redirect(assignment)


@require_safe
def assignment_queue(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """Everybody in one list for marking, with what is next."""
    assignment = taught_assignment(request, assignment_id)
    if not assignment.is_design:
        return redirect(assignment)
    queue = queue_of(assignment, reader=signed_in(request).pk)
    wanted = request.GET.get("state", "")
    chosen = {"ready": queue.ready, "asking": queue.asking}
    rows = chosen[wanted] if wanted in chosen else [row for row in queue.rows if wanted in ("", row.state)]
    context = {
        **SECTION,
        "assignment": assignment,
        "classroom": assignment.classroom,
        "queue": queue,
        "rows": rows,
        "ready_works": {row.work.pk for row in queue.ready if row.work},
        "wanted": wanted,
        "counts": [(state, count) for state, count in queue.counts.items() if count],
        "spread": points_spread(queue),
        "agreement": agreement_in(assignment) if assignment.is_double_marked else None,
    }
    return render(request, "classrooms/assignment_queue.html", context)


@require_POST
def assignment_delete(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """Only while nobody has begun: what students made is never deleted with it."""
    assignment = led_assignment(request, assignment_id)
    try:
        assignments.delete_assignment(assignment)
    except ClassError as error:
        messages.error(request, str(error))
        return redirect("classrooms:assignment_edit", assignment_id)
    messages.success(request, f"{assignment} is deleted.")
    return redirect(assignment.classroom)


@require_safe
def assignment_cohort(request: HttpRequest, assignment_id: int) -> HttpResponse:
    assignment = taught_assignment(request, assignment_id)
    students = students_in_order(assignment.classroom)
    found = works_by_student(assignment)
    works = [found[each.pk] for each in students if each.pk in found]
    works = [each for each in works if each.design is not None or each.last_submission is not None]
    works = one_a_group(works)
    behind = refresh(works)
    results = {
        name: (figure.label, figure.tolerance / 100)
        for name, figure in (assignment.data.figures if assignment.is_design else {}).items()
        if figure.kind == "result"
    }
    known = [(called(work), summary_shown(work)) for work in works if summary_shown(work)]
    words = {str(check): said for check, said in CHECK_WORDS.items()}
    topics = {slug for _, each in known for finding in each["findings"] if (slug := finding["topic"])}
    titles = dict(Topic.objects.filter(slug__in=topics).values_list("slug", "title"))
    context = {
        **SECTION,
        "assignment": assignment,
        "classroom": assignment.classroom,
        "cohort": cohort_of(known, checks=words, results=results, topics=titles) if known else None,
        "handed_in": sum(work.last_submission is not None for work in works),
        "spread": points_spread(queue_of(assignment)),
        "behind": behind,
    }
    return render(request, "classrooms/assignment_cohort.html", context)


@require_safe
def assignment_marks(request: HttpRequest, assignment_id: int) -> HttpResponse:
    assignment = taught_assignment(request, assignment_id)
    students = students_in_order(assignment.classroom, with_former=True)
    works = works_by_student(assignment, [student.pk for student in students])
    record("marks exported", request, assignment=assignment.pk)
    text = marks_csv(assignment, students, works) if assignment.is_design else study_csv(assignment)
    return csv_download(text, name=f"marks-{assignment.pk}.csv")
