from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from config.greeting import greeting
from config.showcase import showcase
from web.viewer import viewer_id

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
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_FOR_CRAWLERS), ""]
    lines.append(f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")
