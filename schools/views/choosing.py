""" "Add content" on a platform: a teacher chooses what a link of the course leads to (Deep Linking 2.0)."""

from __future__ import annotations

import secrets
import time
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from classrooms.access import signed_in
from classrooms.forms import suggested_times
from classrooms.models import Assignment, Classroom
from classrooms.services.assignments import create_assignment
from designs.models import Scenario
from schools.forms import ChoiceForm
from schools.lti.launches import Choice, chosen
from schools.models import Course, Platform
from schools.services.keys import NoKeyError, signed
from schools.services.launching import Arrival
from web.reading.addresses import address_parts
from web.watching import audit

CHOICES = "platform_choices"
MOST_OPEN = 5
LASTS_SECONDS = 2 * 3600


def remember_choice(request: HttpRequest, arrival: Arrival, choice: Choice, platform: Platform) -> str:
    """Stores in the session what the platform waits for, and returns the address at which the teacher chooses."""
    key = secrets.token_urlsafe(12)
    kept = {
        "platform": platform.pk,
        "deployment": arrival.launch.deployment,
        "course": arrival.course.pk,
        "return_to": choice.return_to,
        "data": choice.data,
        "takes_columns": choice.takes_columns,
        "until": time.time() + LASTS_SECONDS,
    }
    before: dict[str, Any] = request.session.get(CHOICES, {})
    request.session[CHOICES] = {**dict(list(before.items())[1 - MOST_OPEN :]), key: kept}
    return reverse("schools:choose", args=[key])


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, key: str) -> HttpResponse:
    user = signed_in(request)
    kept = request.session.get(CHOICES, {}).get(key)
    if kept is None or kept["until"] < time.time():
        raise Http404("This choice is no longer needed.")
    classes = Classroom.objects.led_by(user.pk)
    course = get_object_or_404(Course.objects.select_related("classroom"), pk=kept["course"], classroom__in=classes)
    platform = get_object_or_404(Platform, pk=kept["platform"], is_active=True)
    classroom, now = course.classroom, timezone.now()
    form = ChoiceForm(
        request.POST if request.method == "POST" else None,
        classroom=classroom,
        scenarios=Scenario.objects.viewable_by(user.pk, is_staff=user.is_staff).brief(),
        initial={"due_at": suggested_times(now, classroom.time_zone)["due_at"]},
    )
    if request.method == "POST" and form.is_valid():
        item = _item(request, form.cleaned_data, classroom, takes_columns=kept["takes_columns"], at=now)
        audit.record("placed on a platform", request, platform=platform.pk, course=course.pk, what=item["title"])
        return _hand_over(request, platform, kept, item)
    context = {"section": "classes", "form": form, "classroom": classroom, "platform": platform}
    return render(request, "schools/choose.html", context, status=422 if form.is_bound else 200)


def _item(
    request: HttpRequest, clean: dict[str, Any], classroom: Classroom, *, takes_columns: bool, at: datetime
) -> dict[str, Any]:
    """The link for the platform. A scenario becomes an assignment of the class, which holds the due time."""
    launch = request.build_absolute_uri(reverse("schools:launch"))
    if clean["what"] == "topic":
        topic = clean["topic"]
        return {"type": "ltiResourceLink", "title": topic.title, "url": launch, "custom": {"topic": topic.slug}}
    assignment: Assignment = (
        clean["assignment"] if clean["what"] == "assignment" else _assigned(clean, classroom, at=at)
    )
    item: dict[str, Any] = {
        "type": "ltiResourceLink",
        "title": assignment.title,
        "url": launch,
        "custom": {"assignment": str(assignment.pk)},
        "submission": {"endDateTime": assignment.due_at.isoformat()},
    }
    if takes_columns and assignment.is_design:
        item["lineItem"] = {
            "label": assignment.title,
            "scoreMaximum": assignment.points,
            "resourceId": f"assignment-{assignment.pk}",
            "tag": "total",
        }
    return item


def _assigned(clean: dict[str, Any], classroom: Classroom, *, at: datetime) -> Assignment:
    scenario = Scenario.objects.get(pk=clean["scenario"].pk)  # whole: the form's choices lack the content
    values = {"kind": Assignment.Kind.DESIGN, "title": scenario.title[:200], "opens_at": at, "due_at": clean["due_at"]}
    return create_assignment(classroom, values=values, scenario=scenario, topics=[], at=at)


def _hand_over(request: HttpRequest, platform: Platform, kept: dict[str, Any], item: dict[str, Any]) -> HttpResponse:
    """A form that posts itself to the platform, and has a button where scripts do not run."""
    claims = chosen(
        client=platform.client_id,
        issuer=platform.issuer,
        deployment=kept["deployment"],
        data=kept["data"],
        items=[item],
        nonce=secrets.token_urlsafe(24),
        at_seconds=int(time.time()),
    )
    try:
        token = signed(claims)
    except NoKeyError as error:
        return render(request, "schools/refused.html", {"why": str(error)}, status=503)
    context = {"platform": platform, "address": kept["return_to"], "token": token, "item": item}
    response = render(request, "schools/hand_over.html", context)
    to = address_parts(kept["return_to"])
    response._csp_replace = {"form-action": ["'self'", f"{to.scheme}://{to.netloc}"]}  # type: ignore[attr-defined]
    return response
