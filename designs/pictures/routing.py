"""Routes the arrows of a drawing: at right angles, around boxes, apart from each other. PURE.

The canvas, the pictures made on the server, print and previews all use these routes;
`static/js/design/canvas/routing.js` is the same code line by line for the browser, and a test compares the two.

An arrow leaves and enters boxes in the middle of a side, or in ports side by side when several share one. Its path is
the cheapest of a few plain ones (straight, one corner, two corners with the channel between them in several lanes);
where each of those would cross a box, a search over the lines beside boxes finds a way around. Bends chosen by a user
stay.
All lengths are pixels; x grows to the right, y downwards.
"""

from __future__ import annotations

import heapq
import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

Point = tuple[float, float]
Segment = tuple[float, float, float, float]  # from x, y to x, y
Edges = tuple[float, float, float, float]  # left, top, right and bottom

CLEAR = 14.0  # from a box to the arrows that pass it
SKIN = 5.0  # arrows keep at least this distance from a box
LANE = 12.0  # between arrows that run side by side
PORT = 16.0  # between ends of arrows on one side of a box, when there is room
INSET = 10.0  # from a corner of a box to the first port
NEAR = 160.0  # how far around its two boxes an arrow first searches
LANES = 7  # lanes to each side of the middle of a channel

# The extra cost of a path, in pixels of length.
BEND = 40.0
CROSSING = 250.0
SHARED = 400.0

# Limits on the work, the same in the browser: above MANY arrows, overlaps are no longer compared, because nobody could
# see them; all searches of a drawing together visit at most MOST_VISITED places, for which the grid of a search counts
# too; and plain paths are compared with at most MOST_COMPARED boxes. The remaining arrows go straight.
MANY = 150
MOST_VISITED = 60_000
MOST_COMPARED = 3_000_000
GREED = 2.0

RIGHT, DOWN, LEFT, UP = 0, 1, 2, 3
OUTWARD: tuple[Point, ...] = ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))
STEPS = ((1, 0), (0, 1), (-1, 0), (0, -1))


@dataclass(frozen=True)
class Box:
    """`radius` is that of round ends, where the border is inside the rectangle."""

    x: float
    y: float
    width: float
    height: float
    radius: float = 0.0

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def middle(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True)
class Arrow:
    """From one box to another by their keys; `bends` are points chosen by a user."""

    key: str
    source: str
    target: str
    bends: tuple[Point, ...] = ()


@dataclass
class _Work:
    """What is left of the limits, and the weight of the heuristic: 1 finds the cheapest path, more finds a good one
    sooner."""

    left: int
    greed: float
    compared: int  # boxes that plain paths may still be compared with
    # By key of each box: its edges, and those SKIN around it.
    edges: Mapping[str, tuple[Edges, Edges]]
    # For each arrow a way past all boxes, found while its sides were chosen, before it shared them with others.
    ways: dict[str, list[Point]] = field(default_factory=dict)


@dataclass
class _End:
    """One end of an arrow: on which side of which box, and where along it."""

    box: Box
    side: int
    at: float = 0.0

    @property
    def point(self) -> Point:
        box, inset = self.box, _inset(self.box, self.side, self.at)
        if self.side == RIGHT:
            return box.right - inset, self.at
        if self.side == LEFT:
            return box.x + inset, self.at
        return self.at, box.bottom if self.side == DOWN else box.y

    @property
    def is_sideways(self) -> bool:
        return self.side in (RIGHT, LEFT)

    @property
    def span(self) -> tuple[float, float]:
        """The interval of the side in which ports may lie."""
        low, high = (self.box.y, self.box.bottom) if self.is_sideways else (self.box.x, self.box.right)
        inset = min(INSET, (high - low) / 4)
        return low + inset, high - inset


