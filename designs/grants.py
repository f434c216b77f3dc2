"""Ways to see a design that apps above know of, such as that of a student for whoever teaches them. They never edit."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q

Grant = Callable[[int], Q]
_grants: list[Grant] = []
_class_work: list[Callable[[], Q]] = []


def register(grant: Grant) -> None:
    """Called once by an app when it is ready; `grant(user_id)` says which designs that person may look at."""
    _grants.append(grant)


def register_class_work(rule: Callable[[], Q]) -> None:
    """`rule()` says which designs are work for a class: their interviewer is the teacher, and no link."""
    _class_work.append(rule)


def class_work() -> Q:
    found = Q(pk__in=[])
    for rule in _class_work:
        found |= rule()
    return found


def granted_to(user_id: int | None) -> Q:
    rule = Q(pk__in=[])
    if user_id:
        for grant in _grants:
            rule |= grant(user_id)
    return rule
