"""The analysis of a design: requirements as tests, findings with remedies to try, loads, growth and reliability.

Trying a remedy changes nothing: the page shows the results before and after. Applying or undoing a remedy and answering
a finding are patches like any other.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_http_methods, require_safe

from calculators.engine.shipped import all_figures
from designs.access import editable_design, viewable_design
from designs.analysis.findings import Response, answer_patch
from designs.analysis.published import published
from designs.analysis.report import Analysis, analyse
from designs.document.limits import MAX_TEXT
from designs.document.problems import DocumentTooLargeError, InvalidDocumentError
from designs.models import Design
from designs.pages import analysis as shown
from designs.pages.frame import frame
from designs.selectors.designs import undoing
from designs.views.saving import base_of, save_form_patch
from web.sent.typed import whole_number
from web.shown.render import HtmxRequest, page_or_partial

RESPONSES: dict[str, Response] = {"open": "open", "mitigated": "mitigated", "accepted": "accepted"}
STEP = "bottlenecks"


@require_http_methods(["GET", "HEAD", "POST"])
def analysis(request: HtmxRequest, design_id: UUID) -> HttpResponse:
    if request.method == "POST":
        return _change(request, editable_design(request, design_id))
    design = viewable_design(request, design_id)
    return _page(request, design)


@require_safe
def analysis_json(request: HtmxRequest, design_id: UUID) -> HttpResponse:
    """The format is described in designs/analysis/schema.json."""
    design = viewable_design(request, design_id)
    response = JsonResponse(published(analyse(design.data(), all_figures())))
    patch_cache_control(response, private=True, no_cache=True)
    return response


@require_safe
def findings(request: HtmxRequest, design_id: UUID) -> HttpResponse:
    """Only the list of findings. Other pages of the design fetch it again after every save."""
    design = viewable_design(request, design_id)
    found = analyse(design.data(), all_figures())
    context = {"design": design, "summary": shown.summary(found), "cards": shown.finding_cards(found)}
    return page_or_partial(request, "designs/findings.html", context, fragment="findings")


def _page(request: HtmxRequest, design: Design, *, error: str = "") -> HttpResponse:
    document = design.data()
    found = analyse(document, all_figures())
    growth = shown.growth(found, _step(request))
    if request.htmx.target == "growth":
        context = {"design": design, "growth": growth}
        return page_or_partial(request, "designs/analysis.html", context, fragment="growth")
    undo = request.GET.get("undo", "")
    context = frame(request, design) | {
        "here": "Analysis",
        "summary": shown.summary(found),
        "requirements": shown.requirement_rows(found),
        "cards": shown.finding_cards(found),
        "growth": growth,
        "components": shown.component_rows(found),
        "connections": shown.connection_rows(found),
        "simulated_only": shown.simulated_only(found.model.document.diagram),
        "stores": shown.store_rows(found),
        "reliability": shown.reliability_rows(found),
        "doubts": shown.doubt_sentences(found),
        "missing": found.missing,
        "trial": _trial(request, found, document),
        "undo": whole_number(undo) or "",
        "error": error,
    }
    return page_or_partial(request, "designs/analysis.html", context, fragment="growth", status=422 if error else 200)


def _step(request: HtmxRequest) -> int:
    """Tenths of a decade of traffic; 0 is today's traffic."""
    try:
        step = int(request.GET.get("step", "0")[:4])
    except ValueError:
        return 0
    return max(shown.STEPS_BELOW, min(shown.STEPS_ABOVE, step))


def _trial(request: HtmxRequest, found: Analysis, document: dict[str, Any]) -> shown.Trial | None:
    finding = found.finding(request.GET.get("try", ""))
    number = whole_number(request.GET.get("remedy", ""))
    if finding is None or number is None:
        return None
    return shown.trial_of(found, document, finding, number)


def _change(request: HtmxRequest, design: Design) -> HttpResponse:
    actions = {"apply": _apply, "undo": _undo, "answer": _answer}
    act = actions.get(request.POST.get("do", ""))
    if act is None:
        return _page(request, design, error="The form did not say what to do.")
    try:
        return act(request, design)
    except (InvalidDocumentError, DocumentTooLargeError) as error:
        return _page(request, design, error=f"Not saved: {error}")


def _here(design: Design) -> str:
    return reverse("designs:analysis", args=[design.pk])


def _apply(request: HtmxRequest, design: Design) -> HttpResponse:
    """The remedy as one patch, computed on the version on which it was tried."""
    version, base = base_of(request, design)
    finding = analyse(base, all_figures()).finding(request.POST.get("key", ""))
    chosen = whole_number(request.POST.get("remedy", ""))
    remedies = finding.remedies if finding else ()
    if chosen is None or chosen >= len(remedies) or remedies[chosen].patch is None:
        return _page(request, design, error="This remedy no longer fits the design; the findings below are current.")
    remedy = remedies[chosen]
    back = f"{_here(design)}?undo={design.version + 1}"
    return save_form_patch(
        request, design, remedy.patch or {}, back=back, base_version=version, step=STEP, said=f"Done: {remedy.title}."
    )


def _undo(request: HtmxRequest, design: Design) -> HttpResponse:
    number = whole_number(request.POST.get("change", "")) or 0
    if not 1 <= number <= design.version:
        return _page(request, design, error="There is no such change to undo.")
    return save_form_patch(
        request, design, undoing(design, number), back=_here(design), base_version=number, step=STEP, said="Undone."
    )


def _answer(request: HtmxRequest, design: Design) -> HttpResponse:
    version, base = base_of(request, design)
    found = analyse(base, all_figures())
    finding = found.finding(request.POST.get("key", ""))
    response = RESPONSES.get(request.POST.get("response", ""))
    words = request.POST.get("mitigation", "").strip()
    if finding is None or response is None:
        return _page(request, design, error="This finding is no longer there; the findings below are current.")
    if len(words) > MAX_TEXT:
        return _page(request, design, error=f"An answer may have {MAX_TEXT:,} characters; this has {len(words):,}.")
    if response == "accepted" and not words:
        messages.error(request, "Say why it is accepted.")
        return redirect(f"{_here(design)}#findings")
    patch = answer_patch(finding, found.document, response=response, mitigation=words)
    back = f"{_here(design)}#findings"
    return save_form_patch(request, design, patch, back=back, base_version=version, step=STEP, said="Answer saved.")
