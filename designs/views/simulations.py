"""Simulations of a design: a short one runs within the request, a long one in the task worker while its page shows the
progress.

A short simulation is an address that can be shared; posting its form redirects there.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.services.guests import ensure_guest
from calculators.engine.shipped import all_figures
from designs.access import acting_user, viewable_design
from designs.analysis.itineraries import NotSimulatedError
from designs.analysis.settling import model_of
from designs.analysis.simulation import simulate
from designs.document.checks import read
from designs.forms.simulations import SimulationForm
from designs.models import Design, SimulationRun
from designs.pages import simulations as shown
from designs.pages.frame import frame
from designs.pages.moments import Moments, moments_of
from designs.selectors.designs import document_at
from designs.services.simulations import LONG_VISITS, SHORT_VISITS, TooManyRunsError, facts_of, start_run
from web.sent.once import sent_once
from web.sent.typed import whole_number
from web.shown.render import page_or_partial


@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
def simulation(request: HttpRequest, design_id: UUID) -> HttpResponse:
    design = viewable_design(request, design_id)
    model = model_of(read(design.data()), all_figures())
    targets = shown.losable(model)
    if request.method == "POST":
        form = SimulationForm(request.POST, targets=targets)
        if not form.is_valid():
            return _page(request, design, form, status=422)
        return _start(request, design, form) if request.POST.get("do") == "long" else redirect(_address(design, form))
    is_asked = "shape" in request.GET
    form = SimulationForm(request.GET if is_asked else None, targets=targets)
    if not is_asked or not form.is_valid():
        return _page(request, design, form, status=422 if is_asked else 200)
    asked = form.cleaned_data
    try:
        found = simulate(
            model,
            shape=asked["shape"],
            seed=asked["seed"],
            visits=SHORT_VISITS,
            duration_s=asked["duration_s"],
            event_s=asked["event_s"],
            losses=form.losses(),
            partitions=form.partitions(),
        )
    except NotSimulatedError as error:
        return _page(request, design, form, refusal=str(error), is_of_drawing=True)
    facts = facts_of(found, model)
    return _page(request, design, form, result=shown.result(facts), moments=_moments(request, facts, design.data()))


@require_http_methods(["GET", "HEAD"])
def run(request: HttpRequest, design_id: UUID, run_id: int) -> HttpResponse:
    """A long run: its progress, and then its result."""
    design = viewable_design(request, design_id)
    user = acting_user(request)
    found = get_object_or_404(SimulationRun.objects.of(user.pk if user else None, design), pk=run_id)
    now = timezone.now()
    state = shown.run_state(found, now=now)
    context = frame(request, design) | {
        "here": "Simulation",
        "run": found,
        "state": state,
        "ahead": shown.ahead_of(found, now=now) if state == "waiting" else 0,
        "result": shown.result(found.result) if found.result else None,
        "moments": _moments(request, found.result, document_at(design, found.version)) if found.result else None,
        "shape_words": shown.SHAPE_WORDS.get(found.shape, found.shape),
    }
    return page_or_partial(request, "designs/simulation_run.html", context, fragment="run")


def _moments(request: HttpRequest, facts: dict[str, Any], document: dict[str, Any]) -> Moments | None:
    at = whole_number(request.GET.get("moment", "")) or 1
    kept = [(name, str(value)) for name, value in request.GET.items() if name != "moment"]
    return moments_of(facts, document.get("diagram", {}), at, kept, static("icons.svg"))


def _start(request: HttpRequest, design: Design, form: SimulationForm) -> HttpResponse:
    asked = form.cleaned_data
    try:
        made = start_run(
            design, learner=ensure_guest(request), at=timezone.now(), shape=asked["shape"], seed=asked["seed"],
            duration_s=asked["duration_s"], event_s=asked["event_s"], losses=form.losses(),
            partitions=form.partitions(),
        )  # fmt: skip
    except TooManyRunsError as error:
        return _page(request, design, form, refusal=str(error), status=429)
    return redirect("designs:simulation_run", design.pk, made.pk)


def _address(design: Design, form: SimulationForm, *, later: int = 0) -> str:
    """The address of the short simulation that a valid form asks for, or of the same one with a later seed."""
    asked = form.cleaned_data | {"seed": form.cleaned_data["seed"] + later}
    query = urlencode({key: asked[key] for key in form.fields if asked[key]})
    return f"{reverse('designs:simulation', args=[design.pk])}?{query}"


def _page(
    request: HttpRequest, design: Design, form: SimulationForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    user = acting_user(request)
    context = frame(request, design) | {
        "here": "Simulation",
        "form": form,
        "again": _address(design, form, later=1) if form.is_bound and form.is_valid() else "",
        "long_visits": LONG_VISITS,
        "short_visits": SHORT_VISITS,
        "runs": SimulationRun.objects.of(user.pk if user else None, design).defer("result")[:10],
        **more,
    }
    return render(request, "designs/simulation.html", context, status=status)
