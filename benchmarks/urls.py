from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

BARE_PAGE = "<!DOCTYPE html><title>Bare</title>"


def bare(_request: HttpRequest) -> HttpResponse:
    """What every request costs before it does anything: the middleware, and a constant."""
    return HttpResponse(BARE_PAGE)


urlpatterns = [path("bare/", bare), path("", include("config.urls"))]
