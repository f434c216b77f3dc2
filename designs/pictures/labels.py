"""Places the labels of arrows: on their own arrow, and as far as possible clear of boxes and of each other. PURE.

`static/js/design/canvas/labels.js` places them at the same spots in the browser; a test compares the two. Here boxes,
lines and labels are looked up in a grid, since imported drawings have thousands that nobody placed by hand.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise, product
from typing import Generic, TypeVar

from designs.pictures.routing import Box, Point, Segment

Frame = tuple[float, float, float, float]  # left, top, right, bottom
Thing = TypeVar("Thing")

PLACES = (0.5, 0.3, 0.7, 0.15, 0.85)
GAP = 3.0
# The cost of a place: for each pixel over a box or another label, and for each arrow under it.
OVER_BOX, OVER_LABEL, OVER_LINE = 3.0, 3.0, 400.0
CELL = 150.0
# What covers more cells is looked at wherever one asks.
MOST_CELLS = 400


def label_spots(
    boxes: Mapping[str, Box], paths: Mapping[str, Sequence[Point]], wanted: Iterable[tuple[str, float, float]]
) -> dict[str, Point]:
    """The middle of each label. `wanted` are keys of arrows with the width and height of their labels, in order."""
    found: dict[str, Point] = {}
    taken, frames, every = _Grid[Frame](), _Grid[Frame](), _Grid[tuple[str, Segment]]()
    for box in boxes.values():
        frame = (box.x, box.y, box.right, box.bottom)
        frames.add(frame, frame)
    for key, points in paths.items():
        for segment in _segments(points):
            every.add(_around(segment), (key, segment))
    for key, width, height in wanted:
        points = paths.get(key, ())
        if len(points) < 2:
            continue
        best: tuple[Point, Frame] | None = None
        least = math.inf
        near_boxes, near_lines = _near(points, width + height, frames, every)
        for x, y in _candidates(points, width, height):
            frame = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
            cost = _cost(frame, key, near_boxes, near_lines, taken.near(frame))
            if cost < least:
                best, least = ((x, y), frame), cost
            if cost == 0:
                break
        if best is not None:
            found[key] = best[0]
            taken.add(best[1], best[1])
    return found


def room_along(points: Sequence[Point]) -> float:
    """How wide a label may be so that it stays between the boxes at both ends of its arrow: the length of the longest
    stretch where that is level, and infinite where it is not."""
    x1, y1, x2, y2 = max(_segments(points), key=_length)
    return abs(x2 - x1) if y1 == y2 else math.inf


def _candidates(points: Sequence[Point], width: float, height: float) -> Iterator[Point]:
    """On the longest stretch first; above or below a horizontal one, beside a vertical one."""
    listed = sorted(enumerate(_segments(points)), key=lambda pair: (-_length(pair[1]), pair[0]))
    for _, (x1, y1, x2, y2) in listed:
        for part in PLACES:
            x, y = x1 + (x2 - x1) * part, y1 + (y2 - y1) * part
            if y1 == y2:
                yield x, y - height / 2 - GAP
                yield x, y + height / 2 + GAP
            elif x1 == x2:
                yield x + width / 2 + 2 * GAP, y
                yield x - width / 2 - 2 * GAP, y
                yield x, y
            else:
                yield x, y


def _near(
    points: Sequence[Point], out: float, boxes: _Grid[Frame], every: _Grid[tuple[str, Segment]]
) -> tuple[list[Frame], list[tuple[str, Segment]]]:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    frame = (min(xs) - out, min(ys) - out, max(xs) + out, max(ys) + out)
    return (
        [each for each in boxes.near(frame) if _area(frame, each) > 0],
        [each for each in every.near(frame) if _touches(frame, each[1])],
    )


class _Grid(Generic[Thing]):
    """Things by the cells that they cover."""

    def __init__(self) -> None:
        self._things: list[Thing] = []
        self._cells: dict[tuple[int, int], list[int]] = defaultdict(list)
        self._wide: list[int] = []

    def add(self, frame: Frame, thing: Thing) -> None:
        cells = _cells(frame)
        for place in [self._wide] if cells is None else [self._cells[cell] for cell in cells]:
            place.append(len(self._things))
        self._things.append(thing)

    def near(self, frame: Frame) -> Sequence[Thing]:
        """Those in the same cells, and perhaps others, in the order in which they were added."""
        cells = _cells(frame)
        if cells is None:
            return self._things
        numbers = {number for cell in cells for number in self._cells.get(cell, ())}
        return [self._things[number] for number in sorted(numbers.union(self._wide))]


def _cells(frame: Frame) -> Iterator[tuple[int, int]] | None:
    """None for more than MOST_CELLS."""
    left, top, right, bottom = (math.floor(each / CELL) for each in frame)
    if (right - left + 1) * (bottom - top + 1) > MOST_CELLS:
        return None
    return product(range(left, right + 1), range(top, bottom + 1))


def _around(segment: Segment) -> Frame:
    x1, y1, x2, y2 = segment
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def _cost(
    frame: Frame,
    key: str,
    boxes: Sequence[Frame],
    lines: Sequence[tuple[str, Segment]],
    taken: Sequence[Frame],
) -> float:
    cost = 0.0
    for each in boxes:
        cost += OVER_BOX * _area(frame, each)
    for each in taken:
        cost += OVER_LABEL * _area(frame, each)
    for other, segment in lines:
        if other != key and _touches(frame, segment):
            cost += OVER_LINE
    return cost


def _area(one: Frame, other: Frame) -> float:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return width * height if width > 0 and height > 0 else 0.0


def _touches(frame: Frame, segment: Segment) -> bool:
    x1, y1, x2, y2 = segment
    return max(x1, x2) > frame[0] and min(x1, x2) < frame[2] and max(y1, y2) > frame[1] and min(y1, y2) < frame[3]


def _length(segment: Segment) -> float:
    return abs(segment[2] - segment[0]) + abs(segment[3] - segment[1])


def _segments(points: Sequence[Point]) -> list[Segment]:
    return [(x1, y1, x2, y2) for (x1, y1), (x2, y2) in pairwise(points)]
