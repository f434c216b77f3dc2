"""A layered layout of boxes in groups: each group is laid out by itself and then treated as one box by its
surroundings.

So a group contains its own boxes and nothing else. An edge between groups connects the outermost groups that contain
only one of its ends.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from web.charts.layered import Layout, Point, Size, layered


@dataclass(frozen=True, kw_only=True)
class Inset:
    """Room inside a group before and after what it holds."""

    before: Size
    after: Size


@dataclass(frozen=True, kw_only=True)
class NestedLayout:
    """Centres of nodes and groups, sizes of groups, and for each edge the points between its two ends."""

    centres: dict[str, Point]
    groups: dict[str, Size]
    bends: list[list[Point]]
    across: float
    along: float


def nested(
    sizes: Mapping[str, Size],
    around: Mapping[str, str],
    edges: Sequence[tuple[str, str]],
    *,
    node_gap: float,
    layer_gap: float,
    inset: Inset,
    empty: Size,
) -> NestedLayout:
    """`around` says for nodes and groups which group they lie in, "" for none; groups are its keys that have no size.

    An edge may begin or end at a group. `empty` is the size of a group that holds nothing.
    """
    groups = [each for each in around if each not in sizes]
    paths = {each: _path(each, around) for each in around}
    inside: dict[str, list[str]] = defaultdict(list)
    for each in around:
        inside[around[each]].append(each)
    lifted: dict[str, list[int]] = defaultdict(list)
    ends: dict[int, tuple[str, str]] = {}
    for number, (source, target) in enumerate(edges):
        if found := _siblings(paths[source], paths[target]):
            holder, one, other = found
            lifted[holder].append(number)
            ends[number] = (one, other)
    known: dict[str, Size] = dict(sizes)
    layouts: dict[str, Layout] = {}
    for holder in [*sorted(groups, key=lambda each: -len(paths[each])), ""]:
        layouts[holder] = layered(
            {each: known[each] for each in inside[holder]},
            [ends[number] for number in lifted[holder]],
            node_gap=node_gap,
            layer_gap=layer_gap,
        )
        if holder:
            known[holder] = _grown(layouts[holder], inset) if inside[holder] else empty
    return _absolute(groups, paths, layouts, lifted, known, inset, len(edges))


def _path(each: str, around: Mapping[str, str]) -> tuple[str, ...]:
    """The groups around it from the outermost, and itself."""
    path = [each]
    while around[path[-1]]:
        path.append(around[path[-1]])
    return tuple(reversed(path))


def _siblings(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, str, str] | None:
    """The group that holds both ends, and its two parts that they lie in; None where one end lies in the other."""
    common = next((depth for depth, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if common is None:
        return (one[-2] if len(one) > 1 else "", one[-1], one[-1]) if one == other else None
    return (one[common - 1] if common else "", one[common], other[common])


def _grown(layout: Layout, inset: Inset) -> Size:
    return Size(
        across=layout.across + inset.before.across + inset.after.across,
        along=layout.along + inset.before.along + inset.after.along,
    )


def _absolute(
    groups: Sequence[str],
    paths: Mapping[str, tuple[str, ...]],
    layouts: Mapping[str, Layout],
    lifted: Mapping[str, list[int]],
    known: Mapping[str, Size],
    inset: Inset,
    edge_count: int,
) -> NestedLayout:
    """Outer groups first, since their places move what is in them."""
    centres: dict[str, Point] = {}
    bends: list[list[Point]] = [[] for _ in range(edge_count)]
    for holder in ["", *sorted(groups, key=lambda each: len(paths[each]))]:
        across = along = 0.0
        if holder:
            across = centres[holder].across - known[holder].across / 2 + inset.before.across
            along = centres[holder].along - known[holder].along / 2 + inset.before.along
        for each, centre in layouts[holder].centres.items():
            centres[each] = Point(across=centre.across + across, along=centre.along + along)
        for number, points in zip(lifted.get(holder, []), layouts[holder].bends, strict=True):
            bends[number] = [Point(across=point.across + across, along=point.along + along) for point in points]
    return NestedLayout(
        centres=centres,
        groups={each: known[each] for each in groups},
        bends=bends,
        across=layouts[""].across,
        along=layouts[""].along,
    )
