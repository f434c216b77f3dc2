from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

from web.typed import LARGEST_KEY

PRIVATE_COOKIES = {settings.SESSION_COOKIE_NAME, settings.OPENED_COOKIE_NAME}


class PlainAddressesMiddleware:
    """Refuses what no address of ours says: ids beyond those of a database, and NUL, which PostgreSQL does not keep."""

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


class PrivatePagesMiddleware:
    """Keeps whatever a signed-in person sees, or who was sent a link, out of caches and of the browser's Back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_private = PRIVATE_COOKIES & request.COOKIES.keys()
        if is_private and "Cache-Control" not in response:
            patch_cache_control(response, private=True, no_store=True)
        response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
        return response
