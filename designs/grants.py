"""Hooks by which apps above give access to designs, for example a teacher's access to a student's design, or a group's
access to the design it draws together. A person who may only see a design never edits it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol
from uuid import UUID

from django.db.models import Q

Grant = Callable[[int], Q]
_grants: list[Grant] = []
_class_work: list[Callable[[], Q]] = []


def register(grant: Grant) -> None:
    """Called once by an app when it is ready. `grant(user_id)` is the condition for the designs that this person may
    see."""
    _grants.append(grant)


_together: list[tuple[Grant, Callable[[], Q]]] = []


def register_together(members: Grant, drawn: Callable[[], Q]) -> None:
    """`members(user_id)` is the condition for designs of others that this person may change because a group draws them
    together. `drawn()` is the condition for all designs drawn by a group."""
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
    """`rule()` is the condition for designs that are work for a class: their interviewer is the teacher, not a link."""
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


_corrected: list[Grant] = []


def register_correcting(inherited: Grant) -> None:
    """`inherited(user_id)` is the condition for private scenarios of others that this person may correct, because the
    classes that work with them are this person's now."""
    _corrected.append(inherited)


def corrected_by(user_id: int) -> Q:
    return _any_of(_corrected, user_id)


def register_scenarios(shown: Grant, withheld: Grant, withheld_from_visitors: Callable[[], Q]) -> None:
    """Three conditions on scenarios. `shown(user_id)`: private scenarios of others that this person may read.
    `withheld(user_id)`: scenarios whose reference this person may not read, because they are working on them.
    `withheld_from_visitors()`: scenarios whose reference nobody without an account may read, because they may be
    working on them."""
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
    """What an app above shows above every page of a design: a template with its context, or None for nothing."""

    def __call__(self, design_id: UUID, user_id: int) -> Mapping[str, Any] | None: ...


_strips: list[Strip] = []


def register_strip(strip: Strip) -> None:
    """Called once by an app when it is ready. The context that the strip returns names its `template`."""
    _strips.append(strip)


def strips_of(design_id: UUID, user_id: int | None) -> list[Mapping[str, Any]]:
    """The strips that have something to show to this person."""
    if user_id is None:
        return []
    found = [strip(design_id, user_id) for strip in _strips]
    return [each for each in found if each is not None]


Giving = Callable[[int, str], list[tuple[str, str]]]
_giving: list[Giving] = []


def register_giving(giving: Giving) -> None:
    """`giving(user_id, slug)` lists the places where this person can assign a scenario: a name and an address each."""
    _giving.append(giving)


def places_to_give(user_id: int, slug: str) -> list[tuple[str, str]]:
    return [place for giving in _giving for place in giving(user_id, slug)]
