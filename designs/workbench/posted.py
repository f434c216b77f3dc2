"""Turns posted fields into a merge patch: strings outside, typed values inside."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from designs.document.patches import ABSENT, look_up
from designs.document.problems import Problem, place_of, pointer
from designs.workbench.types import Path, PlaceType, type_at

NEW = "+"
INTEGER = re.compile(r"[+-]?[0-9]{1,12}")
# Collections whose ids are used as names in formulas, each with the field from which the id is made.
NAMED_BY: dict[Path, str] = {("estimate", "rows"): "label"}
NUMBER = re.compile(r"[+-]?[0-9]{1,12}(\.[0-9]{1,12})?")


@dataclass(frozen=True)
class Posted:
    """The patch that the fields ask for, and what could not be read. `added` maps `/a/+` to `/a/<its new id>`."""

    patch: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    added: dict[str, str] = field(default_factory=dict)


def read_posted(posted: Mapping[str, Sequence[str]], base: Mapping[str, Any], *, new_id: Callable[[], str]) -> Posted:
    """The patch holds only what differs from `base`, the document on which the form was shown."""
    result = Posted()
    groups: dict[Path, list[tuple[Path, Sequence[str]]]] = {}
    for name, values in posted.items():
        if not name.startswith("/"):
            continue
        path = place_of(name)
        if NEW in path:
            groups.setdefault(path[: path.index(NEW) + 1], []).append((path, values))
        else:
            _read(name, path, values, base, result)
    for prefix, fields in groups.items():
        if any(_says_something(path, values) for path, values in fields):
            key = _key(prefix[:-1], fields, base) or new_id()
            result.added[pointer(prefix)] = pointer((*prefix[:-1], key))
            _add(prefix[:-1], key, fields, base, result)
    return result


def variable(text: str, taken: Collection[str]) -> str:
    """A name for formulas: `Tweets a day` becomes tweets_a_day, or tweets_a_day_2 when that name is taken."""
    name = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:34].rstrip("_")
    name = name if name[:1].isalpha() else f"row_{name}".rstrip("_")
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    return free


def next_order(collection: Mapping[str, Any]) -> int:
    """The order number after all existing objects."""
    return int(max((item.get("order", 0) for item in collection.values()), default=0)) + 1


def put(patch: dict[str, Any], path: Path, value: Any) -> None:
    """Sets one place of a patch under construction."""
    for part in path[:-1]:
        patch = patch.setdefault(part, {})
    patch[path[-1]] = value


def _key(collection: Path, fields: list[tuple[Path, Sequence[str]]], base: Mapping[str, Any]) -> str:
    """The id made from what was typed; empty where any id will do."""
    if collection not in NAMED_BY:
        return ""
    known = look_up(base, collection)
    typed = next((values[-1] for path, values in fields if path[-1] == NAMED_BY[collection] and values), "")
    return variable(typed, [] if known is ABSENT else known)


def _add(
    collection: Path, key: str, fields: list[tuple[Path, Sequence[str]]], base: Mapping[str, Any], result: Posted
) -> None:
    known = look_up(base, collection)
    put(result.patch, (*collection, key, "order"), next_order({} if known is ABSENT else known))
    for path, values in fields:
        here = (*collection, key, *path[len(collection) + 1 :])
        _read(pointer(here), here, values, base, result)


def _read(name: str, path: Path, values: Sequence[str], base: Mapping[str, Any], result: Posted) -> None:
    place = type_at(path)
    if place is None or place.is_object or (place.is_collection_of_items):
        result.problems.append(Problem(name, "This field is not part of a design."))
        return
    if place.is_set:
        for key, value in _set_changes(path, values, base):
            put(result.patch, (*path, key), value)
        return
    value = _value(place, values[-1] if values else "")
    if isinstance(value, Problem):
        result.problems.append(Problem(name, value.message))
        value = values[-1]
    before = look_up(base, path)
    if value is None:
        if before is not ABSENT:
            put(result.patch, path, None)
    elif before is ABSENT and value == place.default:
        return
    elif before is ABSENT or before != value:
        put(result.patch, path, value)


def _set_changes(path: Path, values: Sequence[str], base: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    before = look_up(base, path)
    before = {} if before is ABSENT else before
    wanted = [value for value in values if value]
    for key in wanted:
        if key not in before:
            yield key, True
    for key in before:
        if key not in wanted:
            yield key, None


def _value(place: PlaceType, text: str) -> Any:
    """The typed value; None where an empty field removes the value; a Problem for text that cannot be read."""
    if place.is_set_member:
        return True if text == "true" else None
    if place.type is bool:
        return text == "true"
    if place.type is int:
        return _number(text, INTEGER, int, "a whole number", place)
    if place.type is float:
        return _number(text, NUMBER, float, "a number", place)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _number(text: str, form: re.Pattern[str], make: Callable[[str], Any], wanted: str, place: PlaceType) -> Any:
    stripped = text.strip().replace(",", "").replace("_", "")
    if not stripped:
        return place.default
    if not form.fullmatch(stripped):
        return Problem("", f"{text[:40]!r} is not {wanted}.")
    return make(stripped)


def _says_something(path: Path, values: Sequence[str]) -> bool:
    """Whether the user filled in this field of an empty row: a preset choice does not count."""
    place = type_at(path)
    text = (values[-1] if values else "").strip()
    if place is None or not text:
        return False
    if place.is_set:
        return any(values)
    return place.type is str and text != place.default
