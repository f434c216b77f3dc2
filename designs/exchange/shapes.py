"""From the boxes and arrows of a drawing tool to a diagram: which box is a zone, what lies in it, what kind it is."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from designs.document.diagram import Component, Connection, Zone
from designs.document.kinds import BY_SLUG, CONNECTION_NAMES, ZONE_NAMES, guess
from designs.document.limits import MAX_COMPONENTS, MAX_CONNECTIONS, MAX_COORDINATE, MAX_NAME, MAX_TEXT
from designs.exchange.names import Names, new_ids, one_line
from designs.exchange.problems import ImportFailedError, Warnings

CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]|[\ud800-\udfff]")
OWN_ID = re.compile(r"(?:component|zone|connection)-([A-Za-z][A-Za-z0-9_-]{0,39})")
COMPONENT_EXTRAS = {"label", "order", "x", "y", "width", "height", "zone", "stores"}
CONNECTION_EXTRAS = {"label", "order", "source", "target", "bends"}
ZONE_EXTRAS = {"label", "order", "x", "y", "width", "height", "parent"}


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A box in absolute pixels. `facts` are our own fields.

    `parent` is the container that the tool put it in, empty when in none, None when the tool does not say.
    """

    id: str
    x: float
    y: float
    width: float
    height: float
    label: str = ""
    parent: str | None = None
    is_zone: bool = False
    looks_like: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Line:
    id: str
    source: str
    target: str
    label: str = ""
    is_dashed: bool = False
    bends: Sequence[tuple[float, float]] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


def facts_of(item: Component | Connection | Zone) -> dict[str, Any]:
    """What a drawing tool has no place for: everything that is not geometry, ends or the label."""
    left_out = {Component: COMPONENT_EXTRAS, Connection: CONNECTION_EXTRAS, Zone: ZONE_EXTRAS}[type(item)]
    return item.model_dump(exclude=left_out, exclude_defaults=True) | {"kind": item.kind}


def diagram_from(shapes: Sequence[Shape], lines: Sequence[Line], warnings: Warnings) -> dict[str, Any]:
    """The `diagram` of a document. Lines without two ends are told and left out; nothing else is."""
    if not shapes:
        raise ImportFailedError("there is no box in the drawing")
    if len(shapes) > MAX_COMPONENTS:
        raise ImportFailedError(f"there are {len(shapes):,} boxes; a design holds {MAX_COMPONENTS:,}")
    if len(lines) > MAX_CONNECTIONS:
        raise ImportFailedError(f"there are {len(lines):,} arrows; a design holds {MAX_CONNECTIONS:,}")
    shapes = _with_zones(shapes, lines)
    zones = [shape for shape in shapes if shape.is_zone]
    around = {shape.id: _around(shape, zones) for shape in shapes}
    zone_ids, component_ids = new_ids(), new_ids()
    ids = {shape.id: _id(shape.id, shape.label, zone_ids if shape.is_zone else component_ids) for shape in shapes}
    components: dict[str, dict[str, Any]] = {}
    boxes: dict[str, dict[str, Any]] = {}
    for shape in shapes:
        number = len(boxes if shape.is_zone else components) + 1
        item = _geometry(shape) | _named(shape.label, warnings) | {"order": number} | _own(shape.facts)
        outer = around[shape.id]
        if shape.is_zone:
            kind = shape.facts.get("kind")
            boxes[ids[shape.id]] = {"kind": kind if kind in ZONE_NAMES else "boundary"} | _without_kind(item)
            boxes[ids[shape.id]] |= {"parent": ids[outer]} if outer else {}
        else:
            components[ids[shape.id]] = {"kind": _kind(shape)} | _without_kind(item)
            components[ids[shape.id]] |= {"zone": ids[outer]} if outer else {}
    known = {shape.id: ids[shape.id] for shape in shapes if not shape.is_zone}
    found = {
        "zones": boxes,
        "components": components,
        "connections": _connections(lines, known, {each.id for each in zones}, warnings),
    }
    return {name: items for name, items in found.items() if items}


def clean(text: str) -> str:
    """Without control characters, which no document holds."""
    return CONTROLS.sub("", text)


