"""The buttons of the editor other than saving: they add, remove and move entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from designs.scenarios.editing.parts import Group, Many, Node, Part
from designs.scenarios.schema import Scenario

ORDER = list(Scenario.model_fields)


def acted(part: Part, value: Mapping[str, Any], do: str) -> tuple[dict[str, Any], str]:
    """The value after `add:questions`, `remove:questions.users`, `up:...` or `down:...`, and the place to show next. An
    action that does not fit changes nothing."""
    verb, _, name = do.partition(":")
    path = name.split(".")
    if verb == "add" and (many := many_at(part.fields, path)) is not None:
        return _added(value, path, many)
    many = many_at(part.fields, path[:-1])
    if verb == "remove" and (many is not None or _group_at(part.fields, path)):
        return _changed(value, path[:-1], lambda outer: _without(outer, path[-1])), ".".join(path[:-1])
    if verb in ("up", "down") and many is not None:
        by = -1 if verb == "up" else 1
        moved = _changed(value, path[:-1], lambda outer: _moved(outer, path[-1], by))
        return moved, _name_after_move(path, many, by)
    return dict(value), ""


def many_at(nodes: Sequence[Node], path: Sequence[str]) -> Many | None:
    """The collection at a path. In the path of a field, the key of an entry follows the path of its collection."""
    for node in nodes:
        if not path or node.name != path[0]:
            continue
        if isinstance(node, Group):
            return many_at(node.fields, path[1:])
        if isinstance(node, Many):
            return node if len(path) == 1 else many_at(node.fields, path[2:])
    return None


def _group_at(nodes: Sequence[Node], path: Sequence[str]) -> bool:
    return len(path) == 1 and any(isinstance(node, Group) and node.name == path[0] for node in nodes)


def placed(value: Mapping[str, Any]) -> dict[str, Any]:
    """The outermost keys in the order of the schema, except where the file orders them otherwise."""
    result: dict[str, Any] = {}
    rank = {key: position for position, key in enumerate(ORDER)}
    for key, each in value.items():
        known = list(result)
        if known and rank.get(key, len(ORDER)) < rank.get(known[-1], -1):
            behind = [other for other in known if rank.get(other, len(ORDER)) < rank.get(key, -1)]
            at = known.index(behind[-1]) + 1 if behind else 0
            known.insert(at, key)
            result = {other: each if other == key else result[other] for other in known}
        else:
            result[key] = each
    return result


def _added(value: Mapping[str, Any], path: Sequence[str], many: Many) -> tuple[dict[str, Any], str]:
    new = ""

    def add(outer: Any) -> Any:
        nonlocal new
        if many.is_list:
            entries = outer if isinstance(outer, list) else []
            new = str(len(entries))
            return [*entries, {}]
        known = outer if isinstance(outer, dict) else {}
        count = len(known) + 1
        while (new := f"{many.one}{count}") in known:
            count += 1
        return {**known, new: {}}

    return _changed(value, path, add), ".".join([*path, new])


def _changed(value: Any, path: Sequence[str], change: Any) -> Any:
    """A copy with another value at the path; missing steps of the path become empty maps."""
    if not path:
        return change(value)
    key, *rest = path
    if isinstance(value, list):
        if not key.isdecimal() or int(key) >= len(value):
            return value
        return [_changed(each, rest, change) if at == int(key) else each for at, each in enumerate(value)]
    known = value if isinstance(value, dict) else {}
    return {**known, key: _changed(known.get(key), rest, change)}


def _without(outer: Any, key: str) -> Any:
    if isinstance(outer, list):
        return [each for at, each in enumerate(outer) if str(at) != key]
    return {name: each for name, each in outer.items() if name != key} if isinstance(outer, dict) else outer


def _moved(outer: Any, key: str, by: int) -> Any:
    if isinstance(outer, list):
        return _swapped(outer, int(key), by) if key.isdecimal() else outer
    if not isinstance(outer, dict) or key not in outer:
        return outer
    keys = list(outer)
    return {name: outer[name] for name in _swapped(keys, keys.index(key), by)}


def _swapped(entries: Sequence[Any], at: int, by: int) -> list[Any]:
    other = at + by
    result = list(entries)
    if 0 <= at < len(result) and 0 <= other < len(result):
        result[at], result[other] = result[other], result[at]
    return result


def _name_after_move(path: Sequence[str], many: Many, by: int) -> str:
    if not many.is_list or not path[-1].isdecimal():
        return ".".join(path)
    return ".".join([*path[:-1], str(max(0, int(path[-1]) + by))])