def routes(boxes: Mapping[str, Box], arrows: Sequence[Arrow]) -> dict[str, list[Point]]:
    """The points of each arrow from border to border, for all whose boxes are known."""
    known = [each for each in arrows if each.source in boxes and each.target in boxes]
    found: dict[str, list[Point]] = {}
    loops: dict[str, int] = {}
    free: list[Arrow] = []
    for arrow in known:
        if arrow.bends:
            found[arrow.key] = _through(boxes[arrow.source], boxes[arrow.target], arrow.bends)
        elif arrow.source == arrow.target:
            found[arrow.key] = _loop(boxes[arrow.source], loops.get(arrow.source, 0))
            loops[arrow.source] = loops.get(arrow.source, 0) + 1
        else:
            free.append(arrow)
    work = _Work(
        MOST_VISITED, 1.0 if len(free) <= MANY else GREED, MOST_COMPARED, {key: _edges(boxes[key]) for key in boxes}
    )
    ends = _with_ports(boxes, free, work)
    order = sorted(free, key=lambda each: _distance(boxes, each))
    lines = {key: _segments(points) for key, points in found.items()}
    for arrow in order:
        found[arrow.key] = _drawn(boxes, arrow, ends, lines, work)
    # Arrows routed first could not avoid later ones: each arrow that meets another is routed once more.
    for arrow in order if len(free) <= MANY else ():
        if _trouble(found[arrow.key], _others(lines, arrow)):
            found[arrow.key] = _drawn(boxes, arrow, ends, lines, work)
    return {each.key: found[each.key] for each in known}


def _drawn(
    boxes: Mapping[str, Box],
    arrow: Arrow,
    ends: Mapping[str, tuple[_End, _End]],
    lines: dict[str, list[Segment]],
    work: _Work,
) -> list[Point]:
    """The path of the arrow, added to those routed so far."""
    start, end = ends[arrow.key]
    others = _others(lines, arrow) if len(ends) <= MANY else []
    path = _plain(_path(boxes, arrow, start, end, others, work))
    lines[arrow.key] = _segments(path)
    return path


def _others(lines: Mapping[str, list[Segment]], arrow: Arrow) -> list[Segment]:
    return [segment for key, segments in lines.items() if key != arrow.key for segment in segments]


def crossed(boxes: Mapping[str, Box], arrow: Arrow, points: Sequence[Point]) -> list[str]:
    """Keys of the boxes that a path crosses, its own two left out."""
    others = [key for key in boxes if key not in (arrow.source, arrow.target)]
    segments = _segments(points)
    return [key for key in others if any(_hits(segment, boxes[key], -1.0) for segment in segments)]


def crossings(paths: Mapping[str, Sequence[Point]]) -> int:
    """The number of pairs of arrows that cross."""
    listed = [_segments(points) for points in paths.values()]
    return sum(
        any(_cross(one, other) for one in listed[first] for other in listed[second])
        for first in range(len(listed))
        for second in range(first)
    )


def _distance(boxes: Mapping[str, Box], arrow: Arrow) -> float:
    (x1, y1), (x2, y2) = boxes[arrow.source].middle, boxes[arrow.target].middle
    return abs(x1 - x2) + abs(y1 - y2)


# Sides and ports


def _with_ports(boxes: Mapping[str, Box], arrows: Sequence[Arrow], work: _Work) -> dict[str, tuple[_End, _End]]:
    ends: dict[str, tuple[_End, _End]] = {}
    sides: dict[tuple[str, int], list[tuple[float, int, _End]]] = {}
    for number, arrow in enumerate(arrows):
        source, target = boxes[arrow.source], boxes[arrow.target]
        leaving, entering = _sides(boxes, arrow, work)
        start, end = _End(source, leaving), _End(target, entering)
        ends[arrow.key] = (start, end)
        for key, one, other in ((arrow.source, start, target), (arrow.target, end, source)):
            middle = other.middle[1] if one.is_sideways else other.middle[0]
            sides.setdefault((key, one.side), []).append((middle, number, one))
    alone: set[int] = set()
    for listed in sides.values():
        listed.sort(key=lambda each: (each[0], each[1]))
        low, high = listed[0][2].span
        gap = min(PORT, (high - low) / max(len(listed) - 1, 1))
        for place, (_, _, one) in enumerate(listed):
            one.at = (low + high) / 2 + (place - (len(listed) - 1) / 2) * gap
        if len(listed) == 1:
            alone.add(id(listed[0][2]))
    for start, end in ends.values():
        _straighten(start, end, is_start_alone=id(start) in alone, is_end_alone=id(end) in alone)
    return ends