def _connections(
    lines: Sequence[Line], known: Mapping[str, str], zones: set[str], warnings: Warnings
) -> dict[str, dict[str, Any]]:
    given = new_ids()
    found = {}
    for number, line in enumerate(lines, 1):
        if line.source not in known or line.target not in known:
            what = f"The arrow {one_line(line.label)!r}" if line.label.strip() else "An arrow"
            why = "begins or ends at a zone" if {line.source, line.target} & zones else "does not join two boxes"
            warnings.add(f"{what} {why}; it was left out.")
            continue
        kind = line.facts.get("kind", "async" if line.is_dashed else "sync")
        item: dict[str, Any] = {"source": known[line.source], "target": known[line.target]}
        item |= _named(line.label, warnings) | {"order": number} | _without_kind(_own(line.facts))
        if kind != "sync" and kind in CONNECTION_NAMES:
            item["kind"] = kind
        if line.bends:
            item["bends"] = [{"x": _coordinate(x), "y": _coordinate(y)} for x, y in line.bends[:100]]
        found[_id(line.id, line.label or "connection", given)] = item
    return found


def _with_zones(shapes: Sequence[Shape], lines: Sequence[Line]) -> list[Shape]:
    """A box that no arrow touches and that has others wholly inside is how people draw a zone."""
    touched = {end for line in lines for end in (line.source, line.target)}
    plain = [shape for shape in shapes if not OWN_ID.fullmatch(shape.id)]
    around = {
        shape.id for shape in plain if shape.id not in touched and any(_lies_in(other, shape) for other in shapes)
    }
    return [replace(shape, is_zone=True) if shape.id in around else shape for shape in shapes]


def _lies_in(inner: Shape, outer: Shape) -> bool:
    return (
        outer.x < inner.x
        and outer.y < inner.y
        and inner.x + inner.width < outer.x + outer.width
        and inner.y + inner.height < outer.y + outer.height
    )


def _around(shape: Shape, zones: Sequence[Shape]) -> str:
    """The container that the tool says, or else the smallest zone that the box lies in."""
    if shape.parent is not None:
        return shape.parent if any(zone.id == shape.parent for zone in zones) else ""
    holding = [zone for zone in zones if zone.id != shape.id and _holds(zone, shape)]
    return min(holding, key=lambda zone: zone.width * zone.height).id if holding else ""


def _holds(zone: Shape, shape: Shape) -> bool:
    """More than its middle: a box of the same size is no zone of the other."""
    if zone.width * zone.height <= shape.width * shape.height:
        return False
    across, down = shape.x + shape.width / 2 - zone.x, shape.y + shape.height / 2 - zone.y
    return 0 <= across <= zone.width and 0 <= down <= zone.height


def _id(given: str, label: str, ids: Names) -> str:
    """Our own id if the tool kept it, else one like the label."""
    own = OWN_ID.fullmatch(given)
    return ids.keep(own[1]) if own else ids.give(label)


def _kind(shape: Shape) -> str:
    if (kind := shape.facts.get("kind")) in BY_SLUG:
        return str(kind)
    found = guess(shape.label)
    return shape.looks_like if found == "service" and shape.looks_like else found


def _geometry(shape: Shape) -> dict[str, Any]:
    return {
        "x": _coordinate(shape.x),
        "y": _coordinate(shape.y),
        "width": min(max(_coordinate(shape.width), 1), MAX_COORDINATE),
        "height": min(max(_coordinate(shape.height), 1), MAX_COORDINATE),
    }


def _coordinate(value: float) -> float:
    rounded = round(value, 1) if math.isfinite(value) and abs(value) <= MAX_COORDINATE else 0.0
    return int(rounded) if rounded == int(rounded) else rounded


def _named(label: str, warnings: Warnings) -> dict[str, Any]:
    line = one_line(clean(label))
    if not line:
        return {}
    if len(line) <= MAX_NAME:
        return {"label": line}
    warnings.add(f"A label of {len(line)} characters became a note: {line[:40]!r}…")
    return {"label": line[: MAX_NAME - 1] + "…", "note": line[:MAX_TEXT]}


def _own(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in facts.items() if key not in COMPONENT_EXTRAS | CONNECTION_EXTRAS}


def _without_kind(item: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in item.items() if key != "kind"}
