"""Draws a flowchart. Colours come from the page's style sheet (classes `flow-*`), so the drawing follows its theme."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from web.charts.layered import Point, Size, closing_edges
from web.charts.mermaid.flowchart import Direction, Edge, Flowchart, Node, Subgraph
from web.charts.nested import Inset, NestedLayout, nested
from web.charts.svg import (
    LINE_HEIGHT,
    Drawing,
    arrow_svg,
    escaped,
    polygon_svg,
    rect_svg,
    text_svg,
    text_width,
    words_wrapped,
    zone_svg,
)

MARGIN = 10
PADDING_Y = 11
LAYER_GAP = 46
LABEL_GAP = 22
MANY_EDGES = 400
FEW_EDGES = 40  # so many are looked through for what would run through a label
SHAFT = 52  # of an arrow, in sight on both sides of its label
ARROW_LENGTH = 9
ARROW_HALF_WIDTH = 4.5
CYLINDER_RIM = 7
PARALLEL_GAP = 20.0
SUBGRAPH_PADDING = 14
SUBGRAPH_TITLE = 22
# How much wider than its text a shape must be, so that the text stays inside.
FORMS = {
    **dict.fromkeys(("circle", "circ", "doublecircle", "dbl-circ", "double-circle"), "circle"),
    **dict.fromkeys(("diamond", "diam", "decision", "question"), "diamond"),
    **dict.fromkeys(("hexagon", "hex", "prepare"), "hexagon"),
    **dict.fromkeys(("odd", "flag"), "flag"),
    **dict.fromkeys(
        ("cylinder", "cyl", "db", "database", "disk", "lin-cyl", "lined-cylinder", "datastore"), "cylinder"
    ),
    **dict.fromkeys(("subroutine", "subproc", "subprocess", "fr-rect", "framed-rectangle"), "subroutine"),
    **dict.fromkeys(("stadium", "pill", "terminal"), "stadium"),
    **dict.fromkeys(("round", "rounded", "event", "ellipse"), "round"),
}
EXTRA_WIDTH = {"diamond": 1.55, "hexagon": 1.2, "stadium": 1.1, "circle": 1.1}
EXTRA_HEIGHT = {"diamond": 1.7, "cylinder": 1.35}

XY = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Look:
    """How wide a flowchart may spread: its direction (None for its own), and characters of a line and pixels."""

    direction: Direction | None = None
    characters: int = 22
    padding: float = 16
    gap: float = 28


@dataclass(frozen=True, kw_only=True)
class _Box:
    x: float
    y: float
    width: float
    height: float


def flowchart_drawing(chart: Flowchart, *, title: str, look: Look = Look()) -> Drawing:
    """Upright drawings give the label of an edge a place of its own between the layers, so that no two overlap."""
    if look.direction:
        chart = replace(chart, direction=look.direction)
    lines = {node.id: words_wrapped(node.name, characters=look.characters) for node in chart.nodes.values()}
    dimensions = {node.id: _dimensions(node, lines[node.id], look) for node in chart.nodes.values()}
    labels = [words_wrapped(edge.label, characters=look.characters) if edge.label else [] for edge in chart.edges]
    is_sideways = chart.direction in ("LR", "RL")
    layout, bends = (
        _sideways(chart, dimensions, labels, look) if is_sideways else _upright(chart, dimensions, labels, look)
    )
    place = _turned(chart.direction, layout, margin=MARGIN)
    boxes = {}
    for name, centre in layout.centres.items():
        width, height = dimensions[name] if name in dimensions else _size_of(layout.groups[name], chart.direction)
        boxes[name] = _Box(x=place(centre)[0], y=place(centre)[1], width=width, height=height)
    frames = [
        _subgraph(each, boxes[each.id])
        for each in sorted(chart.subgraphs.values(), key=lambda each: -boxes[each.id].width)
    ]
    shapes = [boxes[node] for node in chart.nodes]
    ways = [
        _route(boxes[edge.source], boxes[edge.target], [place(bend) for bend in way], shift, is_sideways=is_sideways)
        for edge, way, shift in zip(chart.edges, bends, _shifts(chart.edges), strict=True)
    ]
    drawn = [at for at, edge in enumerate(chart.edges) if edge.stroke != "invisible"]
    lines_of = {at: _sampled(ways[at], is_sideways=is_sideways) for at in drawn} if len(drawn) <= FEW_EDGES else {}
    edges = []
    for at in drawn:
        others = [line for other, line in lines_of.items() if other != at] if labels[at] else []
        edges.append(_edge(chart.edges[at], labels[at], boxes, ways[at], shapes, others, is_sideways=is_sideways))
    nodes = [_node(node, boxes[node.id], lines[node.id]) for node in chart.nodes.values()]
    across, along = layout.across + 2 * MARGIN, layout.along + 2 * MARGIN
    width, height = (along, across) if is_sideways else (across, along)
    inside = [*frames, *(line for line, _ in edges), *nodes, *(label for _, label in edges)]
    return Drawing(width=width, height=height, title=title, description=_in_words(chart), inside="".join(inside))


def _sideways(
    chart: Flowchart, dimensions: dict[str, tuple[float, float]], labels: list[list[str]], look: Look
) -> tuple[NestedLayout, list[list[Point]]]:
    """The gap between layers has room for the longest label."""
    widest = max((text_width(label) for label in labels if label), default=0)
    layout = nested(
        {name: _turned_size(size, chart.direction) for name, size in dimensions.items()},
        _around(chart),
        [(edge.source, edge.target) for edge in chart.edges],
        node_gap=look.gap,
        layer_gap=max(LAYER_GAP, widest + SHAFT) if widest else LAYER_GAP,
        inset=_inset(chart.direction),
        empty=_turned_size((120, 60), chart.direction),
    )
    return layout, layout.bends


def _upright(
    chart: Flowchart, dimensions: dict[str, tuple[float, float]], labels: list[list[str]], look: Look
) -> tuple[NestedLayout, list[list[Point]]]:
    """Each edge between nodes of one group goes through a stand-in as large as its label."""
    around = _around(chart)
    sizes = {name: _turned_size(size, chart.direction) for name, size in dimensions.items()}
    pairs = [(edge.source, edge.target) for edge in chart.edges]
    closing = closing_edges(list(chart.nodes), pairs)
    edges: list[tuple[str, str]] = []
    parts: list[tuple[int, ...]] = []
    is_labelled = any(labels) and len(pairs) <= MANY_EDGES
    for number, (pair, label) in enumerate(zip(pairs, labels, strict=True)):
        source, target = pair
        is_within = source in sizes and target in sizes and around[source] == around[target] and source != target
        if not is_labelled or not is_within:
            parts.append((len(edges),))
            edges.append(pair)
            continue
        stand_in = _stand_in(number)
        sizes[stand_in] = (
            Size(across=text_width(label) + 10, along=len(label) * LINE_HEIGHT) if label else Size(across=8, along=0)
        )
        around[stand_in] = around[source]
        parts.append((len(edges), len(edges) + 1))
        # An edge that leads back is reversed for the layout, or its label would be placed after both of its ends.
        first, last = (target, source) if number in closing else pair
        edges += [(first, stand_in), (stand_in, last)]
    layout = nested(
        sizes,
        around,
        edges,
        node_gap=look.gap,
        layer_gap=LABEL_GAP if is_labelled else LAYER_GAP,
        inset=_inset(chart.direction),
        empty=_turned_size((120, 60), chart.direction),
    )
    bends = []
    for number, ways in enumerate(parts):
        way = layout.bends[ways[0]]
        if len(ways) == 2:
            way = [*way, layout.centres[_stand_in(number)], *layout.bends[ways[1]]]
            way = way[::-1] if number in closing else way
        bends.append(way)
    shown = {name: centre for name, centre in layout.centres.items() if not name.startswith(STAND_IN)}
    return replace(layout, centres=shown), bends


STAND_IN = "\x00label "


def _stand_in(number: int) -> str:
    return f"{STAND_IN}{number}"


def _around(chart: Flowchart) -> dict[str, str]:
    return {node.id: node.subgraph for node in chart.nodes.values()} | {
        subgraph.id: subgraph.parent for subgraph in chart.subgraphs.values()
    }


def _inset(direction: str) -> Inset:
    is_sideways = direction in ("LR", "RL")
    top, side = SUBGRAPH_PADDING + SUBGRAPH_TITLE, SUBGRAPH_PADDING
    before, after = (side, side) if is_sideways else (top, side) if direction == "TB" else (side, top)
    return Inset(before=Size(across=top if is_sideways else side, along=before), after=Size(across=side, along=after))


def _turned_size(size: tuple[float, float], direction: str) -> Size:
    width, height = size
    return Size(across=height, along=width) if direction in ("LR", "RL") else Size(across=width, along=height)


def _size_of(size: Size, direction: str) -> tuple[float, float]:
    return (size.along, size.across) if direction in ("LR", "RL") else (size.across, size.along)


def _dimensions(node: Node, lines: list[str], look: Look) -> tuple[float, float]:
    form = FORMS.get(node.shape or "", "box")
    width = (text_width(lines) + 2 * look.padding) * EXTRA_WIDTH.get(form, 1)
    height = (len(lines) * LINE_HEIGHT + 2 * PADDING_Y) * EXTRA_HEIGHT.get(form, 1)
    if form == "circle":
        width = height = max(width, height)
    return max(width, 44), height


def _turned(direction: str, layout: NestedLayout, *, margin: float) -> Callable[[Point], XY]:
    def place(point: Point) -> XY:
        along = layout.along - point.along if direction in ("BT", "RL") else point.along
        if direction in ("LR", "RL"):
            return along + margin, point.across + margin
        return point.across + margin, along + margin

    return place


def _node(node: Node, box: _Box, lines: list[str]) -> str:
    css_class = f"flow-node {escaped(' '.join(node.classes))}".strip()
    form = FORMS.get(node.shape or "", "box")
    css_class = f"{css_class} is-{form}"
    outline = _outline(form, box)
    return f'<g class="{css_class}">{outline}{text_svg(lines, box.x, box.y, "flow-label")}</g>'


def _outline(shape: str, box: _Box) -> str:
    left, top = box.x - box.width / 2, box.y - box.height / 2
    right, bottom = left + box.width, top + box.height
    if shape == "circle":
        return f'<circle cx="{box.x:.1f}" cy="{box.y:.1f}" r="{box.width / 2:.1f}"/>'
    if shape == "diamond":
        return polygon_svg([(box.x, top), (right, box.y), (box.x, bottom), (left, box.y)])
    if shape == "hexagon":
        inner_left, inner_right = left + box.height / 3, right - box.height / 3
        upper = [(inner_left, top), (inner_right, top), (right, box.y)]
        return polygon_svg([*upper, (inner_right, bottom), (inner_left, bottom), (left, box.y)])
    if shape == "flag":
        return polygon_svg([(left, top), (right, top), (right, bottom), (left, bottom), (left + 10, box.y)])
    if shape == "cylinder":
        return _cylinder(left, top, box)
    if shape == "subroutine":
        bars = f'<path d="M{left + 7:.1f} {top:.1f}V{bottom:.1f}M{right - 7:.1f} {top:.1f}V{bottom:.1f}"/>'
        return rect_svg(left, top, box.width, box.height, radius=2) + bars
    radius = {"stadium": box.height / 2, "round": 10}.get(shape, 4)
    return rect_svg(left, top, box.width, box.height, radius=radius)


def _cylinder(left: float, top: float, box: _Box) -> str:
    side = box.height - 2 * CYLINDER_RIM
    radii = f"a{box.width / 2:.1f} {CYLINDER_RIM} 0 0 0"
    body = f"M{left:.1f} {top + CYLINDER_RIM:.1f}v{side:.1f}{radii} {box.width:.1f} 0v{-side:.1f}"
    return f'<path d="{body}{radii} {-box.width:.1f} 0{radii} {box.width:.1f} 0"/>'


def _edge(
    edge: Edge,
    label: list[str],
    boxes: dict[str, _Box],
    points: list[XY],
    shapes: list[_Box],
    others: list[list[XY]],
    *,
    is_sideways: bool,
) -> tuple[str, str]:
    """The line with its heads, and its label, which is drawn later so that nothing covers it; `shapes` are all boxes
    that are no groups, `others` the lines of the other edges."""
    if edge.source == edge.target:
        return _loop(edge, label, boxes[edge.source])
    heads = (_head(points[-2], points[-1], is_sideways=is_sideways) if edge.head else "") + (
        _head(points[1], points[0], is_sideways=is_sideways) if edge.tail else ""
    )
    path = _smooth(points, is_sideways=is_sideways)
    return arrow_svg(path, heads, edge.stroke), _edge_label(label, _free_place(points, label, shapes, others))


def _shifts(edges: Sequence[Edge]) -> list[float]:
    """How far each edge lies from the middle: edges between the same two nodes run side by side."""
    ends = [frozenset((edge.source, edge.target)) for edge in edges]
    counts, before = Counter(ends), Counter[frozenset[str]]()
    shifts = []
    for each in ends:
        shifts.append(PARALLEL_GAP * (before[each] - (counts[each] - 1) / 2))
        before[each] += 1
    return shifts


def _route(source: _Box, target: _Box, bends: list[XY], shift: float, *, is_sideways: bool) -> list[XY]:
    """From the side of the source that faces the flow to the facing side of the target."""
    shift = 0.0 if bends else shift
    if is_sideways:
        way = 1 if target.x >= source.x else -1
        start = (source.x + way * source.width / 2, source.y + shift)
        end = (target.x - way * target.width / 2, target.y + shift)
    else:
        way = 1 if target.y >= source.y else -1
        start = (source.x + shift, source.y + way * source.height / 2)
        end = (target.x + shift, target.y - way * target.height / 2)
    return [start, *bends, end]


def _smooth(points: list[XY], *, is_sideways: bool) -> str:
    """Cubic curves that leave and arrive along the flow."""
    parts = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for (x1, y1), (x2, y2) in itertools.pairwise(points):
        if is_sideways:
            middle = (x1 + x2) / 2
            parts.append(f"C{middle:.1f} {y1:.1f} {middle:.1f} {y2:.1f} {x2:.1f} {y2:.1f}")
        else:
            middle = (y1 + y2) / 2
            parts.append(f"C{x1:.1f} {middle:.1f} {x2:.1f} {middle:.1f} {x2:.1f} {y2:.1f}")
    return "".join(parts)


def _sampled(points: list[XY], *, is_sideways: bool) -> list[XY]:
    """Places along the curves of `_smooth`, close enough that none jumps over a label."""
    found = []
    for (x1, y1), (x2, y2) in itertools.pairwise(points):
        for step in range(25):
            share = step / 24
            # With both handles in the middle, a curve is even along the flow but for its ends, and eases across it.
            along, across = 1.5 * share * (1 - share) + share**3, share * share * (3 - 2 * share)
            along_x, along_y = (along, across) if is_sideways else (across, along)
            found.append((x1 + (x2 - x1) * along_x, y1 + (y2 - y1) * along_y))
    return found


def _head(before: XY, tip: XY, *, is_sideways: bool) -> str:
    """An arrow head along the flow: the curves arrive at right angles to the side that they meet."""
    x, y = tip
    if is_sideways:
        back = x - math.copysign(ARROW_LENGTH, x - before[0])
        corners = [tip, (back, y - ARROW_HALF_WIDTH), (back, y + ARROW_HALF_WIDTH)]
    else:
        back = y - math.copysign(ARROW_LENGTH, y - before[1])
        corners = [tip, (x - ARROW_HALF_WIDTH, back), (x + ARROW_HALF_WIDTH, back)]
    return polygon_svg(corners, css_class="flow-head")


def _loop(edge: Edge, label: list[str], box: _Box) -> tuple[str, str]:
    x, y = box.x + box.width / 2, box.y
    path = f"M{x:.1f} {y - 8:.1f}c26 -14 26 30 0 16"
    head = _head((x + 12, y + 8), (x, y + 8), is_sideways=True) if edge.head else ""
    return arrow_svg(path, head, edge.stroke), _edge_label(label, (x + 34, y))


def _middle(points: list[XY]) -> XY:
    if len(points) % 2:
        return points[len(points) // 2]
    (x1, y1), (x2, y2) = points[len(points) // 2 - 1], points[len(points) // 2]
    return (x1 + x2) / 2, (y1 + y2) / 2


def _free_place(points: list[XY], label: list[str], nodes: list[_Box], others: list[list[XY]]) -> XY:
    """The middle of the way, or the place nearest to it where the label covers no node, and no other line if there is
    such a place."""
    middle = _middle(points)
    if not label:
        return middle
    half_width, half_height = text_width(label) / 2 + 2, len(label) * LINE_HEIGHT / 2
    free = [
        place
        for place in [middle, *_places(points)]
        if not any(
            abs(node.x - place[0]) < node.width / 2 + half_width
            and abs(node.y - place[1]) < node.height / 2 + half_height
            for node in nodes
        )
    ]
    clear = (
        place
        for place in free
        if not any(
            abs(x - place[0]) < half_width and abs(y - place[1]) < half_height for line in others for x, y in line
        )
    )
    return next(clear, free[0] if free else middle)


def _places(points: list[XY]) -> list[XY]:
    """Places along the way, from its middle outwards."""
    lengths = [math.dist(a, b) for a, b in itertools.pairwise(points)]
    found = []
    for share in (0.45, 0.55, 0.4, 0.6, 0.35, 0.65, 0.3, 0.7, 0.25, 0.75, 0.2, 0.8):
        left = share * sum(lengths)
        for ((x1, y1), (x2, y2)), length in zip(itertools.pairwise(points), lengths, strict=True):
            if left <= length and length:
                found.append((x1 + (x2 - x1) * left / length, y1 + (y2 - y1) * left / length))
                break
            left -= length
    return found


def _edge_label(lines: list[str], middle: XY) -> str:
    if not lines:
        return ""
    width, height = text_width(lines) + 8, len(lines) * LINE_HEIGHT
    x, y = middle
    ground = rect_svg(x - width / 2, y - height / 2, width, height, css_class="flow-ground")
    return f"<g>{ground}{text_svg(lines, x, y, 'flow-edge-label')}</g>"


def _subgraph(subgraph: Subgraph, box: _Box) -> str:
    return zone_svg(box.x - box.width / 2, box.y - box.height / 2, box.width, box.height, subgraph.name)


def _in_words(chart: Flowchart) -> str:
    """The drawing for those who hear it: one clause an edge."""
    names = {node.id: node.name.replace("\n", " ") for node in chart.nodes.values()}
    names |= {subgraph.id: subgraph.name for subgraph in chart.subgraphs.values()}
    clauses = [
        f"{names[edge.source]} to {names[edge.target]}{f' ({edge.label})' if edge.label else ''}"
        for edge in chart.edges
        if edge.stroke != "invisible"
    ]
    return "; ".join(clauses) or ", ".join(names.values())
