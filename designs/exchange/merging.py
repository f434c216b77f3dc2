"""Merges an import into an existing design as one merge patch: beside its content, or in its place.

Beside: ids that are taken get new ones, and every reference follows. In its place: `exported` is the design itself
after an export and an import in the same format. Only differences from it count as changes, so facts that a format
cannot express stay as they are, and an unchanged export changes nothing.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from designs.document import placement
from designs.document.describe import NOUNS
from designs.document.patches import ABSENT, apply, diff, look_up
from designs.document.references import references, removal
from designs.exchange.names import new_ids
from designs.exchange.problems import Imported

Json = dict[str, Any]
Path = tuple[str, ...]
GAP = 80
COLLECTIONS = tuple(path for path in NOUNS if "*" not in path)
# Keyed by names that formulas use, or by slugs of steps: these keys cannot be renamed.
FIXED = {("steps",), ("estimate", "inputs"), ("estimate", "rows")}
COMPONENTS, CONNECTIONS, ZONES = ("diagram", "components"), ("diagram", "connections"), ("diagram", "zones")
PLACED = (COMPONENTS, ZONES)
PLACE = ("x", "y", "width", "height", "bends")


def merge_patch(document: Mapping[str, Any], imported: Mapping[str, Any]) -> Json:
    """The patch that puts the import beside the content of the document. Title and method stay as they are."""
    touched = _touched(imported)
    names = {path: _free_ids(document, imported, path) for path in touched}
    added = _renamed(imported, names)
    _move_aside(document, added)
    after = apply(document, {})
    for path in touched:
        after = _with(after, path, _beside(_at(document, path), _at(added, path), path))
    return _patch(document, _with_calculator(_stored(after, document), document, imported))


def replace_patch(document: Mapping[str, Any], imported: Imported, exported: Mapping[str, Any] | None) -> Json:
    """The patch that puts the import in the place of the same sections of the document.

    `exported` is None where the format has no export: then objects of the same id or name are overwritten by the
    import, and the rest of the collection is deleted.
    """
    came = imported.document if imported.is_placed else _without_places(imported.document)
    base: Mapping[str, Any] = exported or {}
    if exported is not None and not imported.is_placed:
        base = _without_places(exported)
    touched = [path for path in COLLECTIONS if path in _touched(came) or path in _touched(base)]
    known, ids = _Matches(document, came, base), {}
    for path in touched:
        known.match(path)
    for path in touched:
        ids[path] = known.ids(path)
    renamed, base = _renamed(came, ids), _renamed(base, known.in_document)
    gone = [
        (*path, key)
        for path in touched
        if path not in FIXED
        for key in _at(document, path)
        if key not in ids[path].values() and (exported is None or key in _at(base, path))
    ]
    rest: Mapping[str, Any] = apply(document, removal(document, *gone)) if gone else document
    after = apply(rest, {})
    guessed = {ids[COMPONENTS][key] for key in imported.guessed if key in ids.get(COMPONENTS, {})}
    for path in touched:
        kept = _Kept(path, guessed if path == COMPONENTS else set())
        after = _with(after, path, kept.items(_at(rest, path), _at(base, path), _at(renamed, path)))
    made_up = [(*path, ids[path][key]) for path in touched if path not in FIXED for key in known.artefacts(path)]
    if made_up:
        after = apply(after, removal(after, *made_up))
    for section, collection in (path for path in touched if len(path) == 2):
        if _at(after, (section, collection)) == {} and look_up(document, (section, collection)) is ABSENT:
            after = apply(after, {section: {collection: None}})
            after = apply(after, {section: None}) if after[section] == {} and section not in document else after
    if not imported.is_placed:
        after = _with_places(document, after)
    return _patch(document, _with_calculator(_stored(after, document), document, came))


def _stored(after: Json, before: Mapping[str, Any]) -> Json:
    """New entities of one kind of store go into the only component of that kind; where there are several, the store
    stays open.
    """
    holders: dict[str, list[str]] = defaultdict(list)
    for key, component in _at(after, COMPONENTS).items():
        holders[component["kind"]].append(key)
    there = _at(before, ("data_model", "entities"))
    held = {key for component in _at(after, COMPONENTS).values() for key in component.get("stores", {})}
    stored: dict[str, Json] = defaultdict(lambda: {"stores": {}})
    for key, entity in _at(after, ("data_model", "entities")).items():
        only = holders.get(entity.get("store", ""), [])
        if key not in there and key not in held and len(only) == 1:
            stored[only[0]]["stores"][key] = True
    return apply(after, {"diagram": {"components": dict(stored)}}) if stored else after


def _touched(imported: Mapping[str, Any]) -> list[Path]:
    return [path for path in COLLECTIONS if look_up(imported, path) not in (ABSENT, {})]


def _patch(before: Mapping[str, Any], after: Mapping[str, Any]) -> Json:
    patch: Json = diff(before, after)
    return patch


def _with_calculator(after: Json, document: Mapping[str, Any], imported: Mapping[str, Any]) -> Json:
    calculator = look_up(imported, ("estimate", "calculator"))
    if calculator is ABSENT or document.get("estimate"):
        return after
    return _with(after, ("estimate", "calculator"), calculator)


@dataclass
class _Matches:
    """Maps objects of the import and of the exported document to objects of the document."""

    document: Mapping[str, Any]
    came: Mapping[str, Any]
    exported: Mapping[str, Any]
    in_document: dict[Path, dict[str, str]] = field(default_factory=dict)
    in_exported: dict[Path, dict[str, str]] = field(default_factory=dict)
    direct: dict[Path, dict[str, str]] = field(default_factory=dict)
    unknown: dict[Path, set[str]] = field(default_factory=dict)

    def match(self, path: Path) -> None:
        there, base, came = (_at(each, path) for each in (self.document, self.exported, self.came))
        ends: dict[str, Mapping[str, str]] = {}
        if path == CONNECTIONS:
            ends = {"document": {}, "exported": self.in_document.get(COMPONENTS, {}), "came": self.ids(COMPONENTS)}
        first = _same(base, there, path, ends.get("exported"), ends.get("document"))
        if len(first) < len(base) == len(there):
            # The export has all objects in the document's order, under the names that the format allows.
            paired = set(first.values())
            left = iter([key for key, _ in placement.in_order(there) if key not in paired])
            first |= {key: next(left) for key, _ in placement.in_order(base) if key not in first}
        self.unknown[path] = base.keys() - first.keys()
        spare = new_ids(there)
        self.in_document[path] = {key: first.get(key) or spare.give(f"{key} exported") for key in base}
        second = _same(came, base, path, ends.get("came"), ends.get("exported"))
        self.in_exported[path] = second
        taken = {first.get(each) for each in second.values()}
        free = {key: item for key, item in there.items() if key not in taken}
        rest = {key: item for key, item in came.items() if key not in second}
        self.direct[path] = _same(rest, free, path, ends.get("came"), ends.get("document"))

    def artefacts(self, path: Path) -> set[str]:
        """Ids in the import of objects that the format needs and the design does not have, such as a request message of
        each call.
        """
        return {key for key, each in self.in_exported.get(path, {}).items() if each in self.unknown[path]}

    def ids(self, path: Path) -> dict[str, str]:
        """By id in the import: the id in the document, a new one where no object is the same."""
        came = _at(self.came, path)
        if path in FIXED or path not in self.in_exported:
            return {key: key for key in came}
        found = {key: self.in_document[path][each] for key, each in self.in_exported[path].items()}
        found |= self.direct[path]
        ids = new_ids([*_at(self.document, path), *found.values()])
        return {key: found.get(key) or ids.keep(key) for key in came}


def _same(
    ones: Mapping[str, Any],
    others: Mapping[str, Any],
    path: Path,
    ends: Mapping[str, str] | None,
    other_ends: Mapping[str, str] | None,
) -> dict[str, str]:
    """Pairs of the same id, else of the same name; connections of the same ends, in order."""
    found = {key: key for key in ones if key in others}
    if path == CONNECTIONS:
        found = {key: key for key in found if _ends(ones[key], ends) == _ends(others[key], other_ends)}
    taken = set(found.values())
    waiting: dict[Any, list[str]] = defaultdict(list)
    for key, item in placement.in_order(others):
        if key not in taken:
            waiting[_ends(item, other_ends) if path == CONNECTIONS else _name(item, path)].append(key)
    for key, item in placement.in_order(ones):
        name = _ends(item, ends) if path == CONNECTIONS else _name(item, path)
        if key not in found and name and waiting.get(name):
            found[key] = waiting[name].pop(0)
    return found


def _ends(item: Mapping[str, Any], ids: Mapping[str, str] | None) -> tuple[str, str]:
    known = ids or {}
    return known.get(item["source"], item["source"]), known.get(item["target"], item["target"])


@dataclass(frozen=True)
class _Kept:
    """Applies changes to the objects of one collection, and to the collections inside of them."""

    path: Path
    guessed: set[str] = field(default_factory=set)

    def items(self, there: Mapping[str, Any], base: Mapping[str, Any], came: Mapping[str, Any]) -> Json:
        if self.path in FIXED:
            return {**came, **there}
        found = dict(there)
        last = max((item.get("order", 0) for item in there.values()), default=0)
        for number, (key, item) in enumerate(placement.in_order(came), 1):
            if key not in there:
                found[key] = {**item, "order": last + number}
                continue
            said = {name: value for name, value in item.items() if name != "order"}
            if key in self.guessed:
                said.pop("kind", None)
            found[key] = self._one(there[key], base.get(key), said)
        return found

    def _one(self, there: Json, base: Mapping[str, Any] | None, came: Mapping[str, Any]) -> Json:
        result = dict(there)
        if (*self.path, "*", "indexes") in NOUNS:
            known, first = self._pairs((*self.path, "*", "fields"), there, base, came)
            came, base = _with_columns(came, known), base and _with_columns(base, first)
        for name in dict.fromkeys([*came, *(base or {})]):
            if name == "order" or (name == "kind" and name not in came):
                continue
            inner = (*self.path, "*", name)
            # The columns of an index are one value: their order matters.
            if inner in NOUNS and name != "columns":
                result[name] = self._inside(inner, there.get(name, {}), (base or {}).get(name), came.get(name, {}))
                if not result[name] and name not in there:
                    del result[name]
            elif base is None:
                result[name] = came[name]
            elif came.get(name) != base.get(name):
                if name in came:
                    result[name] = came[name]
                else:
                    result.pop(name, None)
        return _without_dangling(result)

    def _pairs(
        self, path: Path, there: Json, base: Mapping[str, Any] | None, came: Mapping[str, Any]
    ) -> tuple[dict[str, str], dict[str, str]]:
        """By id in the import, and by id in the export, the id of the field in the document."""
        name = path[-1]
        first, _, known = _inner_matches(path, there.get(name, {}), (base or {}).get(name), came.get(name, {}))
        ids = new_ids([*there.get(name, {}), *known.values()])
        return {key: known.get(key) or ids.keep(key) for key in came.get(name, {})}, first

    def _inside(self, path: Path, there: Json, base: Json | None, came: Json) -> Json:
        """Fields of an entity and the like: those that were deleted outside are deleted here, too."""
        first, second, known = _inner_matches(path, there, base, came)
        ids = new_ids([*there, *known.values()])
        unknown = {key for key, each in second.items() if each not in first}
        renamed = {known.get(key) or ids.keep(key): item for key, item in came.items() if key not in unknown}
        expected = {first[key]: item for key, item in (base or {}).items() if key in first}
        gone = {key for key in there if key not in renamed and (base is None or key in expected)}
        # Where the format has nothing of the kind, nothing of it was deleted.
        rest = {key: item for key, item in there.items() if key not in gone} if came or base else dict(there)
        return _Kept(path).items(rest, expected, renamed)


def _inner_matches(
    path: Path, there: Json, base: Json | None, came: Json
) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Pairs of ids: of the export with the document, of the import with the export, of the import with the document."""
    first = _same(base or {}, there, path, None, None)
    if base is not None and len(first) < len(base) == len(there):
        paired = set(first.values())
        left = iter([key for key, _ in placement.in_order(there) if key not in paired])
        first |= {key: next(left) for key, _ in placement.in_order(base) if key not in first}
    second = _same(came, base or {}, path, None, None)
    known = {key: first[each] for key, each in second.items() if each in first}
    taken = set(known.values())
    free = {key: item for key, item in there.items() if key not in taken}
    known |= _same({key: item for key, item in came.items() if key not in second}, free, path, None, None)
    return first, second, known


