"""Follows requests event by event: each waits, is served, makes its calls, gives up or tries again.

Stations computed one after another cannot show effects in which later events change earlier ones: timeouts, retries,
and threads held while a slow dependency answers. This module follows those. Calls made at once, copies of a store,
shards and the ways of spreading requests over instances are in it too.

- A caller waits for an answer as long as its timeout says, there and back. Then, or after an error, it tries again, at
  once or after its back-off, as often as `retries` and `retry_budget` allow. A call that failed for good fails the
  request, unless it is optional. Work whose caller has given up is still done: nobody cancels it.
- A call that the caller's own circuit breaker or bulkhead stops fails at once and is not tried again.
- Reads may be hedged: a second call is made when the first takes long, and the first good answer counts.
- A full queue refuses the new request, the one that has waited longest, or the one whose operation matters least; or it
  refuses none, and then callers wait, asynchronous ones too (`queue_limit`, `sheds`).
- A request holds one of the component's threads (`concurrency`) from when it gets one until its answer leaves.
- A write keeps all copies of its shard busy, and a read those that answer reads.

Where only arrivals change a queue, and all arrive in the order in which they were sent (`Place.is_direct`), the time of
service is known when a request is sent, so no event is needed for it.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from typing import Any

import numpy as np
import numpy.typing as npt

from designs.analysis.guards import MOST_SAVED
from designs.analysis.itineraries import NotSimulatedError
from designs.analysis.places import Call, Frame, Lane, Node, Place, Work
from designs.analysis.scaling import EVERY_S
from designs.analysis.warming import misses

Array = npt.NDArray[np.float64]
DRAWN_AT_ONCE = 4_096
TOLD_EVERY = 20_000
TOO_MANY = "Retries multiply the calls to more than {:,} visits; no more are followed."
LOOKED_EVERY_S = 1.0  # between samples of the busy servers of an autoscaled component
(
    ARRIVES, SERVED, ANSWERED, FREE, SLOW_FREE, GIVES_UP, FAILS, HEDGES, AGAIN, CHANGES, LOOKS, SCALES, BOOTED, EMPTIES,
    PASSED,
) = range(15)  # fmt: skip


@dataclass(frozen=True)
class Change:
    """From a moment on, lanes of a place (by number) have this many servers more or fewer."""

    at_s: float
    place: Place
    servers: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Cut:
    """A network partition between two moments: a share of the calls of each of these arrows does not get through.

    A message that is sent meanwhile arrives when the partition is over, as TCP retransmits it.
    """

    begins_s: float
    ends_s: float
    shares: dict[str, float]


@dataclass(frozen=True)
class Followed:
    """`ends` of requests that failed are when they failed."""

    ends: Array
    failed: npt.NDArray[np.bool_]
    visits: int


class Follower:
    """Follows requests that arrive at known moments."""

    def __init__(
        self,
        random: np.random.Generator,
        *,
        most_visits: int,
        cuts: Sequence[Cut] = (),
        progress: Callable[[float], None] = lambda _: None,
    ) -> None:
        self.heap: list[tuple[float, int, int, Any]] = []
        self.next_number = count().__next__
        self.visits = 0
        self.most_visits = most_visits
        self.cuts = cuts
        self.progress = progress
        self.watched: list[Place] = []
        self.until_s = 0.0
        self.random = random
        self.chances: list[float] = []

    def run(
        self, moments: Array, roots: Sequence[Node | None], taking: Sequence[int], changes: list[Change]
    ) -> Followed:
        """Each request begins at the root given by its number in `taking`; a request without a root fails at once."""
        total = len(moments)
        self.ends, self.failed = array("d", moments.tobytes()), bytearray(total)
        for change in changes:
            self._push(change.at_s, CHANGES, change)
        heap = self.heap
        does = (
            self._arrives, self._goes_on, self._answered_well, self._freed, self._slow_freed, self._gives_up,
            self._fails, self._hedges, self._again, self._changes, self._looks, self._scales, self._booted,
            self._empties, self._passed,
        )  # fmt: skip
        for first in range(0, total, TOLD_EVERY):
            coming = moments[first : first + TOLD_EVERY].tolist()
            ways = taking[first : first + TOLD_EVERY]
            for position, (at_s, way) in enumerate(zip(coming, ways, strict=True), first):
                while heap and heap[0][0] < at_s:
                    now, _, what, thing = heappop(heap)
                    does[what](thing, now)
                root = roots[way]
                if root is None:
                    self.failed[position] = True
                else:
                    self._begins_at(root, position, at_s)
                if self.visits > self.most_visits:
                    raise NotSimulatedError(TOO_MANY.format(self.most_visits))
            self.progress(min(1.0, (first + TOLD_EVERY) / total))
        while heap:
            now, _, what, thing = heappop(heap)
            does[what](thing, now)
        return Followed(np.frombuffer(self.ends), np.frombuffer(self.failed, dtype=bool), self.visits)

    def _begins_at(self, root: Node, position: int, now: float) -> None:
        frame = Frame(root, None, None, 0, position)
        if root.place.is_direct:
            self._counts()
            ends = root.place.passes(root, now)
            if ends <= now:
                self._goes_on(frame, now)
            else:
                self._push(ends, SERVED, frame)
        else:
            self._arrives(frame, now)

    def watch(self, places: Iterable[Place], moments: Array, until_s: float) -> None:
        """Samples the places at known moments, and lets autoscaled ones scale."""
        places = list(places)
        self.until_s = until_s
        self.watched = [place for place in places if not place.is_endless and not place.is_direct]
        if self.watched:
            for at_s in moments.tolist():
                self._push(at_s, LOOKS, None)
        for place in places:
            if place.scaler is not None:
                self._push(LOOKED_EVERY_S, SCALES, place)

    def empties(self, warmth: Any, at_s: float) -> None:
        """The cache is empty from that moment on."""
        self._push(at_s, EMPTIES, warmth)

    def _empties(self, warmth: Any, _: float) -> None:
        warmth.empties()

    def _looks(self, _: None, __: float) -> None:
        for place in self.watched:
            looks, lanes = place.looks, place.lanes
            looks.waiting.append(sum(len(each.queue) + len(each.outside) for each in lanes) + len(place.waiting))
            looks.working.append(sum(lane.busy for lane in lanes))
            looks.standing.append(sum(lane.servers for lane in lanes if not lane.is_leaving))

    def _push(self, at_s: float, what: int, thing: Any) -> None:
        heappush(self.heap, (at_s, self.next_number(), what, thing))

    def chance(self) -> float:
        if not self.chances:
            self.chances = self.random.random(DRAWN_AT_ONCE).tolist()
        return self.chances.pop()

    def _counts(self) -> None:
        self.visits += 1
        if self.visits > self.most_visits:
            raise NotSimulatedError(TOO_MANY.format(self.most_visits))

    # Arriving at a place

    def _arrives(self, frame: Frame, now: float) -> None:
        place = frame.node.place
        self._counts()
        frame.begun = now
        if place.bucket is not None and not place.bucket.lets(now):
            place.refuses(now)
            self._answers(frame, now, is_good=False)
            return
        if place.room < math.inf:
            if place.inside >= place.room:
                place.waiting.append(frame)
                return
            place.inside += 1
            frame.is_inside = True
        self._enters(frame, now)

    def _enters(self, frame: Frame, now: float) -> None:
        node = frame.node
        place = node.place
        own = place.draw() * node.size
        answer = own + node.copying_s
        if place.is_endless:
            place.waits.add(frame.begun, now - frame.begun)
            if frame.is_pushed:
                self._accepted(frame, now)
            if answer > 0 or place.room < math.inf:
                self._push(now + answer, SERVED, frame)
            else:
                self._goes_on(frame, now)
            return
        held = place.held_by(own, node.size)
        answering = True
        for lane in self._lanes(place, now, is_write=node.is_write):
            self._queues(lane, Work(frame if answering else None, held, answer, now), now)
            answering = False
        if answering:
            self._push(now, FAILS, frame)

    def _lanes(self, place: Place, now: float, *, is_write: bool) -> list[Lane]:
        """The lane that answers, and the other lanes that work on it; none while the shard is lost or has no leader."""
        lanes = place.lanes
        if len(lanes) == 1:
            return lanes
        if place.copies * place.shards == 1:
            return [self._balanced([lane for lane in lanes if lane.servers and not lane.is_leaving], place)]
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

    def _queues(self, lane: Lane, work: Work, now: float) -> None:
        frame = work.frame
        if lane.busy < lane.servers:
            lane.busy += 1
            self._begins(lane, work, now)
        elif len(lane.queue) < lane.limit:
            lane.queue.append(work)
        else:
            self._is_full(lane, work, now)
            return
        if frame is not None and frame.is_pushed:
            self._accepted(frame, now)

    def _is_full(self, lane: Lane, work: Work, now: float) -> None:
        """Decides which request is refused: the new one, the one that has waited longest, the least important one, or
        none.

        Followers discard a write without an answer.
        """
        place, queue = lane.place, lane.queue
        if place.sheds == "nobody":
            lane.outside.append(work)
            return
        if work.frame is not None and queue:
            if place.sheds == "oldest":
                queue.append(work)
                work = queue.popleft()
            elif place.sheds == "priority":
                work = _least_important(queue, work)
        if work.frame is not None:
            place.refuses(now)
            self._push(now, FAILS, work.frame)

    def _accepted(self, frame: Frame, now: float) -> None:
        """There is now room for a message that an asynchronous caller was waiting to hand over."""
        parent, frame.parent, frame.is_pushed = frame.parent, None, False
        if parent is not None:
            parent.pending -= 1
            if parent.pending == 0:
                self._resumes(parent, now)

    def _begins(self, lane: Lane, work: Work, now: float) -> None:
        place, held, answer = lane.place, work.held_s, work.answer_s
        what = FREE
        if lane.slow:
            left = lane.slow - lane.slow_busy
            if left > 0 and self.chance() * (lane.servers - lane.busy + 1) < left:
                lane.slow_busy += 1
                held, answer, what = held * place.slow_factor, answer * place.slow_factor, SLOW_FREE
        lane.works(now, now + held)
        self._push(now + held, what, lane)
        frame = work.frame
        if frame is not None:
            place.waits.add(frame.begun, now - frame.begun)
            self._push(now + answer, SERVED, frame)

    def _slow_freed(self, lane: Lane, now: float) -> None:
        lane.slow_busy -= 1
        self._freed(lane, now)

    def _freed(self, lane: Lane, now: float) -> None:
        if lane.busy > lane.servers:
            lane.busy -= 1
            return
        queue, outside = lane.queue, lane.outside
        if queue:
            self._begins(lane, queue.pop() if lane.place.is_newest_first else queue.popleft(), now)
        elif outside:
            work = outside.popleft()
            self._begins(lane, work, now)
            self._lets_in(work, now)
        else:
            lane.busy -= 1
        while outside and len(queue) < lane.limit:
            work = outside.popleft()
            queue.append(work)
            self._lets_in(work, now)

    def _lets_in(self, work: Work, now: float) -> None:
        if work.frame is not None and work.frame.is_pushed:
            self._accepted(work.frame, now)

    # Changes to components

    def _changes(self, change: Change, now: float) -> None:
        """Servers finish what they had begun; requests that wait at a lane without any server left fail."""
        for number, more in change.servers:
            lane = change.place.lanes[number]
            lane.servers += more
            lane.lost_at_s = now if lane.servers == 0 else math.inf
            while lane.queue and lane.servers == 0:
                frame = lane.queue.popleft().frame
                if frame is not None:
                    self._push(now, FAILS, frame)
            self._fills(lane, now)

    def _fills(self, lane: Lane, now: float) -> None:
        """Idle servers take waiting requests."""
        while lane.queue and lane.busy < lane.servers:
            lane.busy += 1
            self._begins(lane, lane.queue.popleft(), now)

    def _scales(self, place: Place, now: float) -> None:
        """Samples the busy servers every second, and every 15 s decides how many there should be."""
        scaler = place.scaler
        if scaler is None or now >= self.until_s:
            return
        place.seen += sum(lane.busy for lane in place.lanes)
        place.seen_times += 1
        if place.seen_times >= EVERY_S / LOOKED_EVERY_S:
            at_work = place.seen / place.seen_times / place.servers_each
            place.seen = place.seen_times = 0
            more = scaler.asks(now, at_work)
            if more > 0:
                self._push(now + scaler.boot_s, BOOTED, (place, more))
            elif more < 0:
                self._stands(place, more, now)
        self._push(now + LOOKED_EVERY_S, SCALES, place)

    def _booted(self, thing: tuple[Place, int], now: float) -> None:
        self._stands(*thing, now)

    def _stands(self, place: Place, more: int, now: float) -> None:
        """Adds or removes instances; those removed finish their queue and get nothing new."""
        place.serving = max(1, place.serving + more)
        if len(place.lanes) == 1 and not place.has_own_queues:
            lane = place.lanes[0]
            lane.servers = max(1, round(place.serving * place.servers_each))
            lane.limit = place.limit_each * place.serving
            self._fills(lane, now)
            return
        standing = [lane for lane in place.lanes if not lane.is_leaving]
        for lane in standing[place.serving :]:
            lane.is_leaving = True
        for _ in range(place.serving - len(standing)):
            place.lanes.append(Lane(place, max(1, round(place.servers_each)), limit=place.limit_each))

    # Calls

    def _goes_on(self, frame: Frame, now: float) -> None:
        node = frame.node
        if node.error_rate and self.chance() < node.error_rate:
            self._answers(frame, now, is_good=False)
            return
        if node.steps:
            if not node.is_certain:
                frame.chance = self.chance()
            elif node.steps[0][0].is_simple and len(node.steps[0]) == 1:
                frame.step = frame.pending = 1
                self._calls(frame, node.steps[0][0], now, node.steps[0][0].retries)
                return
            if self._is_calling(frame, now):
                return
        self._answers(frame, now, is_good=True)

    def _resumes(self, frame: Frame, now: float) -> None:
        """All calls of a step have been answered."""
        if frame.is_failed or not self._is_calling(frame, now):
            self._answers(frame, now, is_good=not frame.is_failed)

    def _is_calling(self, frame: Frame, now: float) -> bool:
        """Starts the next step in which the request waits for a call, if there is one."""
        steps, alone = frame.node.steps, frame.node.alone
        while frame.step < len(steps):
            number = frame.step
            step, call = steps[number], alone[number]
            frame.step = number + 1
            if call is not None:
                frame.pending = 1
                self._calls(frame, call, now, call.retries)
                return True
            making = [(call, self._copies(call)) for call in step if call.low <= frame.chance < call.high]
            frame.pending = 1 + sum(copies for call, copies in making if not call.is_later or call.is_pushed)
            for call, copies in making:
                for _ in range(copies):
                    self._calls(frame, call, now, call.retries)
            frame.pending -= 1
            if frame.pending:
                return True
        return False

    def _copies(self, call: Call) -> int:
        """How many calls are made; behind a cache that warms, only as many as it misses now."""
        if not call.caches:
            return call.copies
        share = misses(call.caches)
        return sum(self.chance() < share for _ in range(call.copies))

    def _calls(self, parent: Frame, call: Call, now: float, retries: int) -> None:
        guard = call.guard
        guard.calls += 1
        if call.is_quick:
            self.visits += 1
            # Where requests arrive in the order in which they were sent, every call has the same network delay.
            ends = call.node.place.passes(call.node, now + call.wire_s)
            if ends <= now + call.timeout_s:
                heappush(self.heap, (ends, self.next_number(), PASSED, parent))
                return
            child = Frame(call.node, parent, call, retries, parent.request)
            child.late_at = now + call.timeout_s
            heappush(self.heap, (child.late_at, self.next_number(), GIVES_UP, child))
            return
        if retries == call.retries and call.budget < math.inf:
            guard.purse = min(MOST_SAVED, guard.purse + call.budget)
        if call.is_later:
            child = Frame(call.node, parent if call.is_pushed else None, call, retries, parent.request)
            child.is_pushed = call.is_pushed
            self._sends(child, call, now)
            return
        child = Frame(call.node, parent, call, retries, parent.request)
        if not guard.is_plain:
            if not guard.lets(now):
                child.retries = 0
                self._push(now, FAILS, child)
                return
            child.is_counted, child.turn = True, guard.turn
        if call.timeout_s < math.inf:
            child.late_at = now + call.timeout_s
        if call.hedge_s < call.timeout_s:
            self._push(now + call.hedge_s, HEDGES, child)
        self._sends(child, call, now)

    def _sends(self, child: Frame, call: Call, now: float) -> None:
        node, wire = call.node, call.wire
        place = node.place
        arrives = now + (wire if isinstance(wire, float) else wire())
        if self.cuts:
            arrives = self._held_up(call, now, arrives)
        if node.is_gone:
            self._push(arrives, FAILS, child)
        elif place.is_direct:
            self.visits += 1
            ends = place.passes(node, arrives)
            if not node.is_leaf:
                self._push(ends, SERVED, child)
            elif ends <= child.late_at:
                if child.parent is not None:
                    heappush(self.heap, (ends, self.next_number(), ANSWERED, child))
                return
        else:
            self._push(arrives, ARRIVES, child)
        if child.late_at < math.inf and not call.is_later:
            self._push(child.late_at, GIVES_UP, child)

    def _held_up(self, call: Call, now: float, arrives: float) -> float:
        for cut in self.cuts:
            if cut.begins_s <= now < cut.ends_s and self.chance() < cut.shares.get(call.connection, 0.0):
                return arrives - now + cut.ends_s
        return arrives

    def _hedges(self, frame: Frame, now: float) -> None:
        """There is no answer yet, so a second call is made; the first good answer of the two counts."""
        call, parent = frame.call, frame.parent
        if frame.is_done or frame.is_left or call is None or parent is None:
            return
        second = Frame(call.node, parent, call, frame.retries, frame.request)
        if not call.guard.is_plain:
            if not call.guard.lets(now):
                return
            second.is_counted, second.turn = True, call.guard.turn
        call.guard.hedged += 1
        frame.twin, second.twin, second.late_at = second, frame, frame.late_at
        self._sends(second, call, now)

    def _gives_up(self, frame: Frame, now: float) -> None:
        """The caller has waited as long as its timeout says."""
        if frame.is_done or frame.is_left or frame.call is None or frame.parent is None:
            return
        if self._is_alone(frame, now, is_good=False):
            frame.call.guard.timed_out += 1
            frame.is_left = True
            if self._told(frame, now, is_good=False):
                self._resumes(frame.parent, now)

    def _is_alone(self, frame: Frame, now: float, *, is_good: bool) -> bool:
        """Whether this result counts: a failure does not while a hedged call is under way, and a success ends that
        call.
        """
        twin = frame.twin
        if twin is None:
            return True
        frame.twin = twin.twin = None
        loser = twin if is_good else frame
        loser.is_left = True
        if loser.is_counted and loser.call is not None:
            loser.call.guard.ends(loser.turn, now, is_good=is_good)
        return is_good

    def _told(self, child: Frame, now: float, *, is_good: bool) -> bool:
        """The caller learns the result; returns whether it now has all answers of this step."""
        parent, call = child.parent, child.call
        if parent is None or call is None:
            return False
        guard = call.guard
        if child.is_counted:
            guard.ends(child.turn, now, is_good=is_good)
        if is_good:
            for cache in call.caches:
                cache.fills()
        elif child.retries > 0 and guard.purse >= 1.0:
            if call.budget < math.inf:
                guard.purse -= 1.0
            guard.retried += 1
            if call.backoff_s > 0:
                pause = self.chance() * call.backoff_s * 2.0 ** (call.retries - child.retries)
                self._push(now + pause, AGAIN, child)
            else:
                self._calls(parent, call, now, child.retries - 1)
            return False
        elif not call.is_optional:
            parent.is_failed = True
        parent.pending -= 1
        return parent.pending == 0

    def _again(self, child: Frame, now: float) -> None:
        """The pause before a retry is over."""
        if child.parent is not None and child.call is not None:
            self._calls(child.parent, child.call, now, child.retries - 1)

    def _fails(self, frame: Frame, now: float) -> None:
        self._answers(frame, now, is_good=False)

    def _answered_well(self, frame: Frame, now: float) -> None:
        """An answer from a direct place that makes no calls: the most frequent case, so it is kept short."""
        parent, call = frame.parent, frame.call
        if frame.is_counted or frame.twin is not None or parent is None or call is None or call.caches:
            self._answers(frame, now, is_good=True)
            return
        frame.is_done = True
        if frame.is_left:
            return
        parent.pending -= 1
        if parent.pending == 0 and (parent.is_failed or not self._is_calling(parent, now)):
            self._answers(parent, now, is_good=not parent.is_failed)

    def _passed(self, parent: Frame, now: float) -> None:
        """A call that a direct place answered in time."""
        parent.pending -= 1
        if parent.pending == 0 and (parent.is_failed or not self._is_calling(parent, now)):
            self._answers(parent, now, is_good=not parent.is_failed)

    def _answers(self, frame: Frame, now: float, *, is_good: bool) -> None:
        """Answers up the chain of callers, as far as each has nothing left to do."""
        while True:
            frame.is_done = True
            if frame.is_inside:
                place = frame.node.place
                place.inside -= 1
                while place.waiting and place.inside < place.room:
                    place.inside += 1
                    entering = place.waiting.popleft()
                    entering.is_inside = True
                    self._enters(entering, now)
            if frame.call is None:
                self.ends[frame.request] = now
                self.failed[frame.request] = not is_good
                return
            parent = frame.parent
            if frame.is_left or parent is None or not self._is_alone(frame, now, is_good=is_good):
                return
            if not self._told(frame, now, is_good=is_good):
                return
            if not parent.is_failed and self._is_calling(parent, now):
                return
            frame, is_good = parent, not parent.is_failed


def _filling(lane: Lane) -> int:
    return lane.busy + len(lane.queue) + len(lane.outside)


def _least_important(queue: Any, work: Work) -> Work:
    """Removes the last of the least important requests from a full queue and admits `work`, if one is less
    important.
    """
    least, place = work.importance, -1
    for number in range(len(queue) - 1, -1, -1):
        if queue[number].importance < least:
            least, place = queue[number].importance, number
    if place < 0:
        return work
    refused: Work = queue[place]
    del queue[place]
    queue.append(work)
    return refused
