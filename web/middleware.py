from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.db import DataError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control

from web.sent.typed import LARGEST_KEY

log = logging.getLogger("loadbearing.busy")
PRIVATE_COOKIES = {settings.SESSION_COOKIE_NAME, settings.OPENED_COOKIE_NAME}


class PlainAddressesMiddleware:
    """Refuses addresses that we never make: ids beyond the range of the database, and NUL, which PostgreSQL cannot
    store. NUL in a form that no view took out is refused as well, where it would end in an error of the server."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Callable[..., Any], _args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> None:
        if any(isinstance(each, int) and each > LARGEST_KEY for each in kwargs.values()):
            raise Http404("Nothing has so large a number.")
        asked = [word for name, values in request.GET.lists() for word in (name, *values)]
        if any("\x00" in word for word in asked):
            raise BadRequest("NUL in an address")

    def process_exception(self, _request: HttpRequest, error: Exception) -> None:
        """Nothing is saved: the error ended the transaction."""
        if isinstance(error, DataError) and "NUL (0x00)" in str(error):
            raise BadRequest("NUL in a form") from error


class PrivatePagesMiddleware:
    """Keeps pages of signed-in people, and of those with a share link, out of caches and of the browser's Back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_private = PRIVATE_COOKIES & request.COOKIES.keys()
        if is_private and "Cache-Control" not in response:
            patch_cache_control(response, private=True, no_store=True)
        response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
        return response


class BusyDatabaseMiddleware:
    """Answers a write that waited too long for the database: the page asks the sender to try again and holds the form
    with its content, so that one press sends it again."""

    WORDS = ("database is locked", "deadlock detected", "could not serialize", "lock timeout", "too many clients")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, OperationalError) or not any(words in str(error) for words in self.WORDS):
            return None
        log.warning("The database was busy for %s", request.path)
        fields = [
            (name, value)
            for name, values in request.POST.lists()
            for value in values
            if name != "csrfmiddlewaretoken" and "password" not in name
        ]
        if "application/json" in request.headers.get("Accept", ""):
            response: HttpResponse = JsonResponse({"error": "The site is busy; try again in a moment."}, status=503)
        else:
            context = {"fields": fields, "had_files": bool(request.FILES), "address": request.get_full_path()}
            response = render(request, "busy.html", context, status=503)
        response["Retry-After"] = "5"
        return response
