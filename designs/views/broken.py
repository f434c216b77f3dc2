"""The page for a stored design that cannot be read, because it was saved before today's limits or by a bug. It can be
exported as JSON, restored to an earlier version, and deleted. No other page depends on such a design.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from pydantic import ValidationError

from designs.access import acting_user
from designs.document.problems import DocumentTooLargeError, InvalidDocumentError, from_validation_error
from designs.models import Design

log = logging.getLogger("loadbearing.designs")


class BrokenDesignMiddleware:
    """Responds with that page where a view could not read a stored design."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DocumentTooLargeError):
            context = {"status": 413, "error_title": "No room for this", "error_text": str(exception)}
            return render(request, "error.html", context, status=413)
        if not isinstance(exception, InvalidDocumentError | ValidationError | RecursionError):
            return None
        match = request.resolver_match
        design_id = match.kwargs.get("design_id") if match else None
        design = Design.objects.filter(pk=design_id).first() if design_id else None
        if design is None:  # the view checked access before it read the design
            return None
        log.error("design %s cannot be shown: %s", design.pk, type(exception).__name__)
        user = acting_user(request)
        context = {
            "design": design,
            "section": "designs",
            "why": _words(exception),
            "is_owner": user is not None and user.pk == design.owner_id,
        }
        return render(request, "designs/broken.html", context, status=422)


def _words(exception: Exception) -> str:
    if isinstance(exception, InvalidDocumentError):
        return exception.problems[0].message if exception.problems else ""
    if isinstance(exception, ValidationError):
        return next((f"{each.path}: {each.message}" for each in from_validation_error(exception)), "")
    return "It is nested too deep."