def _with_columns(entity: Mapping[str, Any], fields: Mapping[str, str]) -> Json:
    """The entity with the columns of its indexes changed to the ids of its fields in the document."""
    if "indexes" not in entity:
        return dict(entity)
    indexes = {
        key: {
            **index,
            "columns": {
                fields.get(name, name): {**column, "field": fields.get(column["field"], column["field"])}
                for name, column in index.get("columns", {}).items()
            },
        }
        for key, index in entity["indexes"].items()
    }
    return {**entity, "indexes": indexes}


def _without_dangling(entity: Json) -> Json:
    """Removes columns of indexes whose field is deleted."""
    if not entity.get("indexes"):
        return entity
    fields = entity.get("fields", {})
    indexes = {}
    for key, index in entity["indexes"].items():
        columns = {name: each for name, each in index.get("columns", {}).items() if each.get("field") in fields}
        indexes[key] = {**index, "columns": columns} if "columns" in index else index
    return {**entity, "indexes": indexes}


def _without_places(document: Mapping[str, Any]) -> Json:
    """A copy without geometry, for formats that have none."""
    bare: Json = copy.deepcopy(dict(document))
    for path in (*PLACED, CONNECTIONS):
        for item in _at(bare, path).values():
            for name in PLACE:
                item.pop(name, None)
    return bare


