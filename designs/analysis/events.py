"""Requests followed event by event: each waits, is served, makes its calls, gives up or tries again.

This is the way for what stations worked off one after another cannot show, because what happens later changes what came
before: timeouts, retries, and threads that wait for whoever is slow. Calls made at once, copies of a store, shards and
the ways of spreading requests over instances are in it too.

- A caller waits for an answer as long as its timeout says, there and back. Then, or after an error, it tries again, at
  once or after its back-off, as often as `retries` and `retry_budget` allow. A call that failed for good fails the
  request, unless it is optional. The work that nobody waits for any more is done all the same: nobody cancels it.
- Before a server with a full queue who comes is refused, or who has waited longest (`queue_limit`, `sheds`).
- A request holds one of the component's threads (`concurrency`) from when it gets one until its answer leaves.
- A write keeps all copies of its shard busy, and a read those that answer reads.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Any

import numpy as np
import numpy.typing as npt

from designs.analysis.itineraries import NotSimulatedError
from designs.analysis.timeline import Looks
from designs.analysis.times import OwnTime, spread_over
from designs.document.diagram import Balancing

Array = npt.NDArray[np.float64]
DRAWN_AT_ONCE = 4_096
TOLD_EVERY = 20_000
MOST_SAVED = 10.0  # retries that a budget may save up for a bad moment
ARRIVES, SERVED, FREE, GIVES_UP, FAILS, CHANGES, LOOKS, AGAIN = range(8)


class Draws:
    """Numbers one by one, drawn many at a time."""

    def __init__(self, draw: Callable[[int], Array]) -> None:
        self._draw = draw
        self._left: Iterator[float] = iter(())

    def __call__(self) -> float:
        for value in self._left:
            return value
        self._left = iter(self._draw(DRAWN_AT_ONCE).tolist())
        return next(self._left)


@dataclass(eq=False)
class Lane:
    """Servers with one queue: `busy_s` is measured between two moments."""

    servers: int
    busy: int = 0
    lost_at_s: float = math.inf
    busy_s: float = 0.0
    begun: int = 0
    limit: float = math.inf
    queue: deque[tuple[Frame | None, float, float, float]] = field(default_factory=deque)


@dataclass(eq=False)
class Place:
    """A component: its lanes (instances, or shards times copies) and how many requests it may hold at once.

    `hold_s` is how long a server is kept for a request of usual size, `draw` the answer's own time.
    """

    component: str
    lanes: list[Lane]
    is_endless: bool
    hold_s: float
    service_s: float
    draw: Draws
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
    sheds_oldest: bool = False
    refused: int = 0
    waiting: deque[Frame] = field(default_factory=deque)
    arrivals: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    looks: Looks = field(default_factory=Looks)


@dataclass(eq=False)
class Call:
    """One arrow as a caller uses it. `purse` holds the retries that a budget allows, for all calls of the arrow."""

    node: Node
    low: float
    high: float
    copies: int
    wire: Draws | float
    timeout_s: float = math.inf
    retries: int = 0
    budget: float = math.inf
    backoff_s: float = 0.0
    is_optional: bool = False
    is_later: bool = False
    connection: str = ""
    purse: list[float] = field(default_factory=lambda: [MOST_SAVED])
    counts: list[int] = field(default_factory=lambda: [0, 0, 0])  # calls, timeouts, retries


@dataclass(eq=False)
class Node:
    """A place on the way of one operation, with the calls that are made there, step after step."""

    place: Place
    size: float
    is_write: bool
    copying_s: float
    steps: list[list[Call]]
    is_gone: bool = False


class Frame:
    """One request at one place."""

    __slots__ = (
        "begun", "call", "chance", "is_done", "is_failed", "is_left", "node", "parent", "pending", "request", "retries",
        "step",
    )  # fmt: skip

    def __init__(self, node: Node, parent: Frame | None, call: Call | None, retries: int, request: int) -> None:
        self.node, self.parent, self.call, self.retries, self.request = node, parent, call, retries, request
        self.step = self.pending = 0
        self.is_done = self.is_failed = self.is_left = False
        self.chance = self.begun = 0.0


@dataclass(frozen=True)
class Change:
    """From a moment on lanes of a place have so many servers more or fewer, by their number."""

    at_s: float
    place: Place
    servers: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Followed:
    """`ends` of requests that failed are when they failed."""

    ends: Array
    failed: npt.NDArray[np.bool_]
    visits: int


def lane_of_own(own: OwnTime, random: np.random.Generator) -> Draws:
    """Draws of a component's own time."""
    spread = own.spread
    if spread is not None:
        return Draws(lambda size: spread_over(spread, random.standard_normal(size)))
    if own.variation <= 0.0:
        return Draws(lambda size: np.full(size, own.service_s))
    if own.variation == 1.0:
        return Draws(lambda size: random.standard_exponential(size) * own.service_s)
    shape = 1.0 / own.variation**2
    return Draws(lambda size: random.standard_gamma(shape, size) * (own.service_s / shape))


