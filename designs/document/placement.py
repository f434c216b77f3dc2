"""Places for boxes without one: a new box beside the others, or a whole drawing in layers.

The result is deterministic: the same drawing always gets the same places. Works on the `diagram` of a plain document.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from designs.document.kinds import BY_SLUG
from designs.document.lettering import width_of, wrapped
from designs.document.patches import apply, effective
from web.charts.layered import Point, Size
from web.charts.nested import Inset, nested

Diagram = Mapping[str, Any]
Rectangle = tuple[float, float, float, float]  # left, top, right, bottom

WIDTH, HEIGHT = 140, 64  # of a component without a size of its own
ZONE_WIDTH, ZONE_HEIGHT = 400, 300
COLUMN, ROW = 240, 112  # between two boxes
MARGIN, HEADING = 24, 40  # inside a zone: around its boxes, and above them for its label
INSET = Inset(before=Size(across=HEADING, along=MARGIN), after=Size(across=MARGIN, along=MARGIN))
LETTER, MOST_GAP = 6.6, 220  # of an arrow's label; between two columns
# How a box grows with its name, as in static/js/design/canvas/text.js: wider, then higher, then wider for long words.
WIDTHS, BESIDE_NAME, LABEL_SIZE, LINE, AROUND_LINES, LID = (WIDTH, 180, 220), 54, 13.5, 16, 12, 8
MAX_TRIES = 400


def lay_out(diagram: Diagram) -> dict[str, Any]:
    """A patch to the diagram that places every component, callers left of their callees, each zone around its
    components.

    Zones overlap only where one contains the other. Boxes without a size of their own grow to fit their names; bends of
    arrows are removed, since `designs.pictures.routing` leads each arrow around the boxes.
    """
    diagram = apply(diagram, {"components": {key: size_of_name(each) for key, each in _unsized(diagram)}})
    components, zones = diagram.get("components", {}), diagram.get("zones", {})
    connections = in_order(diagram.get("connections", {}))
    layout = nested(
        {_node(key): _size(component) for key, component in in_order(components)},
        {_node(key): _group(component.get("zone", ""), zones) for key, component in in_order(components)}
        | {_group(key, zones): _group(zone.get("parent", ""), zones) for key, zone in in_order(zones)},
        [(_node(each["source"]), _node(each["target"])) for _, each in connections],
        node_gap=ROW - HEIGHT,
        layer_gap=_gap([each for _, each in connections]),
        inset=INSET,
        empty=Size(across=HEIGHT + HEADING + MARGIN, along=WIDTH + 2 * MARGIN),
    )
    placed = {
        key: _corner(layout.centres[_node(key)], _size(component)) | _own_size(component)
        for key, component in components.items()
    }
    groups = {
        key: _corner(layout.centres[_group(key, zones)], size)
        | {"width": round(size.along), "height": round(size.across)}
        for key in zones
        for size in [layout.groups[_group(key, zones)]]
    }
    straight: dict[str, Any] = {key: {"bends": []} for key, each in connections if each.get("bends")}
    found = {"components": placed, "zones": groups, "connections": straight}
    return {name: items for name, items in found.items() if items}


def _unsized(diagram: Diagram) -> list[tuple[str, Mapping[str, Any]]]:
    return [(key, each) for key, each in diagram.get("components", {}).items() if not _own_size(each)]


def _own_size(component: Mapping[str, Any]) -> dict[str, Any]:
    return {name: component[name] for name in ("width", "height") if name in component}


def size_of_name(component: Mapping[str, Any]) -> dict[str, int]:
    """The width and height of a box that fits the component's whole name, as far as they differ from the defaults."""
    label, kind = component.get("label", ""), BY_SLUG[component["kind"]]
    extra = LINE * bool(component.get("technology")) + (LID if kind.form == "drum" else 0) + AROUND_LINES
    longest = max((width_of(word, size=LABEL_SIZE) for word in label.split()), default=0.0)
    fitting = [width for width in WIDTHS if longest <= width - BESIDE_NAME] or [WIDTHS[-1]]
    for width in fitting[:2]:
        lines = wrapped(label, width - BESIDE_NAME, most=40, size=LABEL_SIZE)
        height = max(HEIGHT, len(lines) * LINE + extra)
        if height == HEIGHT:
            break
    sizes = {"width": (width, WIDTH), "height": (height, HEIGHT)}
    return {name: size for name, (size, usual) in sizes.items() if size != usual}


def _node(key: str) -> str:
    """Components and zones may have the same id."""
    return f"component {key}"


def _group(key: str, zones: Mapping[str, Any]) -> str:
    return f"zone {key}" if key in zones else ""


def _size(component: Mapping[str, Any]) -> Size:
    return Size(across=component.get("height", HEIGHT), along=component.get("width", WIDTH))


def _corner(centre: Point, size: Size) -> dict[str, Any]:
    return {"x": round(centre.along - size.along / 2), "y": round(centre.across - size.across / 2)}


def _gap(connections: Collection[Mapping[str, Any]]) -> float:
    """The gap between columns: room for the longest label of an arrow, within limits."""
    longest = max((len(each.get("label", "")) for each in connections), default=0)
    return float(min(max(COLUMN - WIDTH, longest * LETTER + 40), MOST_GAP))