def _straighten(start: _End, end: _End, *, is_start_alone: bool, is_end_alone: bool) -> None:
    """An end that is alone on its side moves to where the arrow becomes straight."""
    if (start.side + 2) % 4 != end.side:
        return
    low, high = max(start.span[0], end.span[0]), min(start.span[1], end.span[1])
    if low > high:
        return
    if is_start_alone and is_end_alone:
        start.at = end.at = (low + high) / 2
    elif is_end_alone and end.span[0] <= start.at <= end.span[1]:
        end.at = start.at
    elif is_start_alone and start.span[0] <= end.at <= start.span[1]:
        start.at = end.at


def _sides(boxes: Mapping[str, Box], arrow: Arrow, work: _Work) -> tuple[int, int]:
    """The side where the arrow leaves, and the side where it enters: the pair with the cheapest plain path."""
    source, target = boxes[arrow.source], boxes[arrow.target]
    obstacles = _obstacles(boxes, arrow, work)
    best: tuple[float, int, int] | None = None
    for leaving, entering, extra in _pairs(source, target):
        start, end = _centred(source, leaving), _centred(target, entering)
        _straighten(start, end, is_start_alone=True, is_end_alone=True)
        for path in _candidates(start, end, 0):
            cost = _length(path) + BEND * (len(path) - 2) + extra
            if (best is None or cost < best[0]) and _is_free(path, obstacles, source, target, work):
                best = (cost, leaving, entering)
                work.ways[arrow.key] = path
    if best is not None:
        return best[1], best[2]
    starts = [_centred(source, side) for side in range(4)]
    ends = [_centred(target, side) for side in range(4)]
    path = _search(boxes, arrow, starts, ends, [], work)
    if path:
        work.ways[arrow.key] = path
        return _side_of(path[0], path[1]), _side_of(path[-1], path[-2])
    leaving, entering, _ = next(_pairs(source, target))
    return leaving, entering


def _pairs(source: Box, target: Box) -> Iterator[tuple[int, int, float]]:
    """Pairs of sides that face each other, the likeliest first, with their cost beyond their length."""
    (x1, y1), (x2, y2) = source.middle, target.middle
    across = (RIGHT, LEFT) if x2 >= x1 else (LEFT, RIGHT)
    along = (DOWN, UP) if y2 >= y1 else (UP, DOWN)
    aside = max(target.x - source.right, source.x - target.right)
    below = max(target.y - source.bottom, source.y - target.bottom)
    if aside >= 2 * CLEAR or aside >= below:
        yield (*across, 0.0)
        yield (*along, 2 * BEND if aside >= 2 * CLEAR else 0.0)
    else:
        yield (*along, 0.0)
        yield (*across, 2 * BEND)
    yield across[0], along[1], BEND
    yield along[0], across[1], BEND


def _centred(box: Box, side: int) -> _End:
    end = _End(box, side)
    low, high = end.span
    end.at = (low + high) / 2
    return end


def _side_of(border: Point, outside: Point) -> int:
    if border[1] == outside[1]:
        return RIGHT if outside[0] > border[0] else LEFT
    return DOWN if outside[1] > border[1] else UP


def _inset(box: Box, side: int, at: float) -> float:
    """The distance from the rectangle to the border at this place: round ends leave the corners empty."""
    if not box.radius or side not in (RIGHT, LEFT):
        return 0.0
    beyond = abs(at - box.middle[1]) - (box.height / 2 - box.radius)
    if beyond <= 0:
        return 0.0
    return box.radius - math.sqrt(max(box.radius * box.radius - beyond * beyond, 0.0))


# Paths


def _path(
    boxes: Mapping[str, Box], arrow: Arrow, start: _End, end: _End, drawn: Sequence[Segment], work: _Work
) -> list[Point]:
    source, target = boxes[arrow.source], boxes[arrow.target]
    obstacles = _obstacles(boxes, arrow, work)
    near = _near(drawn, source, target)
    best: list[Point] = []
    least = math.inf
    for path in _candidates(start, end, LANES):
        cost = _length(path) + BEND * (len(path) - 2)
        if cost >= least or not _is_free(path, obstacles, source, target, work):
            continue
        cost += _trouble(path, near)
        if cost < least:
            best, least = path, cost
    if best and least < _length(best) + BEND * (len(best) - 2) + SHARED:
        return best
    if work.greed > 1:
        return best or work.ways.get(arrow.key) or _straight(source, target)
    around = _search(boxes, arrow, [start], [end], near, work)
    if around and (not best or _cost(around, near) < least):
        return around
    # A port may have no way out where the middle of the side has one.
    return best or around or work.ways.get(arrow.key) or _straight(source, target)


