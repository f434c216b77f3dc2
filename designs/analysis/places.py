"""The places that requests pass through in the event-by-event simulation, with their lanes, and the calls between
them.
"""

from __future__ import annotations

import math
from array import array
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heapreplace

import numpy as np
import numpy.typing as npt

from designs.analysis.guards import Bucket, Guard
from designs.analysis.scaling import Scaler
from designs.analysis.tallies import Passing, Waits
from designs.analysis.timeline import Looks
from designs.analysis.times import OwnTime
from designs.analysis.warming import Warmth
from designs.document.diagram import Balancing, Shedding

Array = npt.NDArray[np.float64]
DRAWN_AT_ONCE = 4_096
COUNTED_AT_ONCE = 8_192
IMPORTANCE = {"low": 0, "": 1, "high": 2}


class Draws:
    """Random numbers one by one, drawn many at a time."""

    def __init__(self, draw: Callable[[int], Array]) -> None:
        self._draw = draw
        self.left: list[float] = []

    def __call__(self) -> float:
        return (self.left or self.more()).pop()

    def more(self) -> list[float]:
        self.left = self._draw(DRAWN_AT_ONCE).tolist()
        return self.left

    def many(self, size: int) -> Array:
        return self._draw(size)


def draws_of_own(own: OwnTime, random: np.random.Generator) -> Draws:
    """Draws of a component's own time."""
    return Draws(lambda size: own.served(random, size))


class Work:
    """The work that a lane does for one request; a copy that sends no answer has no frame."""

    __slots__ = ("answer_s", "came_s", "frame", "held_s")

    def __init__(self, frame: Frame | None, held_s: float, answer_s: float, came_s: float) -> None:
        self.frame, self.held_s, self.answer_s, self.came_s = frame, held_s, answer_s, came_s

    @property
    def importance(self) -> int:
        return 1 if self.frame is None else self.frame.node.importance


@dataclass(eq=False)
class Lane:
    """Servers with one queue.

    `busy_s` is measured between two moments; `free_at` is when each server will be idle, where only arrivals change
    that. `slow` is the number of slow servers; requests that wait for room in the queue are `outside`.
    """

    place: Place
    servers: int
    busy: int = 0
    lost_at_s: float = math.inf
    busy_s: float = 0.0
    begun: int = 0
    limit: float = math.inf
    slow: int = 0
    slow_busy: int = 0
    is_leaving: bool = False
    queue: deque[Work] = field(default_factory=deque)
    outside: deque[Work] = field(default_factory=deque)
    free_at: list[float] = field(default_factory=list)

    def works_all(self, begins_s: Array, ends_s: Array) -> None:
        """The same for many requests at once."""
        since, until = self.place.waits.from_s, self.place.waits.until_s
        self.busy_s += float(np.clip(np.minimum(ends_s, until) - np.maximum(begins_s, since), 0.0, None).sum())
        self.begun += int(((begins_s >= since) & (begins_s < until)).sum())

    def works(self, begins_s: float, ends_s: float) -> None:
        waits = self.place.waits
        if begins_s >= waits.from_s and ends_s <= waits.until_s:
            self.busy_s += ends_s - begins_s
            self.begun += 1
        elif begins_s < waits.until_s and ends_s > waits.from_s:
            self.busy_s += min(ends_s, waits.until_s) - max(begins_s, waits.from_s)
            self.begun += begins_s >= waits.from_s


