"""Draws of whole operations: each component's own time, and the calls that it makes.

Arrows of one component are followed one after another, those drawn as parallel at the same time. The calls of one arrow
that fans out also run at the same time, so the slowest of them counts. The slowest of many calls lies beyond most
draws: beyond the highest twentieth of the draws the tail is taken as exponential with their mean excess, and its error
is counted.

A call that is not answered within its timeout costs that time and is tried again as the arrow says (see patience.py).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from designs.analysis.flow import CHOOSING, FlowHop, Group, OperationFlow
from designs.analysis.model import Model
from designs.analysis.patience import Mask, Tries, patience_of, tried
from designs.analysis.times import SEED, Samples, Times, copying, own_for, spread_over

TAIL_SHARE = 0.05
FAR_SHARE = 0.025  # of the draws of one call, from which a timeout beyond all of them is judged
BATCH_ERROR = 0.04  # of the slowest of a batch, in simulations of 3 to 100 calls at 1 to 100 servers
LEAST_FAILED = 1e-9  # a smaller share of failed requests counts as none
Z_95 = 1.96
SHIFT = 7_919  # offset of the draws, so that two calls of one target differ


@dataclass
class Tail:
    """The error from unseen tails where the slowest of many calls counts; `beyond` is the share in the tail."""

    beyond: float
    error_s: float = 0.0


@dataclass
class Drawn:
    """Draws of an operation: times inside each component with all its calls.

    Where a caller gives up, also the part of each time that is spent in queues, which requests failed, the fullest
    component on the way, and the tries of each arrow. `unseen` bounds the share of requests that fail where no draw
    does; `is_tried_again` tells that late calls are tried again.
    """

    entries: tuple[str, ...]
    times: dict[str, Samples] = field(default_factory=dict)
    waits: dict[str, Samples] = field(default_factory=dict)
    failed: dict[str, Mask] = field(default_factory=dict)
    fullest: dict[str, str] = field(default_factory=dict)
    tries: dict[str, Tries] = field(default_factory=dict)
    unseen: float = 0.0
    is_tried_again: bool = False

    @property
    def answered(self) -> Samples:
        """The times of the requests that did not fail."""
        found = [
            self.times[entry][~self.failed[entry]] if entry in self.failed else self.times[entry]
            for entry in self.entries
        ]
        return found[0] if len(found) == 1 else np.concatenate(found)

    @property
    def share_failed(self) -> float:
        return sum(float(self.failed[entry].mean()) for entry in self.entries if entry in self.failed) / len(
            self.entries
        )

    @property
    def error_failed(self) -> float:
        """Half of the 95 % interval of the share that failed (E. B. Wilson, 1927)."""
        share, size = self.share_failed, len(self.times[self.entries[0]])
        if share >= 1:
            return 0.0
        if share <= 0:
            return 0.0 if self.unseen < LEAST_FAILED else min(self.unseen, Z_95**2 / (size + Z_95**2))
        spread = share * (1.0 - share) / size + Z_95**2 / (4.0 * size**2)
        return Z_95 / (1.0 + Z_95**2 / size) * math.sqrt(spread)


def is_cut_short(model: Model, flow: OperationFlow) -> bool:
    """Whether a caller on the way has a timeout, or a component refuses requests or answers with errors."""
    failing = (*model.shedding, *model.erring)
    if failing and any(each in failing for each in flow.components):
        return True
    return bool(model.impatient) and any(not hop.is_later and hop.connection in model.impatient for hop in flow.hops)


def drawn_of(model: Model, times: Times, flow: OperationFlow, order: Sequence[str], size: int, tail: Tail) -> Drawn:
    """Draws of the whole operation; each arrow takes its own draws of its target. `tail` collects their error."""
    drawing = _Drawing(model, times, flow, size, tail)
    for each in order:
        drawing.add(each)
    return drawing.found


class _Drawing:
    """Draws components one by one, callees before their callers."""

    def __init__(self, model: Model, times: Times, flow: OperationFlow, size: int, tail: Tail) -> None:
        self.model, self.times, self.flow, self.size, self.tail = model, times, flow, size, tail
        self.random = np.random.default_rng((SEED, size))
        self.found = Drawn(flow.entries)
        self.asked: dict[str, int] = {}
        self.alone: dict[str, Samples] = {}
        self.has_patience = is_cut_short(model, flow)

    def add(self, each: str) -> None:
        self._spends(1.0)
        own = self.alone[each] = self.own(each)
        total = own + copying(self.model, self.times, self.flow, each)
        failed = np.zeros(self.size, dtype=bool)
        if (refused := self.times.own[each].refused) > 0:
            failed = self.random.random(self.size) < refused
            self._may_fail(each, refused, failed)
            total = np.where(failed, 0.0, total)
            self.found.waits[each] = np.where(failed, 0.0, self.found.waits[each])
        if (erring := self.model.erring.get(each, 0.0)) > 0:
            wrong = self.random.random(self.size) < erring
            self._may_fail(each, erring, wrong)
            failed = failed | wrong
        groups = self.flow.groups.get(each, ())
        chance = self.random.random(self.size) if groups else np.zeros(0)
        for group in groups:
            time, failed = self._group(each, group, chance, failed)
            total = total + time
        self.found.times[each] = total
        if self.has_patience and failed.any():
            self.found.failed[each] = failed

    def _spends(self, units: float) -> None:
        if self.model.effort is not None:
            self.model.effort.spend(units, self.size)

    def _may_fail(self, each: str, share: float, failed: Mask) -> None:
        if not failed.any():
            self.found.unseen += share * self.flow.visits.get(each, 0.0)

    def own(self, each: str) -> Samples:
        """The component's own time. Where a caller gives up, waits and service are kept apart."""
        if self.has_patience:
            one = own_for(self.times, self.flow, each)
            waits = one.waited(self.random, self.size)
            self.found.waits[each] = np.zeros(self.size) if waits is None else waits
            self.found.fullest[each] = each
            return np.asarray(one.served(self.random, self.size) + self.found.waits[each])
        if each in self.flow.service_s:
            return own_for(self.times, self.flow, each).drawn(self.random, self.size)
        return self.times.samples(each, self.size)

    def _group(self, each: str, group: Group, chance: Samples, failed: Mask) -> tuple[Samples, Mask]:
        """The combined time of the calls of a group, and which requests have failed by then."""
        reached, total, before = 0.0, np.zeros(self.size), failed
        for hop in now_of(group):
            time, lost = self._call(hop)
            share = min(hop.share * min(hop.multiplier, 1.0), 1.0)
            low = reached if group.mode in CHOOSING else 0.0
            reached += share
            if self.has_patience:
                taken = (chance >= low) & (chance < low + share) & ~(before if group.is_parallel else failed)
                time = np.where(taken, time, 0.0)
                self._waits_too(each, hop, taken)
                if not self.model.graph.connections[hop.connection].optional:
                    failed = failed | (taken & lost)
            elif share < 1.0:
                time = np.where((chance >= low) & (chance < low + share), time, 0.0)
            total = np.maximum(total, time) if group.is_parallel else total + time
        return total, failed

    def _call(self, hop: FlowHop) -> tuple[Samples, Mask]:
        """Draws of one call with all its tries, the slowest of the calls made at once, and which of them failed."""
        turn = self.asked[hop.target] = self.asked.get(hop.target, -1) + 1
        random, size, shift = self.random, self.size, SHIFT * turn
        answers = self.found.times[hop.target]
        answers = np.roll(answers, shift) if turn else answers
        wire = self.times.wires[hop.connection]
        time = answers + wire.mean_s
        if wire.spread is not None:
            time = answers + spread_over(wire.spread, random.standard_normal(size))
        lost, longest = np.zeros(size, dtype=bool), math.inf
        if self.has_patience:
            time, lost, longest = self._tried(hop, time, shift)
        elif (again := self.model.attempts.get(hop.connection, 1.0) - 1.0) > 0:
            time = time + np.where(random.random(size) < again, np.roll(time, 1), 0.0)
        if hop.multiplier > 1:
            share = float(lost.mean())
            crowd = self.times.own[hop.target].crowd
            if crowd is not None and not self.has_patience:
                # The calls share one queue: each is served separately, and the last one begins last.
                fresh = own_for(self.times, self.flow, hop.target).served(random, size)
                time = time - np.roll(self.alone[hop.target], shift) + fresh
                begins = crowd.until_last_begins(hop.multiplier, random, size)
                time, error = slowest_of(
                    time, min(hop.multiplier, crowd.servers / crowd.share), random, self.tail.beyond
                )
                time = time + begins
                self.tail.error_s += error + BATCH_ERROR * float(np.quantile(time, 1.0 - self.tail.beyond))
            elif np.isfinite(time).all():
                time, error = slowest_of(time, hop.multiplier, random, self.tail.beyond)
                self.tail.error_s += error if math.isinf(longest) else 0.0
                time = np.minimum(time, longest)
            if share > 0:
                lost = random.random(size) < 1.0 - (1.0 - share) ** hop.multiplier
        return time, lost

    def _tried(self, hop: FlowHop, time: Samples, shift: int) -> tuple[Samples, Mask, float]:
        """Times with all tries, which calls failed for good, and the longest time that a call can take."""
        found, patience = self.found, patience_of(self.model.graph.connections[hop.connection])
        lost = found.failed.get(hop.target)
        lost = np.zeros(self.size, dtype=bool) if lost is None else np.roll(lost, shift)
        load = self.model.loads.components[found.fullest[hop.target]]
        busy, servers = (0.0, math.inf) if load.utilisation is None else (load.utilisation, float(load.servers))
        # Calls that time out do so together with others, which try again as well.
        busy *= patience.tries(1.0) / self.model.attempts.get(hop.connection, 1.0)
        waits = np.roll(found.waits[hop.target], shift)
        refused = None
        if self.times.own[hop.target].refused > 0:
            refused = lost & (np.roll(found.times[hop.target], shift) <= 0)
        tries = tried(time, waits, lost, patience, self.random, busy=busy, servers=servers, refused=refused)
        found.tries[hop.connection] = tries
        self._spends(float(tries.count.max()))
        late = time > patience.timeout_s
        if late.any():
            found.is_tried_again = found.is_tried_again or patience.retries > 0
        elif math.isfinite(patience.timeout_s):
            found.unseen += self.flow.calls.get(hop.connection, 0.0) * _beyond(time, patience.timeout_s)
        return tries.took, tries.failed, patience.timeout_s * (1 + patience.retries)

    def _waits_too(self, caller: str, hop: FlowHop, taken: Mask) -> None:
        """Whether the caller also waits while the target waits."""
        found, loads = self.found, self.model.loads.components
        found.waits[caller] = found.waits[caller] + np.where(taken, found.waits[hop.target], 0.0)
        ends = (found.fullest[hop.target], found.fullest[caller])
        used = [loads[end].utilisation or 0.0 for end in ends]
        if used[0] > used[1]:
            found.fullest[caller] = ends[0]