def _cost(path: Sequence[Point], drawn: Sequence[Segment]) -> float:
    return _length(path) + BEND * (len(path) - 2) + _trouble(path, drawn)


def _candidates(start: _End, end: _End, lanes: int) -> Iterator[list[Point]]:
    """Plain paths from one end to the other: straight, with one corner, with two."""
    if start.is_sideways == end.is_sideways:
        yield from _channels(start, end, lanes)
        return
    p, q = start.point, end.point
    out, into = OUTWARD[start.side], OUTWARD[end.side]
    if start.is_sideways:
        if (q[0] - p[0]) * out[0] >= CLEAR and (p[1] - q[1]) * into[1] >= CLEAR:
            yield [p, (q[0], p[1]), q]
    elif (q[1] - p[1]) * out[1] >= CLEAR and (p[0] - q[0]) * into[0] >= CLEAR:
        yield [p, (p[0], q[1]), q]


def _channels(start: _End, end: _End, lanes: int) -> Iterator[list[Point]]:
    """Between sides that face each other: straight, or through a channel across in each of several lanes."""
    p, q = start.point, end.point
    axis = 0 if start.is_sideways else 1
    out, into = OUTWARD[start.side][axis], OUTWARD[end.side][axis]
    if out != -into or (q[axis] - p[axis]) * out <= 0:
        return
    if p[1 - axis] == q[1 - axis]:
        yield [p, q]
        return
    for at in _lanes(p[axis] + out * CLEAR, q[axis] + into * CLEAR, lanes):
        yield [p, (at, p[1]), (at, q[1]), q] if axis == 0 else [p, (p[0], at), (q[0], at), q]


def _lanes(one: float, other: float, most: int) -> Iterator[float]:
    """The places for a channel between two bounds: the middle, then lanes further and further from it."""
    low, high = min(one, other), max(one, other)
    middle = (low + high) / 2
    yield middle
    for number in range(1, most + 1):
        for at in (middle - number * LANE, middle + number * LANE):
            if low <= at <= high:
                yield at
    yield low
    yield high


def _search(
    boxes: Mapping[str, Box],
    arrow: Arrow,
    starts: Sequence[_End],
    ends: Sequence[_End],
    drawn: Sequence[Segment],
    work: _Work,
) -> list[Point]:
    """The cheapest way around boxes over the lines beside them: first nearby, then everywhere; [] if there is none."""
    if work.left <= 0:
        return []
    source, target = boxes[arrow.source], boxes[arrow.target]
    for margin in (NEAR, math.inf):
        left, right = min(source.x, target.x) - margin, max(source.right, target.right) + margin
        top, bottom = min(source.y, target.y) - margin, max(source.bottom, target.bottom) + margin
        close = [
            each
            for each in boxes.values()
            if each.x < right and each.right > left and each.y < bottom and each.bottom > top
        ]
        work.left -= len(close) ** 2 // 400  # the grid has four lines for each box, in both directions
        path = _Grid(close, starts, ends, drawn).search(work) if work.left > 0 else []
        if path or len(close) == len(boxes):
            return path
    return []


Place = tuple[int, int, int]  # column, row, and the direction of arrival


