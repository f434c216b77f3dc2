from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from config.pages.greeting import greeting
from config.pages.list_pictures import PICTURES
from config.pages.showcase import showcase
from config.pages.statements import accessibility, kept_of_people, session_days
from web.assets.storage import bundle_parts
from web.shown.pictures import shared_picture
from web.shown.viewer import viewer_id

SECURITY_HOLDS = timedelta(days=180)
WORKER = Path(__file__).with_name("service_worker.js")
# Pages whose last copy the browser keeps, with the files that they and the cards need.
KEPT_OFFLINE = [
    "^/$",
    "^/topics/$",
    "^/topics/[^/]+/$",
    "^/learn/",
    "^/glossary/$",
    "^/calculators/([^/.]+/)?$",
    "^/cards/$",
]
CHANGES_PERSON = ["^/accounts/(login|logout|signup)/$", "^/account/delete/$", "/callback/$"]
OFFLINE_BUNDLES = ("css/base.css", "css/reading.css", "js/reading.js")
OFFLINE_FILES = (
    "css/cards.css", "favicon.svg", "js/site.js", "js/enlarge.js", "js/live-calculator.js",
    "js/offline/keeping.js", "js/offline/queue.js", "js/offline/deck.js", "js/offline/shelf.js",
)  # fmt: skip
# Addresses without end, and pages that show nothing without signing in.
NOT_FOR_CRAWLERS = (
    *("/account/", "/admin/", "/cards/review/", "/designs/", "/interviews/", "/search/"),
    *("/*?do=", "/*&do="),  # each step of a lab is an address
)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    context = {"shown": showcase(), "greeting": greeting(viewer_id(request), now=timezone.now())}
    return render(request, "home.html", context)


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """The personal data that are kept, for how long, and how to export and delete them."""
    context = {"parts": kept_of_people(), "session_days": session_days(), "contact": settings.PRIVACY_CONTACT}
    return render(request, "privacy.html", context)


@require_safe
def accessible(request: HttpRequest) -> HttpResponse:
    """What is tested for people with disabilities, and what is not."""
    context = {"statement": accessibility(), "contact": settings.PRIVACY_CONTACT}
    return render(request, "accessibility.html", context)


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view
    """Browsers ask for it by this name where a page names no icon, such as in the admin."""
    return redirect(static("favicon.svg"))


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """The page that a browser shows offline instead of a page that it has not kept."""
    return render(request, "offline.html", {})


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view
    """How the site looks as an installed app."""
    icons = [
        {"src": static("favicon.svg"), "sizes": "any", "type": "image/svg+xml"},
        *(
            {
                "src": static(f"icon-{size}.png"),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": "any maskable",
            }
            for size in (192, 512)
        ),
    ]
    about = {
        "name": "Loadbearing",
        "short_name": "Loadbearing",
        "description": "Learn system design by doing it.",
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#faf9f5",
        "theme_color": "#faf9f5",
        "icons": icons,
        "shortcuts": [{"name": "Review cards", "url": reverse("studyguide:card_review")}],
    }
    return HttpResponse(json.dumps(about), content_type="application/manifest+json")


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view
    """The service worker, which keeps pages for offline use. Its first line names this version's files, so a new
    version of the site is a new script."""
    site = {
        "static": settings.STATIC_URL if settings.STATIC_URL.startswith("/") else f"/{settings.STATIC_URL}",
        "offline": reverse("offline"),
        "cards": reverse("studyguide:card_list"),
        "deck": reverse("studyguide:card_offline"),
        "kept": KEPT_OFFLINE,
        "changesPerson": CHANGES_PERSON,
        "files": [static(name) for bundle in OFFLINE_BUNDLES for name in bundle_parts(bundle)]
        + [static(name) for name in OFFLINE_FILES],
    }
    response = HttpResponse(f"const SITE = {json.dumps(site)};\n{WORKER.read_text()}", content_type="text/javascript")
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def list_picture(request: HttpRequest, name: str) -> HttpResponse:
    """What other programs show beside the address of the home page or of a list."""
    if name not in PICTURES:
        raise Http404(f"There is no picture {name!r}")
    svg = PICTURES[name]()
    return shared_picture(request, f"list-{hashlib.sha256(svg.encode()).hexdigest()}", lambda: svg)


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Where to write about a fault of security (RFC 9116), where SECURITY_CONTACT says so."""
    if not settings.SECURITY_CONTACT:
        raise Http404("This site names no contact.")
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
