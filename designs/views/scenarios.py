"""Scenarios in the browser: browse, read, start a design, look at the reference, and upload one's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.services.guests import ensure_guest
from designs.access import acting_user
from designs.document.schema import Document
from designs.grants import places_to_give
from designs.models import Scenario, ScenarioQuerySet
from designs.pages.scenarios import (
    UploadForm,
    drawn_components,
    entities_told,
    marked_lines,
    other_scenarios,
    scenario_list_of,
    seeded_faults,
    targets_told,
    topics_of,
)
from designs.pictures.diagram import draw
from designs.scenarios.problems import InvalidScenarioError, UnsoundScenarioError
from designs.scenarios.reading import MAX_BYTES
from designs.scenarios.reference import expected_results, reference_of
from designs.scenarios.schema import bundled_schema
from designs.selectors.attempts import attempts, latest_attempts, progress_line
from designs.services.drafts import DraftError, begin
from designs.services.scenarios import delete_scenario, publish_scenario, start_design, upload_scenario
from web.sent.once import sent_once
from web.shown.pictures import card_of_figures, shared_picture
from web.shown.render import download, page_or_partial
from web.watching import audit

SECTION = {"section": "scenarios"}


@require_safe
def scenario_list(request: HttpRequest) -> HttpResponse:
    found = scenario_list_of(viewable_scenarios(request), request.GET.dict())
    user = acting_user(request)
    context = {
        **SECTION,
        "found": found,
        "can_upload": member_of(request) is not None,
        "tried": latest_attempts(user.pk if user else None),
    }
    return page_or_partial(request, "designs/scenario_list.html", context, fragment="scenarios")


@require_safe
def scenario_detail(request: HttpRequest, slug: str) -> HttpResponse:
    scenario = get_object_or_404(viewable_scenarios(request), slug=slug)
    user = acting_user(request)
    own_attempts = attempts(user.pk, scenario=scenario) if user else []
    context = {
        **SECTION,
        "attempts": own_attempts,
        "progress_line": progress_line(own_attempts),
        "scenario": scenario,
        "picture": request.build_absolute_uri(reverse("designs:scenario_picture", args=[slug]))
        if scenario.is_published
        else "",
        "data": scenario.data,
        "topics": topics_of(scenario),
        "others": other_scenarios(scenario, viewable_scenarios(request)),
        "is_own": user is not None and scenario.owner_id == user.pk,
        "is_member": member_of(request) is not None,
        "is_staff": user is not None and user.is_staff,
        "giving": places_to_give(user.pk, scenario.slug) if user is not None else [],
    }
    return render(request, "designs/scenario_detail.html", context)


@require_safe
def scenario_picture(request: HttpRequest, slug: str) -> HttpResponse:
    """What other programs show beside a published scenario's address. Nothing of the answer is in it."""
    scenario = get_object_or_404(Scenario.objects.published(), slug=slug)
    figures = [
        (f"{scenario.minutes} min", "On the clock"),
        (str(len(scenario.data.questions)), "Questions answered"),
        (scenario.get_level_display(), "Level"),
        (str(len(scenario.data.rubric)), "Things that are judged"),
    ]
    return shared_picture(
        request,
        f"scenario-{slug}-{scenario.sha}",
        lambda: card_of_figures(scenario.title, scenario.summary, figures),
    )


