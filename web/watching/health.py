"""Health checks for balancers and containers: whether the process lives (`/health/`) and may get requests (`/ready/`);
and metrics for Prometheus (`/metrics/`).

Answered before anything else: without a host check, a session, a redirect to HTTPS or a limit.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from web.watching import metrics

log = logging.getLogger("loadbearing.health")


class HealthMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info == "/health/":
            return _answer("alive", 200)
        if request.path_info == "/ready/":
            return ready()
        if request.path_info == "/metrics/" and settings.METRICS_TOKEN:
            return metrics.answer(request)
        return self.get_response(request)


def ready() -> HttpResponse:
    """503 while the database does not answer, or has not been migrated."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM studyguide_contentrevision")
    except DatabaseError as error:
        log.warning("not ready: %s", error)
        return _answer("the database does not answer", 503)
    return _answer("ready", 200)


def _answer(state: str, status: int) -> HttpResponse:
    response = JsonResponse({"state": state}, status=status)
    response["Cache-Control"] = "no-store"
    return response
