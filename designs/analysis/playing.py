"""One request of an operation, hop by hop: with its rate, what a cache answers, and the time at each hop. PURE.

The hops are in the order in which they are made, each caller's calls one after another. Shares and calls multiply along
the way; times are means at the peak, added up as in `latency.residences`, so that the last hop ends at the mean that
the analysis gives. Where calls are made at the same time, a caller waits for the slowest, which takes longer than the
mean of one: after such calls no running time is shown, only the mean of the analysis.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from designs.analysis.caching import hit_ratio, keeps
from designs.analysis.flow import FlowHop, Mode, OperationFlow
from designs.analysis.graph import CACHES
from designs.analysis.latency import latency, residences, visit_s
from designs.analysis.model import Model
from designs.analysis.times import Times, times_of
from designs.analysis.working import Measured

MOST_HOPS = 120


@dataclass(frozen=True)
class PlayedHop:
    """One arrow that a request takes.

    `calls` are the calls along it for each request of the operation; rates are a second, None when the operation's is
    not known. `hit` is the share of these calls that a cache answers, None where the target is no cache for them.
    Seconds are None where a fact is `missing`, and infinite where requests wait without end; `arrives_s` counts from
    the entry of the request and includes the arrow itself.
    """

    connection: str
    source: str
    target: str
    mode: Mode
    calls: float
    at_once: float
    average: float | None
    peak: float | None
    hit: float | None
    is_hit_given: bool
    reason: str
    wire_s: float | None
    wait_s: float | None
    service_s: float | None
    arrives_s: float | None
    missing: tuple[str, ...] = ()

    @property
    def is_later(self) -> bool:
        return self.mode == "later"


@dataclass(frozen=True)
class Play:
    """`problem` says why there is nothing to play; `cut` that a request makes more hops than are shown."""

    operation: str
    entries: tuple[str, ...] = ()
    hops: tuple[PlayedHop, ...] = ()
    mean: Measured = field(default_factory=lambda: Measured(None))
    average: float | None = None
    peak: float | None = None
    is_proposed: bool = False
    cut: bool = False
    problem: str = ""


def play(model: Model, operation: str) -> Play:
    """The hops of one operation of the design."""
    flow, rate = model.flows[operation], model.loads.rates[operation]
    if flow.problem:
        return Play(operation, average=rate.average, peak=rate.peak, problem=flow.problem)
    if flow.callees_first is None:
        problem = "its requests go round in a circle, so that there is no order of hops"
        return Play(operation, average=rate.average, peak=rate.peak, problem=problem)
    walk = _Walk(model, flow, times_of(model))
    hops: list[PlayedHop] = []
    for hop in walk.hops():
        if len(hops) == MOST_HOPS:
            break
        hops.append(hop)
    else:
        walk.is_whole = True
    return Play(
        operation, flow.entries, tuple(hops), latency(model, walk.times, operation), rate.average, rate.peak,
        flow.is_proposed, not walk.is_whole,
    )  # fmt: skip


class _Walk:
    """Follows the calls of one operation depth first."""

    def __init__(self, model: Model, flow: OperationFlow, times: Times) -> None:
        self.model, self.flow, self.times = model, flow, times
        self.rate = model.loads.rates[flow.operation]
        self.is_whole = False
        self.means: Mapping[str, float] = residences(model, times, flow, flow.callees_first or ())

    def hops(self) -> Iterator[PlayedHop]:
        share = 1.0 / len(self.flow.entries)
        for entry in self.flow.entries:
            yield from self._from(entry, share, 0.0, (), is_behind=False)

    def _from(
        self, source: str, weight: float, arrived: float | None, above: tuple[str, ...], *, is_behind: bool
    ) -> Iterator[PlayedHop]:
        """The calls of one visit; `weight` are visits per request, `arrived` is when it begins.

        Work behind a queue that comes back to a component is shown once, without the work that it causes again.
        """
        own = self.times.own[source]
        clock = None if arrived is None or own.missing else arrived + visit_s(self.model, self.times, self.flow, source)
        for group in self.flow.groups.get(source, ()):
            is_later = group.mode == "later" or is_behind
            after = clock
            for hop in group.hops:
                if hop.calls <= 0:
                    continue
                tries = self.model.attempts.get(hop.connection, 1.0)
                mode: Mode = "later" if is_later else "optional" if hop.is_optional else group.mode
                played = self._played(hop, mode, weight * hop.calls * tries, None if is_later else clock)
                yield played
                if not (is_later and hop.target in (*above, source)):
                    yield from self._from(
                        hop.target, played.calls, played.arrives_s, (*above, source), is_behind=is_later
                    )
                if group.is_parallel or hop.multiplier > 1 or played.wire_s is None:
                    after = None
                elif after is not None:
                    after += hop.calls * tries * (played.wire_s + self.means[hop.target])
                if not group.is_parallel:
                    clock = clock if is_later else after
            clock = clock if is_later else after

    def _played(self, hop: FlowHop, mode: Mode, calls: float, begins: float | None) -> PlayedHop:
        model, rate = self.model, self.rate
        own, wire = self.times.own[hop.target], self.times.wires[hop.connection]
        component = model.graph.components[hop.target]
        is_asked = self.flow.is_read and component.kind in CACHES
        reads = model.document.api.operations[self.flow.operation].reads
        hit = None
        if is_asked:
            hit = hit_ratio(component) if keeps(component, tuple(reads)) else 0.0
        wire_s = None if wire.missing else wire.mean_s
        service = self.flow.service_s.get(hop.target, own.service_s)
        known = hop.target in self.flow.service_s or not own.missing
        missing = tuple(each for each in (wire.missing, "" if known else own.missing) if each)
        at_peak = rate.average if mode == "later" else rate.peak
        return PlayedHop(
            connection=hop.connection,
            source=hop.source,
            target=hop.target,
            mode=mode,
            calls=calls,
            at_once=hop.multiplier,
            average=None if rate.average is None else calls * rate.average,
            peak=None if at_peak is None else calls * at_peak,
            hit=hit,
            is_hit_given=bool(component.cache_hit_ratio or hit_ratio(component)),
            reason=hop.reason,
            wire_s=wire_s,
            wait_s=None if mode == "later" else own.wait_s,
            service_s=service if known else None,
            arrives_s=None if begins is None or wire_s is None or math.isinf(begins) else begins + wire_s,
            missing=missing,
        )
