"""Follows calls that time out and are tried again, station after station.

When a call times out, its next try comes to the same station, at a moment that is known as soon as the first try begins
to be served: nothing that happens at other stations changes it. So where requests reach stations in an order, each
station is computed alone, for the whole time: its first tries come from the stations before it, its further tries from
itself. The result is that of following all events in their order (see events.py), with fewer steps for each call.

This holds where every caller has room for all requests, a call with a timeout ends at its target, and only arrivals
change a queue. `tracks_of` says whether a design is of this kind.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from heapq import heappop, heappush, heapreplace
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from designs.analysis.events import TOO_MANY, Followed
from designs.analysis.itineraries import NotSimulatedError
from designs.analysis.places import Call, Node, Place

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.integer[Any]]
AT_ONCE = 50_000  # calls as lists, which need four times the memory of arrays


@dataclass(eq=False)
class _Step:
    """Calls that a request makes at the same time; its caller is the target of step `above`."""

    calls: list[Call]
    above: int
    taken: Mask = field(default_factory=lambda: np.zeros(0, dtype=bool))


@dataclass(eq=False)
class Track:
    """The steps of all requests that begin at one root.

    `requests` are their numbers, `at_s` when each has finished the steps before `done`, `until_s` when it has finished
    the calls of that step which are known so far. `chances` decide, by step, which calls its target makes.
    """

    steps: list[_Step]
    requests: Numbers = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    at_s: Array = field(default_factory=lambda: np.zeros(0))
    until_s: Array = field(default_factory=lambda: np.zeros(0))
    failed: Mask = field(default_factory=lambda: np.zeros(0, dtype=bool))
    failing: Mask = field(default_factory=lambda: np.zeros(0, dtype=bool))
    chances: dict[int, Array] = field(default_factory=dict)
    done: int = -1

    def begins(self, requests: Numbers, at_s: Array) -> None:
        """Requests without any step fail at once."""
        self.requests, self.until_s = requests, at_s
        self.failing = np.full(len(requests), not self.steps)

    def moves_to(self, number: int) -> None:
        """All steps before this one are known."""
        if self.done != number:
            self.done, self.at_s, self.failed = number, self.until_s, self.failing
            self.until_s, self.failing = self.at_s.copy(), self.failed.copy()
            self.steps[number].taken = np.zeros(len(self.requests), dtype=bool)

    def taking(self, number: int, call: Call, random: np.random.Generator) -> Numbers:
        """The requests, by their place in this track, that make this call."""
        step, taking = self.steps[number], ~self.failed
        if step.above >= 0:
            taking &= self.steps[step.above].taken
        if call.low > 0.0 or call.high < 1.0:
            if step.above not in self.chances:
                self.chances[step.above] = random.random(len(self.requests))
            chance = self.chances[step.above]
            taking &= (chance >= call.low) & (chance < call.high)
        step.taken |= taking
        return np.flatnonzero(taking)

    def ends(self, taking: Numbers, call: Call, ends_s: Array, failed: Mask) -> None:
        """A request goes on when the last of its calls has ended."""
        last = ends_s if call.copies == 1 else ends_s.reshape(-1, call.copies).max(axis=1)
        self.until_s[taking] = np.maximum(self.until_s[taking], last)
        if not call.is_optional:
            self.failing[taking] |= failed.reshape(-1, call.copies).any(axis=1)


def tracks_of(roots: Sequence[Node | None]) -> tuple[list[Track], list[Place]] | None:
    """A track for each root, and the places in the order in which requests reach them; None where there is no order, or
    where later events change earlier ones. The track of no root has no steps.
    """
    tracks = list[Track]()
    for root in roots:
        steps = [] if root is None else [_Step([_entering(root)], -1)]
        if root is not None and not (_is_passed(root) and _adds(root, 0, steps)):
            return None
        tracks.append(Track(steps))
    before: dict[str, set[str]] = {}
    places: dict[str, Place] = {}
    for track in tracks:
        reached = [[call.node.place for call in step.calls] for step in track.steps]
        for step in reached:
            for place in step:
                places[place.component] = place
                before.setdefault(place.component, set())
        for one, other in pairwise(reached):
            for place in other:
                before[place.component].update(each.component for each in one)
    try:
        return tracks, [places[each] for each in TopologicalSorter(before).static_order()]
    except CycleError:
        return None


def _entering(root: Node) -> Call:
    entering = Call(root, 0.0, 1.0, 1, 0.0)
    entering.wire_s = 0.0
    return entering


def _adds(node: Node, number: int, steps: list[_Step]) -> bool:
    """Adds the steps of a node that is reached in step `number`; returns whether all can be computed in this way."""
    for calls in node.steps:
        alone = calls[0] if len(calls) == 1 else None
        steps.append(_Step(calls, number))
        if all(call.is_quick for call in calls):
            continue
        if alone is None or not _is_handed_on(alone) or not _adds(alone.node, len(steps) - 1, steps):
            return False
    return True


def _is_handed_on(call: Call) -> bool:
    """Whether the caller waits for a single call as long as it takes, and fails when it fails."""
    is_waited_for = call.timeout_s == math.inf and not call.retries and not call.is_later and not call.is_optional
    is_free = call.guard.is_plain and call.hedge_s == math.inf and not call.caches and isinstance(call.wire, float)
    return is_waited_for and is_free and call.copies == 1 and _is_passed(call.node)


def _is_passed(node: Node) -> bool:
    return node.place.is_direct and not node.error_rate and not node.is_gone


def retried(
    moments: Array,
    roots: Sequence[Node | None],
    taking: Numbers,
    random: np.random.Generator,
    most_visits: int,
    progress: Callable[[float], None] = lambda _: None,
) -> Followed | None:
    """Each request begins at the root given by its number in `taking`; None where later events change earlier ones."""
    found = tracks_of(roots)
    if found is None:
        return None
    tracks, places = found
    for number, track in enumerate(tracks):
        requests = np.flatnonzero(taking == number)
        track.begins(requests, moments[requests])
    retrying = _Retrying(random, most_visits)
    for number, place in enumerate(places, start=1):
        retrying.passes(place, tracks)
        progress(number / len(places))
    ends, failed = np.zeros(len(moments)), np.zeros(len(moments), dtype=bool)
    for track in tracks:
        ends[track.requests], failed[track.requests] = track.until_s, track.failing
    return Followed(ends, failed, retrying.visits)


class _Retrying:
    """Computes one place after another."""

    def __init__(self, random: np.random.Generator, most_visits: int) -> None:
        self.random, self.most_visits = random, most_visits
        self.visits = 0

    def passes(self, place: Place, tracks: Sequence[Track]) -> None:
        """Everything that one place does."""
        made = list[tuple[Track, Call, Numbers]]()
        sent = list[Array]()
        for track in tracks:
            for number, call in _calls_to(place, track):
                track.moves_to(number)
                requests = track.taking(number, call, self.random)
                made.append((track, call, requests))
                sent.append(np.repeat(track.at_s[requests], call.copies))
        calls, sizes = [call for _, call, _ in made], [len(each) for each in sent]
        ends, failed = _Queue(place, calls, self.random, self._counts).serves(sent)
        first = 0
        for (track, call, requests), size in zip(made, sizes, strict=True):
            part = slice(first, first + size)
            track.ends(requests, call, ends[part], failed[part])
            first += size

    def _counts(self, visits: int) -> None:
        self.visits += visits
        if self.visits > self.most_visits:
            raise NotSimulatedError(TOO_MANY.format(self.most_visits))


def _calls_to(place: Place, track: Track) -> Iterator[tuple[int, Call]]:
    for number, step in enumerate(track.steps):
        for call in step.calls:
            if call.node.place is place:
                yield number, call


class _Queue:
    """One place: first tries that are known, in order, and further tries that follow from them.

    `again` are further tries by arrival: which first try they belong to, and how many tries there were before.
    """

    def __init__(
        self, place: Place, calls: Sequence[Call], random: np.random.Generator, counts: Callable[[int], None]
    ) -> None:
        self.place, self.calls, self.random, self.counts = place, calls, random, counts
        self.again: list[tuple[float, int, int]] = []
        self.later: dict[int, tuple[float, bool]] = {}  # when calls that were late have ended, and whether they failed
        self.which: Numbers = np.zeros(0, dtype=np.int32)

    def serves(self, sent_by_call: list[Array]) -> tuple[Array, Mask]:
        """When each call has ended, whether answered or given up, and whether it failed. Empties the list."""
        place, sizes = self.place, [len(each) for each in sent_by_call]
        for call, size in zip(self.calls, sizes, strict=True):
            call.guard.calls += size
        sent = np.concatenate(sent_by_call)
        sent_by_call.clear()
        order = np.argsort(sent, kind="stable")
        sent, self.which = sent[order], np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)[order]
        typed = [(call.node.size, call.node.copying_s, call.wire_s, call.timeout_s) for call in self.calls]
        sized, copying, wires, patience = np.array(typed).T
        for first in range(0, len(sent), AT_ONCE):
            part = slice(first, first + AT_ONCE)
            kind = self.which[part]
            came, own = sent[part] + wires[kind], place.draw.many(len(kind)) * sized[kind]
            answer = own + copying[kind]
            latest = sent[part] + patience[kind] - answer
            held = None if place.is_endless else place.held_by_all(own, sized[kind])
            begins = self._begins(came, held, latest, first)
            self.counts(len(kind))
            place.counts_all(came, begins, held)
            sent[part] = begins + answer
        while self.again:
            self._tries_again()
        failed = np.zeros(len(sent), dtype=bool)
        for position, (end, is_lost) in self.later.items():
            sent[position], failed[position] = end, is_lost
        ends, lost = np.empty_like(sent), np.empty_like(failed)
        ends[order], lost[order] = sent, failed
        return ends, lost

    def _begins(self, came: Array, held: Array | None, latest: Array, first: int) -> Array:
        """When calls begin to be served. One that begins after its `latest` moment is answered too late."""
        if held is None:
            for number in np.flatnonzero(came > latest).tolist():
                self._is_late(first + number, float(came[number]), 1)
            return came
        free, again, found = self.place.lanes[0].free_at, self.again, array("d")
        add, replace = found.append, heapreplace
        for arrives, holds, last in zip(came.tolist(), held.tolist(), latest.tolist(), strict=True):
            while again and again[0][0] < arrives:
                self._tries_again()
            begins = free[0]
            if begins < arrives:
                begins = arrives
            replace(free, begins + holds)
            if begins > last:
                self._is_late(first + len(found), arrives, 1)
            add(begins)
        return np.array(found)

    def _is_late(self, position: int, arrived: float, tries: int) -> None:
        """Its caller gives up, and tries again, at once or after a pause, or not any more."""
        call = self.calls[self.which[position]]
        given_up = arrived - call.wire_s + call.timeout_s
        call.guard.timed_out += 1
        if tries > call.retries:
            self.later[position] = given_up, True
            return
        call.guard.retried += 1
        if call.backoff_s > 0:
            given_up += float(self.random.random()) * call.backoff_s * 2.0 ** (tries - 1)
        heappush(self.again, (given_up + call.wire_s, position, tries))

    def _tries_again(self) -> None:
        arrives, position, tries = heappop(self.again)
        call = self.calls[self.which[position]]
        call.guard.calls += 1
        self.counts(1)
        ends = self.place.passes(call.node, arrives)
        if ends > arrives - call.wire_s + call.timeout_s:
            self._is_late(position, arrives, tries + 1)
        else:
            self.later[position] = ends, False
