"""Edits of a drawing as merge patches to a plain document: add, connect, change, order, delete.

Forms without scripts and tests use these; the canvas builds the same patches in the browser.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from typing import Any, Literal

from designs.document import placement
from designs.document.kinds import BY_SLUG
from designs.document.patches import apply, diff
from designs.document.references import HeldReference, Path, references_to, removal

Document = Mapping[str, Any]
Patch = dict[str, Any]
Collection = Literal["components", "connections", "zones"]


def add_component(
    document: Document, *, kind: str, label: str, zone: str = "", called_by: str = ""
) -> tuple[str, Patch]:
    """A new component in a free place, and a connection from its caller if one is given. Returns its id."""
    diagram = _diagram(document)
    key = new_id(label or kind, diagram.get("components", {}))
    item: dict[str, Any] = {"kind": kind, "label": label, "order": _next_order(diagram, "components")}
    if zone:
        item["zone"] = zone
    patch: Patch = {"components": {key: item}}
    if called_by:
        patch["connections"] = connection(diagram, called_by, key)
    after = apply(diagram, patch)
    after = apply(after, placement.place(after, components=[key]))
    return key, _on_document(diagram, after)


def add_zone(document: Document, *, kind: str, label: str, parent: str = "") -> tuple[str, Patch]:
    """A new zone, in a free place or inside another zone."""
    diagram = _diagram(document)
    key = new_id(label or kind, diagram.get("zones", {}))
    item: dict[str, Any] = {"kind": kind, "label": label, "order": _next_order(diagram, "zones")}
    if parent:
        item["parent"] = parent
    after = apply(diagram, {"zones": {key: item}})
    after = apply(after, placement.place(after, components=[], zones=[key]))
    return key, _on_document(diagram, after)


def connect(document: Document, source: str, target: str, **fields: Any) -> tuple[str, Patch]:
    """A new connection. Returns its id."""
    made = connection(_diagram(document), source, target, **fields)
    return next(iter(made)), {"diagram": {"connections": made}}


def connection(diagram: Mapping[str, Any], source: str, target: str, **fields: Any) -> dict[str, Any]:
    """One connection under a new id; empty fields are left out."""
    known = diagram.get("connections", {})
    number = len(known) + 1
    while f"c{number}" in known:
        number += 1
    item = {"source": source, "target": target, "order": _next_order(diagram, "connections")}
    return {f"c{number}": item | {name: value for name, value in fields.items() if value}}


def change_component(document: Document, key: str, fields: Mapping[str, Any]) -> Patch:
    """Sets fields of a component; another zone also moves it there."""
    diagram = _diagram(document)
    was = diagram["components"][key].get("zone", "")
    after = apply(diagram, {"components": {key: dict(fields)}})
    if after["components"][key].get("zone", "") != was:
        after = apply(after, placement.place(after, components=[key]))
    return _on_document(diagram, after)


def change_zone(document: Document, key: str, fields: Mapping[str, Any]) -> Patch:
    """Sets fields of a zone; the zone that it moves into grows to hold it."""
    diagram = _diagram(document)
    after = apply(diagram, {"zones": {key: dict(fields)}})
    after = apply(after, {"zones": placement.grow_around(after, key)})
    return _on_document(diagram, after)


def reorder(document: Document, collection: Collection, key: str, *, by: Literal[-1, 1]) -> Patch:
    """Moves an object one place up (-1) or down (1) in its list; {} when it is already at that end."""
    items = placement.in_order(_diagram(document).get(collection, {}))
    keys = [each for each, _ in items]
    here = keys.index(key)
    there = here + by
    if not 0 <= there < len(keys):
        return {}
    keys[here], keys[there] = keys[there], keys[here]
    before = _diagram(document)
    after = apply(before, {collection: {each: {"order": number} for number, each in enumerate(keys, 1)}})
    return _on_document(before, after)


def delete(document: Document, collection: Collection, key: str) -> Patch:
    """Deletes an object with all objects that depend on it."""
    return removal(document, ("diagram", collection, key))


def consequences(document: Document, collection: Collection, key: str) -> list[str]:
    """The effects of deleting the object, in words: "2 connections go with it"."""
    path: Path = ("diagram", collection, key)
    held = references_to(document, path)
    gone = {reference.holder for reference in held if reference.rule.required}
    for connection_path in [each for each in gone if each[:2] == ("diagram", "connections")]:
        held += references_to(document, connection_path)
    words = Counter(_effect(reference) for reference in dict.fromkeys(held))
    return [_counted(effect, number) for effect, number in words.items()]


def new_id(words: str, taken: Mapping[str, Any]) -> str:
    """A readable id that no object of the collection has: `tweet-service`, `muller-box`, `tweet-service-2`.

    `newKey` of the canvas makes the same ids.
    """
    plain = unicodedata.normalize("NFKD", words).lower().encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:32].strip("-")
    slug = slug if slug[:1].isalpha() else f"n{slug}"
    key, number = slug, 2
    while key in taken:
        key, number = f"{slug}-{number}", number + 1
    return key


def name_of(component: Mapping[str, Any], key: str) -> str:
    """The displayed name of a component: its label, or else its kind and id."""
    return component.get("label") or f"{BY_SLUG[component['kind']].title} {key}"


def _effect(reference: HeldReference) -> tuple[str, str, str]:
    """The words for one object, for several, and the effect on them."""
    match reference.path[:3]:
        case ["diagram", "connections", *_]:
            return "connection", "connections", "deleted, too"
        case ["flows", *_]:
            return "step of a flow", "steps of flows", "deleted, too"
        case ["diagram", "components", *_]:
            return "component", "components", "kept, outside of the zone"
        case ["diagram", "zones", *_]:
            return "zone inside it", "zones inside it", "kept, outside of the zone"
        case ["decisions", *_]:
            return "decision", "decisions", "kept, but no longer about it"
        case _:
            return "bottleneck", "bottlenecks", "kept, but no longer about it"


def _counted(effect: tuple[str, str, str], number: int) -> str:
    one, many, verdict = effect
    return f"1 {one} is {verdict}" if number == 1 else f"{number} {many} are {verdict}"


def _diagram(document: Document) -> Mapping[str, Any]:
    diagram: Mapping[str, Any] = document.get("diagram", {})
    return diagram


def _next_order(diagram: Mapping[str, Any], collection: str) -> float:
    highest: float = max((each.get("order", 0) for each in diagram.get(collection, {}).values()), default=0)
    return highest + 1


def _on_document(before: Mapping[str, Any], after: Mapping[str, Any]) -> Patch:
    changed = diff(before, after)
    return {"diagram": changed} if changed else {}
