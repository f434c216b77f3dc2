"""Whether a plain dict is a design: types first, then how its parts fit together.

Only broken structure is an error (a dangling id, zones in a circle), because an unfinished draft must be savable.
Content that only looks wrong (two components of one name, a path with a gap) is a warning.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard, get_args, get_origin

from annotated_types import MaxLen
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from designs.document.basics import Id
from designs.document.limits import MAX_ITEMS, MAX_ZONE_DEPTH
from designs.document.problems import InvalidDocumentError, Problem, from_validation_error, pointer
from designs.document.references import dangling
from designs.document.schema import Document
from designs.document.upgrade import upgrade

ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")

# Collections whose objects people identify by name, the field that holds the name, and the word for one object.
NAMED = (
    (("scope", "actors"), "name", "actors"),
    (("ui", "screens"), "name", "screens"),
    (("data_model", "entities"), "name", "entities"),
    (("api", "operations"), "name", "operations"),
    (("api", "messages"), "name", "messages"),
    (("diagram", "components"), "label", "components"),
    (("diagram", "zones"), "label", "zones"),
)
# The same inside each object of a collection.
NAMED_INSIDE: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (("data_model", "entities"), "fields", "fields"),
    (("api", "operations"), "parameters", "parameters"),
    (("api", "messages"), "fields", "fields"),
    (("decisions",), "options", "options"),
)


def read(document: Mapping[str, Any]) -> Document:
    """The typed document, also from format 1. Raises InvalidDocumentError when types or structure are wrong."""
    document = upgrade(document)
    typed = _typed(document)
    if errors := structural_errors(document):
        raise InvalidDocumentError(errors)
    return typed


def check_change(after: Mapping[str, Any], patch: Mapping[str, Any]) -> None:
    """Raises InvalidDocumentError if the patch made a valid document invalid: like `read`, but only for what it
    touched.

    A patch that deletes is checked against the whole document, because any object may have referred to the deleted one.
    """
    if not _has_null(patch) and _is_sound(Document, after, patch):
        is_nested = "zones" in patch.get("diagram", {})
        problems = dangling(after, held_in=patch) + (wrong_zones(after) if is_nested else [])
        if not problems:
            return
    read(after)


def _is_sound(model: type[BaseModel], after: Mapping[str, Any], patch: Mapping[str, Any]) -> bool:
    """Whether the parts that the patch touched have the right types. If False, the whole check finds the reason."""
    for name, value in patch.items():
        field = model.model_fields.get(name)
        item = None if field is None else _item_of(field.annotation)
        if item is not None and isinstance(value, dict) and isinstance(after[name], dict):
            if len(after[name]) > _most_of(field) or not all(ID.fullmatch(key) for key in value):
                return False
            if not all(_is_valid(item, after[name][key]) for key in value):
                return False
        elif field is not None and _is_model(field.annotation) and isinstance(value, dict):
            if not _is_sound(field.annotation, after[name], value):
                return False
        else:
            return False
    return True


def _is_valid(model: type[BaseModel], value: Any) -> bool:
    try:
        model.model_validate(value)
    except ValidationError:
        return False
    return True


def _most_of(field: FieldInfo | None) -> int:
    lengths = [each.max_length for each in (field.metadata if field else ()) if isinstance(each, MaxLen)]
    return min(lengths, default=MAX_ITEMS)


def _item_of(annotation: Any) -> type[BaseModel] | None:
    """The model of a collection's objects, when the collection is named by ids."""
    if get_origin(annotation) is not dict:
        return None
    key, value = get_args(annotation)
    return value if key == Id and _is_model(value) else None


def _is_model(annotation: Any) -> TypeGuard[type[BaseModel]]:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _has_null(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_has_null, value.values()))
    return value is None


