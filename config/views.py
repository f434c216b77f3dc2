from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from config.showcase import showcase


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "home.html", {"shown": showcase()})


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view
    """Browsers ask for it by this name where a page names no icon, such as in the admin."""
    return redirect(static("favicon.svg"))
