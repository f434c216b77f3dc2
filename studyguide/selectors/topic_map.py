"""The place of each topic on the map: around a circle, grouped by category, with links bent towards the middle."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

LABEL_ROOM = 225
MOST_LETTERS = 32  # what fits in the room for labels
ARC_PER_TOPIC = 15.0
GAP_BETWEEN_CATEGORIES = 1.6  # in places on the circle
SMALLEST_RADIUS = 240.0
ARC_INSIDE = 16.0  # how far the arc of a category stands inside the circle of its topics


@dataclass(frozen=True, kw_only=True)
class Place:
    """One topic before it is placed; `category` is the slug of the top of its branch."""

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
class Arc:
    """A category: the arc along its topics. Angles are in radians, from the right and clockwise."""

    category: str
    start: float
    end: float
    radius: float
    centre: float
    hue: int

    @property
    def path(self) -> str:
        return self.part(1.0)

    def part(self, share: float) -> str:
        """The arc up to a share of it, for what of the category is known."""
        angle = self.start + (self.end - self.start) * min(1.0, max(0.0, share))
        is_long = int(angle - self.start > math.pi)
        return f"M{self._at(self.start)}A{self.radius:.1f} {self.radius:.1f} 0 {is_long} 1 {self._at(angle)}"

    def _at(self, angle: float) -> str:
        x, y = (self.centre + self.radius * each(angle) for each in (math.cos, math.sin))
        return f"{x:.1f} {y:.1f}"


@dataclass(frozen=True, kw_only=True)
class Area:
    """A category with the number of its topics, of which a large map draws only some."""

    slug: str
    title: str
    count: int


@dataclass(frozen=True, kw_only=True)
class TopicMap:
    """`left_out` topics are not drawn; then `areas` are the largest ones, and `more_areas` are not named."""

    size: float
    nodes: list[Node]
    edges: list[Edge]
    arcs: list[Arc]
    left_out: int = 0
    areas: tuple[Area, ...] = ()
    more_areas: int = 0

    def around(self, slug: str) -> Neighbours | None:
        """One topic and all that it has a line to; None where the map has no such topic."""
        nodes = {node.slug: node for node in self.nodes}
        if slug not in nodes:
            return None
        before = [nodes[edge.source] for edge in self.edges if edge.is_prerequisite and edge.target == slug]
        after = [nodes[edge.target] for edge in self.edges if edge.is_prerequisite and edge.source == slug]
        ends = {end for edge in self.edges if slug in (edge.source, edge.target) for end in (edge.source, edge.target)}
        others = ends - {slug, *(node.slug for node in (*before, *after))}
        return Neighbours(
            topic=nodes[slug],
            before=before,
            after=after,
            linked=[node for node in self.nodes if node.slug in others],
            lines=[edge for edge in self.edges if slug in (edge.source, edge.target)],
        )


@dataclass(frozen=True, kw_only=True)
class Neighbours:
    """What to read before a topic, what it leads to, and what else its text links to or is linked from."""

    topic: Node
    before: list[Node]
    after: list[Node]
    linked: list[Node]
    lines: list[Edge]

    @property
    def slugs(self) -> frozenset[str]:
        return frozenset(node.slug for node in (self.topic, *self.before, *self.after, *self.linked))


def drawn_map(
    places: Sequence[Place], links: Iterable[tuple[str, str]], prerequisites: Iterable[tuple[str, str]]
) -> TopicMap:
    """The whole map; `places` come sorted by category, `links` and `prerequisites` are pairs of slugs."""
    groups = [list(group) for _, group in groupby(places, key=lambda place: place.category)]
    slots = sum(len(group) for group in groups) + GAP_BETWEEN_CATEGORIES * len(groups)
    radius = max(SMALLEST_RADIUS, slots * ARC_PER_TOPIC / math.tau)
    centre = radius + LABEL_ROOM
    nodes: dict[str, Node] = {}
    arcs = []
    slot = 0.0
    for hue, group in enumerate(groups):
        # Half a place more on both sides, so that a single topic has an arc too; never quite around the circle.
        start, end = (math.tau * (slot + more) / slots - math.pi / 2 for more in (-0.5, len(group) - 0.5))
        arcs.append(
            Arc(
                category=group[0].category,
                start=start,
                end=end,
                radius=radius - ARC_INSIDE,
                centre=centre,
                hue=hue % 6,
            )
        )
        for place in group:
            nodes[place.slug] = _node(place, math.tau * slot / slots - math.pi / 2, radius, centre, hue % 6)
            slot += 1
        slot += GAP_BETWEEN_CATEGORIES
    needed = {pair for pair in prerequisites if pair[0] in nodes and pair[1] in nodes}
    linked = {pair for pair in links if pair[0] in nodes and pair[1] in nodes and pair[0] != pair[1]} - needed
    edges = [_edge(nodes[a], nodes[b], centre, is_prerequisite=False) for a, b in sorted(linked)]
    edges += [_edge(nodes[a], nodes[b], centre, is_prerequisite=True) for a, b in sorted(needed)]
    return TopicMap(size=round(2 * centre), nodes=list(nodes.values()), edges=edges, arcs=arcs)


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