@dataclass(eq=False)
class Place:
    """A component: its lanes (instances, or shards times copies) and how many requests it may hold at once.

    `hold_s` is how long a server is kept for a request of usual size, `draw` draws the answer's own time, `draw_hold`
    the time that a server is kept where an answer takes no time. At a plain place only arrivals change the queue; at a
    direct place all requests also arrive in the order in which they were sent. `servers_each` are the servers of one
    instance, `limit_each` the length of its queue, `serving` the instances that serve now. A direct place keeps a
    server `stretch` times as long as the answer takes, where that takes any time, and counts requests that `passed`
    (when each arrived, began and ended) in batches.
    """

    component: str
    waits: Waits
    passing: Passing
    is_endless: bool
    hold_s: float
    service_s: float
    draw: Draws
    draw_hold: Draws | None = None
    lanes: list[Lane] = field(default_factory=list)
    balancing: Balancing = ""
    copies: int = 1
    shards: int = 1
    hottest: float = 0.0
    asked: int = 1
    readers: str = "leader"
    failover_s: float = 0.0
    room: float = math.inf
    inside: int = 0
    turn: int = 0
    sheds: Shedding = ""
    is_newest_first: bool = False
    slow_factor: float = 1.0
    has_own_queues: bool = False
    refused: int = 0
    bucket: Bucket | None = None
    warmth: Warmth | None = None
    scaler: Scaler | None = None
    servers_each: float = 1.0
    limit_each: float = math.inf
    serving: int = 1
    seen: float = 0.0
    seen_times: int = 0
    is_changing: bool = False
    is_direct: bool = False
    stretch: float = 0.0
    passed: array[float] = field(default_factory=lambda: array("d"))
    unseen: int = COUNTED_AT_ONCE
    waiting: deque[Frame] = field(default_factory=deque)
    looks: Looks = field(default_factory=Looks)

    @property
    def is_plain(self) -> bool:
        """Whether there is a single queue and only arrivals change it."""
        if self.room < math.inf or self.bucket is not None or self.scaler is not None or self.is_changing:
            return False
        if self.is_endless:
            return True
        if len(self.lanes) != 1:
            return False
        lane = self.lanes[0]
        return lane.limit == math.inf and not lane.slow and not self.is_newest_first

    def refuses(self, now: float) -> None:
        if self.waits.from_s <= now < self.waits.until_s:
            self.refused += 1

    def held_by(self, own_s: float, size: float) -> float:
        """Seconds for which a request with this answer time occupies a server."""
        if self.service_s > 0:
            return own_s * self.hold_s / self.service_s
        return self.hold_s * size if self.draw_hold is None else self.draw_hold() * size

    def held_by_all(self, own_s: Array, sizes: Array) -> Array:
        """The same for many requests at once."""
        if self.service_s > 0:
            return own_s * (self.hold_s / self.service_s)
        return sizes * (self.hold_s if self.draw_hold is None else self.draw_hold.many(len(sizes)))

    def passes(self, node: Node, now: float) -> float:
        """The time at which a request that arrives now at a direct place has its own answer ready."""
        left = self.draw.left or self.draw.more()
        own = left.pop() * node.size
        if self.is_endless:
            self.waits.adds_none(now)
            return now + own + node.copying_s
        free_at, passed = self.lanes[0].free_at, self.passed
        begins = free_at[0]
        if begins < now:
            begins = now
        ends = begins + (own * self.stretch if self.stretch else self.held_by(own, node.size))
        heapreplace(free_at, ends)
        passed.extend((now, begins, ends))
        self.unseen -= 1
        if not self.unseen:
            self.counts_passed()
        return begins + own + node.copying_s

    def counts_passed(self) -> None:
        """Adds the requests that passed since the last time to the counts."""
        if self.passed:
            came, begins, ends = np.array(self.passed).reshape(-1, 3).T
            self.passed, self.unseen = array("d"), COUNTED_AT_ONCE
            self.counts_all(came, begins, ends - begins)

    def counts_all(self, came: Array, begins: Array, held: Array | None) -> None:
        """Adds requests to the counts; where a place serves all at once, none is `held`."""
        self.waits.adds_all(came, begins - came)
        if held is not None:
            self.passing.adds_all(came, begins, begins + held)
            self.lanes[0].works_all(begins, begins + held)


@dataclass(eq=False)
class Call:
    """One arrow as a caller uses it; `guard` is shared by all that use it.

    Behind `caches` that warm, only the calls that they miss are made.
    """

    node: Node
    low: float
    high: float
    copies: int
    wire: Draws | float
    guard: Guard = field(default_factory=Guard)
    timeout_s: float = math.inf
    hedge_s: float = math.inf
    retries: int = 0
    budget: float = math.inf
    backoff_s: float = 0.0
    is_optional: bool = False
    is_later: bool = False
    is_pushed: bool = False
    connection: str = ""
    caches: tuple[Warmth, ...] = ()
    is_simple: bool = False
    is_quick: bool = False
    wire_s: float = math.nan

    def __post_init__(self) -> None:
        self.settles()

    def settles(self) -> None:
        """Whether every request makes exactly this call and waits for it."""
        is_certain = self.low <= 0.0 and self.high >= 1.0 and self.copies == 1
        self.is_simple = is_certain and not self.is_later and not self.caches

    def settles_places(self) -> None:
        """Whether the end of the call is known when it begins, and only its timeout can come first; used once places
        have settled.
        """
        is_known = self.node.place.is_direct and self.node.is_leaf and not self.node.is_gone
        is_free = self.guard.is_plain and self.budget == math.inf and self.hedge_s >= self.timeout_s
        self.wire_s = self.wire if isinstance(self.wire, float) else math.nan
        is_free = is_free and isinstance(self.wire, float)
        self.is_quick = is_known and is_free and not self.is_later and not self.caches


@dataclass(eq=False)
class Node:
    """A place on the way of one operation, with the calls that are made there, step after step.

    `alone` are the calls that each request makes in a step of their own.
    """

    place: Place
    size: float
    is_write: bool
    copying_s: float
    steps: list[list[Call]]
    is_gone: bool = False
    error_rate: float = 0.0
    importance: int = 1
    is_leaf: bool = False
    is_certain: bool = False
    alone: list[Call | None] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.alone = [step[0] if len(step) == 1 and step[0].is_simple else None for step in self.steps]
        self.is_leaf = not self.steps and not self.error_rate
        self.is_certain = all(call.low <= 0.0 and call.high >= 1.0 for step in self.steps for call in step)


class Frame:
    """One request at one place. `late_at` is when its caller gives up, `twin` the other one of two hedged calls."""

    step: int = 0
    pending: int = 0
    is_done: bool = False
    is_failed: bool = False
    is_left: bool = False
    is_inside: bool = False
    is_counted: bool = False
    is_pushed: bool = False
    turn: int = 0
    chance: float = 0.0
    begun: float = 0.0
    late_at: float = math.inf
    twin: Frame | None = None

    def __init__(self, node: Node, parent: Frame | None, call: Call | None, retries: int, request: int) -> None:
        self.node, self.parent, self.call, self.retries, self.request = node, parent, call, retries, request
