"""Buttons of a form other than saving: a verb and an argument become a patch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from designs.document.patches import ABSENT, look_up
from designs.document.problems import place_of
from designs.document.references import removal
from designs.workbench.fields import in_order
from designs.workbench.posted import put
from designs.workbench.suggestions import suggested
from designs.workbench.types import type_at

Json = Mapping[str, Any]
Action = Callable[[Json, str, Callable[[], str]], dict[str, Any]]


class UnknownActionError(ValueError):
    """The verb of the button is not known."""


def perform(document: Json, asked: str, *, new_id: Callable[[], str]) -> dict[str, Any]:
    """The patch of a button such as `delete:/scope/questions/q1`. Raises UnknownActionError."""
    verb, _, argument = asked.partition(":")
    if verb not in ACTIONS:
        raise UnknownActionError(f"There is no action {verb[:40]!r}.")
    return ACTIONS[verb](document, argument, new_id)


def _object_at(argument: str) -> tuple[str, ...]:
    """The object of a collection at this place; its place need not exist yet."""
    path = tuple(place_of(argument))
    place = type_at(path) if len(path) >= 2 else None
    if place is None or not place.is_object:
        raise UnknownActionError("Only an object of a collection can be moved or deleted.")
    return path


def _delete(document: Json, argument: str, _new_id: Callable[[], str]) -> dict[str, Any]:
    path = _object_at(argument)
    return {} if look_up(document, path) is ABSENT else removal(document, path)


def _moved(step: int) -> Action:
    def move(document: Json, argument: str, _new_id: Callable[[], str]) -> dict[str, Any]:
        path = _object_at(argument)
        collection = look_up(document, path[:-1])
        if collection is ABSENT or path[-1] not in collection:
            return {}
        keys = [key for key, _ in in_order(collection)]
        place = keys.index(path[-1])
        target = place + step
        if not 0 <= target < len(keys):
            return {}
        keys[place], keys[target] = keys[target], keys[place]
        patch: dict[str, Any] = {}
        for order, key in enumerate(keys, 1):
            if collection[key].get("order", 0) != order:
                put(patch, (*path[:-1], key, "order"), order)
        return patch

    return move


def _suggest(document: Json, argument: str, new_id: Callable[[], str]) -> dict[str, Any]:
    return suggested(document, argument, new_id=new_id)


def _place(document: Json, argument: str, _new_id: Callable[[], str]) -> dict[str, Any]:
    """`place:COMPONENT/ENTITY` puts an entity into a component, or removes it when it is already there."""
    component, _, entity = argument.partition("/")
    stores = look_up(document, ("diagram", "components", component))
    if stores is ABSENT or look_up(document, ("data_model", "entities", entity)) is ABSENT:
        raise UnknownActionError("Only data that is there can be put into a component that is there.")
    is_in = bool(stores.get("stores", {}).get(entity))
    return {"diagram": {"components": {component: {"stores": {entity: None if is_in else True}}}}}


ACTIONS: dict[str, Action] = {
    "delete": _delete,
    "up": _moved(-1),
    "down": _moved(1),
    "suggest": _suggest,
    "place": _place,
}
