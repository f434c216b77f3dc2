"""Deletes accounts with all that belongs to them: at the owner's wish, or when a guest can never come back.

A guest has no password. Once no session leads to a guest any more, nobody can reach the work, unless others see it by a
link or in a class; such guests stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core import signing
from django.db import transaction
from django.db.models import ProtectedError, RestrictedError

from accounts.models import User
from accounts.signing_in.attempts import forget_failures
from accounts.work import parts
from web.watching import audit

# Each deletion collects rows of many tables; small batches delay other writers only briefly.
BATCH = 20


class StillNeededError(Exception):
    """What others still need of an account, in words."""


class UnreadableSessionError(Exception):
    """A session that this SECRET_KEY did not sign may lead to any guest."""


def delete_account(user: User) -> dict[str, Any]:
    """Deletes the account and returns the facts for the audit log. StillNeededError when others need what it keeps."""
    username = user.get_username()
    facts = {"user": user.pk, "username": username}
    try:
        with transaction.atomic():
            # A request that saves something of this person now finishes first, or waits and finds nobody.
            User.objects.select_for_update().filter(pk=user.pk).first()
            if needed := [words for part in parts() for words in part.needed_by_others(user)]:
                raise StillNeededError(", ".join(needed))
            for part in parts():
                part.hand_over(user)
            user.delete()
    except (ProtectedError, RestrictedError) as error:
        held = getattr(error, "protected_objects", getattr(error, "restricted_objects", []))
        raise StillNeededError(", ".join(sorted({str(row) for row in held}))) from error
    forget_failures(username)
    return facts


def abandoned_guests(*, before: datetime, now: datetime) -> list[int]:
    """Guests from before that time to whom no session leads and of whose work others see nothing."""
    reachable = _signed_in(now)
    guests = User.objects.filter(is_guest=True, date_joined__lt=before).exclude(last_login__gte=before)
    for part in parts():
        for seen in part.seen_by_others():
            guests = guests.exclude(pk__in=seen)
    return [pk for pk in guests.order_by("pk").values_list("pk", flat=True) if pk not in reachable]


def remove_guests(guests: Sequence[int]) -> int:
    """Deletes them in batches, each whole or not at all, and returns how many were deleted."""
    return sum(_remove(guests[start : start + BATCH]) for start in range(0, len(guests), BATCH))


def _remove(batch: Sequence[int]) -> int:
    gone = []
    with transaction.atomic():
        # A guest who has signed up meanwhile is no longer a guest.
        for guest in User.objects.select_for_update().filter(pk__in=batch, is_guest=True).order_by("pk"):
            with suppress(StillNeededError):
                gone.append(delete_account(guest))
    for facts in gone:
        audit.record("account deleted", **facts, because="an abandoned guest")
    return len(gone)


def _signed_in(now: datetime) -> set[int]:
    """The users of all sessions that have not expired."""
    store = SessionStore()
    found = set()
    for data in Session.objects.filter(expire_date__gt=now).values_list("session_data", flat=True).iterator():
        try:
            session = signing.loads(data, salt=store.key_salt, serializer=store.serializer)
        except signing.BadSignature as error:
            raise UnreadableSessionError from error
        if SESSION_KEY in session:
            found.add(int(session[SESSION_KEY]))
    return found
