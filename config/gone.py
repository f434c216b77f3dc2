"""The answer when an account or design was deleted in another window during this request."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, IntegrityError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from accounts.models import User

WORDS = "Your account was changed in another window at this moment, so nothing was saved here. Try again."


class GoneMiddleware:
    """Answers 503, so that scripts send the same once more: by then the browser has its new session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        # UPDATE of a row that is no longer there is a DatabaseError of that very class.
        is_of_this_kind = isinstance(exception, IntegrityError | ObjectDoesNotExist) or type(exception) is DatabaseError
        if not is_of_this_kind or is_still_there(request):
            return None
        if (request.content_type or "").endswith("json"):
            response: HttpResponse = JsonResponse({"error": WORDS}, status=503)
        else:
            context = {"status": 503, "error_title": "Once more, please", "error_text": WORDS}
            response = render(request, "error.html", context, status=503)
        response["Retry-After"] = "1"
        return response


def is_still_there(request: HttpRequest) -> bool:
    """Whether the requesting account still exists, and the design that it asked for."""
    from designs.models import Design

    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated and not User.objects.filter(pk=user.pk).exists():
        return False
    match = request.resolver_match
    design_id = match.kwargs.get("design_id") if match else None
    return design_id is None or Design.objects.filter(pk=design_id).exists()
