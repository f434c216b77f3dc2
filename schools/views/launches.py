"""Launches from a learning platform, and what it fetches from this site before: our public keys."""

from __future__ import annotations

import secrets
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from classrooms.models import Membership
from schools.models import Attempt, Platform
from schools.services import keys
from schools.services.launching import (
    HOLDS,
    Arrival,
    RefusedLaunchError,
    arrive,
    attempt_of,
    begin,
    cookie_of,
    digest,
    launch_in,
)
from schools.views.choosing import remember_choice
from schools.views.framing import make_partitioned, mark_framed
from studyguide.models import Topic
from web.limits.throttle import limit
from web.reading.addresses import address_parts
from web.watching import audit

BEGUN_AN_HOUR = 5_000  # a school behind one address


@require_safe
def key_set(_request: HttpRequest) -> HttpResponse:
    try:
        return JsonResponse(keys.published())
    except keys.NoKeyError as error:
        raise Http404(str(error)) from error


@require_safe
def canvas_settings(request: HttpRequest) -> HttpResponse:
    """What Canvas asks for under "Enter URL": addresses, scopes and places."""
    launch = request.build_absolute_uri(reverse("schools:launch"))
    places = [
        {"placement": place, "message_type": "LtiDeepLinkingRequest", "target_link_uri": launch}
        for place in ("assignment_selection", "link_selection")
    ]
    return JsonResponse(
        {
            "title": "Loadbearing",
            "description": "System design by doing it",
            "oidc_initiation_url": request.build_absolute_uri(reverse("schools:login")),
            "target_link_uri": launch,
            "public_jwk_url": request.build_absolute_uri(reverse("schools:keys")),
            "scopes": [
                "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem",
                "https://purl.imsglobal.org/spec/lti-ags/scope/score",
                "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly",
            ],
            "extensions": [
                {
                    "platform": "canvas.instructure.com",
                    "privacy_level": "public",
                    "settings": {"platform": "canvas.instructure.com", "placements": places},
                }
            ],
        }
    )


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """A platform announces a person; the browser is sent back to it to have that confirmed.

    The cookie that ties both ends to one browser must also be sent inside a frame.
    """
    limit(request, "launches from one address", most=BEGUN_AN_HOUR)
    asked = request.POST if request.method == "POST" else request.GET
    try:
        begun = begin(asked.dict(), back_to=request.build_absolute_uri(reverse("schools:launch")), at=timezone.now())
    except RefusedLaunchError as error:
        return _refused(request, error)
    response = HttpResponseRedirect(begun.address)
    response.set_cookie(
        begun.cookie,
        begun.secret,
        max_age=int(HOLDS.total_seconds()),
        secure=True,
        httponly=True,
        samesite="None",
        path=reverse("schools:launch"),
    )
    make_partitioned(response)  # outside a frame it is an ordinary cookie of the site
    return response


@csrf_exempt
@require_POST
def launch(request: HttpRequest) -> HttpResponse:
    """The platform's answer: signed, for this browser, and good for once."""
    state = request.POST.get("state", "")
    try:
        attempt = attempt_of(state, at=timezone.now())
        sent = request.COOKIES.get(cookie_of(state), "")
        if not secrets.compare_digest(digest(sent), attempt.secret):
            return _without_cookie(request, attempt)
        if "error" in request.POST:
            raise RefusedLaunchError(f"{attempt.platform} let nobody in: {request.POST['error'][:100]}.")
        said = launch_in(request.POST.get("id_token", ""), attempt)
        arrival = arrive(said, attempt.platform, at=timezone.now())
    except RefusedLaunchError as error:
        return _refused(request, error)
    _sign_in(request, arrival, attempt.platform)
    response = redirect(_leads_to(request, arrival, attempt.platform))
    response.delete_cookie(cookie_of(state), path=reverse("schools:launch"), samesite="None")
    if _is_framed(request):
        mark_framed(response, attempt.platform)
    return response


def _is_framed(request: HttpRequest) -> bool:
    """As the browser itself reports; all browsers that support such frames do."""
    return request.headers.get("Sec-Fetch-Dest") in ("iframe", "frame", "embed", "object")


def _sign_in(request: HttpRequest, arrival: Arrival, platform: Platform) -> None:
    before = request.user
    if isinstance(before, User) and before.pk == arrival.user.pk:
        return
    if isinstance(before, User) and before.is_guest:
        request.guest = before  # type: ignore[attr-defined]  # whose work moves into the account
        request.user = AnonymousUser()
    elif isinstance(before, User):
        messages.info(request, f"You were signed in as {before}. You are {arrival.user} now, as {platform} knows you.")
    get_adapter().login(request, arrival.user)
    audit.record("came from a platform", request, platform=platform.pk, course=arrival.course.pk)


def _leads_to(request: HttpRequest, arrival: Arrival, platform: Platform) -> str:
    if arrival.launch.choice is not None:
        return remember_choice(request, arrival, arrival.launch.choice, platform)
    resource = arrival.resource
    if resource is not None and resource.assignment is not None:
        return resource.assignment.get_absolute_url()
    if resource is not None and resource.topic:
        topic = Topic.objects.visible_to(arrival.user.pk).filter(slug=resource.topic).first()
        if topic is not None:
            return topic.get_absolute_url()
    if arrival.member.role == Membership.Role.INSTRUCTOR and arrival.launch.link:
        messages.info(
            request,
            f"Nothing has been chosen for this link yet. In {platform} edit it and press “Select content”, or send "
            "your students here to see what is due.",
        )
    return arrival.course.classroom.get_absolute_url()


def _without_cookie(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    """For a frame in a browser that keeps no cookies of ours: the same launch in a window of its own."""
    if not _is_framed(request):
        words = "Your browser did not keep the cookie that shows that it began here. Allow cookies for this site."
        return _refused(request, RefusedLaunchError(words))
    again = {name: value for name, value in attempt.asked.items() if value}
    context = {"platform": attempt.platform, "address": f"{reverse('schools:login')}?{urlencode(again)}"}
    response = render(request, "schools/in_a_window.html", context)
    response.framed_by = attempt.platform  # type: ignore[attr-defined]
    return response


def _refused(request: HttpRequest, error: RefusedLaunchError) -> HttpResponse:
    """Shown inside the platform's frame too, which would otherwise stay empty."""
    audit.record("launch refused", request, because=str(error)[:300])
    issuer = request.POST.get("iss") or request.GET.get("iss") or request.headers.get("Origin", "")
    origin = address_parts(issuer)._replace(path="", query="", fragment="").geturl()
    response = render(request, "schools/refused.html", {"why": str(error)}, status=403)
    known = [each for each in Platform.objects.filter(is_active=True) if origin in each.frame_origins]
    if known:
        response.framed_by = known[0]  # type: ignore[attr-defined]
    return response
