"""From the boxes and arrows of a drawing tool to a diagram: which boxes are zones, what they contain, and the kind of
each.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from designs.document.diagram import Component, Connection, Zone
from designs.document.kinds import BY_SLUG, CONNECTION_NAMES, ZONE_NAMES, guess
from designs.document.limits import MAX_COMPONENTS, MAX_CONNECTIONS, MAX_COORDINATE, MAX_NAME, MAX_TEXT
from designs.exchange.names import Names, new_ids, one_line
from designs.exchange.problems import ImportFailedError, Warnings
from designs.pictures.diagram import arrows_of, box_of
from designs.pictures.routing import crossed, routes

CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]|[\ud800-\udfff]")
OWN_ID = re.compile(r"(?:component|zone|connection)-([A-Za-z][A-Za-z0-9_-]{0,39})")
COMPONENT_EXTRAS = {"label", "order", "x", "y", "width", "height", "zone", "stores"}
CONNECTION_EXTRAS = {"label", "order", "source", "target", "bends"}
ZONE_EXTRAS = {"label", "order", "x", "y", "width", "height", "parent"}


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A box, or a text, in absolute pixels. `facts` are our own fields.

    `parent` is the container that the tool put it in, empty when in none, None when the tool does not say. `is_part`
    marks rows and the like that are no boxes; `icon` is the name of what the picture shows; `group` is shared by shapes
    that are moved together.
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
    icon: str = ""
    group: str = ""
    note: str = ""
    is_text: bool = False
    is_part: bool = False
    is_round: bool = False


@dataclass(frozen=True, kw_only=True)
class Line:
    """An arrow or a line. `start` and `end` are its end points, for lines that are not bound to a shape."""

    id: str
    source: str
    target: str
    label: str = ""
    is_dashed: bool = False
    has_head: bool = True
    has_tail: bool = False
    start: tuple[float, float] | None = None
    end: tuple[float, float] | None = None
    bends: Sequence[tuple[float, float]] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


def facts_of(item: Component | Connection | Zone) -> dict[str, Any]:
    """Facts that a drawing tool has no field for: everything except geometry, ends and the label."""
    left_out = {Component: COMPONENT_EXTRAS, Connection: CONNECTION_EXTRAS, Zone: ZONE_EXTRAS}[type(item)]
    return item.model_dump(exclude=left_out, exclude_defaults=True) | {"kind": item.kind}


@dataclass(frozen=True)
class Diagram:
    """The `diagram` of a document, and the ids of the components whose kind the drawing does not say."""

    diagram: dict[str, Any]
    guessed: frozenset[str]


def diagram_from(shapes: Sequence[Shape], lines: Sequence[Line], warnings: Warnings) -> Diagram:
    """Lines without two ends are left out and counted in the remarks; nothing else is left out."""
    if not shapes:
        raise ImportFailedError("there is no box in the drawing")
    if len(shapes) > MAX_COMPONENTS:
        raise ImportFailedError(f"there are {len(shapes):,} boxes; a design holds {MAX_COMPONENTS:,}")
    if len(lines) > MAX_CONNECTIONS:
        raise ImportFailedError(f"there are {len(lines):,} arrows; a design holds {MAX_CONNECTIONS:,}")
    shapes = _with_zones(shapes, lines)
    zones = [shape for shape in shapes if shape.is_zone]
    around = _all_around(shapes, zones)
    zone_ids, component_ids = new_ids(), new_ids()
    ids = {
        shape.id: _id(shape.id, shape.label or shape.icon, zone_ids if shape.is_zone else component_ids)
        for shape in shapes
    }
    components: dict[str, dict[str, Any]] = {}
    boxes: dict[str, dict[str, Any]] = {}
    guessed = set()
    for shape in shapes:
        number = len(boxes if shape.is_zone else components) + 1
        name = shape.label or ("" if shape.is_zone else shape.icon)
        item = _geometry(shape) | _named(name, warnings, shape.note) | {"order": number} | _own(shape.facts)
        outer = around[shape.id]
        if shape.is_zone:
            kind = shape.facts.get("kind", shape.looks_like)
            boxes[ids[shape.id]] = {"kind": kind if kind in ZONE_NAMES else "boundary"} | _without_kind(item)
            boxes[ids[shape.id]] |= {"parent": ids[outer]} if outer else {}
        else:
            components[ids[shape.id]] = {"kind": _kind(shape)} | _without_kind(item)
            components[ids[shape.id]] |= {"zone": ids[outer]} if outer else {}
            if "kind" not in shape.facts:
                guessed.add(ids[shape.id])
    known = {shape.id: ids[shape.id] for shape in shapes if not shape.is_zone}
    names = {each.id: each.label or "a zone without a name" for each in zones}
    found = {"zones": boxes, "components": components, "connections": _connections(lines, known, names, warnings)}
    diagram = {name: items for name, items in found.items() if items}
    own = {own_id[1] for line in lines if (own_id := OWN_ID.fullmatch(line.id))}
    _straighten(diagram, own, warnings)
    return Diagram(diagram, frozenset(guessed))


def _straighten(diagram: dict[str, dict[str, Any]], own: Collection[str], warnings: Warnings) -> None:
    """Foreign bends that lead through boxes go where the arrow finds a way past all boxes without them.

    Other tools bend arrows at right angles on their way to each point; here a bend is a point on a straight line.
    """
    connections = diagram.get("connections", {})
    boxes = {key: box_of(item) for key, item in diagram.get("components", {}).items()}
    arrows = arrows_of(diagram)
    bent = [each for each in arrows if each.bends and each.key not in own]
    paths = routes(boxes, bent)
    through = {each.key for each in bent if crossed(boxes, each, paths[each.key])}
    if not through:
        return
    freed = [replace(each, bends=()) if each.key in through else each for each in arrows]
    paths = routes(boxes, freed)
    for each in freed:
        if each.key in through and not crossed(boxes, each, paths[each.key]):
            del connections[each.key]["bends"]
            label = connections[each.key].get("label", "")
            warnings.lost("arrow", "{their} bends led through a box", name=label, fate="drawn anew")


def clean(text: str) -> str:
    """Without control characters, which no document holds."""
    return CONTROLS.sub("", text)


def _connections(
    lines: Sequence[Line], known: Mapping[str, str], zones: Mapping[str, str], warnings: Warnings
) -> dict[str, dict[str, Any]]:
    given = new_ids()
    found: dict[str, dict[str, Any]] = {}
    warnings.total("arrow", len(lines))
    for line in lines:
        if line.source not in known or line.target not in known:
            ends = [zones[end] for end in (line.source, line.target) if end in zones]
            if ends:
                warnings.lost("arrow", "{their} end is a zone", name=ends[0])
            else:
                warnings.lost("arrow", "no box at one end", name=line.label)
            continue
        for source, target, bends in _directions(line, warnings):
            kind = line.facts.get("kind", "async" if line.is_dashed else "sync")
            item: dict[str, Any] = {"source": known[source], "target": known[target]}
            item |= _named(line.label, warnings) | {"order": len(found) + 1} | _without_kind(_own(line.facts))
            if kind != "sync" and kind in CONNECTION_NAMES:
                item["kind"] = kind
            if bends:
                item["bends"] = [{"x": _coordinate(x), "y": _coordinate(y)} for x, y in bends[:100]]
            found[_id(line.id, line.label or "connection", given)] = item
    if len(found) > MAX_CONNECTIONS:
        raise ImportFailedError(f"there are {len(found):,} arrows; a design holds {MAX_CONNECTIONS:,}")
    return found


def _directions(line: Line, warnings: Warnings) -> list[tuple[str, str, Sequence[tuple[float, float]]]]:
    """Source and target: a head at the start reverses the arrow, and two heads are two arrows."""
    there, back = (line.source, line.target, line.bends), (line.target, line.source, line.bends[::-1])
    if line.facts or (line.has_head and not line.has_tail):
        return [there]
    if line.has_head:
        warnings.lost("arrow", "{they} had a head at both ends", name=line.label, fate="read as a call each way")
        return [there, back]
    if line.has_tail:
        return [back]
    warnings.lost("arrow", "{they} had no arrowhead", name=line.label, fate="read as a call from where it begins")
    return [there]


def _with_zones(shapes: Sequence[Shape], lines: Sequence[Line]) -> list[Shape]:
    """A box without arrows that fully contains others is a zone."""
    touched = {end for line in lines for end in (line.source, line.target)}
    plain = [shape for shape in shapes if not OWN_ID.fullmatch(shape.id)]
    around = {
        shape.id for shape in plain if shape.id not in touched and any(_lies_in(other, shape) for other in shapes)
    }
    if len(around) == len(shapes):
        return list(shapes)
    return [replace(shape, is_zone=True) if shape.id in around else shape for shape in shapes]


def _lies_in(inner: Shape, outer: Shape) -> bool:
    return (
        outer.x < inner.x
        and outer.y < inner.y
        and inner.x + inner.width < outer.x + outer.width
        and inner.y + inner.height < outer.y + outer.height
    )


def _all_around(shapes: Sequence[Shape], zones: Sequence[Shape]) -> dict[str, str]:
    """By shape the zone around it, never one inside it."""
    given = {each.id for each in zones}
    around = {each.id: each.parent if each.parent in given else "" for each in shapes if each.parent is not None}
    for shape in shapes:
        if shape.parent is None:
            holding = [zone for zone in zones if zone.id != shape.id and _holds(zone, shape)]
            for zone in sorted(holding, key=lambda zone: zone.width * zone.height):
                if not _is_inside(zone.id, shape.id, around):
                    around[shape.id] = zone.id
                    break
    # Shapes that a tool nests in a circle are inside nothing.
    return {
        each.id: "" if _is_inside(around.get(each.id, ""), each.id, around) else around.get(each.id, "") or ""
        for each in shapes
    }


def _is_inside(zone: str, shape: str, around: Mapping[str, str | None]) -> bool:
    seen: set[str] = set()
    at: str | None = zone
    while at and at not in seen:
        if at == shape:
            return True
        seen.add(at)
        at = around.get(at)
    return False


def _holds(zone: Shape, shape: Shape) -> bool:
    """Whether it contains more than the middle of the other: a box of the same size is no zone of it."""
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
    for words in (shape.label, shape.icon):
        if (found := guess(words)) != "service":
            return found
    return shape.looks_like if shape.looks_like in BY_SLUG else "service"


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


def _named(label: str, warnings: Warnings, note: str = "") -> dict[str, Any]:
    line = one_line(clean(label))
    said = [part for part in (line if len(line) > MAX_NAME else "", clean(note).strip()) if part]
    found = {"note": "\n".join(said)[:MAX_TEXT]} if said else {}
    if not line:
        return found
    if len(line) <= MAX_NAME:
        return found | {"label": line}
    why = f"a design's label has up to {MAX_NAME} characters"
    warnings.lost("label", why, name=line, fate="cut and put into the note whole")
    return found | {"label": line[: MAX_NAME - 1] + "…"}


def _own(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in facts.items() if key not in COMPONENT_EXTRAS | CONNECTION_EXTRAS}


def _without_kind(item: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in item.items() if key != "kind"}
