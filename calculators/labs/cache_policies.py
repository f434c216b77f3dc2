"""A small cache in front of a database: what it evicts (LRU, LFU, FIFO), when it writes, and what a crash loses."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable
from random import Random

from calculators.labs import svg
from calculators.labs.lab import STEP, Action, Choice, Lab, Number, Question, Table, Values, View, number, word

CRASH, FLUSH = "crash", "flush"
ACCESSES = 120
KEYS = "ABCDEFGHIJKL"
WRITE_EVERY = 4


def lru(held: OrderedDict[str, int], _used: Counter[str], _came: dict[str, int]) -> str:
    """The least recently used key; `held` is in order of last use."""
    return next(iter(held))


def lfu(held: OrderedDict[str, int], used: Counter[str], _came: dict[str, int]) -> str:
    """The least frequently used key since it came; among equals the least recently used."""
    return min(held, key=lambda key: used[key])


def fifo(held: OrderedDict[str, int], _used: Counter[str], came: dict[str, int]) -> str:
    """The one that came first."""
    return min(held, key=lambda key: came[key])


Evict = Callable[[OrderedDict[str, int], Counter[str], dict[str, int]], str]
POLICIES: dict[str, tuple[str, Evict]] = {
    "lru": ("LRU, least recently used", lru),
    "lfu": ("LFU, least frequently used", lfu),
    "fifo": ("FIFO, first in first out", fifo),
}


def accesses(kind: str, random: Random) -> list[tuple[str, bool]]:
    """(key, whether it is written) of each access."""
    if kind == "loop":
        keys = [KEYS[index % 6] for index in range(ACCESSES)]
    elif kind == "scan":  # a few favourites, and every so often a pass over everything
        keys = [random.choice(KEYS[:3]) if index % 24 < 14 else KEYS[index % len(KEYS)] for index in range(ACCESSES)]
    else:
        weights = [1 / (rank + 1) for rank in range(len(KEYS))]
        keys = random.choices(KEYS, weights, k=ACCESSES)
    return [(key, index % WRITE_EVERY == WRITE_EVERY - 1) for index, key in enumerate(keys)]


class Caching:
    """`held` maps a key to the version in the cache, `stored` to the version in the database."""

    def __init__(self, values: Values, random: Random) -> None:
        self.capacity = number(values, "capacity")
        self.evict = POLICIES[word(values, "policy")][1]
        self.writes_back = word(values, "writes") == "back"
        self.accesses = accesses(word(values, "trace"), random)
        self.held: OrderedDict[str, int] = OrderedDict()
        self.dirty: set[str] = set()
        self.used: Counter[str] = Counter()
        self.came: dict[str, int] = {}
        self.stored: dict[str, int] = dict.fromkeys(KEYS, 0)
        self.acknowledged: dict[str, int] = dict.fromkeys(KEYS, 0)
        self.at = self.hits = self.reads = self.database_reads = self.database_writes = self.lost = 0
        self.ghost = ""
        self.marks: list[str] = []
        """`hit`, `miss` or `write`, of each access so far."""
        self.crashes: list[int] = []
        self.said = "The cache is empty. The first accesses will all miss."

    def act(self, action: str) -> None:
        if action == CRASH:
            self._crash()
        elif action == FLUSH:
            count = len(self.dirty)
            for key in sorted(self.dirty):
                self._store(key)
            self.said = f"{count} changed entries written to the database."
        else:
            key, is_write = self.accesses[self.at]
            self.at += 1
            self.ghost = ""
            self.marks.append("write" if is_write else "hit" if key in self.held else "miss")
            self.said = self._write(key) if is_write else self._read(key)

    def _read(self, key: str) -> str:
        self.reads += 1
        if key in self.held:
            self.hits += 1
            self._touch(key)
            return f"Read {key}: found in the cache."
        self.database_reads += 1
        return f"Read {key}: missed, fetched from the database{self._put(key, self.stored[key])}."

    def _write(self, key: str) -> str:
        self.acknowledged[key] += 1
        evicted = self._put(key, self.acknowledged[key])
        if self.writes_back:
            self.dirty.add(key)
            return f"Wrote {key}: acknowledged, and only the cache has it{evicted}."
        self._store(key)
        return f"Wrote {key}: cache and database both have it{evicted}."

    def _put(self, key: str, version: int) -> str:
        evicted = ""
        if key not in self.held and len(self.held) >= self.capacity:
            gone = self.evict(self.held, self.used, self.came)
            note = ""
            if gone in self.dirty:
                self._store(gone)
                note = " after writing it back"
            self.ghost = gone
            del self.held[gone], self.used[gone], self.came[gone]
            evicted = f"; {gone} had to go{note}"
        if key not in self.held:
            self.came[key] = self.at
        self.held[key] = version
        self._touch(key)
        return evicted

    def _touch(self, key: str) -> None:
        self.held.move_to_end(key)
        self.used[key] += 1

    def _store(self, key: str) -> None:
        self.stored[key] = self.held[key]
        self.dirty.discard(key)
        self.database_writes += 1

    def _crash(self) -> None:
        gone = {key: self.acknowledged[key] - self.stored[key] for key in self.dirty}
        self.lost += sum(gone.values())
        for key in gone:
            self.acknowledged[key] = self.stored[key]
        self.ghost = ""
        self.crashes.append(self.at)
        self.held.clear()
        self.dirty.clear()
        self.used.clear()
        self.came.clear()
        self.said = "The cache crashed and is empty again. " + (
            f"Lost for good: {sum(gone.values())} acknowledged writes to {', '.join(sorted(gone))}."
            if gone
            else "The database had everything, so nothing is lost; the next reads all go there."
        )

    def view(self) -> View:
        share = f"{self.hits / self.reads:.0%}" if self.reads else "none yet"
        rows = tuple(
            (key, f"{version}", f"{self.stored[key]}", "changed" if key in self.dirty else "clean")
            for key, version in self.held.items()
        )
        can = [
            *([STEP] if self.at < ACCESSES else []),
            *([FLUSH] if self.dirty else []),
            *([CRASH] if self.held else []),
        ]
        return View(
            said=self.said,
            drawing=self._drawing(),
            facts=(
                ("Reads answered by the cache", share),
                ("Reads at the database", f"{self.database_reads}"),
                ("Writes at the database", f"{self.database_writes}"),
                ("Acknowledged writes lost", f"{self.lost}"),
            ),
            tables=(
                Table(
                    "The cache, least recently used first", ("Key", "Version here", "In the database", "State"), rows
                ),
            ),
            can=tuple(can),
        )

    def _drawing(self) -> str:
        """What the cache and the database hold, what had to go, and the share of hits so far over all accesses."""
        inside = svg.text(4, 14, "cache", "label", anchor="start") + svg.text(
            4, 98, "database", "label", anchor="start"
        )
        width = min(46.0, 340 / self.capacity)
        last = self.accesses[self.at - 1][0] if self.at else ""
        for slot in range(self.capacity):
            x = 4 + slot * width
            key = list(self.held)[slot] if slot < len(self.held) else ""
            css = "box dirty" if key in self.dirty else "box" if key else "box free"
            inside += svg.rect(x, 22, width - 6, 46, css + (" asked-for" if key and key == last else ""))
            if key:
                inside += svg.text(x + width / 2 - 3, 44, key, "value") + svg.text(
                    x + width / 2 - 3, 60, f"v{self.held[key]}", "label"
                )
        if self.ghost:
            inside += svg.rect(352, 22, 40, 46, "box ghost") + svg.text(372, 44, self.ghost, "value ghost")
            inside += svg.text(372, 60, "out", "label")
        for slot, key in enumerate(KEYS):
            x = 4 + slot * 32.6
            behind = self.stored[key] < self.acknowledged[key]
            inside += svg.rect(x, 106, 28, 46, "box dirty" if behind else "box")
            inside += svg.text(x + 14, 127, key, "value") + svg.text(x + 14, 144, f"v{self.stored[key]}", "label")
        title = "The cache and the database; dashed boxes differ from each other. Below, the share of hits so far."
        return svg.drawing(title, 282, inside + self._history())

    def _history(self) -> str:
        """A mark for each access (a hit, a miss, grey a write or a crash), and the running share of hits."""
        left, right, top, bottom = 40.0, 396.0, 188.0, 256.0
        step = (right - left) / ACCESSES
        inside = svg.text(left, 176, "share of reads that hit, so far", "small", anchor="start")
        for share in (0.0, 0.5, 1.0):
            y = bottom - share * (bottom - top)
            inside += svg.line(left, y, right, y, "grid")
            inside += svg.text(left - 5, y + 4, f"{share:.0%}", "small", anchor="end")
        points, hits, reads = [], 0, 0
        for index, mark in enumerate(self.marks):
            x = left + step * (index + 0.5)
            inside += svg.line(x, 262, x, 276, {"hit": "passed", "miss": "refused"}.get(mark, "grid"))
            if mark in ("hit", "miss"):
                hits, reads = hits + (mark == "hit"), reads + 1
                points.append((x, bottom - (bottom - top) * hits / reads))
        inside += svg.text(left - 5, 273, "each", "small", anchor="end")
        for at in self.crashes:
            inside += svg.line(left + step * at, top, left + step * at, 276, "refused crash")
        return inside + (svg.path(points, "history") if points else "")


def _hits(run: Caching) -> str:
    if run.at < ACCESSES or not run.reads:
        return ""
    share = run.hits / run.reads
    return "few" if share < 1 / 3 else "some" if share <= 2 / 3 else "most"


def _lesson(run: Caching) -> str:
    lost = f" {run.lost} acknowledged writes were lost." if run.lost else ""
    return f"{run.hits} of {run.reads} reads were hits, and {run.database_reads} reached the database.{lost}"


LAB = Lab(
    slug="cache-policies",
    title="Cache policies",
    summary="Fill a small cache, see what it evicts, and crash it while writes are still waiting.",
    notice=(
        "With write-back a write is acknowledged before the database has it: crash, and acknowledged writes are gone.",
        "A loop over one key more than fits makes LRU and FIFO miss every time, the worst case of both.",
        "A scan over everything flushes the favourites from LRU; LFU keeps them.",
        "After a crash the cache is cold: count the reads that reach the database until it has warmed up.",
    ),
    parameters=(
        Choice(
            name="policy", label="what to evict", options=tuple((name, label) for name, (label, _) in POLICIES.items())
        ),
        Choice(
            name="writes",
            label="writes",
            options=(
                ("back", "write-back"),
                ("through", "write-through"),
            ),
            help="Back: the cache has it at once, the database later. Through: both before it is acknowledged.",
        ),
        Choice(
            name="trace",
            label="accesses",
            options=(
                ("skewed", "few favourites (1/rank)"),
                ("scan", "favourites and scans"),
                ("loop", "six keys in a circle"),
            ),
        ),
        Number(name="capacity", label="room for entries", default=5, least=1, most=8),
    ),
    actions=(Action(STEP, "Next access"), Action(FLUSH, "Write changes back"), Action(CRASH, "Crash the cache")),
    begin=Caching,
    shown="step*12",
    opens="step*3",
    asks=Question(
        text="What share of the reads will this cache answer?",
        options=lambda _run: (
            ("few", "less than a third"),
            ("some", "a third to two thirds"),
            ("most", "more than two thirds"),
        ),
        answer=_hits,
        lesson=_lesson,
    ),
    topics=("cache-eviction", "cache-write-policies", "caching-basics"),
    sources=("Silberschatz, Galvin and Gagne, Operating System Concepts, ch. 10, 2018",),
)
