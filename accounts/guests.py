"""Anybody may save something: whoever has no account becomes a guest, a real user without a name or password."""

from __future__ import annotations

import secrets
from typing import cast

from django.contrib.auth import login
from django.http import HttpRequest

from accounts.models import User


def ensure_guest(request: HttpRequest) -> User:
    """The person who is signed in, or a new guest, signed in by this request's answer. Never call it to read."""
    if request.user.is_authenticated:
        return cast(User, request.user)
    guest = User(username=f"guest-{secrets.token_hex(8)}", is_guest=True)
    guest.set_unusable_password()
    guest.save()
    login(request, guest, backend="django.contrib.auth.backends.ModelBackend")
    return guest
