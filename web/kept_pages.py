"""Caches pages that look the same to everybody without an account: rendered once, kept compressed until they change."""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

from web.compression import accepted_encodings

MOST_PAGES = 1_000
View = Callable[..., HttpResponse]


@dataclass(frozen=True, kw_only=True)
class _Kept:
    revision: int
    etag: str
    plain: bytes
    packed: bytes
    content_type: str


class _Shelf:
    """The least recently used page goes first."""

    def __init__(self) -> None:
        self._pages: OrderedDict[str, _Kept] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str, revision: int) -> _Kept | None:
        with self._lock:
            kept = self._pages.get(key)
            if kept is None or kept.revision != revision:
                return None
            self._pages.move_to_end(key)
            return kept

    def put(self, key: str, kept: _Kept) -> None:
        with self._lock:
            self._pages[key] = kept
            self._pages.move_to_end(key)
            while len(self._pages) > MOST_PAGES:
                self._pages.popitem(last=False)


_shelf = _Shelf()


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


def _is_plain(request: HttpRequest) -> bool:
    asks_page = request.method in ("GET", "HEAD") and not request.META.get("QUERY_STRING")
    is_nobody = settings.SESSION_COOKIE_NAME not in request.COOKIES and "messages" not in request.COOKIES
    return asks_page and is_nobody and "HX-Request" not in request.headers


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