def problems_of(document: Mapping[str, Any]) -> list[Problem]:
    """All problems, errors first. Wrong types hide the other problems, because those checks need correct types."""
    document = upgrade(document)
    try:
        typed = _typed(document)
    except InvalidDocumentError as error:
        return error.problems
    return [*structural_errors(document), *duplicate_names(document), *broken_paths(typed)]


def structural_errors(document: Mapping[str, Any]) -> list[Problem]:
    """Dangling ids, and zones in a circle or too deep in each other, in a document whose types are right."""
    return [*dangling(document), *wrong_zones(document)]


def _typed(document: Mapping[str, Any]) -> Document:
    try:
        return Document.model_validate(document)
    except ValidationError as error:
        raise InvalidDocumentError(from_validation_error(error)) from None


def wrong_zones(document: Mapping[str, Any]) -> list[Problem]:
    return zone_cycles(document) or deep_zones(document)


def deep_zones(document: Mapping[str, Any]) -> list[Problem]:
    """The first zone that is nested too deeply, in a document without circles."""
    zones = document.get("diagram", {}).get("zones", {})
    for start in zones:
        depth, zone = 0, start
        while zone in zones and depth <= MAX_ZONE_DEPTH:
            depth, zone = depth + 1, zones[zone].get("parent", "")
        if depth > MAX_ZONE_DEPTH:
            words = f"Zones may lie {MAX_ZONE_DEPTH} deep in each other; {start!r} lies deeper."
            return [Problem(pointer(("diagram", "zones", start, "parent")), words)]
    return []


def zone_cycles(document: Mapping[str, Any]) -> list[Problem]:
    """Zones that are inside themselves through their parents; each circle is reported once."""
    zones = document.get("diagram", {}).get("zones", {})
    problems, settled = [], set[str]()
    for start in zones:
        trail: list[str] = []
        zone = start
        while zone and zone in zones and zone not in settled and zone not in trail:
            trail.append(zone)
            zone = zones[zone].get("parent", "")
        if zone in trail:
            circle = " in ".join(repr(each) for each in [*trail[trail.index(zone) :], zone])
            problems.append(Problem(pointer(("diagram", "zones", zone, "parent")), f"Zones in a circle: {circle}."))
        settled.update(trail)
    return problems


def duplicate_names(document: Mapping[str, Any]) -> list[Problem]:
    """Objects of one collection with the same name, ignoring case and blanks."""
    problems = []
    for path, collection, field, noun in _named_collections(document):
        names = {key: " ".join(item.get(field, "").split()).casefold() for key, item in collection.items()}
        counts = Counter(names.values())
        for key, name in names.items():
            if name and counts[name] > 1:
                words = f"{counts[name]} {noun} are called {collection[key][field]!r}."
                problems.append(Problem(pointer((*path, key, field)), words, "warning"))
    return problems


def _named_collections(document: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any], str, str]]:
    for path, field, noun in NAMED:
        yield path, _collection(document, path), field, noun
    for outer, inner, noun in NAMED_INSIDE:
        for key, item in _collection(document, outer).items():
            yield (*outer, key, inner), item.get(inner, {}), "name", noun


def _collection(document: Mapping[str, Any], path: tuple[str, ...]) -> Mapping[str, Any]:
    value: Mapping[str, Any] = document
    for part in path:
        value = value.get(part, {})
    return value


def broken_paths(document: Document) -> list[Problem]:
    """Hops of a flow whose source no earlier hop reaches."""
    problems = []
    connections = document.diagram.connections
    for key, flow in document.flows.items():
        reached = set[str]()
        for hop_key, hop in sorted(flow.hops.items(), key=lambda pair: (pair[1].order, pair[0])):
            connection = connections.get(hop.connection)
            if connection is None:
                continue
            if reached and connection.source not in reached:
                where = pointer(("flows", key, "hops", hop_key, "connection"))
                words = f"This hop starts at {connection.source!r}, which no earlier hop of the flow has reached."
                problems.append(Problem(where, words, "warning"))
            reached |= {connection.source, connection.target}
    return problems