def spot(
    diagram: Diagram, *, zone: str = "", beside: str = "", size: tuple[float, float] = (WIDTH, HEIGHT)
) -> tuple[float, float]:
    """Top left corner of a free place for one more component: in the zone, and right of `beside` if there is room."""
    boxes = [rectangle(each) for each in diagram.get("components", {}).values()]
    zones = diagram.get("zones", {})
    if zone not in zones:
        boxes += [_zone_rectangle(each) for each in zones.values()]
    x, y = _start(diagram, zone, beside)
    per_row = _per_row(zones[zone], x) if zone in zones else 4
    for number in range(MAX_TRIES):
        left, top = x + COLUMN * (number % per_row), y + ROW * (number // per_row)
        if not any(_touch((left, top, left + size[0], top + size[1]), box) for box in boxes):
            return left, top
    return x, max((box[3] for box in boxes), default=y) + ROW - HEIGHT


def place(diagram: Diagram, *, components: Collection[str], zones: Collection[str] = ()) -> dict[str, Any]:
    """A patch to the diagram that places some of its components, each in its zone, and makes room for zones.

    Everything else stays; zones grow to hold new components.
    """
    grown = {key: size_of_name(each) for key, each in _unsized(diagram) if key in components}
    was, diagram = diagram, apply(diagram, {"components": grown})
    working: dict[str, Any] = {
        "components": {key: each for key, each in diagram.get("components", {}).items() if key not in components},
        "zones": dict(diagram.get("zones", {})),
    }
    for key in zones:
        parent = working["zones"][key].get("parent", "")
        others = {**working, "zones": {each: zone for each, zone in working["zones"].items() if each not in zones}}
        x, y = spot(others, zone=parent)
        working["zones"][key] = {**working["zones"][key], "x": x, "y": y, "width": ZONE_WIDTH, "height": ZONE_HEIGHT}
        working = apply(working, {"zones": grow_around(working, key)})
    for key, component in in_order({key: diagram["components"][key] for key in components}):
        size = component.get("width", WIDTH), component.get("height", HEIGHT)
        x, y = spot(working, zone=component.get("zone", ""), beside=_caller(diagram, key), size=size)
        working["components"][key] = {**component, "x": x, "y": y}
        working = apply(working, {"zones": grow_zones(working, key)})
    wanted = {name: working[name] for name in ("components", "zones") if working[name]}
    patch: dict[str, Any] = effective(was, wanted)
    return patch


def _caller(diagram: Diagram, key: str) -> str:
    """A component that calls this one, or an empty string."""
    calls = (each["source"] for each in diagram.get("connections", {}).values() if each["target"] == key)
    return next(calls, "")


def grow_zones(diagram: Diagram, component: str) -> dict[str, Any]:
    """A patch to the diagram's zones after which those around the component hold it whole."""
    inner = diagram["components"][component]
    return _grown(diagram.get("zones", {}), rectangle(inner), inner.get("zone", ""))


def grow_around(diagram: Diagram, zone: str) -> dict[str, Any]:
    """The same for a zone and the zones around it."""
    inner = diagram["zones"][zone]
    return _grown(diagram["zones"], _zone_rectangle(inner), inner.get("parent", ""))


def _grown(zones: Mapping[str, Any], box: Rectangle, zone: str) -> dict[str, Any]:
    patch: dict[str, Any] = {}
    while zone in zones and zone not in patch:
        was = _zone_rectangle(zones[zone])
        box = (
            min(was[0], box[0] - MARGIN),
            min(was[1], box[1] - HEADING),
            max(was[2], box[2] + MARGIN),
            max(was[3], box[3] + MARGIN),
        )
        patch[zone] = _geometry(box) if box != was else {}
        zone = zones[zone].get("parent", "")
    return {key: value for key, value in patch.items() if value}


def rectangle(component: Mapping[str, Any]) -> Rectangle:
    """The rectangle of a component's box."""
    x, y = component.get("x", 0), component.get("y", 0)
    return x, y, x + component.get("width", WIDTH), y + component.get("height", HEIGHT)


def _zone_rectangle(zone: Mapping[str, Any]) -> Rectangle:
    x, y = zone.get("x", 0), zone.get("y", 0)
    return x, y, x + zone.get("width", ZONE_WIDTH), y + zone.get("height", ZONE_HEIGHT)


def _geometry(box: Rectangle) -> dict[str, float]:
    return {"x": box[0], "y": box[1], "width": box[2] - box[0], "height": box[3] - box[1]}


def _start(diagram: Diagram, zone: str, beside: str) -> tuple[float, float]:
    components, zones = diagram.get("components", {}), diagram.get("zones", {})
    if beside in components and components[beside].get("zone", "") == zone:
        left, top, _, _ = rectangle(components[beside])
        return left + COLUMN, top
    if zone in zones:
        left, top, _, _ = _zone_rectangle(zones[zone])
        return left + MARGIN, top + HEADING
    boxes = [rectangle(each) for each in components.values()] + [_zone_rectangle(each) for each in zones.values()]
    if not boxes:
        return 0, 0
    return min(box[0] for box in boxes), max(box[3] for box in boxes) + ROW - HEIGHT


def _per_row(zone: Mapping[str, Any], x: float) -> int:
    return max(1, int((_zone_rectangle(zone)[2] - MARGIN - x - WIDTH) // COLUMN) + 1)


def _touch(one: Rectangle, other: Rectangle) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def in_order(collection: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """A plain collection in display order: by `order`, then by id."""
    return sorted(collection.items(), key=lambda pair: (pair[1].get("order", 0), pair[0]))
