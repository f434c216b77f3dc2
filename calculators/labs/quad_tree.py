"""A quad tree: points go in, full squares split in four, and a question about an area visits only some of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from calculators.labs import svg
from calculators.labs.lab import STEP, Action, Choice, Lab, Number, Question, Table, Values, View, number, word

POINTS = 80
POINTS_A_STEP = 4
DEEPEST = 8
Point = tuple[float, float]


@dataclass(frozen=True)
class Area:
    """A rectangle; its lower edges belong to it and its upper ones do not, so every point lies in one square."""

    x: float
    y: float
    width: float
    height: float

    def holds(self, point: Point) -> bool:
        return self.x <= point[0] < self.x + self.width and self.y <= point[1] < self.y + self.height

    def meets(self, other: Area) -> bool:
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )

    def quarters(self) -> list[Area]:
        half_width, half_height = self.width / 2, self.height / 2
        return [
            Area(self.x + column * half_width, self.y + row * half_height, half_width, half_height)
            for row in (0, 1)
            for column in (0, 1)
        ]


@dataclass
class Node:
    """A square with its points, or with four squares once it was full."""

    area: Area
    depth: int = 0
    points: list[Point] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)

    def insert(self, point: Point, *, room: int) -> None:
        if self.children:
            next(child for child in self.children if child.area.holds(point)).insert(point, room=room)
            return
        self.points.append(point)
        if len(self.points) > room and self.depth < DEEPEST:
            self.children = [Node(area, self.depth + 1) for area in self.area.quarters()]
            waiting, self.points = self.points, []
            for each in waiting:
                self.insert(each, room=room)

    def leaves(self) -> Iterator[Node]:
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()

    def within(self, area: Area, visited: list[Node]) -> list[Point]:
        """The points inside the area; the leaves that had to be searched are added to `visited`."""
        if not self.area.meets(area):
            return []
        if not self.children:
            visited.append(self)
            return [point for point in self.points if area.holds(point)]
        return [point for child in self.children for point in child.within(area, visited)]


def places(kind: str, random: Random) -> list[Point]:
    if kind == "even":
        return [(random.random(), random.random()) for _ in range(POINTS)]
    towns = [(random.uniform(0.15, 0.85), random.uniform(0.15, 0.85)) for _ in range(3)]
    found: list[Point] = []
    while len(found) < POINTS:
        x, y = random.choice(towns)
        point = (random.gauss(x, 0.06), random.gauss(y, 0.06))
        if Area(0, 0, 1, 1).holds(point):
            found.append(point)
    return found


class Growing:
    def __init__(self, values: Values, random: Random) -> None:
        self.room = number(values, "room")
        self.places = places(word(values, "places"), random)
        middle = self.places[random.randrange(POINTS)]
        side = number(values, "side") / 100
        x, y = (min(max(0.0, at - side / 2), 1 - side) for at in middle)
        self.asked = Area(x, y, side, side)
        self.root = Node(Area(0, 0, 1, 1))
        self.put = 0
        self.said = "One empty square. Put some places in."

    def act(self, action: str) -> None:  # noqa: ARG002 - it can only step
        before = sum(1 for _ in self.root.leaves())
        for point in self.places[self.put : self.put + POINTS_A_STEP]:
            self.root.insert(point, room=self.room)
            self.put += 1
        split = (sum(1 for _ in self.root.leaves()) - before) // 3
        self.said = f"{self.put} places in. " + (
            f"{split} full {'square' if split == 1 else 'squares'} split in four."
            if split
            else "No square had to split."
        )

    def view(self) -> View:
        visited: list[Node] = []
        found = self.root.within(self.asked, visited)
        leaves = list(self.root.leaves())
        looked_at = sum(len(leaf.points) for leaf in visited)
        depths = sorted({leaf.depth for leaf in leaves})
        rows = tuple(
            (
                f"{depth}",
                f"{sum(leaf.depth == depth for leaf in leaves)}",
                f"{sum(len(leaf.points) for leaf in leaves if leaf.depth == depth)}",
            )
            for depth in depths
        )
        return View(
            said=self.said,
            drawing=self._drawing(leaves, visited, set(found)),
            facts=(
                ("Squares", f"{len(leaves)}, {depths[-1]} deep"),
                ("Looked at for the area", f"{len(visited)} of {len(leaves)} squares"),
                ("Places compared", f"{looked_at} of {self.put}, {len(found)} inside"),
            ),
            tables=(Table("Squares by depth", ("Depth", "Squares", "Places"), rows),),
            can=(STEP,) if self.put < POINTS else (),
        )

    def _drawing(self, leaves: list[Node], visited: list[Node], found: set[Point]) -> str:
        size, edge = 380.0, 10.0
        inside = ""
        for leaf in leaves:
            css = "square visited" if leaf in visited else "square"
            inside += svg.rect(
                edge + leaf.area.x * size,
                edge + leaf.area.y * size,
                leaf.area.width * size,
                leaf.area.height * size,
                css,
                radius=0,
            )
        for point in self.places[: self.put]:
            css = "place found" if point in found else "place"
            inside += svg.circle(edge + point[0] * size, edge + point[1] * size, 4 if point in found else 3, css)
        asked = self.asked
        inside += svg.rect(
            edge + asked.x * size, edge + asked.y * size, asked.width * size, asked.height * size, "asked", radius=0
        )
        middle = min(max(edge + (asked.x + asked.width / 2) * size, 56), 344)
        top, bottom = edge + asked.y * size, edge + (asked.y + asked.height) * size
        name_y = bottom + 15 if bottom < 380 else top - 6 if top > 20 else bottom - 8
        inside += svg.text(middle, name_y, "searched area", "asked-name")
        return svg.drawing(
            "Squares with their places; the framed area is asked for, shaded squares were looked at", 400, inside
        )


def _visited(run: Growing) -> tuple[int, int]:
    """Squares that the search looks at, and all squares."""
    visited: list[Node] = []
    run.root.within(run.asked, visited)
    return len(visited), sum(1 for _ in run.root.leaves())


def _part(run: Growing) -> str:
    if run.put < POINTS:
        return ""
    visited, squares = _visited(run)
    return "few" if visited < squares / 10 else "some" if visited <= squares / 3 else "many"


def _lesson(run: Growing) -> str:
    visited, squares = _visited(run)
    return f"The search looked at {visited} of {squares} squares, which lie around the area that was asked for."


LAB = Lab(
    slug="quad-tree",
    title="Quad tree",
    summary="Put places on a map, watch crowded squares split, and see how little of them a nearby search visits.",
    notice=(
        "Squares are small where places are dense: three towns make a deep tree, an even spread a flat one.",
        "A search looks only at squares that meet its area: little room a square means few places, many squares.",
        "Two places that are near each other may lie far apart in the tree: neighbours across an edge are hard.",
    ),
    parameters=(
        Choice(name="places", label="places", options=(("towns", "three towns"), ("even", "spread evenly"))),
        Number(name="room", label="places that a square holds", default=4, least=1, most=20),
        Number(name="side", label="side of the searched area, percent", default=20, least=2, most=100),
    ),
    actions=(Action(STEP, f"Put {POINTS_A_STEP} places in"),),
    begin=Growing,
    shown="step*8",
    opens="step*4",
    asks=Question(
        text="When all places are in: how many of the squares will a search of the marked area look at?",
        options=lambda _run: (
            ("few", "less than a tenth"),
            ("some", "a tenth to a third"),
            ("many", "more than a third"),
        ),
        answer=_part,
        lesson=_lesson,
    ),
    topics=("spatial-indexes",),
    sources=("Finkel and Bentley, Quad Trees: A Data Structure for Retrieval on Composite Keys, 1974",),
)