def _beyond(time: Samples, limit: float) -> float:
    """The share of calls that take longer than a limit that no draw exceeds: their tail, taken twice as long."""
    top = max(2, int(len(time) * FAR_SHARE))
    highest = np.partition(time, len(time) - top)[-top:]
    edge = float(highest.min())
    excess = float(highest.mean()) - edge
    return top / len(time) * math.exp(-(limit - edge) / (2.0 * excess)) if excess > 0 else 0.0


def slowest_of(time: Samples, calls: float, random: np.random.Generator, above: float = 0.5) -> tuple[Samples, float]:
    """Draws of the slowest of several calls, from draws of one call.

    Also gives the error that the tail adds to the quantile that a share `above` exceeds.
    """
    size = len(time)
    ordered = np.sort(time)
    beyond = -np.expm1(np.log(random.random(size)) / calls)  # the share of single calls that are slower than that
    top = max(2, int(size * TAIL_SHARE))
    edge = float(ordered[size - top - 1])
    excess = float(ordered[size - top :].mean()) - edge
    found = np.interp(1.0 - beyond, (np.arange(size) + 0.5) / size, ordered)
    in_tail = beyond < top / size
    found = np.where(in_tail, edge + excess * np.log(top / size / np.maximum(beyond, 1e-300)), found)
    stretch = max(0.0, math.log(calls * top / size / above))
    return found, 1.96 * excess * (1.0 + stretch) / math.sqrt(top)


def now_of(group: Group) -> list[FlowHop]:
    return [] if group.mode == "later" else [hop for hop in group.hops if hop.calls > 0]
