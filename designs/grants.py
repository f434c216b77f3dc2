"""Ways to see a design that apps above know of, such as that of a student for whoever teaches them, and to draw one
together. Whoever only sees never edits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol
from uuid import UUID

from django.db.models import Q

Grant = Callable[[int], Q]
_grants: list[Grant] = []
_class_work: list[Callable[[], Q]] = []


def register(grant: Grant) -> None:
    """Called once by an app when it is ready; `grant(user_id)` says which designs that person may look at."""
    _grants.append(grant)


_together: list[tuple[Grant, Callable[[], Q]]] = []


def register_together(members: Grant, drawn: Callable[[], Q]) -> None:
    """`members(user_id)` says which designs somebody draws together with others, and therefore may change though they
    are another's; `drawn()` says which designs are drawn so at all."""
    _together.append((members, drawn))


def drawn_by(user_id: int | None) -> Q:
    rule = Q(pk__in=[])
    for members, _ in _together if user_id else ():
        rule |= members(user_id or 0)
    return rule


def drawn_together() -> Q:
    rule = Q(pk__in=[])
    for _, drawn in _together:
        rule |= drawn()
    return rule


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


_scenarios: list[Grant] = []
_withheld: list[Grant] = []
_withheld_from_visitors: list[Callable[[], Q]] = []


def register_scenarios(shown: Grant, withheld: Grant, withheld_from_visitors: Callable[[], Q]) -> None:
    """`shown(user_id)` says which private scenarios somebody may read beside their own, `withheld(user_id)` of which
    they may not read the reference, because they are working on it; `withheld_from_visitors()` of which nobody may who
    has no account, because they may be working on it."""
    _scenarios.append(shown)
    _withheld.append(withheld)
    _withheld_from_visitors.append(withheld_from_visitors)


def scenarios_granted_to(user_id: int) -> Q:
    return _any_of(_scenarios, user_id)


def withheld_from(user_id: int) -> Q:
    return _any_of(_withheld, user_id)


def withheld_from_visitors() -> Q:
    rule = Q(pk__in=[])
    for held in _withheld_from_visitors:
        rule |= held()
    return rule


def _any_of(grants: list[Grant], user_id: int) -> Q:
    rule = Q(pk__in=[])
    for grant in grants:
        rule |= grant(user_id)
    return rule


class Strip(Protocol):
    """What an app above shows over every page of a design: a template with its context, or None for nothing."""

    def __call__(self, design_id: UUID, user_id: int) -> Mapping[str, Any] | None: ...


_strips: list[Strip] = []


def register_strip(strip: Strip) -> None:
    """Called once by an app when it is ready. What the strip answers names its `template`."""
    _strips.append(strip)


def strips_of(design_id: UUID, user_id: int | None) -> list[Mapping[str, Any]]:
    """Those that have something to show to this person."""
    if user_id is None:
        return []
    found = [strip(design_id, user_id) for strip in _strips]
    return [each for each in found if each is not None]


Giving = Callable[[int, str], list[tuple[str, str]]]
_giving: list[Giving] = []


def register_giving(giving: Giving) -> None:
    """`giving(user_id, slug)` says where somebody can give a scenario out: a name and an address each."""
    _giving.append(giving)


def places_to_give(user_id: int, slug: str) -> list[tuple[str, str]]:
    return [place for giving in _giving for place in giving(user_id, slug)]
