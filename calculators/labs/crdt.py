"""Two copies of one thing that people change on both sides while the network is away, and what merging makes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from calculators.labs import svg
from calculators.labs.lab import Action, Choice, Lab, Question, Table, Values, View, word

ADD_A, REMOVE_A, ADD_B, REMOVE_B, MERGE = "add-a", "remove-a", "add-b", "remove-b", "merge"
LABELS = {
    ADD_A: "Add at A",
    REMOVE_A: "Remove at A",
    ADD_B: "Add at B",
    REMOVE_B: "Remove at B",
    MERGE: "Merge both ways",
}
Tag = tuple[str, int]


@dataclass
class Number:
    """A number and when it was last set: the later one wins. It is not a CRDT of changes; it is shown because many
    designs begin with it."""

    value: int = 0
    at: int = 0

    def change(self, side: str, turn: int, by: int) -> str:  # noqa: ARG002 - whose it is plays no part
        self.value, self.at = self.value + by, turn
        return f"{self.value}"

    def merge(self, other: Number) -> Number:
        return Number(self.value, self.at) if self.at >= other.at else Number(other.value, other.at)

    @property
    def shown(self) -> str:
        return f"{self.value}"

    @property
    def inside(self) -> str:
        return f"set in turn {self.at}"


@dataclass
class Counter:
    """A PN-counter: for each side what it has added and removed. Both only grow, and merging takes the larger of
    each."""

    added: dict[str, int] = field(default_factory=lambda: {"A": 0, "B": 0})
    removed: dict[str, int] = field(default_factory=lambda: {"A": 0, "B": 0})

    def change(self, side: str, turn: int, by: int) -> str:  # noqa: ARG002 - time plays no part
        (self.added if by > 0 else self.removed)[side] += 1
        return self.shown

    def merge(self, other: Counter) -> Counter:
        return Counter(
            {side: max(self.added[side], other.added[side]) for side in "AB"},
            {side: max(self.removed[side], other.removed[side]) for side in "AB"},
        )

    @property
    def shown(self) -> str:
        return f"{sum(self.added.values()) - sum(self.removed.values())}"

    @property
    def inside(self) -> str:
        return ", ".join(f"{side}: +{self.added[side]} -{self.removed[side]}" for side in "AB")


@dataclass
class Basket:
    """An observed-remove set of one thing, milk: each addition has its own tag, and a removal takes the tags that it
    sees."""

    tags: frozenset[Tag] = frozenset()
    gone: frozenset[Tag] = frozenset()

    def change(self, side: str, turn: int, by: int) -> str:
        if by > 0:
            self.tags |= {(side, turn)}
        else:
            self.gone |= self.tags
        return self.shown

    def merge(self, other: Basket) -> Basket:
        return Basket(self.tags | other.tags, self.gone | other.gone)

    @property
    def shown(self) -> str:
        return "milk" if self.tags - self.gone else "nothing"

    @property
    def inside(self) -> str:
        live = sorted(f"{side}{turn}" for side, turn in self.tags - self.gone)
        return f"tags {' '.join(live) or 'none'}, removed {len(self.gone & self.tags)}"


@dataclass
class Flag:
    """Milk or no milk, and when that was said: the later one wins."""

    is_in: bool = False
    at: int = 0

    def change(self, side: str, turn: int, by: int) -> str:  # noqa: ARG002 - whose it is plays no part
        self.is_in, self.at = by > 0, turn
        return self.shown

    def merge(self, other: Flag) -> Flag:
        return Flag(self.is_in, self.at) if self.at >= other.at else Flag(other.is_in, other.at)

    @property
    def shown(self) -> str:
        return "milk" if self.is_in else "nothing"

    @property
    def inside(self) -> str:
        return f"said in turn {self.at}"


Kind = Number | Counter | Basket | Flag
KINDS: dict[str, type[Number] | type[Counter] | type[Basket] | type[Flag]] = {
    "counter": Counter,
    "number": Number,
    "basket": Basket,
    "flag": Flag,
}


class Pair:
    """Two copies. What both sides did since the last merge is what a merge can lose."""

    def __init__(self, values: Values, random: Random) -> None:  # noqa: ARG002 - nothing here is left to chance
        self.kind = word(values, "kind")
        self.sides: dict[str, Kind] = {"A": KINDS[self.kind](), "B": KINDS[self.kind]()}
        self.turn = self.sum = self.merges = 0
        self.changed: set[str] = set()
        self.before = ("", "")
        self.met = False
        self.log: list[tuple[str, str, str]] = []
        self.said = "Both copies are empty, and the network between them is away. Change both sides, then merge."

    @property
    def is_same(self) -> bool:
        return self.sides["A"] == self.sides["B"]

    def act(self, action: str) -> None:
        if action == MERGE:
            self._merge()
        else:
            verb, _, side = action.partition("-")
            self.turn += 1
            self.changed.add(side.upper())
            by = 1 if verb == "add" else -1
            self.sum += by
            here, there = ("A", "B") if side == "a" else ("B", "A")
            now = self.sides[here].change(here, self.turn, by)
            self.said = f"{here} shows {now}, and {there} still {self.sides[there].shown}: it does not know of it yet."
        self.log.append((LABELS[action], self.sides["A"].shown, self.sides["B"].shown))

    def _merge(self) -> None:
        one, other = self.sides["A"], self.sides["B"]
        before = one.shown, other.shown
        self.before, self.met = before, self.changed == {"A", "B"}
        self.changed = set()
        merged = one.merge(other)  # type: ignore[arg-type]  # both sides are of one kind
        back = other.merge(one)  # type: ignore[arg-type]
        self.sides = {"A": merged, "B": back}
        self.merges += 1
        self.said = f"A had {before[0]} and B had {before[1]}. Both show {merged.shown} now."
        if self.kind == "number" and merged.shown != f"{self.sum}":
            self.said += f" Together they changed it by {self.sum}: what one side did is lost."
        elif self.kind == "basket" and before[0] != before[1] and merged.shown == "milk":
            self.said += " A removal removes only what its side had seen, so the adding stays."
        elif self.kind == "flag" and before[0] != before[1]:
            self.said += " The later word wins, whatever the other side meant."

    def view(self) -> View:
        rows = tuple((f"{number}", what, a, b) for number, (what, a, b) in enumerate(self.log, start=1))
        facts = [("A shows", self.sides["A"].shown), ("B shows", self.sides["B"].shown)]
        if self.kind in ("number", "counter"):
            facts.append(("All changes together", f"{self.sum}"))
        return View(
            said=self.said,
            drawing=self._drawing(),
            facts=tuple(facts),
            tables=(Table("What happened", ("#", "Action", "A shows", "B shows"), rows),) if rows else (),
            can=tuple(LABELS),
        )

    def _drawing(self) -> str:
        inside = ""
        for side, x in (("A", 100.0), ("B", 300.0)):
            inside += svg.text(x, 22, f"Copy {side}", "label")
            inside += svg.rect(x - 84, 32, 168, 70, "box" if self.is_same else "box dirty")
            inside += svg.text(x, 76, self.sides[side].shown, "value big")
            inside += svg.text(x, 120, self.sides[side].inside, "small")
        inside += svg.line(184, 67, 216, 67, "link" if self.is_same else "link cut")
        words = "both hold the same" if self.is_same else "they differ until they merge"
        inside += svg.text(200, 146, words, "label")
        return svg.drawing("What each of two copies shows, and what it keeps for merging", 156, inside)


def _answer(run: Pair) -> str:
    """Known once both sides had changed something and were merged."""
    if not run.met:
        return ""
    after = run.sides["A"].shown
    if run.kind in ("number", "counter"):
        return "both" if after == f"{run.sum}" else "one"
    return "both" if run.kind == "basket" else "one"


def _lesson(run: Pair) -> str:
    after = run.sides["A"].shown
    if run.kind == "number":
        had = f"A had {run.before[0]} and B had {run.before[1]}"
        return f"{had}: the later one stands, and all changes together are {run.sum}."
    if run.kind == "counter":
        return f"Both show {after}, which is the sum of all changes, whoever made them and in whatever order they met."
    if run.kind == "basket":
        return f"Both show {after}: a removal takes only the tags that its side had seen."
    return f"Both show {after}, because it was said last. What the other side had said does not count."


LAB = Lab(
    slug="crdt",
    title="Merging two copies",
    summary="Change two copies apart, merge them, and see what a plain value loses that a CRDT keeps.",
    notice=(
        "A number that is set: after a merge the later one stands, and what the other side added is gone.",
        "A counter that keeps what each side added and removed merges to the sum, in any order, however often.",
        "A basket with tags: adding and removing at the same time leaves the milk. The later-wins flag may lose it.",
        "Both sides always end alike. That is all that a CRDT promises; whether the result makes sense is your choice.",
    ),
    parameters=(
        Choice(
            name="kind",
            label="what both hold",
            options=(
                ("number", "a number: later one wins"),
                ("counter", "a counter (PN-counter)"),
                ("flag", "milk: later word wins"),
                ("basket", "a basket (OR-set)"),
            ),
        ),
    ),
    actions=tuple(Action(name, label) for name, label in LABELS.items()),
    begin=Pair,
    by_chance=False,
    shown="add-a*2.add-b.merge",
    opens="add-a.merge.add-b.remove-a",  # each kind makes something else of it
    asks=Question(
        text="Both sides change something, and then they merge. Whose change counts afterwards?",
        options=lambda _run: (("both", "both count"), ("one", "only one of the two")),
        answer=_answer,
        lesson=_lesson,
    ),
    topics=("collaborative-editing", "time-and-order"),
    sources=(
        "Shapiro et al., A comprehensive study of Convergent and Commutative Replicated Data Types, INRIA 7506 (2011)",
    ),
)
