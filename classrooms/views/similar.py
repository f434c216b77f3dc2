"""Designs of a class that are alike. A figure and a side by side, never a verdict."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from classrooms.access import taught_assignment
from classrooms.pages.similar import handed_in, pairs_of, side_by_side
from designs.pages.drawings import drawn


@require_safe
def assignment_similar(request: HttpRequest, assignment_id: int) -> HttpResponse:
    assignment = taught_assignment(request, assignment_id)
    if not assignment.is_design:
        return redirect(assignment)
    context = {
        "section": "classes",
        "assignment": assignment,
        "classroom": assignment.classroom,
        "pairs": pairs_of(assignment),
    }
    return render(request, "classrooms/assignment_similar.html", context)


@require_safe
def similar_pair(request: HttpRequest, assignment_id: int, one_id: int, other_id: int) -> HttpResponse:
    assignment = taught_assignment(request, assignment_id)
    works = {each.pk: each for each in handed_in(assignment)} if assignment.is_design else {}
    if one_id not in works or other_id not in works or one_id == other_id:
        raise Http404("There are no such two designs.")
    pair = side_by_side(assignment, works[one_id], works[other_id])
    sprite = static("icons.svg")
    drawings = [
        (work, drawn(document.get("diagram", {}), title=f"The drawing of {work.called}",
                     icon_href=lambda name: f"{sprite}#{name}"))
        for work, document in zip((works[one_id], works[other_id]), pair.documents, strict=True)
    ]  # fmt: skip
    context = {
        "section": "classes",
        "assignment": assignment,
        "classroom": assignment.classroom,
        "pair": pair,
        "drawings": drawings,
    }
    return render(request, "classrooms/similar_pair.html", context)