class _Grid:
    """Lines beside boxes that a path may follow, and where boxes block them."""

    def __init__(
        self, boxes: Sequence[Box], starts: Sequence[_End], ends: Sequence[_End], drawn: Sequence[Segment]
    ) -> None:
        self.starts, self.ends = starts, ends
        self.goals = [_stub(each) for each in ends]
        stubs = [*(_stub(each) for each in starts), *self.goals]
        xs, ys = {x for x, _ in stubs}, {y for _, y in stubs}
        for each in boxes:
            for out in (CLEAR, CLEAR + LANE):
                xs |= {each.x - out, each.right + out}
                ys |= {each.y - out, each.bottom + out}
        self.xs, self.ys = sorted(xs), sorted(ys)
        # Whether the stretch from a place to the next one on its line is blocked.
        self.level_blocked = [bytearray(len(self.xs)) for _ in self.ys]
        self.upright_blocked = [bytearray(len(self.ys)) for _ in self.xs]
        for each in boxes:
            self._block(each)
        self.upright = [each for each in drawn if each[0] == each[2]]
        self.level = [each for each in drawn if each[1] == each[3]]
        self.known: dict[Place, float] = {}

    def _block(self, box: Box) -> None:
        left, right = bisect_right(self.xs, box.x - SKIN), bisect_left(self.xs, box.right + SKIN)
        top, bottom = bisect_right(self.ys, box.y - SKIN), bisect_left(self.ys, box.bottom + SKIN)
        west, north = max(left - 1, 0), max(top - 1, 0)
        across, along = b"\x01" * (right - west), b"\x01" * (bottom - north)
        for row in range(top, bottom):
            self.level_blocked[row][west:right] = across
        for column in range(left, right):
            self.upright_blocked[column][north:bottom] = along

    def search(self, work: _Work) -> list[Point]:
        """A* over places and the direction of arrival at each."""
        waiting: list[tuple[float, int, float, Place]] = []
        best: dict[Place, float] = {}
        came: dict[Place, Place] = {}
        origin: dict[Place, int] = {}
        pushed = 0
        for number, each in enumerate(self.starts):
            place = (*self._place(_stub(each)), each.side)
            if place not in best:
                best[place] = 0.0
                origin[place] = number
                heapq.heappush(waiting, (work.greed * self._ahead(place), pushed, 0.0, place))
                pushed += 1
        while waiting and work.left > 0:
            _, _, cost, place = heapq.heappop(waiting)
            if cost > best[place]:
                continue
            work.left -= 1
            column, row, heading = place
            end = self._end_at(place)
            if end is not None:
                return self._back(place, came, origin, end)
            for turn in (0, 1, 3):
                direction = (heading + turn) % 4
                price = self._price(column, row, direction)
                if price == math.inf:
                    continue
                onward = (column + STEPS[direction][0], row + STEPS[direction][1], direction)
                total = cost + price + (BEND if turn else 0.0)
                if total < best.get(onward, math.inf):
                    best[onward] = total
                    came[onward] = place
                    heapq.heappush(waiting, (total + work.greed * self._ahead(onward), pushed, total, onward))
                    pushed += 1
        return []

    def _end_at(self, place: Place) -> _End | None:
        """The end entered at this place in this direction, if there is one."""
        at = (self.xs[place[0]], self.ys[place[1]])
        for goal, end in zip(self.goals, self.ends, strict=True):
            if goal == at and (end.side + 2) % 4 == place[2]:
                return end
        return None

    def _place(self, at: Point) -> tuple[int, int]:
        return bisect_left(self.xs, at[0]), bisect_left(self.ys, at[1])

    def _ahead(self, place: Place) -> float:
        x, y = self.xs[place[0]], self.ys[place[1]]
        return min(abs(x - at[0]) + abs(y - at[1]) for at in self.goals)

    def _price(self, column: int, row: int, direction: int) -> float:
        """The cost of the stretch to the next place in this direction; infinite where there is none."""
        is_level = direction in (RIGHT, LEFT)
        first_column = column - 1 if direction == LEFT else column
        first_row = row - 1 if direction == UP else row
        if first_column < 0 or first_row < 0:
            return math.inf
        if is_level and (first_column + 1 >= len(self.xs) or self.level_blocked[row][first_column]):
            return math.inf
        if not is_level and (first_row + 1 >= len(self.ys) or self.upright_blocked[column][first_row]):
            return math.inf
        key = (first_column, first_row, direction % 2)
        price = self.known.get(key)
        if price is None:
            x, y = self.xs[first_column], self.ys[first_row]
            end = (self.xs[first_column + 1], y) if is_level else (x, self.ys[first_row + 1])
            price = self.known[key] = self._priced((x, y, *end), is_level=is_level)
        return price

    def _priced(self, segment: Segment, *, is_level: bool) -> float:
        price = abs(segment[2] - segment[0]) + abs(segment[3] - segment[1])
        along, across = (self.level, self.upright) if is_level else (self.upright, self.level)
        if any(_share(segment, each) for each in along):
            price += SHARED
        return price + CROSSING * sum(_cross(segment, each) for each in across)

    def _back(self, place: Place, came: Mapping[Place, Place], origin: Mapping[Place, int], end: _End) -> list[Point]:
        found = [end.point, (self.xs[place[0]], self.ys[place[1]])]
        while place in came:
            place = came[place]
            found.append((self.xs[place[0]], self.ys[place[1]]))
        found.append(self.starts[origin[place]].point)
        return found[::-1]


