"""A design's drawing as one SVG, made on the server: for lists, history, comparison, replay and print. PURE.

Shapes, icons and sizes are those of the canvas (`static/js/design/canvas/drawing.js`); arrows run as `routing` says.
Shapes carry classes only, and static/css/drawing.css colours them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from designs.document.kinds import BY_SLUG, Form, Kind
from designs.document.lettering import shortened, width_of, wrapped
from designs.document.patches import apply
from designs.document.placement import in_order, lay_out
from designs.document.servers import servers_of
from designs.document.technologies import technology_of
from designs.pictures.labels import label_spots, room_along
from designs.pictures.routing import Arrow, Box, Point, routes
from web.charts.markup import escaped

Json = Mapping[str, Any]
PADDING = 24
LINE = 16
ICON = 20
ROUND = 28.0  # radius of round ends
LID = 8.0  # height of the ellipses of drums and pipes
CORNER = 6.0  # radius of arrows' bends
LABEL_SIZE, SMALL = 13.5, 11.5
ARROW_LABEL_ROOM, ARROW_LABEL_LINES, ARROW_LABEL_LINE = 150.0, 4, 14.0
ARROW = 9
EMPTY_SIZE = (320, 120)


def draw(
    diagram: Json,
    *,
    title: str = "The drawing",
    marks: Mapping[str, str] | None = None,
    is_thumbnail: bool = False,
    icon_href: Callable[[str], str] | None = None,
    named: bool = False,
    comments: Mapping[str, int] | None = None,
) -> str:
    """The SVG. `marks` gives ids of components, connections and zones a class: added, removed, changed.

    `icon_href` returns the address of a symbol by its name; a thumbnail has neither icons nor labels of arrows. With
    `named` each box and arrow carries its JSON Pointer as `data-element`. `comments` is the number of open comments by
    component id.
    """
    whole = placed(diagram)
    boxes = {key: box_of(item) for key, item in _items(whole, "components")}
    zones = {key: _frame(item, 400, 300) for key, item in _items(whole, "zones")}
    paths = paths_of(whole)
    given = marks or {}
    parts = [*_zones(whole, zones, given)]
    parts += _connections(whole, paths, given, named=named)
    parts += _zone_names(whole, zones)
    said = comments or {}
    parts += _components(whole, boxes, given, None if is_thumbnail else icon_href, said, named=named)
    labels = [] if is_thumbnail else list(label_frames(whole, boxes, paths).values())
    parts += _arrow_labels(labels)
    frames = [frame for _, frame in labels]
    x, y, width, height = _extent([*boxes.values(), *zones.values(), *frames], paths.values())
    name = escaped(f"{title}: {_summary(whole)}{_said(said, boxes)}")
    css = "drawing is-thumbnail" if is_thumbnail else "drawing"
    size = "" if is_thumbnail else f' width="{width:g}" height="{height:g}"'
    inside = (
        "".join(parts) or f'<text class="drawing-empty" x="{width / 2:g}" y="{height / 2:g}">Nothing drawn yet</text>'
    )
    return (
        f'<svg class="{css}" xmlns="http://www.w3.org/2000/svg" viewBox="{x:g} {y:g} {width:g} {height:g}"{size}'
        f' role="img" aria-label="{name}">{inside}</svg>'
    )


def placed(diagram: Json) -> Json:
    """The diagram with a place for everything: objects without a place are laid out, so that no boxes overlap."""
    components = list(diagram.get("components", {}).values())
    spots = {(item.get("x", 0), item.get("y", 0)) for item in components}
    if len(components) > 1 and len(spots) == 1:
        placed: Json = apply(diagram, lay_out(diagram))
        return placed
    return diagram


def apart(document: Mapping[str, Any]) -> Json:
    """The document with its boxes laid out, if all of them have the same place."""
    return {**document, "diagram": placed(document["diagram"])} if "diagram" in document else document


def _items(diagram: Json, collection: str) -> list[tuple[str, Json]]:
    return in_order(diagram.get(collection, {}))


def _frame(item: Json, width: float, height: float, radius: float = 0.0) -> Box:
    size = item.get("width", width), item.get("height", height)
    return Box(item.get("x", 0), item.get("y", 0), *size, radius)


def box_of(item: Json) -> Box:
    """The rectangle of a component."""
    is_round = BY_SLUG[item["kind"]].form == "round"
    return _frame(item, 140, 64, min(item.get("height", 64) / 2, ROUND) if is_round else 0.0)


def arrows_of(diagram: Json) -> list[Arrow]:
    """The connections of a drawing, in order."""
    return [
        Arrow(key, item["source"], item["target"], tuple((bend["x"], bend["y"]) for bend in item.get("bends", ())))
        for key, item in _items(diagram, "connections")
    ]


def paths_of(diagram: Json) -> dict[str, list[Point]]:
    """The paths of its arrows, by their keys."""
    return routes({key: box_of(item) for key, item in _items(diagram, "components")}, arrows_of(diagram))


def _extent(boxes: Sequence[Box], paths: Any) -> tuple[float, float, float, float]:
    if not boxes:
        return (0, 0, *EMPTY_SIZE)
    points = [point for box in boxes for point in ((box.x, box.y), (box.right, box.bottom))]
    points += [point for path in paths for point in path]
    left, top = min(x for x, _ in points) - PADDING, min(y for _, y in points) - PADDING
    right, bottom = max(x for x, _ in points) + PADDING, max(y for _, y in points) + PADDING
    return left, top, right - left, bottom - top


def _summary(diagram: Json) -> str:
    components, connections = len(diagram.get("components", {})), len(diagram.get("connections", {}))
    if not components:
        return "nothing yet"
    plural = "" if components == 1 else "s"
    return f"{components} component{plural}, {connections} connection{'' if connections == 1 else 's'}"


def _said(comments: Mapping[str, int], boxes: Mapping[str, Box]) -> str:
    count = sum(many for key, many in comments.items() if key in boxes)
    return f", {count} open comment{'' if count == 1 else 's'}" if count else ""


def _zones(diagram: Json, zones: Mapping[str, Box], marks: Mapping[str, str]) -> Iterator[str]:
    """Outer zones first, so that inner ones are drawn above them."""
    items = dict(_items(diagram, "zones"))
    for key in sorted(zones, key=lambda key: _depth(items, key)):
        box, item = zones[key], items[key]
        yield (
            f'<g class="zone zone-{item.get("kind", "zone")}{_mark(marks, key)}">'
            f'<rect x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" rx="12"/></g>'
        )


def _zone_names(diagram: Json, zones: Mapping[str, Box]) -> Iterator[str]:
    """Above the arrows, which may pass through a name, each with a halo."""
    for key, item in _items(diagram, "zones"):
        label = escaped(item.get("label") or item.get("kind", "zone"))
        for name in ("zone-halo", "zone-label"):
            yield f'<text class="{name}" x="{zones[key].x + 14:g}" y="{zones[key].y + 23:g}">{label}</text>'


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
    comments: Mapping[str, int],
    *,
    named: bool,
) -> Iterator[str]:
    for key, item in _items(diagram, "components"):
        kind = BY_SLUG[item["kind"]]
        box = boxes[key]
        servers = servers_of(item)
        behind = Box(box.x + 4, box.y - 4, box.width, box.height, box.radius)
        shapes = f'<g class="behind">{_shape(kind.form, behind)}</g>' if servers > 1 else ""
        name = _named("components", key) if named else ""
        if icon_href is None:
            inside = _words(item, kind, box)
        else:
            inside = _with_icon(item, kind, box, icon_href(kind.icon)) + _corner(item, box)
        yield (
            f'<g class="component group-{kind.group}{_mark(marks, key)}"{name}>{shapes}{_shape(kind.form, box)}'
            f"{inside}{_badge(f'×{servers:,}', box) if servers > 1 else ''}{_bubble(comments.get(key, 0), box)}</g>"
        )


def _shape(form: Form, box: Box) -> str:
    if form == "drum":
        half, lid = box.width / 2, min(LID, box.height / 4)
        side = box.height - 2 * lid
        start = f"M{box.x:g},{box.y + lid:g} a{half:g},{lid:g} 0 0"
        body = f"{start} 1 {box.width:g},0 v{side:g} a{half:g},{lid:g} 0 0 1 {-box.width:g},0 z"
        return f'<path class="shape" d="{body}"/><path class="rim" d="{start} 0 {box.width:g},0"/>'
    if form == "pipe":
        half, lid = box.height / 2, min(LID, box.width / 4)
        length = box.width - 2 * lid
        start = f"M{box.x + lid:g},{box.y:g}"
        body = (
            f"{start} h{length:g} a{lid:g},{half:g} 0 0 1 0,{box.height:g} h{-length:g}"
            f" a{lid:g},{half:g} 0 0 1 0,{-box.height:g} z"
        )
        rim = f"{start} a{lid:g},{half:g} 0 0 1 0,{box.height:g}"
        return f'<path class="shape" d="{body}"/><path class="rim" d="{rim}"/>'
    place = f'x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}"'
    return f'<rect class="shape" {place} rx="{box.radius or 9:g}"/>'


def _lift(form: Form) -> float:
    """In a drum the text is below its lid."""
    return 4.0 if form == "drum" else 0.0


def _with_icon(item: Json, kind: Kind, box: Box, href: str) -> str:
    """As on the canvas: the icon at the left, beside it the name, and below it the technology or the kind."""
    is_pipe = kind.form == "pipe"
    left = box.x + (18 if is_pipe else 12)
    top = box.y + (box.height - ICON) / 2 + _lift(kind.form)
    icon = f'<use class="kind-icon" href="{escaped(href)}" x="{left:g}" y="{top:g}" width="{ICON}" height="{ICON}"/>'
    words = left + ICON + (6 if is_pipe else 9)
    room = box.right - words - (10 if is_pipe else 8)
    second = item.get("technology") or ("" if item.get("label") else kind.title)
    most = max(1, int((box.height - 8) / LINE) - bool(second))
    lines = wrapped(item["label"], room, most=most, size=LABEL_SIZE) if item.get("label") else []
    y = box.y + (box.height - (len(lines) + bool(second)) * LINE) / 2 + 12 + _lift(kind.form)
    found = [f'<text class="component-label">{_spans(lines, words, y)}</text>'] if lines else []
    if second:
        under = y + LINE * len(lines) - 1
        text = escaped(shortened(second, room, size=SMALL))
        found.append(f'<text class="component-second" x="{words:g}" y="{under:g}">{text}</text>')
    return icon + "".join(found)


def _words(item: Json, kind: Kind, box: Box) -> str:
    """Without icons the name is in the middle."""
    lines = wrapped(item.get("label") or kind.title, box.width - 16)
    x, y = box.middle
    top = y - (len(lines) - 1) * LINE / 2 + 5
    return f'<text class="component-label is-middle">{_spans(lines, x, top)}</text>'


def _spans(lines: Sequence[str], x: float, y: float) -> str:
    """Lines of one text element, so that copying and searching find the whole text."""
    last = len(lines) - 1
    return "".join(
        f'<tspan x="{x:g}" y="{y + number * LINE:g}">{escaped(line)}{"" if number == last else " "}</tspan>'
        for number, line in enumerate(lines)
    )


def _badge(text: str, box: Box) -> str:
    wide = 12 + 7 * len(text)
    left, top = box.right - 2 - wide, box.y - 6
    return (
        f'<rect class="badge-ground" x="{left:g}" y="{top:g}" width="{wide:g}" height="18" rx="9"/>'
        f'<text class="copies" x="{left + wide / 2:g}" y="{top + 13:g}">{text}</text>'
    )


def _corner(item: Json, box: Box) -> str:
    """The product as two or three letters in the corner at the left."""
    technology = technology_of(item.get("technology", ""))
    if technology is None:
        return ""
    wide, top = 10 + 7 * len(technology.letters), box.bottom - 10
    return (
        f'<rect class="technology-ground" x="{box.x + 4:g}" y="{top:g}" width="{wide}" height="17" rx="4"/>'
        f'<text class="technology-letters" x="{box.x + 4 + wide / 2:g}" y="{top + 12.5:g}">{technology.letters}</text>'
    )


def _bubble(count: int, box: Box) -> str:
    """The number of open comments, in a speech bubble at the left."""
    if not count:
        return ""
    wide, arc = 12 + 7 * len(str(count)), "a5,5 0 0 1"
    return (
        f'<path class="bubble" d="M{box.x + 7:g},{box.y - 6:g} h{wide - 10} {arc} 5,5 v8 {arc} -5,5 h{14 - wide} l-4,5'
        f' v-5 {arc} -5,-5 v-8 {arc} 5,-5 z"/>'
        f'<text class="copies" x="{box.x + 2 + wide / 2:g}" y="{box.y + 7:g}">{count}</text>'
    )


def _connections(
    diagram: Json, paths: Mapping[str, list[Point]], marks: Mapping[str, str], *, named: bool
) -> Iterator[str]:
    for key, item in _items(diagram, "connections"):
        if key not in paths:
            continue
        points = paths[key]
        line = _rounded(points)
        core = f'<path class="line-core" d="{line}"/>' if item.get("kind") == "replication" else ""
        yield (
            f'<g class="connection is-{item.get("kind", "sync")}{_mark(marks, key)}"'
            f"{_named('connections', key) if named else ''}>"
            f'<path class="line" d="{line}"/>{core}{_head(points[-2], points[-1])}</g>'
        )


def _rounded(points: Sequence[Point]) -> str:
    """A path with round corners."""
    parts = [f"M{points[0][0]:.1f},{points[0][1]:.1f}"]
    for before, at, after in zip(points, points[1:], points[2:], strict=False):
        radius = min(CORNER, math.dist(before, at) / 2, math.dist(at, after) / 2)
        one, other = _towards(at, before, radius), _towards(at, after, radius)
        parts.append(f"L{one[0]:.1f},{one[1]:.1f} Q{at[0]:.1f},{at[1]:.1f} {other[0]:.1f},{other[1]:.1f}")
    parts.append(f"L{points[-1][0]:.1f},{points[-1][1]:.1f}")
    return " ".join(parts)


def _towards(start: Point, end: Point, by: float) -> Point:
    length = math.dist(start, end)
    if not length:
        return start
    return start[0] + (end[0] - start[0]) * by / length, start[1] + (end[1] - start[1]) * by / length


def _head(before: Point, tip: Point) -> str:
    angle = math.atan2(tip[1] - before[1], tip[0] - before[0])
    wings = [
        (tip[0] - ARROW * math.cos(angle + side), tip[1] - ARROW * math.sin(angle + side)) for side in (0.42, -0.42)
    ]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in (tip, *wings))
    return f'<polygon points="{points}"/>'


def label_frames(
    diagram: Json, boxes: Mapping[str, Box], paths: Mapping[str, list[Point]]
) -> dict[str, tuple[list[str], Box]]:
    """The lines of each arrow's label, not shortened, and the rectangle around them."""
    lines = {
        key: _label_lines(item["label"], paths[key])
        for key, item in _items(diagram, "connections")
        if item.get("label") and key in paths
    }
    sizes = {
        key: (max(width_of(line, size=SMALL) for line in found) + 4, len(found) * ARROW_LABEL_LINE)
        for key, found in lines.items()
    }
    spots = label_spots(boxes, paths, [(key, *size) for key, size in sizes.items()])
    return {
        key: (lines[key], Box(x - sizes[key][0] / 2, y - sizes[key][1] / 2, *sizes[key]))
        for key, (x, y) in spots.items()
    }


