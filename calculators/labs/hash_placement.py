"""Which node holds a key: modulo, a ring with virtual nodes, rendezvous and jump hashing, and which keys move on a
change."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cached_property
from random import Random
from statistics import pstdev

from calculators.labs import svg
from calculators.labs.lab import Action, Choice, Lab, Number, Question, Table, Values, View, number, word

SPACE = 2**64
MOST_NODES = 16
DRAWN_POINTS = 120
DRAWN_KEYS = 60
FEW_POINTS = 24  # few enough to write a number on each


def hashed(*parts: object) -> int:
    """64 bits of the parts, the same on every machine and in every run."""
    joined = "/".join(map(str, parts)).encode()
    return int.from_bytes(hashlib.blake2b(joined, digest_size=8).digest(), "big")


def modulo(key: int, nodes: Sequence[int], _points: int) -> int:
    return nodes[key % len(nodes)]


def ring(key: int, nodes: Sequence[int], points: int) -> int:
    """Clockwise to the next point (Karger et al., 1997)."""
    places = ring_points(tuple(nodes), points)
    index = bisect_left(places, (key, -1))
    return places[index % len(places)][1]


def rendezvous(key: int, nodes: Sequence[int], _points: int) -> int:
    """The node whose hash together with the key is highest (Thaler and Ravishankar, 1998)."""
    return max(nodes, key=lambda node: hashed("weight", key, node))


def jump(key: int, nodes: Sequence[int], _points: int) -> int:
    """Lamping and Veach, 2014: a number of buckets in, a bucket out, no memory in between."""
    bucket, following = -1, 0
    while following < len(nodes):
        bucket = following
        key = (key * 2862933555777941757 + 1) % SPACE
        following = int((bucket + 1) * ((1 << 31) / ((key >> 33) + 1)))
    return nodes[bucket]


_POINTS: dict[tuple[tuple[int, ...], int], list[tuple[int, int]]] = {}


def ring_points(nodes: tuple[int, ...], points: int) -> list[tuple[int, int]]:
    """(place, node) of every point on the ring, in order; the last ring asked for is kept."""
    wanted = (nodes, points)
    if wanted not in _POINTS:
        _POINTS.clear()
        _POINTS[wanted] = sorted((hashed("point", node, copy), node) for node in nodes for copy in range(points))
    return _POINTS[wanted]


Place = Callable[[int, Sequence[int], int], int]
METHODS: dict[str, tuple[str, Place]] = {
    "ring": ("consistent hashing (ring)", ring),
    "modulo": ("modulo, hash % nodes", modulo),
    "rendezvous": ("rendezvous, highest weight", rendezvous),
    "jump": ("jump hash", jump),
}


class Placement:
    def __init__(self, values: Values, random: Random) -> None:
        self.method = word(values, "method")
        self.points = number(values, "points")
        salt = random.randrange(SPACE)
        self.keys = [hashed("key", salt, each) for each in range(number(values, "keys"))]
        self.nodes = list(range(1, number(values, "nodes") + 1))
        self.next_node = len(self.nodes) + 1
        self.earlier = self.nodes  # before the last change
        self.change, self.least = "", 0.0
        self.refusal = ""

    def act(self, action: str) -> None:
        """Keys are placed when they are looked at: a run is played again from its beginning, and only its last change
        is shown."""
        nodes, count = list(self.nodes), len(self.nodes)
        if action == "add" and count < MOST_NODES:
            nodes.append(self.next_node)
            self.change, self.least = f"Node {self.next_node} was added", 1 / (count + 1)
            self.next_node += 1
        elif action == "remove" and count > 1:
            # A jump hash knows only how many buckets there are, so the last one goes.
            gone = nodes.pop(-1 if self.method == "jump" else count // 2)
            self.change, self.least = f"Node {gone} was removed", 1 / count
        else:
            self.refusal = "This lab takes no more nodes." if action == "add" else "At least one node has to stay."
            return
        self.earlier, self.nodes, self.refusal = self.nodes, nodes, ""
        for each in ("held", "before", "moved"):
            self.__dict__.pop(each, None)

    @cached_property
    def held(self) -> list[int]:
        """The node of each key."""
        return self._place(self.nodes)

    @cached_property
    def before(self) -> list[int]:
        """The same before the last change."""
        return self._place(self.earlier) if self.change else self.held

    @cached_property
    def moved(self) -> Counter[tuple[int, int]]:
        """How many keys went from one node to another at the last change."""
        return Counter((old, new) for old, new in zip(self.before, self.held, strict=True) if old != new)

    def _place(self, nodes: Sequence[int]) -> list[int]:
        place = METHODS[self.method][1]
        return [place(key, nodes, self.points) for key in self.keys]

    @property
    def said(self) -> str:
        if self.refusal:
            return self.refusal
        if not self.change:
            return f"{len(self.keys):,} keys lie on {len(self.nodes)} nodes. Add a node, or take one away."
        share = self.moved.total() / len(self.keys)
        return (
            f"{self.change}: {self.moved.total():,} of {len(self.keys):,} keys moved ({share:.0%}). "
            f"No method could move fewer than about {self.least:.0%} and share the load evenly."
        )

    @property
    def counts(self) -> dict[int, int]:
        found = Counter(self.held)
        return {node: found[node] for node in self.nodes}

    @property
    def deviation(self) -> float:
        """Standard deviation of keys per node, as a share of the mean."""
        counts = list(self.counts.values())
        return pstdev(counts) / (sum(counts) / len(counts))

    def view(self) -> View:
        most = max(self.counts.values())
        mean = len(self.keys) / len(self.nodes)
        return View(
            said=self.said,
            drawing=self._drawing(),
            facts=(
                ("Moved by the last change", f"{self.moved.total() / len(self.keys):.1%}"),
                ("Fullest node over the mean", f"{most / mean:.2f} times"),
                ("Standard deviation", f"{self.deviation:.1%} of the mean"),
            ),
            tables=(self._shares(), *self._moves()),
            can=("add", "remove"),
        )

    def _shares(self) -> Table:
        rows = tuple(
            (f"Node {node}", f"{count:,}", f"{count / len(self.keys):.1%}") for node, count in self.counts.items()
        )
        return Table("Keys on each node", ("Node", "Keys", "Share"), rows)

    def _moves(self) -> tuple[Table, ...]:
        if not self.moved:
            return ()
        rows = tuple((f"Node {a}", f"Node {b}", f"{count:,}") for (a, b), count in sorted(self.moved.items()))
        return (Table("What the last change moved", ("From", "To", "Keys"), rows),)

    def _drawing(self) -> str:
        return self._ring() if self.method == "ring" else self._bars()

    def _bars(self) -> str:
        most = max(self.counts.values()) or 1
        inside = ""
        for row, (node, count) in enumerate(self.counts.items()):
            y = 8 + 24 * row
            inside += svg.text(4, y + 13, f"Node {node}", "label", anchor="start")
            inside += svg.rect(64, y, 270 * count / most, 17, f"fill {svg.colour(node)}")
            came = sum(each for (_, new), each in self.moved.items() if new == node)
            if came:
                inside += svg.rect(
                    64 + 270 * (count - came) / most, y, 270 * came / most, 17, "moved", tip=f"{came:,} came"
                )
            inside += svg.text(70 + 270 * count / most, y + 13, f"{count:,}", "value", anchor="start")
        if self.moved:
            inside += svg.text(
                64, 22 + 24 * len(self.nodes), "framed: moved by the last change", "small", anchor="start"
            )
        return svg.drawing("Keys on each node", 16 + 24 * (len(self.nodes) + bool(self.moved)), inside)

    def _ring(self) -> str:
        x, y, radius = svg.WIDTH / 2, 170, 118
        inside = svg.circle(x, y, radius, "outline")
        points = ring_points(tuple(self.nodes), self.points)
        for place, node in points[:: max(1, len(points) // DRAWN_POINTS)]:
            at = svg.on_circle(place / SPACE, radius, x=x, y=y)
            is_named = len(points) <= FEW_POINTS
            inside += svg.circle(*at, 10 if is_named else 4, f"fill {svg.colour(node)}", tip=f"Node {node}")
            if is_named:
                inside += svg.text(at[0], at[1] + 4, f"{node}", "on-fill")
        for key, node, old in list(zip(self.keys, self.held, self.before, strict=True))[:DRAWN_KEYS]:
            at = svg.on_circle(key / SPACE, radius - 20, x=x, y=y)
            inside += svg.circle(*at, 3, f"fill {svg.colour(node)}", tip=f"A key of node {node}")
            if node != old:
                inside += svg.circle(*at, 6, "moved", tip=f"It moved from node {old} to node {node}")
        inside += svg.text(x, y - 4, f"{len(points):,} points", "value")
        inside += svg.text(x, y + 14, f"{len(self.nodes)} nodes", "label")
        drawn = min(DRAWN_KEYS, len(self.keys))
        words = f"{drawn} of {len(self.keys):,} keys are drawn" + (
            "; those that moved have a ring" if self.moved else ""
        )
        inside += svg.text(x, 318, words, "small")
        return svg.drawing("The ring: nodes on it, keys inside it, each in the colour of its node", 330, inside)


def _share(run: Placement) -> str:
    if not run.moved:
        return ""
    share = run.moved.total() / len(run.keys)
    return "few" if share < 1 / 3 else "some" if share <= 2 / 3 else "most"


def _lesson(run: Placement) -> str:
    return (
        f"{run.moved.total():,} of {len(run.keys):,} keys moved, {run.moved.total() / len(run.keys):.0%}; an even "
        f"share of one node is {1 / len(run.nodes):.0%} now."
    )


LAB = Lab(
    slug="hash-placement",
    title="Hash placement",
    summary="Place keys on nodes, then add or remove a node and see who has to move.",
    notice=(
        "Modulo moves nearly everything: with a fourth node to three, three keys in four change places.",
        "A ring moves only what the newcomer takes, but one point a node makes shares uneven: raise the points.",
        "Rendezvous and jump hashing are even without virtual nodes; a jump hash can only lose its last node.",
    ),
    parameters=(
        Choice(name="method", label="method", options=tuple((name, label) for name, (label, _) in METHODS.items())),
        Number(name="nodes", label="nodes", default=4, least=1, most=12),
        Number(name="keys", label="keys", default=300, least=10, most=5_000),
        Number(
            name="points",
            label="points a node on the ring",
            default=1,
            least=1,
            most=200,
            help="Virtual nodes. Only the ring has them.",
        ),
    ),
    actions=(Action("add", "Add a node"), Action("remove", "Remove a node")),
    begin=Placement,
    shown="add",
    asks=Question(
        text="How many of the keys will move when a node comes?",
        options=lambda _run: (
            ("few", "less than a third"),
            ("some", "a third to two thirds"),
            ("most", "more than two thirds"),
        ),
        answer=_share,
        lesson=_lesson,
    ),
    topics=("consistent-hashing", "virtual-nodes", "rendezvous-hashing", "hashing-basics", "sharding"),
    sources=(
        "Karger et al., Consistent Hashing and Random Trees, STOC 1997",
        "Thaler and Ravishankar, Using Name-Based Mappings to Increase Hit Rates, 1998",
        "Lamping and Veach, A Fast, Minimal Memory, Consistent Hash Algorithm, 2014",
    ),
)
