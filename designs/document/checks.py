"""Whether a plain dict is a design: types first, then how its parts fit together.

Only what would break the structure is an error (a dangling id, zones in a circle), because an unfinished draft must be
savable. What merely looks wrong (two components of one name, a path with a gap) is a warning.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from designs.document.problems import InvalidDocumentError, Problem, from_validation_error, pointer
from designs.document.references import dangling
from designs.document.schema import Document

# Collections whose objects people tell apart by name, the field that holds the name, and what one of them is called.
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
    """The typed document. Raises InvalidDocumentError when types or structure are wrong; warnings do not stop it."""
    typed = _typed(document)
    if errors := structural_errors(document):
        raise InvalidDocumentError(errors)
    return typed


def problems_of(document: Mapping[str, Any]) -> list[Problem]:
    """Everything that is wrong, errors first. Wrong types hide the rest, because the rest rests on them."""
    try:
        typed = _typed(document)
    except InvalidDocumentError as error:
        return error.problems
    return [*structural_errors(document), *duplicate_names(document), *broken_paths(typed)]


def structural_errors(document: Mapping[str, Any]) -> list[Problem]:
    """Dangling ids and zones in a circle, in a document whose types are right."""
    return [*dangling(document), *zone_cycles(document)]


def _typed(document: Mapping[str, Any]) -> Document:
    try:
        return Document.model_validate(document)
    except ValidationError as error:
        raise InvalidDocumentError(from_validation_error(error)) from None


def zone_cycles(document: Mapping[str, Any]) -> list[Problem]:
    """Zones that lie, through their parents, inside themselves; each circle is reported once."""
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
    """Objects of one collection that people could not tell apart by name, ignoring case and blanks."""
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
    """Hops of a flow that start where no earlier hop has arrived."""
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