def _stub(end: _End) -> Point:
    """A point just outside the rectangle of the end's box, from which a path may turn."""
    if end.side == RIGHT:
        return end.box.right + CLEAR, end.at
    if end.side == LEFT:
        return end.box.x - CLEAR, end.at
    return end.at, end.box.bottom + CLEAR if end.side == DOWN else end.box.y - CLEAR


# Obstacles


def _edges(box: Box) -> tuple[Edges, Edges]:
    x, y, right, bottom = box.x, box.y, box.right, box.bottom
    return (x, y, right, bottom), (x - SKIN, y - SKIN, right + SKIN, bottom + SKIN)


def _obstacles(boxes: Mapping[str, Box], arrow: Arrow, work: _Work) -> list[Edges]:
    """The boxes that a plain path between the two could meet, with SKIN around each."""
    if work.compared <= 0:
        return []
    source, target = boxes[arrow.source], boxes[arrow.target]
    west, east = min(source.x, target.x) - CLEAR, max(source.right, target.right) + CLEAR
    north, south = min(source.y, target.y) - CLEAR, max(source.bottom, target.bottom) + CLEAR
    ends = (arrow.source, arrow.target)
    return [
        around
        for key, ((left, top, right, bottom), around) in work.edges.items()
        if left < east and right > west and top < south and bottom > north and key not in ends
    ]


def _near(drawn: Sequence[Segment], source: Box, target: Box) -> list[Segment]:
    left, right = min(source.x, target.x) - NEAR, max(source.right, target.right) + NEAR
    top, bottom = min(source.y, target.y) - NEAR, max(source.bottom, target.bottom) + NEAR
    return [
        each
        for each in drawn
        if min(each[0], each[2]) < right
        and max(each[0], each[2]) > left
        and min(each[1], each[3]) < bottom
        and max(each[1], each[3]) > top
    ]


def _is_free(path: Sequence[Point], obstacles: Sequence[Edges], source: Box, target: Box, work: _Work) -> bool:
    """Whether a path of level and upright segments meets no box; False once the work is used up."""
    if work.compared <= 0:
        return False
    work.compared -= 1 + len(obstacles)
    segments = _segments(path)
    for x1, y1, x2, y2 in segments:
        (west, east), (north, south) = (x1, x2) if x1 < x2 else (x2, x1), (y1, y2) if y1 < y2 else (y2, y1)
        for left, top, right, bottom in obstacles:
            if east > left and west < right and south > top and north < bottom:
                return False
    # Its own boxes may be touched only at their border.
    return not any(_hits(segment, source, -1.0) for segment in segments[1:]) and not any(
        _hits(segment, target, -1.0) for segment in segments[:-1]
    )


def _trouble(path: Sequence[Point], drawn: Sequence[Segment]) -> float:
    """The cost of crossing other arrows, or of overlapping one of them."""
    cost = 0.0
    for segment in _segments(path):
        for other in drawn:
            if _share(segment, other):
                cost += SHARED
            elif _cross(segment, other):
                cost += CROSSING
    return cost


def _hits(segment: Segment, box: Box, skin: float) -> bool:
    """Whether a segment meets the box with a margin around it; slanted segments are clipped to it."""
    x1, y1, x2, y2 = segment
    left, right, top, bottom = box.x - skin, box.right + skin, box.y - skin, box.bottom + skin
    if max(x1, x2) <= left or min(x1, x2) >= right or max(y1, y2) <= top or min(y1, y2) >= bottom:
        return False
    if x1 == x2 or y1 == y2:
        return True
    first, last = 0.0, 1.0
    for start, delta, low, high in ((x1, x2 - x1, left, right), (y1, y2 - y1, top, bottom)):
        enters, leaves = (low - start) / delta, (high - start) / delta
        first, last = max(first, min(enters, leaves)), min(last, max(enters, leaves))
    return first < last


