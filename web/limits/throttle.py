"""Limits what one person or one address may ask of the site in a while, and says how long to wait.

Every request counts, and so does its processor time, in the cache shared by all processes (`CACHE_URL`). A class behind
one address has room for all its members: a signed-in person is counted by account first.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.urls import get_resolver

from web.limits.addresses import client_address

WINDOW_SECONDS = 60
HOUR_SECONDS = 3_600
# A class shares one address, and a client that invents session cookies still has one address.
PEOPLE_BEHIND_ONE_ADDRESS = 20
# Together they get less processor time, because more would be all of a small machine.
SHARES_OF_ONE_ADDRESS = 3
# What a process has counted is told to the shared cache when it is such a part of what is allowed, since each telling
# costs as much as a small page.
PORTION = 0.1


class TooOftenError(Exception):
    """The limit of one thing in a period is reached; answered with 429, the words and the time to wait."""

    def __init__(self, words: str, *, wait_seconds: int) -> None:
        super().__init__(words)
        self.words, self.wait_seconds = words, wait_seconds


@dataclass(frozen=True)
class Use:
    """What was used in a window: requests, and milliseconds of the processor."""

    requests: int
    milliseconds: int


class Meter:
    """Adds up by key in windows of a minute. Each process reports to the shared cache in portions."""

    def __init__(self) -> None:
        self._number = 0
        self._own: dict[str, list[int]] = {}  # key -> requests and milliseconds not told yet
        self._seen: dict[str, Use] = {}  # key -> what the cache said last
        self._lock = threading.Lock()

    def used(self, key: str, *, at_seconds: float) -> Use:
        with self._lock:
            self._turn(int(at_seconds // WINDOW_SECONDS))
            seen, own = self._seen.get(key), self._own.get(key, [0, 0])
        if seen is None:
            seen = self._told(key, 0, 0)
        return Use(seen.requests + own[0], seen.milliseconds + own[1])

    def add(self, key: str, milliseconds: int, most: Use, *, at_seconds: float) -> None:
        with self._lock:
            self._turn(int(at_seconds // WINDOW_SECONDS))
            own = self._own.setdefault(key, [0, 0])
            own[0] += 1
            own[1] += milliseconds
            if own[0] < PORTION * most.requests and own[1] < PORTION * most.milliseconds:
                return
            del self._own[key]
        self._told(key, *own)

    def _told(self, key: str, requests: int, milliseconds: int) -> Use:
        number = self._number
        use = Use(
            counted(f"throttle {number} {key} requests", requests, seconds=2 * WINDOW_SECONDS),
            counted(f"throttle {number} {key} ms", milliseconds, seconds=2 * WINDOW_SECONDS),
        )
        with self._lock:
            if number == self._number:
                self._seen[key] = use
        return use

    def _turn(self, number: int) -> None:
        """Starts a new window, which forgets the old one whole, so memory stays bounded."""
        if number != self._number:
            self._number, self._own, self._seen = number, {}, {}


def counted(name: str, more: int, *, seconds: int) -> int:
    """Adds to a count that lives so long, and answers what it is then."""
    key = hashlib.blake2b(name.encode(errors="replace"), digest_size=20).hexdigest()
    cache.add(key, 0, seconds)
    try:
        return int(cache.incr(key, more))
    except ValueError:  # it ended meanwhile
        cache.set(key, more, seconds)
        return more


class ThrottleMiddleware:
    """Answers 429 beyond a limit, and for TooOftenError of any view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.meter = Meter()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.REQUESTS_PER_MINUTE:
            return self.get_response(request)
        now = time.time()
        keys = _keys(request)
        for key, most in keys:
            used = self.meter.used(key, at_seconds=now)
            if used.requests >= most.requests or used.milliseconds >= most.milliseconds:
                return _refused(request, WINDOW_SECONDS - int(now % WINDOW_SECONDS))
        began = time.thread_time()
        try:
            return self.get_response(request)
        finally:
            took = int((time.thread_time() - began) * 1_000)
            for key, most in keys:
                self.meter.add(key, took, most, at_seconds=now)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, TooOftenError):
            return _refused(request, exception.wait_seconds, exception.words)
        return None


def _refused(request: HttpRequest, wait_seconds: int, words: str = "") -> HttpResponse:
    request.throttled = (wait_seconds, words)  # type: ignore[attr-defined]
    refused: HttpResponse = get_resolver().resolve_error_handler(429)(request)
    return refused


def _keys(request: HttpRequest) -> list[tuple[str, Use]]:
    """What a request counts against, each with how much is allowed."""
    one = Use(settings.REQUESTS_PER_MINUTE, settings.CPU_SECONDS_PER_MINUTE * 1_000)
    many = Use(one.requests * PEOPLE_BEHIND_ONE_ADDRESS, one.milliseconds * SHARES_OF_ONE_ADDRESS)
    session = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")[:64]
    address = client_address(request)
    own = f"session {session}" if session else f"anonymous {address}"
    return [(f"address {address}", many), (own, one)]


def limit(request: HttpRequest, what: str, *, most: int, of: str = "", seconds: int = HOUR_SECONDS) -> None:
    """Counts one of `what` for this address, or for `of` when given. Raises TooOftenError beyond `most` in the time."""
    if not settings.REQUESTS_PER_MINUTE:
        return
    now = time.time()
    who = of or f"address {client_address(request)}"
    if counted(f"limit {what} {who} {int(now // seconds)}", 1, seconds=seconds) > most:
        wait = seconds - int(now % seconds)
        raise TooOftenError(f"At most {most:,} {what} are possible in {_said(seconds)}.", wait_seconds=wait)


def _said(seconds: int) -> str:
    return "an hour" if seconds == HOUR_SECONDS else f"{seconds // 60} minutes"
