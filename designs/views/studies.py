"""Questions about a design for the task worker: the cheapest repair, the cheapest attack, limits of inputs, and how
likely each requirement holds.

The forms work without scripts: each leads to the page of its answer, which shows the progress until then.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.services.guests import ensure_guest
from calculators.engine.shipped import all_figures
from designs.access import acting_user, editable_design, viewable_design
from designs.analysis.settling import model_of
from designs.document.checks import read
from designs.document.problems import DocumentTooLargeError, InvalidDocumentError
from designs.forms.studies import StudyForm
from designs.models import Design, Study
from designs.pages import studies as shown
from designs.pages.analysis import simulated_only
from designs.pages.frame import frame
from designs.pages.simulations import ahead_of, run_state
from designs.services.simulations import TooManyRunsError
from designs.services.studies import start_study
from designs.views.saving import save_form_patch
from web.reading.spreadsheets import csv_text
from web.sent.once import sent_once
from web.sent.typed import whole_number
from web.shown.render import csv_download, page_or_partial

STEP = "bottlenecks"


@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
def studies(request: HttpRequest, design_id: UUID) -> HttpResponse:
    design = viewable_design(request, design_id)
    choices = shown.choices_of(model_of(read(design.data()), all_figures()), design.data())
    forms = {kind: StudyForm(kind=kind, initial=shown.first_choices(choices), **choices) for kind in Study.Kind.values}
    if request.method != "POST":
        return _page(request, design, forms)
    kind = request.POST.get("kind", "")
    if kind not in forms:
        return _page(request, design, forms, refusal="The form did not say what to look for.", status=422)
    form = forms[kind] = StudyForm(request.POST, kind=kind, **choices)
    if not form.is_valid():
        return _page(request, design, forms, status=422)
    try:
        made = start_study(design, learner=ensure_guest(request), at=timezone.now(), kind=kind, asked=form.cleaned_data)
    except TooManyRunsError as error:
        return _page(request, design, forms, refusal=str(error), status=429)
    return redirect("designs:study", design.pk, made.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def study(request: HttpRequest, design_id: UUID, study_id: int) -> HttpResponse:
    """The progress, and then the answer. Posting applies a repair: one change, which can be undone."""
    design = viewable_design(request, design_id)
    found = _own(request, design, study_id)
    if request.method == "POST":
        return _apply(request, editable_design(request, design_id), found)
    return _answer(request, design, found)


@require_safe
def study_csv(request: HttpRequest, design_id: UUID, study_id: int) -> HttpResponse:
    found = _own(request, viewable_design(request, design_id), study_id)
    head, *rows = shown.csv_rows(found) or [[]]
    return csv_download(csv_text(head, rows), name=f"{found.kind}-{found.pk}.csv")


def _own(request: HttpRequest, design: Design, study_id: int) -> Study:
    user = acting_user(request)
    return get_object_or_404(Study.objects.of(user.pk if user else None, design), pk=study_id)


def _apply(request: HttpRequest, design: Design, found: Study) -> HttpResponse:
    """The patch that was found, on its own version: changes by others since then are conflicts."""
    which = request.POST.get("do", "")
    chosen = (found.result or {}).get(which) if found.kind == Study.Kind.REPAIR and which in shown.SETS else None
    if not chosen:
        return _answer(request, design, found, error="There is no such repair to apply.", status=422)
    back = f"{reverse('designs:analysis', args=[design.pk])}?undo={design.version + 1}"
    said = "Done: the repair is one change."
    try:
        return save_form_patch(
            request, design, chosen["patch"], back=back, base_version=found.version, step=STEP, said=said
        )
    except (InvalidDocumentError, DocumentTooLargeError) as error:
        return _answer(request, design, found, error=f"Not saved: {error}", status=422)


def _answer(request: HttpRequest, design: Design, found: Study, *, error: str = "", status: int = 200) -> HttpResponse:
    now = timezone.now()
    state = run_state(found, now=now)
    context = frame(request, design) | {
        "here": "Repair and attack",
        "study": found,
        "state": state,
        "ahead": ahead_of(found, now=now) if state == "waiting" else 0,
        "answer": _shown(request, found) if found.result is not None else None,
        "error": error,
        "is_old": found.version != design.version,
        "simulated_only": simulated_only(read(design.data()).diagram) if state == "done" else [],
    }
    return page_or_partial(request, "designs/study.html", context, fragment="run", status=status)


def _shown(request: HttpRequest, found: Study) -> dict[str, Any]:
    if found.kind == Study.Kind.FRONTIER:
        return shown.frontier(found, whole_number(request.GET.get("at", "")))
    return shown.answer(found)


def _page(
    request: HttpRequest, design: Design, forms: dict[str, StudyForm], *, status: int = 200, **more: Any
) -> HttpResponse:
    user = acting_user(request)
    context = frame(request, design) | {
        "here": "Repair and attack",
        "forms": forms,
        "studies": Study.objects.of(user.pk if user else None, design).defer("result")[:10],
        **more,
    }
    return render(request, "designs/studies.html", context, status=status)
