"""A form that is sent twice makes one thing: by two clicks, or once more because the answer was lost.

Django writes another token into each page that it renders, so a post of the same token with the same content is the
same form, sent again. The first one is worked on and the others get its answer. Whoever goes back gets the page anew,
with another token, and makes another thing. Where the first was refused or failed, the next one is tried like a first.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import wraps
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.db import DatabaseError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from web.models import SentForm

TOKEN = "csrfmiddlewaretoken"  # noqa: S105  (the name of the field)
KEPT = timedelta(minutes=10)
# Nothing is worked on for so long; its process has died.
GIVEN_UP = timedelta(minutes=2)
PATIENCE_S, LOOK_EVERY_S = 10.0, 0.05
# Threads of a process that may wait for the answer to another request, of the eight that it has.
_waiting = threading.BoundedSemaphore(4)
View = Callable[..., HttpResponseBase]


def sent_once(view: View) -> View:
    """For views that make a thing of a posted form and then redirect to it. Innermost of a view's decorators."""

    @wraps(view)
    def once(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST" or TOKEN not in request.POST:
            return view(request, *args, **kwargs)
        key = _key(request)
        if not _is_first(key):
            first = _answer_to_first(key)
            if first is None:
                return _still_in_work(request)
            if first.location:
                return _same(request, first)
        return _worked_on(key, request, lambda: view(request, *args, **kwargs))

    return once


def answer_to_repeat(request: HttpRequest) -> HttpResponse | None:
    """What this browser was answered when it sent the same form before; its token may be void by now, since becoming a
    guest renews it."""
    if request.method != "POST" or TOKEN not in request.POST or not request.session.session_key:
        return None
    sent = SentForm.objects.filter(key=_key(request), session_key=request.session.session_key)
    first = sent.filter(at__gt=timezone.now() - KEPT).exclude(location="").first()
    return _same(request, first) if first else None


def _key(request: HttpRequest) -> str:
    digest = hashlib.blake2b(request.get_full_path().encode(errors="replace"), digest_size=32)
    for name, values in sorted(request.POST.lists()):
        digest.update(repr((name, values)).encode(errors="replace"))
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            digest.update(repr((name, file.name, file.size)).encode(errors="replace"))
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)
    return digest.hexdigest()


def _is_first(key: str) -> bool:
    now = timezone.now()
    SentForm.objects.filter(Q(at__lt=now - KEPT) | Q(at__lt=now - GIVEN_UP, location="")).delete()
    return SentForm.objects.get_or_create(key=key, defaults={"at": now})[1]


def _answer_to_first(key: str) -> SentForm | None:
    """None when it is still worked on; without a place when it failed, and whoever asks is the first now."""
    give_up = time.monotonic() + PATIENCE_S
    if not _waiting.acquire(blocking=False):
        return None
    try:
        while True:
            sent, is_first = SentForm.objects.get_or_create(key=key, defaults={"at": timezone.now()})
            if is_first or sent.location:
                return sent
            if time.monotonic() > give_up:
                return None
            time.sleep(LOOK_EVERY_S)
    finally:
        _waiting.release()


def _worked_on(key: str, request: HttpRequest, work: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    location = ""
    try:
        response = work()
        if isinstance(response, HttpResponseRedirect):
            location = response.url
        return response
    finally:
        with suppress(DatabaseError):  # what was made stands, and is answered
            _remember(key, request, location)


def _remember(key: str, request: HttpRequest, location: str) -> None:
    sent = SentForm.objects.filter(key=key)
    if not location:
        sent.delete()
        return
    if request.session.modified:
        request.session.save()  # so that the others may come in with it from now on
    sent.update(location=location, session_key=request.session.session_key or "")


def _same(request: HttpRequest, first: SentForm) -> HttpResponse:
    """A browser without a session gets the one that the first answer began: the token shows that it is the same."""
    if first.session_key and SESSION_KEY not in request.session:
        request.session = import_module(settings.SESSION_ENGINE).SessionStore(first.session_key)
        request.session.modified = True
    messages.info(
        request, "This form came twice from one page and counted once. Open the page again to send it once more."
    )
    return HttpResponseRedirect(first.location)


def _still_in_work(request: HttpRequest) -> HttpResponse:
    context = {
        "status": 409,
        "error_title": "Still at work",
        "error_text": "This form came twice, and the first one is still being worked on. Look in a moment whether it "
        "is done, before you send it again.",
    }
    response = render(request, "error.html", context, status=409)
    response["Cache-Control"] = "no-store"
    return response