def _with_places(before: Mapping[str, Any], after: Json) -> Json:
    """Places for new components and for those that moved into another zone."""
    diagram = after.get("diagram", {})
    if not diagram or not (_at(before, COMPONENTS) or _at(before, ZONES)):
        return apply(after, {"diagram": placement.lay_out(diagram)}) if diagram else after
    was = _at(before, COMPONENTS)
    moved = [
        key
        for key, item in diagram.get("components", {}).items()
        if key not in was or was[key].get("zone", "") != item.get("zone", "")
    ]
    new_zones = [key for key in diagram.get("zones", {}) if key not in _at(before, ZONES)]
    if not moved and not new_zones:
        return after
    placed: Json = apply(after, {"diagram": placement.place(diagram, components=moved, zones=new_zones)})
    return placed


def _free_ids(document: Mapping[str, Any], imported: Mapping[str, Any], path: Path) -> dict[str, str]:
    """By id in the import: an unused id of the document."""
    there, coming = _at(document, path), _at(imported, path)
    if path in FIXED:
        return {key: key for key in coming}
    ids = new_ids([*there, *(key for key in coming if key not in there)])
    return {key: ids.give(key) if key in there else key for key in coming}


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
        if (items := look_up(renamed, path)) is ABSENT:
            continue
        look_up(renamed, path[:-1])[path[-1]] = {ids[key]: item for key, item in items.items()}
    return renamed


def _beside(there: Mapping[str, Any], coming: Mapping[str, Any], path: Path) -> Json:
    if path in FIXED:
        return {**coming, **there}
    last = max((item.get("order", 0) for item in there.values()), default=0)
    return {**there, **{key: {**item, "order": last + item.get("order", 0)} for key, item in coming.items()}}


def _move_aside(document: Mapping[str, Any], added: Json) -> None:
    """Moves the import to the right of the existing drawing."""
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
