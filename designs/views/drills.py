"""Drills: the learner predicts the effect of a loss before the page shows it.

Choosing and looking change nothing. A prediction is stored, so a visitor without an account becomes a guest.
"""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.services.guests import ensure_guest
from calculators.engine.shipped import all_figures
from designs.access import acting_user, viewable_design
from designs.analysis.drill import Outcome, UnknownTargetError, random_target, targets_of
from designs.analysis.model import Model
from designs.analysis.predicting import OUTCOMES, Prediction
from designs.analysis.settling import model_of
from designs.document.checks import read
from designs.models import Design, DrillRecord
from designs.pages import drills as shown
from designs.pages.frame import frame
from designs.selectors.designs import document_at
from designs.services.drills import card_of_miss, record_drill, verdict_of
from web.sent.typed import LARGEST_KEY, whole_number


@require_http_methods(["GET", "HEAD", "POST"])
def drill(request: HttpRequest, design_id: UUID) -> HttpResponse:
    design = viewable_design(request, design_id)
    model = _model(design.data())
    if request.method == "POST":
        return _make_card(request, design) if request.POST.get("do") == "card" else _predict(request, design, model)
    if "random" in request.GET and targets_of(model):
        target = random_target(model, seed=secrets.randbelow(2**31))
        return redirect(f"{_here(design)}?{urlencode({'target': target})}")
    return _page(request, design, model, target=request.GET.get("target", ""))


def _model(document: dict[str, Any]) -> Model:
    return model_of(read(document), all_figures())


def _here(design: Design) -> str:
    return reverse("designs:drill", args=[design.pk])


def _page(
    request: HttpRequest, design: Design, model: Model, *, target: str, error: str = "", posted: Any = None
) -> HttpResponse:
    user = acting_user(request)
    records = list(DrillRecord.objects.of(user.pk if user else None, design)[: shown.MOST_RECORDS])
    given = request.GET.get("record", "")
    record = next((each for each in records if str(each.pk) == given), None)
    known = target in targets_of(model)
    context = frame(request, design) | {
        "here": "Drill",
        "targets": shown.target_groups(model),
        "target": target if known else "",
        "target_name": model.graph.name(target) if known else "",
        "asked": shown.asked(model, posted) if known else [],
        "confidences": shown.confidences(posted.get("confidence", "") if posted else ""),
        "seen": shown.effects(model, target) if known and "show" in request.GET else None,
        "result": _result(design, record) if record else None,
        "records": shown.record_rows(records),
        "error": error or ("" if known or not target else f"There is no {target!r} to take away."),
    }
    return render(request, "designs/drill.html", context, status=422 if error else 200)


def _result(design: Design, record: DrillRecord) -> dict[str, Any]:
    model = _model(document_at(design, record.version))
    return shown.result(record, verdict_of(record, model), model)


def _predict(request: HttpRequest, design: Design, model: Model) -> HttpResponse:
    target = request.POST.get("target", "")
    try:
        prediction = _prediction(request, model)
        if target not in targets_of(model):
            raise UnknownTargetError(target[:40])
    except (ValueError, UnknownTargetError) as error:
        return _page(request, design, model, target=target, error=str(error), posted=request.POST)
    record = record_drill(design, model, target, prediction, learner=ensure_guest(request), at=timezone.now())
    return redirect(f"{_here(design)}?{urlencode({'record': record.pk})}#result")


def _prediction(request: HttpRequest, model: Model) -> Prediction:
    said: dict[str, Outcome] = {}
    for key in model.structures:
        given = request.POST.get(f"outcome-{key}", "")
        outcome = next((each for each in OUTCOMES if each == given), None)
        if outcome is None:
            raise ValueError(f"Say what becomes of {model.operation_name(key)}: it fails, degrades or survives.")
        said[key] = outcome
    sure = request.POST.get("confidence", "")
    if sure not in shown.CONFIDENCES:
        raise ValueError("Say how sure you are.")
    return Prediction(said, shown.CONFIDENCES[sure][0])


def _make_card(request: HttpRequest, design: Design) -> HttpResponse:
    user = acting_user(request)
    records = DrillRecord.objects.of(user.pk if user else None, design)
    given = request.POST.get("record", "")
    record = records.filter(pk=whole_number(given, most=LARGEST_KEY) or 0).first()
    if user is None or record is None:
        return _page(request, design, _model(design.data()), target="", error="This drill is not one of yours.")
    model = _model(document_at(design, record.version))
    wanted = request.POST.get("operation", "")
    miss = next((each for each in verdict_of(record, model).judged if each.operation == wanted), None)
    if miss is not None:
        card_of_miss(record, miss, model, learner=user)
        messages.success(request, f"A card asks about {model.operation_name(wanted)} from now on.")
    return redirect(f"{_here(design)}?{urlencode({'record': record.pk})}#result")
