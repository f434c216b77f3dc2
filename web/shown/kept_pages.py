"""Caches pages until the content changes: those that look the same to everybody without an account, compressed, and
those in which signed-in people see nothing of their own but their name."""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.template.loader import render_to_string

from web.shown.compression import accepted_encodings

MOST_PAGES = 1_000
MOST_PAGES_OF_READERS = 300
Page = TypeVar("Page", "_Kept", "_KeptAround")
View = Callable[..., HttpResponse]
# What the page of a signed-in person shows besides what all see, or None for a page that is made anew each time.
Facts = Callable[..., Hashable | None]


@dataclass(frozen=True, kw_only=True)
class _Kept:
    revision: int
    etag: str
    plain: bytes
    packed: bytes
    content_type: str


@dataclass(frozen=True, kw_only=True)
class _KeptAround:
    """A page in two parts, with the place of the reader's name between them."""

    revision: int
    before: bytes
    after: bytes
    content_type: str


class _Shelf(Generic[Page]):
    """The least recently used page goes first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._pages: OrderedDict[Hashable, Page] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, revision: int) -> Page | None:
        with self._lock:
            kept = self._pages.get(key)
            if kept is None or kept.revision != revision:
                return None
            self._pages.move_to_end(key)
            return kept

    def put(self, key: Hashable, kept: Page) -> None:
        with self._lock:
            self._pages[key] = kept
            self._pages.move_to_end(key)
            while len(self._pages) > self._most:
                self._pages.popitem(last=False)

    def __len__(self) -> int:
        return len(self._pages)

    def clear(self) -> None:
        with self._lock:
            self._pages.clear()


_shelf = _Shelf[_Kept](MOST_PAGES)
_shelf_of_readers = _Shelf[_KeptAround](MOST_PAGES_OF_READERS)


def forget() -> None:
    """Empties this process's shelves."""
    _shelf.clear()
    _shelf_of_readers.clear()


def kept_for_anonymous(revision: Callable[[], int]) -> Callable[[View], View]:
    """Keeps what a view answers to plain GETs of people without a session, as long as `revision()` stays the same.

    Only for views whose page then depends on nothing but its address: no token, no message, no cookie.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def kept_view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not _is_plain(request):
                return view(request, *args, **kwargs)
            number = revision()
            kept = _shelf.get(request.path, number)
            if kept is None:
                response = view(request, *args, **kwargs)
                if response.status_code != 200 or response.cookies:
                    return response
                kept = _keep(response, number)
                _shelf.put(request.path, kept)
            return _answer(request, kept)

        return kept_view

    return decorate


def kept_for_readers(revision: Callable[[], int], facts: Facts) -> Callable[[View], View]:
    """Keeps what a view answers to plain GETs of signed-in people, for all of whom `facts(request, ...)` says the same,
    as long as `revision()` stays the same. The name in the header is the reader's each time.

    Only for views whose page then depends on nothing but its whole address and the facts. A page that holds a token
    for forms is never kept.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def kept_view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            is_plain = _asks_page(request) and "messages" not in request.COOKIES
            seen = facts(request, *args, **kwargs) if is_plain else None
            if seen is None:
                return view(request, *args, **kwargs)
            number, key = revision(), (request.build_absolute_uri(), seen)
            who = render_to_string("_viewer.html", {"user": request.user}).encode()
            kept = _shelf_of_readers.get(key, number)
            if kept is None:
                response = view(request, *args, **kwargs)
                before, found, after = response.content.partition(who)
                if response.status_code != 200 or response.cookies or not found or b"csrfmiddlewaretoken" in after:
                    return response
                kept = _KeptAround(revision=number, before=before, after=after, content_type=response["Content-Type"])
                _shelf_of_readers.put(key, kept)
            return HttpResponse((kept.before, who, kept.after), content_type=kept.content_type)

        return kept_view

    return decorate


def _asks_page(request: HttpRequest) -> bool:
    return request.method in ("GET", "HEAD") and "HX-Request" not in request.headers


def _is_plain(request: HttpRequest) -> bool:
    is_nobody = settings.SESSION_COOKIE_NAME not in request.COOKIES and "messages" not in request.COOKIES
    return _asks_page(request) and is_nobody and not request.META.get("QUERY_STRING")


def _keep(response: HttpResponse, revision: int) -> _Kept:
    plain = response.content
    return _Kept(
        revision=revision,
        etag=f'W/"{hashlib.sha256(plain).hexdigest()[:24]}"',
        plain=plain,
        packed=gzip.compress(plain, compresslevel=9, mtime=0),
        content_type=response["Content-Type"],
    )


def _answer(request: HttpRequest, kept: _Kept) -> HttpResponse:
    if kept.etag in request.headers.get("If-None-Match", ""):
        response: HttpResponse = HttpResponseNotModified()
    elif "gzip" in accepted_encodings(request):
        response = HttpResponse(kept.packed, content_type=kept.content_type)
        response["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(kept.plain, content_type=kept.content_type)
    response["ETag"] = kept.etag
    response["Vary"] = "Accept-Encoding"
    # Asked again each time, since after signing in the same address shows more.
    response["Cache-Control"] = "no-cache"
    return response
