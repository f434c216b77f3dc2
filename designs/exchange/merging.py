"""What was imported, put into a design that exists, as one merge patch: beside what is there, or in its place.

Ids that are taken get new ones, and every reference follows. In its place means: things of the same id or name stay the
same things, so that flows, decisions and requirements still hold on to them; the rest of that part goes.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from designs.document.describe import NOUNS
from designs.document.patches import ABSENT, apply, diff, look_up
from designs.document.references import references, removal
from designs.exchange.names import new_ids

Json = dict[str, Any]
Path = tuple[str, ...]
GAP = 80
COLLECTIONS = tuple(path for path in NOUNS if "*" not in path)
# Keyed by names that formulas use, or by slugs of steps: they cannot be called anything else.
FIXED = {("steps",), ("estimate", "inputs"), ("estimate", "rows")}
PLACED = (("diagram", "components"), ("diagram", "zones"))


def merge_patch(document: Mapping[str, Any], imported: Mapping[str, Any], *, in_place: bool = False) -> Json:
    """The patch from the document to the one with the import in it. Title and method stay as they are."""
    touched = [path for path in COLLECTIONS if look_up(imported, path) not in (ABSENT, {})]
    names = {path: _new_ids(document, imported, path, in_place=in_place) for path in touched}
    added = _renamed(imported, names)
    base: Mapping[str, Any] = document
    if in_place:
        gone = [
            (*path, key)
            for path in touched
            if path not in FIXED
            for key in _at(document, path)
            if key not in names[path].values()
        ]
        base = apply(document, removal(document, *gone)) if gone else document
    else:
        _move_aside(document, added)
    after = apply(base, {})
    for path in touched:
        after = _with(after, path, _merged(_at(base, path), _at(added, path), path, in_place=in_place))
    calculator = look_up(imported, ("estimate", "calculator"))
    if calculator is not ABSENT and not document.get("estimate"):
        after = _with(after, ("estimate", "calculator"), calculator)
    patch: Json = diff(document, after)
    return patch


def _new_ids(document: Mapping[str, Any], imported: Mapping[str, Any], path: Path, *, in_place: bool) -> dict[str, str]:
    """By id in the import: the id in the document."""
    there, coming = _at(document, path), _at(imported, path)
    if path in FIXED:
        return {key: key for key in coming}
    if not in_place:
        ids = new_ids([*there, *(key for key in coming if key not in there)])
        return {key: ids.give(key) if key in there else key for key in coming}
    named = {_name(item, path): key for key, item in there.items() if _name(item, path)}
    found: dict[str, str] = {}
    for key, item in coming.items():
        same = key if key in there else named.get(_name(item, path), "")
        if same and same not in found.values():
            found[key] = same
    ids = new_ids([*there, *found.values()])
    return {key: found.get(key) or ids.keep(key) for key in coming}


def _name(item: Mapping[str, Any], path: Path) -> str:
    return " ".join(str(item.get(NOUNS[path].named_by, "")).split()).casefold()


def _renamed(imported: Mapping[str, Any], names: Mapping[Path, Mapping[str, str]]) -> Json:
    renamed: Json = copy.deepcopy(dict(imported))
    for held in list(references(renamed)):
        target = next((path for path in held.targets if path in names), None)
        new = names[target].get(held.id, held.id) if target else held.id
        if new == held.id:
            continue
        holder = look_up(renamed, held.path[:-1])
        if held.rule.holder[-1] == "{}":
            del holder[held.id]
            holder[new] = True
        else:
            holder[held.path[-1]] = new
    for path, ids in names.items():
        items = look_up(renamed, path)
        look_up(renamed, path[:-1])[path[-1]] = {ids[key]: item for key, item in items.items()}
    return renamed


def _merged(there: Mapping[str, Any], coming: Mapping[str, Any], path: Path, *, in_place: bool) -> Json:
    if path in FIXED:
        return {**coming, **there}
    if not in_place:
        last = max((item.get("order", 0) for item in there.values()), default=0)
        return {**there, **{key: {**item, "order": last + item.get("order", 0)} for key, item in coming.items()}}
    # What a component stores is said by no drawing tool; it is still so.
    kept = {key: {"stores": item["stores"]} for key, item in there.items() if "stores" in item and key in coming}
    return {**there, **{key: {**kept.get(key, {}), **item} for key, item in coming.items()}}


def _move_aside(document: Mapping[str, Any], added: Json) -> None:
    """To the right of what is drawn already."""
    drawn, coming = list(_boxes(document)), list(_boxes(added))
    if not drawn or not coming:
        return
    right = max(box.get("x", 0) + box.get("width", 140) for box in drawn) + GAP
    top = min(box.get("y", 0) for box in drawn)
    across = right - min(box.get("x", 0) for box in coming)
    down = top - min(box.get("y", 0) for box in coming)
    for box in coming:
        box["x"], box["y"] = box.get("x", 0) + across, box.get("y", 0) + down
    for line in _at(added, ("diagram", "connections")).values():
        if "bends" in line:
            line["bends"] = [{"x": bend["x"] + across, "y": bend["y"] + down} for bend in line["bends"]]


def _boxes(document: Mapping[str, Any]) -> Iterator[Any]:
    for path in PLACED:
        yield from _at(document, path).values()


def _at(document: Mapping[str, Any], path: Path) -> Mapping[str, Any]:
    found = look_up(document, path)
    return {} if found is ABSENT else found


def _with(document: Mapping[str, Any], path: Path, value: Any) -> Json:
    if len(path) == 1:
        return {**document, path[0]: value}
    return {**document, path[0]: _with(document.get(path[0], {}), path[1:], value)}
