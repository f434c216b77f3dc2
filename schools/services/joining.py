"""Joins an account that a launch made with an older account of the same person, who must hold both.

An e-mail address that a platform sends gives nobody an account. The person comes from the platform, signs in to their
own account in the same browser, and confirms it there.
"""

from __future__ import annotations

from datetime import timedelta

from allauth.socialaccount.models import SocialAccount
from django.core import signing
from django.db import transaction

from accounts.models import User
from accounts.services.claims import merge_account
from classrooms.models import Membership
from classrooms.services.roster import link
from schools.models import Person

SALT = "schools.joining"
HOLDS = timedelta(minutes=10)
BY_REACH = (Membership.Role.STUDENT, Membership.Role.ASSISTANT, Membership.Role.INSTRUCTOR)


class JoiningError(Exception):
    """Why the two accounts are not made into one, for the person who asks for it."""


def may_be_joined(user: User) -> bool:
    """Whether the account is open only through a platform. An account with a password of its own belongs to
    somebody."""
    has_own_way = user.has_usable_password() or SocialAccount.objects.filter(user=user).exists()
    return not user.is_guest and not has_own_way and user.platform_people.exists()


def promise_of(user: User) -> str:
    """The promise that this browser keeps while the person signs in to their own account."""
    return signing.dumps(user.pk, salt=SALT)


def promised(promise: str) -> User:
    """The account that came from a platform. JoiningError for an old or made-up promise."""
    try:
        number = signing.loads(promise, salt=SALT, max_age=HOLDS)
    except signing.BadSignature:
        raise JoiningError(
            "Nothing waits to be joined in this browser: come from your course again. It holds for ten minutes."
        ) from None
    found = User.objects.filter(pk=number).first()
    if found is None or not may_be_joined(found):
        raise JoiningError("The account from your course is joined already, or has a password of its own by now.")
    return found


@transaction.atomic
def join_accounts(came: User, own: User) -> None:
    """Moves everything of `came` into `own`, to which the platform leads from now on; `came` is deleted.

    JoiningError where both have work on one assignment, because one of the two would be lost.
    """
    if not may_be_joined(came) or own.is_guest or own.pk == came.pk:
        raise JoiningError("Sign in to an account of your own first.")
    standing = {each.classroom_id: each for each in Membership.objects.filter(user=own)}
    for member in Membership.objects.filter(user=came, classroom__in=standing):
        kept = standing[member.classroom_id]
        twice = member.works.filter(assignment__in=kept.works.values("assignment")).select_related("assignment").first()
        if twice is not None:
            raise JoiningError(
                f"Both accounts have work on {twice.assignment} of {member.classroom}. Ask your teacher which counts."
            )
        _take_over(kept, member)
    merge_account(came, own)


def _take_over(kept: Membership, member: Membership) -> None:
    """Keeps the role with more rights, and the line of the roster."""
    kept.role = max(kept.role, member.role, key=lambda role: BY_REACH.index(Membership.Role(role)))
    kept.left_at = kept.left_at if kept.was_removed else None
    kept.save(update_fields=["role", "left_at"])
    entry = getattr(member, "roster_entry", None)
    if entry is not None and not hasattr(kept, "roster_entry") and kept.role == Membership.Role.STUDENT:
        link(entry, kept)


def platforms_of(user: User) -> list[str]:
    return [str(each.platform) for each in Person.objects.filter(user=user).select_related("platform")]
