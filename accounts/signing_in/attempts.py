"""Counts wrong passwords by account and by address; a browser that has signed in to an account before is counted apart.

After twenty wrong passwords an account is closed for an hour to browsers that have not signed in to it before, so
nobody who guesses can lock out its owner. An address is closed after wrong passwords for twenty accounts, or a hundred
in all, so one person's mistakes do not lock out a school. A right password clears that person's mistakes.
"""

from __future__ import annotations

import secrets
from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.core import signing
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

SALT = "known browser"
KNOWN_DAYS = 365
KNOWN_NAMES = 30  # for a computer that many people share
MOST_FROM_ADDRESS = 100


def attempted_username(request: HttpRequest, credentials: dict[str, Any] | None) -> str | None:
    """The name that an attempt counts against, without regard to capitals; after a blank, which no name contains, the
    browser that knows the account."""
    name = (credentials or {}).get("username") or request.POST.get("login") or request.POST.get("username")
    if not name:
        return None
    folded = str(name).strip().lower()[:150]
    browser, names = _known(request)
    return f"{folded} {browser}" if _digest(folded) in names else folded


def remember_browser(request: HttpRequest, response: HttpResponse, username: str) -> None:
    """Remembers this browser, so that guesses made elsewhere do not count here. The cookie holds no name."""
    browser, names = _known(request)
    mark = _digest(username.lower())
    kept = [*(each for each in names if each != mark), mark][-KNOWN_NAMES:]
    response.set_cookie(
        settings.KNOWN_COOKIE_NAME,
        signing.dumps([browser or secrets.token_hex(8), kept], salt=SALT),
        max_age=KNOWN_DAYS * 24 * 3600,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def forget_failures(username: str, *, address: str | None = None) -> None:
    """Clears the wrong passwords of an account in all browsers, or only those from one address."""
    name = username.lower()
    attempts = AccessAttempt.objects.filter(Q(username=name) | Q(username__startswith=f"{name} "))
    (attempts.filter(ip_address=address) if address else attempts).delete()


class Attempts(AxesDatabaseHandler):
    """What django-axes asks; its own handler takes the sum of all failures from an address."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        name = attempted_username(request, credentials)
        recent = AccessAttempt.objects.filter(attempt_time__gte=get_cool_off_threshold(request))
        of_name = recent.filter(username=name).aggregate(sum=Sum("failures_since_start"))["sum"] or 0
        if name and " " in name:
            return of_name
        address = getattr(request, "axes_ip_address", None)
        others = recent.filter(ip_address=address).exclude(username__contains=" ")
        found = others.aggregate(names=Count("username", distinct=True), sum=Sum("failures_since_start"))
        share = (found["sum"] or 0) * settings.AXES_FAILURE_LIMIT // MOST_FROM_ADDRESS
        return max(of_name, found["names"], share)

    def user_logged_in(self, sender: Any, request: HttpRequest, user: Any, **more: Any) -> None:
        super().user_logged_in(sender, request, user, **more)
        forget_failures(user.get_username(), address=getattr(request, "axes_ip_address", None))


def _known(request: HttpRequest) -> tuple[str, list[str]]:
    """The browser's own mark and the accounts that it knows; nothing when the cookie is not one of ours."""
    try:
        browser, names = signing.loads(
            request.COOKIES.get(settings.KNOWN_COOKIE_NAME, ""), salt=SALT, max_age=KNOWN_DAYS * 24 * 3600
        )
    except (signing.BadSignature, ValueError, TypeError):
        return "", []
    return str(browser), list(names)


def _digest(name: str) -> str:
    return salted_hmac(SALT, name).hexdigest()[:16]
