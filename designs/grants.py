"""Ways to see a design that apps above know of, such as that of a student for whoever teaches them. They never edit."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q

Grant = Callable[[int], Q]
_grants: list[Grant] = []


def register(grant: Grant) -> None:
    """Called once by an app when it is ready; `grant(user_id)` says which designs that person may look at."""
    _grants.append(grant)


def granted_to(user_id: int | None) -> Q:
    rule = Q(pk__in=[])
    if user_id:
        for grant in _grants:
            rule |= grant(user_id)
    return rule