class Follower:
    """Follows requests that come at known moments; `measured` are the moments between which places are measured."""

    def __init__(
        self,
        random: np.random.Generator,
        measured: tuple[float, float],
        *,
        most_visits: int,
        progress: Callable[[float], None] = lambda _: None,
    ) -> None:
        self.heap: list[tuple[float, int, int, Any]] = []
        self.number = 0
        self.visits = 0
        self.from_s, self.until_s = measured
        self.most_visits = most_visits
        self.progress = progress
        self.watched: list[Place] = []
        self.chance = Draws(lambda size: random.random(size))

    def run(self, moments: Array, roots: list[Node | None], changes: list[Change]) -> Followed:
        """Each request begins at its root; one without a root fails at once."""
        count = len(moments)
        ends, failed = moments.copy(), np.zeros(count, dtype=bool)
        self.ends, self.failed = ends, failed
        for change in changes:
            self._push(change.at_s, CHANGES, change)
        coming, position, heap = moments.tolist(), 0, self.heap
        does = (
            self._arrives,
            self._goes_on,
            self._freed,
            self._gives_up,
            self._fails,
            self._changes,
            self._looks,
            self._again,
        )
        while position < count or heap:
            if heap and (position == count or heap[0][0] < coming[position]):
                now, _, what, thing = heappop(heap)
                does[what](thing, now)
                continue
            if (root := roots[position]) is None:
                failed[position] = True
            else:
                self._arrives(Frame(root, None, None, 0, position), coming[position])
            position += 1
            if position % TOLD_EVERY == 0:
                self.progress(position / count)
        return Followed(ends, failed, self.visits)

    def watch(self, places: Iterable[Place], moments: Array) -> None:
        """Notes how these places stand at known moments."""
        self.watched = [place for place in places if not place.is_endless]
        for at_s in moments.tolist():
            self._push(at_s, LOOKS, None)

    def _looks(self, _: None, __: float) -> None:
        for place in self.watched:
            looks = place.looks
            looks.waiting.append(sum(len(lane.queue) for lane in place.lanes) + len(place.waiting))
            looks.working.append(sum(lane.busy for lane in place.lanes))
            looks.standing.append(sum(lane.servers for lane in place.lanes))

    def _push(self, at_s: float, what: int, thing: Any) -> None:
        self.number += 1
        heappush(self.heap, (at_s, self.number, what, thing))

    def _gives_up(self, frame: Frame, now: float) -> None:
        """The caller has waited as long as its timeout says."""
        if frame.is_done or frame.is_left or frame.call is None or frame.parent is None:
            return
        frame.is_left = True
        frame.call.counts[1] += 1
        if self._answered(frame, now, is_good=False):
            self._resumes(frame.parent, now)

    def _fails(self, frame: Frame, now: float) -> None:
        self._answers(frame, now, is_good=False)

    # Coming to a place

    def _arrives(self, frame: Frame, now: float) -> None:
        place = frame.node.place
        self.visits += 1
        if self.visits > self.most_visits:
            raise NotSimulatedError(
                f"Retries multiply the calls to more than {self.most_visits:,} visits; no more are followed."
            )
        frame.begun = now
        if place.inside >= place.room:
            place.waiting.append(frame)
            return
        place.inside += 1
        self._enters(frame, now)

    def _enters(self, frame: Frame, now: float) -> None:
        node = frame.node
        place = node.place
        own = place.draw() * node.size
        answer = own + node.copying_s
        if place.is_endless:
            place.arrivals.append(frame.begun)
            place.waits.append(now - frame.begun)
            if answer > 0 or place.room < math.inf:
                self._push(now + answer, SERVED, frame)
            else:
                self._goes_on(frame, now)
            return
        held = own * place.hold_s / place.service_s if place.service_s > 0 else place.hold_s * node.size
        if len(place.lanes) == 1:
            self._queues(place.lanes[0], frame, held, answer, now)
            return
        answering = True
        for lane in self._lanes(place, now, is_write=node.is_write):
            self._queues(lane, frame if answering else None, held, answer, now)
            answering = False
        if answering:
            self._push(now, FAILS, frame)

    def _lanes(self, place: Place, now: float, *, is_write: bool) -> list[Lane]:
        """The lane that answers, and those that work too; none where the shard is lost or has no leader yet."""
        lanes = place.lanes
        if place.copies * place.shards == 1:
            return [self._balanced([lane for lane in lanes if lane.servers], place)]
        shard = 0
        if place.shards > 1 and (chance := self.chance()) >= place.hottest:
            rest = (chance - place.hottest) / (1.0 - place.hottest)
            shard = 1 + min(place.shards - 2, int(rest * (place.shards - 1)))
        copies = lanes[shard * place.copies : (shard + 1) * place.copies]
        needs_leader = is_write or place.readers == "leader"
        if needs_leader and not copies[0].servers and now < copies[0].lost_at_s + place.failover_s:
            return []
        copies = [lane for lane in copies if lane.servers]
        if is_write or len(copies) <= 1:
            return copies
        if place.readers == "leader":
            return copies[:1]
        if place.readers == "followers":
            copies = copies[1:]
        begin = min(len(copies) - 1, int(self.chance() * len(copies)))
        return [copies[(begin + turn) % len(copies)] for turn in range(min(place.asked, len(copies)))]

    def _balanced(self, lanes: list[Lane], place: Place) -> Lane:
        count = len(lanes)
        if place.balancing == "round_robin":
            place.turn = (place.turn + 1) % count
            return lanes[place.turn % count]
        first = lanes[min(count - 1, int(self.chance() * count))]
        if place.balancing == "random":
            return first
        if place.balancing == "two_choices":
            second = lanes[min(count - 1, int(self.chance() * count))]
            return min(first, second, key=_filling)
        least = min(map(_filling, lanes))
        equals = [lane for lane in lanes if _filling(lane) == least]
        return equals[min(len(equals) - 1, int(self.chance() * len(equals)))]

    def _queues(self, lane: Lane, frame: Frame | None, held: float, answer: float, now: float) -> None:
        if lane.busy < lane.servers:
            lane.busy += 1
            self._begins(lane, (frame, held, answer, now), now)
        elif len(lane.queue) < lane.limit:
            lane.queue.append((frame, held, answer, now))
        else:
            self._sheds(lane, (frame, held, answer, now), now)

    def _sheds(self, lane: Lane, work: tuple[Frame | None, float, float, float], now: float) -> None:
        """The queue is full: who comes is refused, or who has waited longest. Followers drop a write without a word."""
        refused = work[0]
        if refused is not None and refused.node.place.sheds_oldest and lane.queue:
            lane.queue.append(work)
            refused = lane.queue.popleft()[0]
        if refused is not None:
            if self.from_s <= now < self.until_s:
                refused.node.place.refused += 1
            self._push(now, FAILS, refused)

    def _begins(self, lane: Lane, work: tuple[Frame | None, float, float, float], now: float) -> None:
        frame, held, answer, _ = work
        ends = now + held
        lane.busy_s += max(0.0, min(ends, self.until_s) - max(now, self.from_s))
        if self.from_s <= now < self.until_s:
            lane.begun += 1
        self._push(ends, FREE, lane)
        if frame is not None:
            place = frame.node.place
            place.arrivals.append(frame.begun)
            place.waits.append(now - frame.begun)
            self._push(now + answer, SERVED, frame)

    def _freed(self, lane: Lane, now: float) -> None:
        if lane.queue and lane.busy <= lane.servers:
            self._begins(lane, lane.queue.popleft(), now)
        else:
            lane.busy -= 1

    def _changes(self, change: Change, now: float) -> None:
        """What servers had begun they finish; what stands before a lane that is lost whole fails."""
        for number, more in change.servers:
            lane = change.place.lanes[number]
            lane.servers += more
            lane.lost_at_s = now if lane.servers == 0 else math.inf
            while lane.queue and lane.servers == 0:
                frame = lane.queue.popleft()[0]
                if frame is not None:
                    self._push(now, FAILS, frame)
            while lane.queue and lane.busy < lane.servers:
                lane.busy += 1
                self._begins(lane, lane.queue.popleft(), now)

    # Calls

    def _goes_on(self, frame: Frame, now: float) -> None:
        if frame.node.steps:
            frame.chance = self.chance()
        if not self._is_calling(frame, now):
            self._answers(frame, now, is_good=True)

    def _resumes(self, frame: Frame, now: float) -> None:
        """All calls of a step have been answered."""
        if frame.is_failed or not self._is_calling(frame, now):
            self._answers(frame, now, is_good=not frame.is_failed)

    def _is_calling(self, frame: Frame, now: float) -> bool:
        """Takes the next step at which it waits for somebody, if there is one."""
        steps = frame.node.steps
        while frame.step < len(steps):
            step = steps[frame.step]
            frame.step += 1
            taken = [call for call in step if call.low <= frame.chance < call.high]
            frame.pending = sum(call.copies for call in taken if not call.is_later)
            for call in taken:
                for _ in range(call.copies):
                    self._calls(frame, call, now, call.retries)
            if frame.pending:
                return True
        return False

    def _calls(self, parent: Frame, call: Call, now: float, retries: int) -> None:
        wire = call.wire if isinstance(call.wire, float) else call.wire()
        child = Frame(call.node, None if call.is_later else parent, call, retries, parent.request)
        call.counts[0] += 1
        if retries == call.retries:
            call.purse[0] = min(MOST_SAVED, call.purse[0] + call.budget)
        self._push(now + wire, FAILS if call.node.is_gone else ARRIVES, child)
        if call.timeout_s < math.inf and not call.is_later:
            self._push(now + call.timeout_s, GIVES_UP, child)

    def _answered(self, child: Frame, now: float, *, is_good: bool) -> bool:
        """Whether its caller has all answers of this step now."""
        parent, call = child.parent, child.call
        if parent is None or call is None:
            return False
        if not is_good and child.retries > 0 and call.purse[0] >= 1.0:
            if call.budget < math.inf:
                call.purse[0] -= 1.0
            call.counts[2] += 1
            if call.backoff_s > 0:
                pause = self.chance() * call.backoff_s * 2.0 ** (call.retries - child.retries)
                self._push(now + pause, AGAIN, child)
            else:
                self._calls(parent, call, now, child.retries - 1)
            return False
        parent.is_failed = parent.is_failed or not (is_good or call.is_optional)
        parent.pending -= 1
        return parent.pending == 0

    def _again(self, child: Frame, now: float) -> None:
        """The pause before a retry is over."""
        if child.parent is not None and child.call is not None:
            self._calls(child.parent, child.call, now, child.retries - 1)

    def _answers(self, frame: Frame, now: float, *, is_good: bool) -> None:
        """Up the chain of callers, as far as each has nothing left to do."""
        while True:
            frame.is_done = True
            place = frame.node.place
            if place.room < math.inf and not frame.node.is_gone:
                place.inside -= 1
                while place.waiting and place.inside < place.room:
                    place.inside += 1
                    self._enters(place.waiting.popleft(), now)
            if frame.call is None:
                self.ends[frame.request] = now
                self.failed[frame.request] = not is_good
                return
            parent = frame.parent
            if frame.is_left or not self._answered(frame, now, is_good=is_good) or parent is None:
                return
            if not parent.is_failed and self._is_calling(parent, now):
                return
            frame, is_good = parent, not parent.is_failed


def _filling(lane: Lane) -> int:
    return lane.busy + len(lane.queue)