def _label_lines(label: str, points: Sequence[Point]) -> list[str]:
    """Narrower where the arrow is short, if no word and no line is lost by it."""
    widest = max((width_of(word, size=SMALL) for word in label.split()), default=0.0)
    room = min(ARROW_LABEL_ROOM, max(room_along(points), widest))
    found = wrapped(label, room, most=ARROW_LABEL_LINES + 1, size=SMALL)
    return (
        found
        if len(found) <= ARROW_LABEL_LINES
        else wrapped(label, ARROW_LABEL_ROOM, most=ARROW_LABEL_LINES, size=SMALL)
    )


def _arrow_labels(labels: Iterable[tuple[Sequence[str], Box]]) -> Iterator[str]:
    """Each label has its halo as a separate text under it, which every SVG viewer draws."""
    for lines, frame in labels:
        x, top = frame.middle[0], frame.y + ARROW_LABEL_LINE - 3.5
        for name in ("label-halo", "connection-label"):
            for number, line in enumerate(lines):
                place = f'x="{x:.1f}" y="{top + number * ARROW_LABEL_LINE:.1f}"'
                yield f'<text class="{name}" {place}>{escaped(line)}</text>'


def _mark(marks: Mapping[str, str], key: str) -> str:
    return f" is-{marks[key]}" if key in marks else ""


def _named(collection: str, key: str) -> str:
    return f' data-element="/diagram/{collection}/{escaped(key)}"'
