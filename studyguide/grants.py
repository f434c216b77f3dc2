"""Access to notes of others, as higher apps grant it, for example to a class. A grant never writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Q

Grant = Callable[[int], Q]
Strip = Callable[[int], Mapping[str, Any]]
_grants: list[Grant] = []
_strips: list[Strip] = []


def register(grant: Grant) -> None:
    """Called once by an app when it is ready; `grant(user_id)` says which bodies of notes that person may read."""
    _grants.append(grant)


def bodies_granted_to(user_id: int) -> Q:
    rule = Q(pk__in=[])
    for grant in _grants:
        rule |= grant(user_id)
    return rule


def register_strip(strip: Strip) -> None:
    """`strip(body_id)` is what an app above shows to the owner of notes on their page: it names its `template`."""
    _strips.append(strip)


def strips_of(body_id: int) -> list[Mapping[str, Any]]:
    return [strip(body_id) for strip in _strips]
