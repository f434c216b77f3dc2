from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from config.greeting import greeting
from config.showcase import showcase
from web.viewer import viewer_id

SECURITY_HOLDS = timedelta(days=180)
# What has endless addresses, or shows nothing to whoever has not signed in.
NOT_FOR_CRAWLERS = (
    *("/account/", "/admin/", "/cards/review/", "/designs/", "/interviews/", "/search/"),
    *("/*?do=", "/*&do="),  # each step of a lab is an address
)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    context = {"shown": showcase(), "greeting": greeting(viewer_id(request), now=timezone.now())}
    return render(request, "home.html", context)


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view
    """Browsers ask for it by this name where a page names no icon, such as in the admin."""
    return redirect(static("favicon.svg"))


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Where to write about a fault of security (RFC 9116), where SECURITY_CONTACT says so."""
    if not settings.SECURITY_CONTACT:
        raise Http404("Nobody is named whom to write to.")
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {(timezone.now() + SECURITY_HOLDS).isoformat(timespec='seconds')}",
        "Preferred-Languages: en",
        f"Canonical: {request.build_absolute_uri()}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_FOR_CRAWLERS), ""]
    lines.append(f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")
