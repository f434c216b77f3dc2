"""A design's drawing as one SVG, made on the server: for lists, history, comparison, replay and print. PURE.

Shapes carry classes only, and static/css/drawing.css colours them. Text is wrapped by a width table of our own, since
nothing here can measure a font; it errs on the wide side.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from designs.document.kinds import BY_SLUG
from designs.document.patches import apply
from designs.document.placement import in_order, lay_out
from designs.document.servers import servers_of
from web.charts.markup import escaped

Json = Mapping[str, Any]
Point = tuple[float, float]
PADDING = 24
CHARACTER = 7.1  # pixels of an average letter at 13 pixels
LINE = 16
MOST_LINES = 3
ARROW = 9
EMPTY_SIZE = (320, 120)


@dataclass(frozen=True)
class Box:
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2

    @property
    def corners(self) -> tuple[Point, Point]:
        return (self.x, self.y), (self.x + self.width, self.y + self.height)


def draw(
    diagram: Json,
    *,
    title: str = "The drawing",
    marks: Mapping[str, str] | None = None,
    is_thumbnail: bool = False,
    icon_href: Callable[[str], str] | None = None,
    named: bool = False,
) -> str:
    """The SVG. `marks` gives ids of components, connections and zones a class: added, removed, changed.

    `icon_href` answers with the address of a symbol by its name; a thumbnail has neither icons nor labels of arrows.
    With `named` each box and arrow carries its JSON Pointer as `data-element`.
    """
    placed = _placed(diagram)
    boxes = {key: _box(item, 140, 64) for key, item in _items(placed, "components")}
    zones = {key: _box(item, 400, 300) for key, item in _items(placed, "zones")}
    given = marks or {}
    parts = [*_zones(placed, zones, given)]
    parts += _connections(placed, boxes, given, is_thumbnail=is_thumbnail, named=named)
    parts += _components(placed, boxes, given, None if is_thumbnail else icon_href, named=named)
    x, y, width, height = _extent(placed, [*boxes.values(), *zones.values()])
    name = escaped(f"{title}: {_summary(placed)}")
    css = "drawing is-thumbnail" if is_thumbnail else "drawing"
    size = "" if is_thumbnail else f' width="{width:g}" height="{height:g}"'
    inside = (
        "".join(parts) or f'<text class="drawing-empty" x="{width / 2:g}" y="{height / 2:g}">Nothing drawn yet</text>'
    )
    return (
        f'<svg class="{css}" xmlns="http://www.w3.org/2000/svg" viewBox="{x:g} {y:g} {width:g} {height:g}"{size}'
        f' role="img" aria-label="{name}">{inside}</svg>'
    )


def _placed(diagram: Json) -> Json:
    """The diagram with places for everything: where nobody has placed anything yet, boxes would lie on each other."""
    components = list(diagram.get("components", {}).values())
    spots = {(item.get("x", 0), item.get("y", 0)) for item in components}
    if len(components) > 1 and len(spots) == 1:
        placed: Json = apply(diagram, lay_out(diagram))
        return placed
    return diagram


def _items(diagram: Json, collection: str) -> list[tuple[str, Json]]:
    return in_order(diagram.get(collection, {}))


def _box(item: Json, width: float, height: float) -> Box:
    return Box(item.get("x", 0), item.get("y", 0), item.get("width", width), item.get("height", height))


def _extent(diagram: Json, boxes: list[Box]) -> tuple[float, float, float, float]:
    if not boxes:
        return (0, 0, *EMPTY_SIZE)
    points = [corner for box in boxes for corner in box.corners]
    points += [
        (bend["x"], bend["y"])
        for _, connection in _items(diagram, "connections")
        for bend in connection.get("bends", [])
    ]
    left, top = min(x for x, _ in points) - PADDING, min(y for _, y in points) - PADDING
    right, bottom = max(x for x, _ in points) + PADDING, max(y for _, y in points) + PADDING
    return left, top, right - left, bottom - top


def _summary(diagram: Json) -> str:
    components, connections = len(diagram.get("components", {})), len(diagram.get("connections", {}))
    if not components:
        return "nothing yet"
    plural = "" if components == 1 else "s"
    return f"{components} component{plural}, {connections} connection{'' if connections == 1 else 's'}"


def _zones(diagram: Json, zones: Mapping[str, Box], marks: Mapping[str, str]) -> Iterator[str]:
    """The outer ones first, so that the inner ones lie upon them."""
    items = dict(_items(diagram, "zones"))
    for key in sorted(zones, key=lambda key: _depth(items, key)):
        box, item = zones[key], items[key]
        label = escaped(item.get("label") or item.get("kind", "zone"))
        yield (
            f'<g class="zone zone-{item.get("kind", "zone")}{_mark(marks, key)}">'
            f'<rect x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" rx="10"/>'
            f'<text x="{box.x + 12:g}" y="{box.y + 20:g}">{label}</text></g>'
        )


def _depth(zones: Json, key: str) -> int:
    depth, parent = 0, zones[key].get("parent", "")
    while parent in zones and depth < len(zones):
        depth, parent = depth + 1, zones[parent].get("parent", "")
    return depth


def _components(
    diagram: Json,
    boxes: Mapping[str, Box],
    marks: Mapping[str, str],
    icon_href: Callable[[str], str] | None,
    *,
    named: bool,
) -> Iterator[str]:
    for key, item in _items(diagram, "components"):
        kind = BY_SLUG[item["kind"]]
        box = boxes[key]
        copies = servers_of(item)
        shapes = _shape(kind.form, box)
        if copies > 1:
            behind = Box(box.x + 5, box.y - 5, box.width, box.height)
            shapes = f'<g class="behind">{_shape(kind.form, behind)}</g>{shapes}'
        icon = ""
        if icon_href:
            inset = 16 if kind.form == "round" else 8
            drop = box.height / 2 - 8 if kind.form == "round" else 20 if kind.form == "drum" else 8
            place = f'x="{box.x + inset:g}" y="{box.y + drop:g}" width="16" height="16"'
            icon = f'<use class="kind-icon" href="{escaped(icon_href(kind.icon))}" {place}/>'
        name = _named("components", key) if named else ""
        yield (
            f'<g class="component group-{kind.group}{_mark(marks, key)}"{name}>{shapes}{icon}'
            f"{_label(item.get('label') or kind.title, box)}{_copies(copies, box)}</g>"
        )


def _shape(form: str, box: Box) -> str:
    place = f'x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}"'
    if form == "drum":
        cap = min(9.0, box.height / 4)
        right, bottom = box.x + box.width, box.y + box.height
        half = box.width / 2
        body = (
            f"M{box.x:g} {box.y + cap:g}a{half:g} {cap:g} 0 0 1 {box.width:g} 0V{bottom - cap:g}"
            f"a{half:g} {cap:g} 0 0 1 {-box.width:g} 0Z"
        )
        rim = f"M{box.x:g} {box.y + cap:g}a{half:g} {cap:g} 0 0 0 {right - box.x:g} 0"
        return f'<path class="shape" d="{body}"/><path class="rim" d="{rim}"/>'
    if form == "pipe":
        bar = box.x + box.width - 6
        return (
            f'<rect class="shape" {place} rx="4"/>'
            f'<path class="rim" d="M{bar:g} {box.y:g}v{box.height:g}M{bar - 6:g} {box.y:g}v{box.height:g}"/>'
        )
    radius = min(box.height / 2, 32) if form == "round" else 7
    return f'<rect class="shape" {place} rx="{radius:g}"/>'


def _label(text: str, box: Box) -> str:
    lines = wrapped(text, box.width - 16)
    x, y = box.middle
    top = y - (len(lines) - 1) * LINE / 2 + 5
    spans = "".join(
        f'<tspan x="{x:g}" y="{top + number * LINE:g}">{escaped(line)}</tspan>' for number, line in enumerate(lines)
    )
    return f'<text class="component-label">{spans}</text>'


def wrapped(text: str, width: float) -> list[str]:
    """The text in lines of at most this many pixels, the last one cut short when there are too many."""
    most = max(int(width / CHARACTER), 3)
    lines: list[str] = []
    for word in text.split():
        while len(word) > most:
            lines.append(word[:most])
            word = word[most:]
        if lines and len(lines[-1]) + 1 + len(word) <= most:
            lines[-1] += f" {word}"
        elif word:
            lines.append(word)
    if len(lines) > MOST_LINES:
        lines = lines[:MOST_LINES]
        lines[-1] = lines[-1][: most - 1] + "…"
    return lines or [""]


def _copies(copies: int, box: Box) -> str:
    if copies <= 1:
        return ""
    return f'<text class="copies" x="{box.x + box.width - 8:g}" y="{box.y + 16:g}">x{copies:,}</text>'


def _connections(
    diagram: Json, boxes: Mapping[str, Box], marks: Mapping[str, str], *, is_thumbnail: bool, named: bool
) -> Iterator[str]:
    for key, item in _items(diagram, "connections"):
        if item["source"] not in boxes or item["target"] not in boxes:
            continue
        points = route(boxes[item["source"]], boxes[item["target"]], item.get("bends", []))
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        label = "" if is_thumbnail or not item.get("label") else _arrow_label(item["label"], points)
        yield (
            f'<g class="connection is-{item.get("kind", "sync")}{_mark(marks, key)}"'
            f"{_named('connections', key) if named else ''}>"
            f'<polyline points="{line}"/>{_head(points[-2], points[-1])}{label}</g>'
        )


def route(source: Box, target: Box, bends: list[Any]) -> list[Point]:
    """From border to border, through the bend points."""
    inner: list[Point] = [(bend["x"], bend["y"]) for bend in bends]
    if source == target and not inner:
        right, top = source.x + source.width, source.y
        return [
            (right, top + 20),
            (right + 26, top + 20),
            (right + 26, top - 18),
            (right - 24, top - 18),
            (right - 24, top),
        ]
    first = inner[0] if inner else target.middle
    last = inner[-1] if inner else source.middle
    return [_border(source, first), *inner, _border(target, last)]


def _border(box: Box, towards: Point) -> Point:
    """Where the line from the middle of the box to a point leaves the box."""
    x, y = box.middle
    dx, dy = towards[0] - x, towards[1] - y
    if not dx and not dy:
        return x, y
    scale = min(
        box.width / 2 / abs(dx) if dx else math.inf,
        box.height / 2 / abs(dy) if dy else math.inf,
    )
    return x + dx * min(scale, 1), y + dy * min(scale, 1)


def _head(before: Point, tip: Point) -> str:
    angle = math.atan2(tip[1] - before[1], tip[0] - before[0])
    wings = [
        (tip[0] - ARROW * math.cos(angle + side), tip[1] - ARROW * math.sin(angle + side)) for side in (0.42, -0.42)
    ]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in (tip, *wings))
    return f'<polygon points="{points}"/>'


def _arrow_label(text: str, points: list[Point]) -> str:
    """In the middle of the longest stretch."""
    start, end = max(pairwise(points), key=lambda pair: math.dist(*pair))
    x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    # No longer than the stretch, so that it does not cross the boxes at its ends; but never down to nothing.
    line = wrapped(text, min(150.0, max(70.0, math.dist(start, end))))[0]
    return f'<text class="connection-label" x="{x:.1f}" y="{y - 5:.1f}">{escaped(line)}</text>'


def _mark(marks: Mapping[str, str], key: str) -> str:
    return f" is-{marks[key]}" if key in marks else ""


def _named(collection: str, key: str) -> str:
    return f' data-element="/diagram/{collection}/{escaped(key)}"'
