"""A limit on what one person may ask by HTMX in a minute, so that a page gone wild does not slow down the others."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import get_resolver

from web.addresses import client_address

WINDOW_SECONDS = 60
# A class sits behind one address; and whoever makes up a new session cookie each time has one address still.
PEOPLE_BEHIND_ONE_ADDRESS = 20


class Window:
    """Counts by key in windows of a minute; a new window forgets the old one whole, so memory stays bounded."""

    def __init__(self) -> None:
        self._number = 0
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def count(self, key: str, *, at_seconds: float) -> int:
        number = int(at_seconds // WINDOW_SECONDS)
        with self._lock:
            if number != self._number:
                self._number, self._counts = number, Counter()
            self._counts[key] += 1
            return self._counts[key]


class ThrottleMiddleware:
    """Answers 429 to HTMX requests beyond the limit; each worker counts for itself, in memory."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.window = Window()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        limit = settings.HTMX_REQUESTS_PER_MINUTE
        if limit and "HX-Request" in request.headers:
            now = time.monotonic()
            if any(self.window.count(key, at_seconds=now) > most for key, most in _keys(request, limit)):
                refused: HttpResponse = get_resolver().resolve_error_handler(429)(request)
                return refused
        return self.get_response(request)


def _keys(request: HttpRequest, limit: int) -> list[tuple[str, int]]:
    """What a request counts against, each with how much is allowed."""
    session = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")[:64]
    address = client_address(request)
    if not session:
        return [(f"anonymous {address}", limit)]
    return [(f"address {address}", limit * PEOPLE_BEHIND_ONE_ADDRESS), (f"session {session}", limit)]