@require_safe
def scenario_reference(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything that a candidate should not see yet: answers, results, traps, and a good design."""
    scenario = get_object_or_404(viewable_scenarios(request), slug=slug)
    if is_withheld(request, scenario):
        return redirect(scenario)
    reference = reference_of(scenario.data)
    document = Document.model_validate(reference)
    context = {
        **SECTION,
        "scenario": scenario,
        "data": scenario.data,
        "answers": document.scope.questions,
        "expected": expected_results(scenario.data),
        "targets": targets_told(scenario.data.requirements.measurable),
        "entities": entities_told(document),
        "faults": seeded_faults(scenario.data, document),
        "document": document,
        "components": drawn_components(document),
        "drawing": _drawing(reference.get("diagram", {}), title=scenario.title),
    }
    return render(request, "designs/scenario_reference.html", context)


@require_POST
@sent_once
def scenario_start(request: HttpRequest, slug: str) -> HttpResponse:
    scenario = get_object_or_404(viewable_scenarios(request), slug=slug)
    design = start_design(scenario, owner=ensure_guest(request), at=timezone.now())
    return redirect("designs:design_detail", design.pk)


@require_safe
def scenario_source(request: HttpRequest, slug: str) -> HttpResponse:
    """The file as it was loaded, for people with an account: they can adapt it and upload it under another slug."""
    if member_of(request) is None:
        raise PermissionDenied("Sign in to download a scenario with its answers.")
    scenario = get_object_or_404(viewable_scenarios(request), slug=slug)
    if is_withheld(request, scenario):
        return redirect(scenario)
    return download(scenario.source_text, name=f"{scenario.slug}.yaml", content_type="application/yaml; charset=utf-8")


@sent_once
def scenario_upload(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    if member is None:
        status = 200 if request.method in ("GET", "HEAD") else 403
        return render(request, "designs/scenario_upload.html", {**SECTION, "is_guest": True}, status=status)
    form = UploadForm(request.POST or None, request.FILES or None)
    context = {**SECTION, "form": form, "own": Scenario.objects.owned_by(member.pk).brief()}
    if request.method != "POST" or not form.is_valid():
        return render(request, "designs/scenario_upload.html", context)
    raw, name = form.raw()
    if "edit" in request.POST:
        return _into_the_editor(request, member, raw)
    try:
        anyway = "anyway" in request.POST
        scenario, warnings = upload_scenario(raw, file=name, owner=member, now=timezone.now(), anyway=anyway)
    except InvalidScenarioError as error:
        context["is_readable"] = isinstance(error, UnsoundScenarioError)
        context |= {"errors": error.problems, "more": error.more, "passages": marked_lines(raw, error.problems)}
        context["source"] = raw.decode(errors="replace") if len(raw) < 200_000 else ""
        return render(request, "designs/scenario_upload.html", context, status=422)
    for warning in warnings:
        messages.warning(request, str(warning))
    messages.success(request, f"{scenario.title} is loaded. This is how it looks.")
    return redirect(scenario)


def _into_the_editor(request: HttpRequest, member: User, raw: bytes) -> HttpResponse:
    """Opens the upload as a draft, with its errors."""
    try:
        text = raw[: MAX_BYTES + 1].decode("utf-8-sig", errors="replace")
        return redirect(begin(owner=member, text=text, at=timezone.now(), words="uploaded"))
    except DraftError as error:
        messages.error(request, str(error))
        return redirect("designs:draft_list")


@require_POST
def scenario_delete(request: HttpRequest, slug: str) -> HttpResponse:
    member = member_of(request)
    scenario = get_object_or_404(Scenario.objects.owned_by(member.pk if member else None), slug=slug)
    delete_scenario(scenario)
    audit.record("scenario deleted", request, scenario=slug)
    messages.success(request, f"{scenario.title} is deleted. Designs that were begun from it stay.")
    return redirect("designs:scenario_upload")


@require_POST
def scenario_publish(request: HttpRequest, slug: str) -> HttpResponse:
    """For staff: publishes an uploaded scenario, or withdraws it with `publish=0`."""
    user = acting_user(request)
    if user is None or not user.is_staff:
        raise PermissionDenied("Only staff publish scenarios.")
    scenario = get_object_or_404(Scenario, slug=slug)
    is_published = request.POST.get("publish") != "0"
    publish_scenario(scenario, is_published=is_published)
    audit.record("scenario published" if is_published else "scenario taken back", request, scenario=slug)
    return redirect(scenario)


@require_safe
def scenario_schema(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """The JSON Schema of a scenario file, with that of a design inside."""
    return JsonResponse(bundled_schema(), content_type="application/schema+json", json_dumps_params={"indent": 1})


def _drawing(diagram: Mapping[str, Any], *, title: str) -> SafeString:
    sprite = static("icons.svg")
    svg = draw(diagram, title=f"Reference drawing: {title}", icon_href=lambda symbol: f"{sprite}#{symbol}")
    return mark_safe(svg)  # noqa: S308 - ours, its words escaped


def viewable_scenarios(request: HttpRequest) -> ScenarioQuerySet:
    user = acting_user(request)
    return Scenario.objects.viewable_by(user.pk if user else None, is_staff=user is not None and user.is_staff)


def member_of(request: HttpRequest) -> User | None:
    """The signed-in user with a real account; None for a guest."""
    user = acting_user(request)
    return user if user is not None and not user.is_guest else None


def is_withheld(request: HttpRequest, scenario: Scenario) -> bool:
    """Whether this person works on it for a class, or may do so without an account; the page then says why the
    reference is hidden."""
    user = acting_user(request)
    if user is not None and (scenario.owner_id == user.pk or user.is_staff):
        return False
    if user is not None and Scenario.objects.withheld_from(user.pk).filter(pk=scenario.pk).exists():
        messages.info(request, "You are working on this for a class. The reference opens when the time is over.")
        return True
    if member_of(request) is None and Scenario.objects.withheld_from_visitors().filter(pk=scenario.pk).exists():
        messages.info(
            request, "A class is working on this scenario. Sign in to read its reference, or come back when it is done."
        )
        return True
    return False
