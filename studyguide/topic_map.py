"""Where each topic stands on the map: around a circle, grouped by category, with links bent towards the middle."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

LABEL_ROOM = 190
MOST_LETTERS = 32  # what fits in the room for labels
ARC_PER_TOPIC = 15.0
GAP_BETWEEN_CATEGORIES = 1.6  # in places on the circle
SMALLEST_RADIUS = 240.0


@dataclass(frozen=True, kw_only=True)
class Place:
    """One topic before it is placed."""

    slug: str
    title: str
    category: str


@dataclass(frozen=True, kw_only=True)
class Node:
    """A placed topic: centre, and a label turned so that it reads outwards and never upside down."""

    slug: str
    title: str
    label: str
    x: float
    y: float
    label_x: float
    label_y: float
    turn_degrees: float
    anchor: str
    hue: int


@dataclass(frozen=True, kw_only=True)
class Edge:
    source: str
    target: str
    path: str
    hue: int
    is_prerequisite: bool


@dataclass(frozen=True, kw_only=True)
class TopicMap:
    size: float
    nodes: list[Node]
    edges: list[Edge]


def drawn_map(
    places: Sequence[Place], links: Iterable[tuple[str, str]], prerequisites: Iterable[tuple[str, str]]
) -> TopicMap:
    """The whole map; `places` come sorted by category, `links` and `prerequisites` are pairs of slugs."""
    groups = [list(group) for _, group in groupby(places, key=lambda place: place.category)]
    slots = sum(len(group) for group in groups) + GAP_BETWEEN_CATEGORIES * len(groups)
    radius = max(SMALLEST_RADIUS, slots * ARC_PER_TOPIC / math.tau)
    centre = radius + LABEL_ROOM
    nodes: dict[str, Node] = {}
    slot = 0.0
    for hue, group in enumerate(groups):
        for place in group:
            nodes[place.slug] = _node(place, math.tau * slot / slots - math.pi / 2, radius, centre, hue % 6)
            slot += 1
        slot += GAP_BETWEEN_CATEGORIES
    needed = {pair for pair in prerequisites if pair[0] in nodes and pair[1] in nodes}
    linked = {pair for pair in links if pair[0] in nodes and pair[1] in nodes and pair[0] != pair[1]} - needed
    edges = [_edge(nodes[a], nodes[b], centre, is_prerequisite=False) for a, b in sorted(linked)]
    edges += [_edge(nodes[a], nodes[b], centre, is_prerequisite=True) for a, b in sorted(needed)]
    return TopicMap(size=round(2 * centre), nodes=list(nodes.values()), edges=edges)


def _node(place: Place, angle: float, radius: float, centre: float, hue: int) -> Node:
    across, down = math.cos(angle), math.sin(angle)
    is_left = across < 0
    degrees = math.degrees(angle)
    return Node(
        slug=place.slug,
        title=place.title,
        label=_shortened(place.title),
        x=round(centre + radius * across, 1),
        y=round(centre + radius * down, 1),
        label_x=round(centre + (radius + 10) * across, 1),
        label_y=round(centre + (radius + 10) * down, 1),
        turn_degrees=round(degrees + 180 if is_left else degrees, 1),
        anchor="end" if is_left else "start",
        hue=hue,
    )


def _shortened(title: str) -> str:
    return title if len(title) <= MOST_LETTERS else title[: MOST_LETTERS - 1].rstrip() + "…"


def _edge(a: Node, b: Node, centre: float, *, is_prerequisite: bool) -> Edge:
    """A quadratic curve whose control point lies most of the way to the middle, so that bundles stay readable."""
    bend_x = centre + ((a.x + b.x) / 2 - centre) * 0.25
    bend_y = centre + ((a.y + b.y) / 2 - centre) * 0.25
    return Edge(
        source=a.slug,
        target=b.slug,
        path=f"M{a.x} {a.y}Q{bend_x:.1f} {bend_y:.1f} {b.x} {b.y}",
        hue=a.hue,
        is_prerequisite=is_prerequisite,
    )
