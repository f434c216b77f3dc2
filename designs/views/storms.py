"""Storms of a design: the feedback loop of a component as traffic rises and falls, what triggers it, and the change
that ends it.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.services.guests import ensure_guest
from designs.access import editable_design, viewable_design
from designs.analysis.storms import Storms, storms_of
from designs.document.problems import DocumentTooLargeError, InvalidDocumentError
from designs.forms.storms import StormForm
from designs.models import Design
from designs.pages import storms as shown
from designs.pages.frame import frame
from designs.services.storm_cards import make_storm_cards
from designs.views.saving import base_of, save_form_patch
from web.sent.typed import whole_number
from web.shown.render import HtmxRequest, page_or_partial

STEP = "bottlenecks"


@require_http_methods(["GET", "HEAD", "POST"])
def storms(request: HtmxRequest, design_id: UUID) -> HttpResponse:
    if request.method == "POST" and request.POST.get("do") == "cards":
        return _cards(request, viewable_design(request, design_id))
    if request.method == "POST":
        return _change(request, editable_design(request, design_id))
    return _page(request, viewable_design(request, design_id))


def _page(request: HtmxRequest, design: Design, *, error: str = "") -> HttpResponse:
    found = _storms(design.data())
    model, loops = found.model, found.loops
    form = StormForm(request.GET, components=[(each.component, model.graph.name(each.component)) for each in loops])
    is_good = form.is_valid()
    loop = found.loop(form.cleaned_data.get("component", "")) or next(iter(loops), None)
    context = {"design": design, "here": "Storms", "error": error, "loop": None}
    if not is_good and not error:
        context["error"] = "; ".join(f"{name}: {' '.join(map(str, words))}" for name, words in form.errors.items())
    if loop is not None:
        context["loop"] = shown.summary(model, loop) | {"key": loop.component}
        context["walk"] = shown.walk(loop, form.percent, was_collapsed=form.was_collapsed)
    if request.htmx.target == "walk" and loop is not None:
        return page_or_partial(request, "designs/storms.html", context, fragment="walk")
    undo = whole_number(request.GET.get("undo", "")) or ""
    context |= frame(request, design) | {"loops": shown.loop_rows(model, loops), "undo": undo}
    context["unknown"] = shown.unknown_lines(model, found.found)
    if loop is not None:
        storm = found.at(loop, form.percent / 100)
        context |= {"triggers": shown.trigger_rows(storm), "changes": shown.change_rows(storm)}
        today = storm if form.percent == 100 else found.at(loop)
        context["question"] = shown.question(
            today, model.graph.name(loop.component), form.cleaned_data.get("guess", "")
        )
    status = 422 if context["error"] else 200
    return page_or_partial(request, "designs/storms.html", context, fragment="walk", status=status)


def _storms(document: dict[str, Any]) -> Storms:
    return storms_of(json.dumps(document))


def _cards(request: HtmxRequest, design: Design) -> HttpResponse:
    """Makes four cards about the collapse for this person; a visitor becomes a guest."""
    found = _storms(design.data())
    component = request.POST.get("component", "")
    loop = found.loop(component)
    if loop is None or not loop.has_two:
        return _page(request, design, error="This component cannot stay collapsed; what stands below is current.")
    made = make_storm_cards(design, found.model, found.at(loop), learner=ensure_guest(request))
    messages.success(request, f"{len(made)} cards ask about {found.model.graph.name(component)} from now on.")
    return redirect(f"{reverse('designs:storms', args=[design.pk])}?{urlencode({'component': component})}")


def _change(request: HtmxRequest, design: Design) -> HttpResponse:
    """A change as one patch, computed on the version on which it was shown."""
    version, base = base_of(request, design)
    found = _storms(base)
    component, slug = request.POST.get("component", ""), request.POST.get("change", "")
    loop = found.loop(component)
    change = next((each for each in found.changes(loop) if each.slug == slug), None) if loop else None
    if change is None:
        return _page(request, design, error="This change no longer fits the design; what stands below is current.")
    query = urlencode({"component": component, "undo": design.version + 1})
    back = f"{reverse('designs:storms', args=[design.pk])}?{query}"
    try:
        return save_form_patch(
            request,
            design,
            dict(change.patch),
            back=back,
            base_version=version,
            step=STEP,
            said=f"Done: {change.title}.",
        )
    except (InvalidDocumentError, DocumentTooLargeError) as error:
        return _page(request, design, error=f"Not saved: {error}")
