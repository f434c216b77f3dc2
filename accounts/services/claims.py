"""A guest's work finds its account: signing up keeps the same row, signing in moves everything over."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from accounts.work import parts


@transaction.atomic
def merge_guest(guest: User, owner: User) -> None:
    """Gives all that a guest has made to the account that they sign in to; then the guest is gone."""
    if not guest.is_guest:
        raise ValueError("only a guest's work moves without being asked for")
    merge_account(guest, owner)


@transaction.atomic
def merge_account(other: User, owner: User) -> None:
    """Gives all that one account has made to another, whose owner has shown that both are theirs; then it is gone."""
    if other.pk == owner.pk:
        raise ValueError("work moves to somebody else only")
    # Locked in one order, so that two merges cannot deadlock. A request that saves for the guest finishes first.
    list(User.objects.select_for_update().filter(pk__in=[other.pk, owner.pk]).order_by("pk"))
    for part in parts():
        part.move(other, owner)
    other.delete()


def summary_of(user: User) -> list[str]:
    """What the person has here, in words: "3 designs", "12 topics read"."""
    return [line for part in parts() for line in part.summary(user)]
