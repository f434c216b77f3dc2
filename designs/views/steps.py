"""The pages of the eight work areas: shown as forms, saved as patches."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods

from calculators.engine.shipped import all_figures
from designs.access import acting_user, editable_design, viewable_design
from designs.analysis.estimate import solved
from designs.analysis.report import analyse
from designs.document.describe import describe, place_words
from designs.document.figures import unreadable
from designs.document.patches import apply, diff
from designs.document.problems import DocumentTooLargeError, InvalidDocumentError, Problem
from designs.kept_sheets import KeptSheet, kept_by
from designs.methods.method import AREAS
from designs.models import Design
from designs.pages.analysis import finding_cards, summary
from designs.pages.frame import frame, new_id
from designs.pictures.wireframe import wireframe
from designs.views.diagrams import diagram_context
from designs.views.saving import base_of, problems_by_field, problems_of_error, save_form_patch
from designs.workbench.actions import UnknownActionError, perform
from designs.workbench.areas import AREA_CONTEXTS
from designs.workbench.aside import what_others_know
from designs.workbench.entries import read_entries
from designs.workbench.kept_sheets import OtherSheetError, brought
from designs.workbench.pages import on_pages
from designs.workbench.posted import read_posted
from web.sent.typed import whole_number

MOST_SAID = 3
DRAWING = "high-level"
BOTTLENECKS = "bottlenecks"
ESTIMATE = "estimate"
CARDS = {"ui": "screens", "data-model": "entities", "api": "operations", "detailed": "decisions"}


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, design_id: UUID, area: str) -> HttpResponse:
    if area not in AREAS:
        raise Http404(f"There is no step {area!r}.")
    if request.method == "POST":
        return _save(request, editable_design(request, design_id), area)
    design = viewable_design(request, design_id)
    return _show(request, design, area, design.data(), [])


def _save(request: HttpRequest, design: Design, area: str) -> HttpResponse:
    version, base = base_of(request, design)
    posted = read_posted(dict(request.POST.lists()), base, new_id=new_id)
    wanted = apply(base, posted.patch)
    entered = read_entries(request.POST, wanted, new_id=new_id)
    wanted = apply(wanted, entered.patch)
    problems = [*posted.problems, *entered.problems]
    try:
        wanted = apply(wanted, _done(request, wanted, request.POST.get("do", "")))
    except (UnknownActionError, OtherSheetError) as error:
        problems.append(Problem("", str(error)))
    if problems:
        return _show(request, design, area, wanted, problems, version=version, kept=entered.kept)
    back = _back(design, area, posted.added, page=_page(request))
    try:
        said = _said(base, wanted)
        return save_form_patch(
            request, design, diff(base, wanted), back=back, base_version=version, step=area, said=said
        )
    except (InvalidDocumentError, DocumentTooLargeError) as error:
        return _show(request, design, area, wanted, problems_of_error(error), version=version)


def _done(request: HttpRequest, document: dict[str, Any], asked: str) -> dict[str, Any]:
    """The patch of a button; {} for none. A sheet must be one that this person keeps."""
    verb, _, argument = asked.partition(":")
    if verb != "sheet":
        return perform(document, asked, new_id=new_id) if asked else {}
    kept = next((each for each in _kept_sheets(request) if each.id == argument), None)
    if kept is None:
        raise UnknownActionError("That sheet is not there any more.")
    found = brought(document, kept)
    if found.kept:
        names = ", ".join(found.kept[:MOST_SAID]) + (" …" if len(found.kept) > MOST_SAID else "")
        messages.info(request, f"These are in the estimate already and stay as they are there: {names}.")
    return found.patch


def _kept_sheets(request: HttpRequest) -> list[KeptSheet]:
    user = acting_user(request)
    return kept_by(user.pk if user else None)


def _show(
    request: HttpRequest,
    design: Design,
    area: str,
    document: dict[str, Any],
    problems: list[Problem],
    *,
    version: int | None = None,
    kept: dict[str, str] | None = None,
) -> HttpResponse:
    """The page, for the stored document or for one that could not be saved. `version` is the form's base."""
    context = frame(request, design, area=area, document=document)
    typed, method = context["typed"], context["method"]
    errors = problems_by_field([*problems, *_unreadable(document, problems)])
    order = method.areas
    place = order.index(area)
    estimate = solved(typed.estimate)
    context |= diagram_context(request, design) if area == DRAWING else AREA_CONTEXTS[area](document, errors)
    if area == ESTIMATE:
        context["kept_sheets"] = _kept_sheets(request)
    if area in CARDS:
        context |= _one_page(context[CARDS[area]], CARDS[area], _page(request))
    if area in (BOTTLENECKS, DRAWING):
        found = analyse(design.data(), all_figures())
        cards = finding_cards(found)
        open_findings = sum(not card.is_answered for card in cards)
        context |= {"cards": cards, "summary": summary(found), "open_findings": open_findings}
    for screen in context.get("screens", ()):
        # All given text is escaped.
        screen["svg"] = mark_safe(wireframe(screen["document"], title=screen["row"].name))  # noqa: S308
    context |= {
        "base": design.version if version is None else version,
        "problems": problems,
        "problem_lines": [
            (place_words(document, each.path), each.message) for each in problems if not each.path.startswith("line:")
        ],
        "line_kept": next(iter((kept or {}).values()), ""),
        "line_error": next((each.message for each in problems if each.path.startswith("line:")), ""),
        "step": next((each for each in context["rail"] if each["is_current"]), None),
        "aside": what_others_know(typed, estimate, area),
        "previous": AREAS[order[place - 1]] if place else None,
        "next": AREAS[order[place + 1]] if place + 1 < len(order) else None,
        "template": f"designs/areas/{area}.html",
    }
    template = "designs/workspace.html" if context.get("face") == "canvas" else "designs/step.html"
    return render(request, template, context, status=422 if problems else 200)


def _unreadable(document: dict[str, Any], problems: list[Problem]) -> list[Problem]:
    """Figures that cannot be read, each at its field; errors of a refused document are shown first."""
    return [] if problems else unreadable(document)


def _page(request: HttpRequest) -> int:
    given = request.GET.get("page", "")
    return whole_number(given) or 1


def _one_page(cards: list[Any], name: str, page: int) -> dict[str, Any]:
    """The cards of this page. A form must not have more fields than one post may send."""
    pages = on_pages(cards)
    number = min(max(page, 1), len(pages))
    return {name: pages[number - 1], "cards_page": number, "cards_pages": range(1, len(pages) + 1)}


def _back(design: Design, area: str, added: dict[str, str], *, page: int) -> str:
    """The page of the form, at the row that was added, if there is one."""
    address = reverse("designs:step", args=[design.pk, area]) + (f"?page={page}" if page > 1 else "")
    return address + (f"#r{next(iter(added.values())).replace('/', '-')}" if added else "")


def _said(before: dict[str, Any], after: dict[str, Any]) -> str:
    words = [difference.words for difference in describe(before, after)[: MOST_SAID + 1]]
    if not words:
        return "Saved."
    more = " and more" if len(words) > MOST_SAID else ""
    return f"Saved: {'; '.join(words[:MOST_SAID])}{more}."