def _share(one: Segment, other: Segment) -> bool:
    """Whether two parallel segments overlap, or are too close to be told apart."""
    if one[0] == one[2] and other[0] == other[2]:
        return abs(one[0] - other[0]) < LANE / 2 and _overlap(one[1], one[3], other[1], other[3]) > SKIN
    if one[1] == one[3] and other[1] == other[3]:
        return abs(one[1] - other[1]) < LANE / 2 and _overlap(one[0], one[2], other[0], other[2]) > SKIN
    return False


def _overlap(a1: float, a2: float, b1: float, b2: float) -> float:
    return min(max(a1, a2), max(b1, b2)) - max(min(a1, a2), min(b1, b2))


def _cross(one: Segment, other: Segment) -> bool:
    """Whether two segments cross; touching is not crossing."""
    x1, y1, x2, y2 = one
    x3, y3, x4, y4 = other
    if max(x1, x2) < min(x3, x4) or min(x1, x2) > max(x3, x4) or max(y1, y2) < min(y3, y4) or min(y1, y2) > max(y3, y4):
        return False
    first = _turn(x1, y1, x2, y2, x3, y3) * _turn(x1, y1, x2, y2, x4, y4)
    second = _turn(x3, y3, x4, y4, x1, y1) * _turn(x3, y3, x4, y4, x2, y2)
    return first < 0 and second < 0


def _turn(x1: float, y1: float, x2: float, y2: float, x3: float, y3: float) -> float:
    return (x2 - x1) * (y3 - y1) - (y2 - y1) * (x3 - x1)


# Geometry


def _segments(points: Sequence[Point]) -> list[Segment]:
    return [(x1, y1, x2, y2) for (x1, y1), (x2, y2) in pairwise(points)]


def _length(points: Sequence[Point]) -> float:
    length = 0.0  # added in this order: sum() of newer Python versions rounds differently from the browser
    for (x1, y1), (x2, y2) in pairwise(points):
        length += abs(x2 - x1) + abs(y2 - y1)
    return length


def _plain(points: Sequence[Point]) -> list[Point]:
    """Removes points on a straight line between two others, and rounds all but the ends to whole pixels."""
    found: list[Point] = []
    for point in points:
        if found and found[-1] == point:
            continue
        while len(found) > 1 and _is_between(found[-2], found[-1], point):
            found.pop()
        found.append(point)
    return found


def _is_between(before: Point, point: Point, after: Point) -> bool:
    return (before[0] == point[0] == after[0]) or (before[1] == point[1] == after[1])


def _through(source: Box, target: Box, bends: Sequence[Point]) -> list[Point]:
    return [_met(source, bends[0]), *bends, _met(target, bends[-1])]


def _met(box: Box, bend: Point) -> Point:
    """Where an arrow to a bend leaves the box: at a right angle if the bend is beside a side, else at a slant."""
    x, y = bend
    if box.x + box.radius <= x <= box.right - box.radius and not box.y <= y <= box.bottom:
        return x, box.y if y < box.y else box.bottom
    if box.y + box.radius <= y <= box.bottom - box.radius and not box.x <= x <= box.right:
        return box.x if x < box.x else box.right, y
    return _border(box, bend)


def _straight(source: Box, target: Box) -> list[Point]:
    return [_border(source, target.middle), _border(target, source.middle)]


def _border(box: Box, towards: Point) -> Point:
    """Where the line from the middle of the box to a point leaves the box."""
    x, y = box.middle
    dx, dy = towards[0] - x, towards[1] - y
    if not dx and not dy:
        return x, y
    scale = min(
        box.width / 2 / abs(dx) if dx else math.inf,
        box.height / 2 / abs(dy) if dy else math.inf,
        1.0,
    )
    return x + dx * scale, y + dy * scale


def _loop(box: Box, number: int) -> list[Point]:
    """Around the top right corner; each further loop is outside the one before."""
    out = 26 + number * LANE
    right, top = box.right, box.y
    across, down = min(24 + number * LANE / 2, box.width / 2), min(20 + number * LANE / 2, box.height / 2)
    return [
        (right - across, top),
        (right - across, top - out),
        (right + out, top - out),
        (right + out, top + down),
        (right, top + down),
    ]
