"""Anybody may save something: a visitor without an account becomes a guest, a real user without a name or password."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.contrib.auth import login
from django.http import HttpRequest

from accounts.models import User
from web.limits.throttle import limit

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
GUESTS_AN_HOUR = 300  # a class behind one address, each with a second browser
# A guest has no password to come back with: this browser's cookie is the only way to the work.
GUEST_SESSION = timedelta(days=365)


def ensure_guest(request: HttpRequest) -> User:
    """The person who is signed in, or a new guest, signed in by this request's answer. Never call it to read."""
    if request.user.is_authenticated:
        return request.user
    limit(request, "new guests from one address", most=GUESTS_AN_HOUR)
    guest = User(username=f"guest-{secrets.token_hex(8)}", is_guest=True)
    guest.set_unusable_password()
    guest.save()
    login(request, guest, backend=BACKEND)
    request.session.set_expiry(GUEST_SESSION)
    return guest
