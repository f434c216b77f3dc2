"""One student's work: what the instructor marks and says, and what the student reads once it was given back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST, require_safe

from classrooms import selectors
from classrooms.access import signed_in, taught_work, work_for
from classrooms.models import Work
from classrooms.review.elements import named_elements
from classrooms.services import work as working
from classrooms.services.classes import ClassError
from classrooms.services.summaries import case_of
from designs.interviews.marking import marked, total
from designs.pictures.diagram import draw
from web.audit import record
from web.typed import whole_number


@require_safe
def work_detail(request: HttpRequest, work_id: int) -> HttpResponse:
    work, is_taught = work_for(request, work_id)
    if work.design is None:
        messages.error(request, "The design of this work is gone.")
        return redirect(work.assignment)
    if not is_taught and work.returned_at is None:
        messages.info(request, "Your teacher has not given this back yet.")
        return redirect(work.assignment)
    document = work.design.data()
    case = case_of(work)
    levels = {mark.dimension: mark for mark in work.marks.all()}
    svg = draw(document.get("diagram", {}), title="The drawing")
    context = {
        "section": "classes",
        "work": work,
        "assignment": work.assignment,
        "classroom": work.assignment.classroom,
        "is_taught": is_taught,
        "lines": [{"marked": line, "mark": levels.get(line.key)} for line in marked(case)],
        "points": total(case.scenario.rubric, {key: mark.level for key, mark in levels.items()}),
        "analysis": case.analysis,
        "comments": selectors.comments_of(work, document),
        "elements": named_elements(document) if is_taught else [],
        "submissions": list(work.submissions.all()),
        "drawing": mark_safe(svg),  # noqa: S308 - ours, its words escaped
        "neighbours": selectors.neighbours_of(work) if is_taught else None,
    }
    return render(request, "classrooms/work_detail.html", context)


@require_POST
def work_comment(request: HttpRequest, work_id: int) -> HttpResponse:
    work = taught_work(request, work_id)
    typed = request.POST.get("version", "")
    try:
        working.comment(
            work,
            request.POST.get("words", ""),
            author=signed_in(request),
            element=request.POST.get("element", "")[:300],
            version=whole_number(typed),
            at=timezone.now(),
        )
    except ClassError as error:
        messages.error(request, str(error))
    return redirect(f"{work.get_absolute_url()}#comments")


@require_POST
def comment_delete(request: HttpRequest, work_id: int, comment_id: int) -> HttpResponse:
    """Their own words; nobody takes back a colleague's."""
    work = taught_work(request, work_id)
    get_object_or_404(work.comments.filter(author=signed_in(request)), pk=comment_id).delete()
    return redirect(f"{work.get_absolute_url()}#comments")


@require_POST
def work_mark(request: HttpRequest, work_id: int) -> HttpResponse:
    """All levels of the form and the words; `return` also gives them to the student."""
    work = taught_work(request, work_id)
    try:
        _mark_all(request, work)
    except ClassError as error:
        messages.error(request, str(error))
        return redirect(work)
    if request.POST.get("return"):
        working.return_feedback(work, request.POST.get("feedback", ""), at=timezone.now())
        record("feedback returned", request, work=work.pk)
        messages.success(request, f"{work.student} can read it now.")
    else:
        working.keep_feedback(work, request.POST.get("feedback", ""))
        messages.success(request, "Kept, and not shown to the student yet.")
    return redirect(work)


def _mark_all(request: HttpRequest, work: Work) -> None:
    for dimension in work.assignment.data.rubric:
        level = whole_number(request.POST.get(f"level-{dimension}", ""))
        if level is not None:
            note = request.POST.get(f"note-{dimension}", "")
            working.mark(work, dimension=dimension, level=level, note=note)
