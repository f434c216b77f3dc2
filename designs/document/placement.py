"""Where boxes go that nobody has placed yet: a new one beside the others, or a whole drawing in columns.

Plain arithmetic without chance: the same drawing always gets the same places. Works on the `diagram` of a plain
document.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from designs.document.patches import apply, effective

Diagram = Mapping[str, Any]
Rectangle = tuple[float, float, float, float]  # left, top, right, bottom

WIDTH, HEIGHT = 140, 64  # of a component that says nothing else
ZONE_WIDTH, ZONE_HEIGHT = 400, 300
COLUMN, ROW = 240, 112  # from one box to the next
MARGIN, HEADING = 24, 40  # inside a zone: around its boxes, and above them for its label
MAX_TRIES = 400


def lay_out(diagram: Diagram) -> dict[str, Any]:
    """A patch to the diagram that places every component in columns, callers left of whom they call, zones around them.

    Each zone gets a band of rows to itself, so zones overlap only where one lies in the other.
    """
    columns = _columns(diagram)
    placed: dict[str, Any] = {}
    zones: dict[str, Any] = {}
    _band("", diagram, columns, 0.0, placed, zones)
    patch: dict[str, Any] = {}
    if placed:
        patch["components"] = placed
    if zones:
        patch["zones"] = zones
    return patch


def spot(diagram: Diagram, *, zone: str = "", beside: str = "") -> tuple[float, float]:
    """Top left corner of a free place for one more component: in the zone, and right of `beside` if there is room."""
    boxes = [rectangle(each) for each in diagram.get("components", {}).values()]
    zones = diagram.get("zones", {})
    if zone not in zones:
        boxes += [_zone_rectangle(each) for each in zones.values()]
    x, y = _start(diagram, zone, beside)
    per_row = _per_row(zones[zone], x) if zone in zones else 4
    for number in range(MAX_TRIES):
        left, top = x + COLUMN * (number % per_row), y + ROW * (number // per_row)
        if not any(_touch((left, top, left + WIDTH, top + HEIGHT), box) for box in boxes):
            return left, top
    return x, max((box[3] for box in boxes), default=y) + ROW - HEIGHT


def place(diagram: Diagram, *, components: Collection[str], zones: Collection[str] = ()) -> dict[str, Any]:
    """A patch to the diagram that finds free places for some of its components, each in its zone, and room for zones.

    Everything else stays; zones grow to hold what comes in.
    """
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
        x, y = spot(working, zone=component.get("zone", ""), beside=_caller(diagram, key))
        working["components"][key] = {**component, "x": x, "y": y}
        working = apply(working, {"zones": grow_zones(working, key)})
    wanted = {name: working[name] for name in ("components", "zones") if working[name]}
    patch: dict[str, Any] = effective(diagram, wanted)
    return patch


def _caller(diagram: Diagram, key: str) -> str:
    """Somebody who calls the component, or an empty string."""
    calls = (each["source"] for each in diagram.get("connections", {}).values() if each["target"] == key)
    return next(calls, "")


def grow_zones(diagram: Diagram, component: str) -> dict[str, Any]:
    """A patch to the diagram's zones after which those around the component hold it whole."""
    inner = diagram["components"][component]
    return _grown(diagram.get("zones", {}), rectangle(inner), inner.get("zone", ""))


def grow_around(diagram: Diagram, zone: str) -> dict[str, Any]:
    """The same for a zone and those around it."""
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
    """Where a component's box is."""
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


def _columns(diagram: Diagram) -> dict[str, int]:
    """Each component's column: one right of its furthest caller. Arrows that close a circle do not count."""
    components = diagram.get("components", {})
    targets: dict[str, list[str]] = defaultdict(list)
    for connection in diagram.get("connections", {}).values():
        targets[connection["source"]].append(connection["target"])
    columns = dict.fromkeys(components, 0)
    order = _finished_last_first(components, targets)
    position = {key: number for number, key in enumerate(order)}
    for key in order:
        for target in targets[key]:
            if target in position and position[target] > position[key]:
                columns[target] = max(columns[target], columns[key] + 1)
    return columns


def _finished_last_first(components: Mapping[str, Any], targets: Mapping[str, list[str]]) -> list[str]:
    """A topological order but for circles: depth first from every component, whoever finishes last comes first."""
    done: dict[str, bool] = {}
    finished: list[str] = []
    called = {target for each in targets.values() for target in each}
    for root in sorted(components, key=lambda key: key in called):
        stack = [(root, False)]
        while stack:
            key, is_left = stack.pop()
            if is_left:
                finished.append(key)
            elif key in components and key not in done:
                done[key] = True
                stack.append((key, True))
                stack += [(target, False) for target in reversed(targets.get(key, []))]
    return finished[::-1]


def _band(
    zone: str,
    diagram: Diagram,
    columns: Mapping[str, int],
    top: float,
    placed: dict[str, Any],
    zones: dict[str, Any],
) -> Rectangle | None:
    """Places what is in the zone, its own components first and the zones within it below; answers with its extent."""
    heading = HEADING if zone else 0
    boxes: list[Rectangle] = []
    used: dict[int, float] = {}
    for key, component in in_order(diagram.get("components", {})):
        if component.get("zone", "") == zone:
            column = columns[key]
            y = used.get(column, top + heading)
            placed[key] = {"x": column * COLUMN, "y": y}
            boxes.append(rectangle({**component, **placed[key]}))
            used[column] = boxes[-1][3] + ROW - HEIGHT
    below = max((box[3] for box in boxes), default=top + heading - MARGIN) + MARGIN
    for key, inner in in_order(diagram.get("zones", {})):
        if inner.get("parent", "") == zone:
            extent = _band(key, diagram, columns, below, placed, zones)
            if extent:
                boxes.append(extent)
                below = extent[3] + MARGIN
    if not zone:
        return None
    left, right = min((b[0] for b in boxes), default=MARGIN), max((b[2] for b in boxes), default=WIDTH + MARGIN)
    bottom = max((box[3] for box in boxes), default=top + heading + HEIGHT)
    extent = (left - MARGIN, top, right + MARGIN, bottom + MARGIN)
    zones[zone] = _geometry(extent)
    return extent


def in_order(collection: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """A plain collection as people see it: by `order`, then by id."""
    return sorted(collection.items(), key=lambda pair: (pair[1].get("order", 0), pair[0]))
