"""How long an operation takes at its peak, from what each component and connection on its way takes.

A component waits first (see waiting.py) and then serves; service times are exponential around the latency that the
design gives, unless their variation or a range (a 90 % interval) is given. Arrows of one component are followed one
after another, those drawn as parallel at once; the calls of one arrow that fans out run at once, so the slowest of them
counts. What lies behind a queue or an asynchronous arrow is not waited for. Means are added up; percentiles come from
seeded draws, with their error. Of many calls at once the slowest lies beyond most draws: there the tail goes on as an
exponential one with the mean excess of the draws' highest twentieth, and its error is counted.

A call that is not answered within its time-out costs that time and is tried again as the arrow says; a request that
fails for good is left out of means and percentiles, which are of those that are answered. Who holds a thread
(`concurrency`) while it waits keeps others waiting for one (see settling.py).

Where nothing says how requests are spread over instances, the time lies between that of one queue for all of them
and that of a queue for each, chosen at random: both are given.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from calculators.engine.quantities import Z_90, Spread
from designs.analysis import values
from designs.analysis.flow import CHOOSING, FlowHop, Group, OperationFlow
from designs.analysis.load import crossing, writes_to
from designs.analysis.model import Model
from designs.analysis.patience import Mask, patience_of, tried
from designs.analysis.service_times import mean_and_spread, service_time, variation_of
from designs.analysis.waiting import Waiting, waiting_of
from designs.analysis.working import Measured, Step
from designs.document.diagram import Balancing

Samples = npt.NDArray[np.float64]
# So many draws first, and more while a target lies within their error.
DRAWS = 400
MORE_DRAWS = (4_000, 60_000)
FAN_DRAWS = 200_000
FAR_QUANTILE = 0.995  # beyond it, and for calls made at once, few draws say nothing
TAIL_SHARE = 0.05
SEED = 11
NO_WAIT = Waiting()
LEAST_WAITING = 0.01  # where nobody is likely to wait in any draw, no waits are drawn
ROUND_TRIP = "datacentre-round-trip"
LEAST_DIFFERENCE = 0.01  # waits that differ by less of the service time need no second figure


@dataclass(frozen=True)
class OwnTime:
    """Seconds at one component: a share `waiting` waits for exp(`spare_per_s`), then everybody is served.

    `service_s` is the mean, `variation` the deviation over it where no range is given; `entry` is the wait for a
    thread.
    """

    service_s: float
    spread: Spread | None = None
    waiting: float = 0.0
    spare_per_s: float = math.inf
    missing: str = ""
    variation: float = 1.0
    entry: Waiting = NO_WAIT

    @property
    def wait_s(self) -> float:
        """For a thread, and then for a server."""
        if self.waiting <= 0:
            return self.entry.mean_s
        return self.entry.mean_s + (self.waiting / self.spare_per_s if self.spare_per_s > 0 else math.inf)

    @property
    def mean_s(self) -> float:
        return self.service_s + self.wait_s

    def drawn(self, random: np.random.Generator, size: int) -> Samples:
        served = self._served(random, size)
        for share, per_s in ((self.waiting, self.spare_per_s), (self.entry.share, self.entry.per_s)):
            if share > 0 and per_s <= 0:
                return np.full(size, math.inf)
            if share * size > LEAST_WAITING:
                waits = random.random(size) < share
                served = served + waits * random.standard_exponential(size) / per_s
        return served

    def _served(self, random: np.random.Generator, size: int) -> Samples:
        if self.spread is not None:
            return spread_over(self.spread, random.standard_normal(size))
        if self.variation == 1.0:
            return random.standard_exponential(size) * self.service_s
        if self.variation <= 0.0:
            return np.full(size, self.service_s)
        shape = 1.0 / self.variation**2
        return random.standard_gamma(shape, size) * (self.service_s / shape)


@dataclass(frozen=True)
class WireTime:
    """Mean seconds on one connection, there and back."""

    mean_s: float
    spread: Spread | None = None
    source: str = ""
    missing: str = ""


@dataclass(frozen=True)
class Times:
    """Of all components and connections that some flow uses; writes at a store wait for arrows in `waited_for`.

    `copying_s` is what a write waits for the other copies of a store that is one component. `worst` are the times when
    requests are spread at random where nothing says how, `least` those that are certain: constant service, and no
    waits where the latency is not known.
    """

    own: Mapping[str, OwnTime]
    wires: Mapping[str, WireTime]
    waited_for: Mapping[str, list[str]]
    copying_s: Mapping[str, float] = field(default_factory=dict)
    worst: Times | None = None
    certain: Callable[[], Mapping[str, OwnTime]] | None = None
    unspread: tuple[str, ...] = ()
    drawn: dict[tuple[str, int], Samples] = field(default_factory=dict, compare=False)

    @cached_property
    def least(self) -> Times:
        """Only what is certain."""
        own = self.own if self.certain is None else self.certain()
        return replace(self, own=own, worst=None, certain=None, unspread=(), drawn={})

    def samples(self, component: str, size: int) -> Samples:
        """Draws of a component's own time: the same whoever asks first."""
        key = component, size
        if key not in self.drawn:
            if size <= DRAWS:
                random = np.random.default_rng((SEED, size))
                self.drawn.update({(each, size): own.drawn(random, size) for each, own in self.own.items()})
            else:
                position = list(self.own).index(component)
                self.drawn[key] = self.own[component].drawn(np.random.default_rng((SEED, size, position)), size)
        return self.drawn[key]


def times_of(model: Model) -> Times:
    used = dict.fromkeys(each for flow in model.flows.values() if not flow.problem for each in flow.components)
    followers = [target for each in used for target in model.graph.followers.get(each, ())]
    used.update(dict.fromkeys(followers))
    own = {each: _own(model, each) for each in used}
    waited_for: dict[str, list[str]] = {}
    for key, connection in model.graph.connections.items():
        if connection.kind == "replication" and connection.synchronous:
            waited_for.setdefault(connection.source, []).append(key)
    taken = dict.fromkeys(hop.connection for flow in model.flows.values() for hop in flow.hops)
    taken.update(dict.fromkeys(key for keys in waited_for.values() for key in keys))
    wires = {key: _wire(model, key) for key in taken}
    copying = {each: wait for each in used if (wait := _copying_inside(model, each)) > 0}
    unspread = tuple(each for each in used if _is_unspread(model, each))
    # A queue for each waits no longer than one server of the same capacity would (M/M/1): often that settles it.
    doubtful = [each for each in unspread if _longest_wait(model, each) > LEAST_DIFFERENCE * own[each].service_s]
    worst = {**own, **{each: _own(model, each, balancing="random") for each in doubtful}}
    differing = tuple(
        each for each in doubtful if worst[each].wait_s - own[each].wait_s > LEAST_DIFFERENCE * own[each].service_s
    )
    return Times(
        own,
        wires,
        waited_for,
        copying,
        Times(worst, wires, waited_for, copying) if differing else None,
        lambda: {each: _least(model, each, one) for each, one in own.items()},
        differing,
    )


def _longest_wait(model: Model, each: str) -> float:
    load = model.loads.components[each]
    used = load.utilisation or 0.0
    if load.capacity is None or used >= 1:
        return math.inf
    stretch = max(1.0, (1 + variation_of(model.graph.components[each]) ** 2) / 2)
    return used / (1 - used) / load.capacity.value * stretch


def _is_unspread(model: Model, each: str) -> bool:
    load = model.loads.components[each]
    return load.burden.stations > 1 and load.capacity is not None and not model.graph.components[each].balancing


def _own(model: Model, each: str, *, balancing: Balancing = "", arriving: float | None = None) -> OwnTime:
    component, load = model.graph.components[each], model.loads.components[each]
    if component.kind == "client":
        return OwnTime(0.0)
    served = service_time(component)
    variation = 1.0 if served is None else served.variation
    waiting = waiting_of(load, component.balancing or balancing, variation, arriving)
    if served is not None:
        return OwnTime(served.mean_s, served.spread, waiting.share, waiting.per_s, variation=variation)
    # A server that serves C a second takes 1/C when it works on one at a time, and longer when on several.
    least = 0.0 if load.capacity is None else 1.0 / load.capacity.value
    missing = f"the latency of {model.graph.name(each)}"
    return OwnTime(least, None, waiting.share, waiting.per_s, missing)


def _least(model: Model, each: str, own: OwnTime) -> OwnTime:
    """What it takes at the least, whatever the distribution of its service time, where none was given."""
    served = service_time(model.graph.components[each])
    if served is None:
        return replace(own, variation=0.0, waiting=0.0, spare_per_s=math.inf)
    if not served.is_assumed:
        return own
    load = model.loads.components[each]
    waiting = waiting_of(load, model.graph.components[each].balancing, 0.0)
    return replace(own, variation=0.0, waiting=waiting.share, spare_per_s=waiting.per_s)


def _copying_inside(model: Model, each: str) -> float:
    """What a write waits for the other copies of a store drawn as one box: a round trip, and their own time."""
    component = model.graph.components[each]
    if component.copies == 1 or component.replication not in ("synchronous", "quorum"):
        return 0.0
    trip = model.figures[ROUND_TRIP].latest.middle if ROUND_TRIP in model.figures.by_id else 0.0
    served = service_time(component)
    return trip + (served.mean_s if served is not None else 0.0)


def _wire(model: Model, key: str) -> WireTime:
    graph = model.graph
    connection = graph.connections[key]
    if (typed := mean_and_spread(connection.latency)) is not None:
        return WireTime(*typed, source="as given in the design")
    if graph.components[connection.source].kind == "client":
        return WireTime(0.0, source="not given, so time counts from where requests arrive")
    if crossing(graph, key) == "region" or ROUND_TRIP not in model.figures.by_id:
        return WireTime(0.0, missing=f"the latency of {graph.name(key)}")
    newest = model.figures[ROUND_TRIP].latest
    return WireTime(newest.middle, source=str(newest.source))


def latency(
    model: Model, times: Times, operation: str, quantile: float | None = None, *, draws: int = DRAWS
) -> Measured:
    """Mean seconds at peak, or the time that a share `quantile` of requests does not exceed."""
    flow = model.flows[operation]
    if flow.problem:
        return Measured(None, missing=(flow.problem,))
    return _measured(model, times, flow, quantile, draws, model.doubts_of(flow))


def _measured(
    model: Model, times: Times, flow: OperationFlow, quantile: float | None, draws: int, doubts: Sequence[str]
) -> Measured:
    order = flow.callees_first
    if order is None:
        return Measured(None, missing=("a way to add up times in a circle of calls",))
    missing = (*_missing(times, flow), *doubts)
    full = [each for each in flow.visits if flow.visits[each] > 0 and times.own[each].wait_s == math.inf]
    if full and not is_cut_short(model, flow):
        words = f"{model.graph.names(full)} {'is' if len(full) == 1 else 'are'} asked for more than served at peak"
        last = Step("Wait", words, "grows without end")
        return Measured(math.inf, work=lambda: [*_steps(model, times, flow), last])
    if missing:
        # Only what is certain counts towards a lower bound.
        value, error, used = _reckoned(model, times.least, flow, order, quantile, draws)
        last = _last_step(value, error, quantile, used, "with constant service times")
        return Measured(value, missing, "at least", error, work=lambda: [*_steps(model, times, flow), last])
    value, error, used = _reckoned(model, times, flow, order, quantile, draws)
    last = _last_step(value, error, quantile, used)
    unspread = [each for each in times.unspread if flow.visits.get(each, 0.0) > 0]
    if times.worst is None or not unspread:
        return Measured(value, (), "exact", error, work=lambda: [*_steps(model, times, flow), last])
    upper, more, used = _reckoned(model, times.worst, flow, order, quantile, draws)
    if upper - value <= max(error, more):
        # It makes no difference that can be told: the worse of the two holds.
        value, error = max(value, upper), max(error, more)
        return Measured(value, (), "exact", error, work=lambda: [*_steps(model, times, flow), last])
    spreads = [
        f"how requests are spread over the instances of {model.graph.name(each)} (balancing)" for each in unspread
    ]
    steps = [last, _last_step(upper, more, quantile, used, "each instance with a queue of its own, chosen at random")]
    return Measured(
        value, tuple(spreads), "exact", max(error, more), upper, lambda: [*_steps(model, times, flow), *steps]
    )


def _reckoned(
    model: Model, times: Times, flow: OperationFlow, order: Sequence[str], quantile: float | None, draws: int
) -> tuple[float, float, int]:
    """Value, error, and draws used (none for a mean that is a sum)."""
    at_once = any(hop.multiplier > 1 for hop in flow.hops if not hop.is_later)
    at_once = at_once or any(group.is_parallel for groups in flow.groups.values() for group in groups)
    if is_cut_short(model, flow):
        draws = max(draws, MORE_DRAWS[0])
    elif quantile is None and not at_once:
        return _mean(model, times, flow, order), 0.0, 0
    if at_once or (quantile or 0.0) > FAR_QUANTILE:
        draws = max(draws, FAN_DRAWS if at_once else MORE_DRAWS[-1])
    tail = Tail(1.0 - (quantile or 0.5))
    drawn = drawn_of(model, times, flow, order, draws, tail)
    answered = drawn.answered
    if not len(answered) or (math.isinf(float(answered.max())) and quantile is None):
        return math.inf, 0.0, draws
    value, error = _estimated(answered, quantile)
    return value, error + tail.error_s, draws


def is_cut_short(model: Model, flow: OperationFlow) -> bool:
    """Whether somebody on the way waits only so long."""
    return any(
        not hop.is_later and math.isfinite(patience_of(model.graph.connections[hop.connection]).timeout_s)
        for hop in flow.hops
    )


@dataclass
class Tail:
    """The error that unseen tails add where the slowest of many calls counts; a share lies `beyond`."""

    beyond: float
    error_s: float = 0.0


def _last_step(value: float, error: float, quantile: float | None, draws: int, words: str = "") -> Step:
    if not draws:
        return Step("Mean", ", ".join(filter(None, ("the sum of all that", words))), values.said_seconds(value))
    label = "Mean" if quantile is None else f"{quantile * 100:g} % of requests"
    told = f"{values.said_seconds(value)} ± {values.said_seconds(error).removeprefix('about ')}"
    return Step(label, ", ".join(filter(None, (f"from {draws:,} seeded draws", words))), told)


def delivery(model: Model, times: Times, operation: str, quantile: float = 0.99, *, draws: int = DRAWS) -> Measured:
    """Seconds until the work behind queues is done too, for a share `quantile` of requests that come at the peak."""
    flow = model.flows[operation]
    if flow.problem:
        return Measured(None, missing=(flow.problem,))
    behind = [each for each, visits in flow.later_visits.items() if visits > 0]
    if not behind:
        return Measured(None, missing=(f"work of {model.operation_name(operation)} behind a queue",))
    growing = [each for each in behind if (model.loads.components[each].backlog_per_s or 0.0) > 0]
    if growing:
        load = model.loads.components[growing[0]]
        words = f"what waits for it grows by {values.said_rate(load.backlog_per_s or 0.0)} as long as the peak lasts"
        return Measured(math.inf, work=lambda: [Step(model.graph.name(growing[0]), words, "without end")])
    whole = replace(
        flow,
        hops=tuple(replace(hop, is_later=False) for hop in flow.hops),
        groups={
            each: tuple(
                Group("all", tuple(replace(hop, is_later=False) for hop in group.hops))
                if group.mode == "later"
                else group
                for group in groups
            )
            for each, groups in flow.groups.items()
        },
        visits={each: flow.visits.get(each, 0.0) + flow.later_visits.get(each, 0.0) for each in flow.visits},
        calls={each: flow.calls.get(each, 0.0) + flow.later_calls.get(each, 0.0) for each in flow.calls},
    )
    peaks = dict(times.own)
    for each in behind:
        load = model.loads.components[each]
        peaks[each] = _own(model, each, arriving=load.busiest + load.held_back * load.burden.read)
    at_peak = replace(
        times,
        own=peaks,
        worst=None,
        unspread=(),
        drawn={},
        certain=lambda: {each: _least(model, each, own) for each, own in peaks.items()},
    )
    return _measured(model, at_peak, whole, quantile, draws, model.doubts_of(flow))


def _estimated(drawn: Samples, quantile: float | None) -> tuple[float, float]:
    """The mean or the quantile, and half of its 95 % interval (for a quantile by order statistics)."""
    size = len(drawn)
    if quantile is None:
        return float(drawn.mean()), 1.96 * float(drawn.std()) / math.sqrt(size)
    ordered = np.sort(drawn)
    spread = 1.96 * math.sqrt(quantile * (1 - quantile) / size)
    low, middle, high = np.interp(
        [max(quantile - spread, 0.0), quantile, min(quantile + spread, 1.0)], np.linspace(0, 1, size), ordered
    )
    return float(middle), float(max(high - middle, middle - low))


def _missing(times: Times, flow: OperationFlow) -> tuple[str, ...]:
    lacking = [times.own[each].missing for each, visits in flow.visits.items() if visits > 0]
    lacking += [times.wires[hop.connection].missing for hop in flow.hops if not hop.is_later and _is_taken(flow, hop)]
    if not flow.is_read:
        lacking += [times.wires[key].missing for each in flow.visits for key in times.waited_for.get(each, ())]
    return tuple(dict.fromkeys(each for each in lacking if each))


def _is_taken(flow: OperationFlow, hop: FlowHop) -> bool:
    return hop.calls > 0 and flow.visits.get(hop.source, 0.0) > 0


def _steps(model: Model, times: Times, flow: OperationFlow) -> list[Step]:
    steps = []
    for each, visits in flow.visits.items():
        own = times.own[each]
        if visits <= 0 or model.graph.components[each].kind == "client":
            continue
        load = model.loads.components[each]
        parts = [f"serves in {values.said_seconds(own.service_s)}" if not own.missing else "service time not given"]
        if load.utilisation is not None and math.isfinite(own.wait_s):
            parts.append(f"waits {values.said_seconds(own.wait_s)} at {load.utilisation:.0%} of its capacity")
        parts.append(f"{visits:.3g} visits")
        total = own.mean_s * visits
        shown = values.said_seconds(total) if math.isfinite(total) else "without end"
        steps.append(Step(model.graph.name(each), ", ".join(parts), shown))
    for hop in flow.hops:
        wire, calls = times.wires[hop.connection], flow.calls.get(hop.connection, 0.0)
        if hop.is_later or not _is_taken(flow, hop) or wire.missing:
            continue
        fan = f", {hop.multiplier:.3g} at once" if hop.multiplier > 1 else f", {calls:.3g} times"
        working = f"{values.said_seconds(wire.mean_s)} ({wire.source}){fan}"
        once = wire.mean_s * (calls / hop.multiplier if hop.multiplier > 1 else calls)
        steps.append(Step(model.graph.name(hop.connection), working, values.said_seconds(once)))
    return steps


def _mean(model: Model, times: Times, flow: OperationFlow, order: Sequence[str]) -> float:
    means = residences(model, times, flow, order)
    return sum(means[entry] for entry in flow.entries) / len(flow.entries)


def residences(model: Model, times: Times, flow: OperationFlow, order: Sequence[str]) -> dict[str, float]:
    """Mean seconds that a request of this operation spends in each component, its calls to others included."""
    means: dict[str, float] = {}
    for each in order:
        total = visit_s(model, times, flow, each)
        for group in flow.groups.get(each, ()):
            for hop in _now(group):
                tries = model.attempts.get(hop.connection, 1.0)
                total += hop.calls * tries * (times.wires[hop.connection].mean_s + means[hop.target])
        means[each] = total
    return means


def visit_s(model: Model, times: Times, flow: OperationFlow, component: str) -> float:
    """Mean seconds of a visit by itself: waiting, serving, and a write's wait for other copies."""
    return _own_for(times, flow, component).mean_s + _copying(model, times, flow, component)


def _own_for(times: Times, flow: OperationFlow, component: str) -> OwnTime:
    """A component's own time, with the service time that was typed for this operation."""
    own, typed = times.own[component], flow.service_s.get(component)
    return own if typed is None else replace(own, service_s=typed, spread=None, missing="")


def _copying(model: Model, times: Times, flow: OperationFlow, store: str) -> float:
    """What a write waits for its synchronous followers, the slowest of them."""
    if flow.is_read:
        return 0.0
    graph = model.graph
    if store in times.copying_s and writes_to(flow, graph.components[store]):
        return times.copying_s[store]
    waits = [
        times.wires[key].mean_s + times.own[graph.connections[key].target].mean_s
        for key in times.waited_for.get(store, ())
    ]
    return max(waits, default=0.0)


def _now(group: Group) -> list[FlowHop]:
    return [] if group.mode == "later" else [hop for hop in group.hops if hop.calls > 0]


@dataclass
class Drawn:
    """Draws of an operation: times inside each component with all its calls, who failed there, and, by arrow, the share
    of tries that fail."""

    entries: tuple[str, ...]
    times: dict[str, Samples] = field(default_factory=dict)
    failed: dict[str, Mask] = field(default_factory=dict)
    failing: dict[str, float] = field(default_factory=dict)

    @property
    def answered(self) -> Samples:
        """How long those requests took that did not fail."""
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


def drawn_of(model: Model, times: Times, flow: OperationFlow, order: Sequence[str], size: int, tail: Tail) -> Drawn:
    """Draws of the whole operation; each arrow takes its own draws of what it calls. `tail` takes up their error."""
    random = np.random.default_rng((SEED, size))
    found = Drawn(flow.entries)
    asked: dict[str, int] = {}
    has_patience = is_cut_short(model, flow)
    for each in order:
        own = (
            times.samples(each, size) if each not in flow.service_s else _own_for(times, flow, each).drawn(random, size)
        )
        total = own + _copying(model, times, flow, each)
        failed = np.zeros(size, dtype=bool) if has_patience else None
        chance = random.random(size) if flow.groups.get(each) else np.zeros(0)
        for group in flow.groups.get(each, ()):
            reached = 0.0
            at_once = np.zeros(size)
            before = failed
            for hop in _now(group):
                turn = asked[hop.target] = asked.get(hop.target, -1) + 1
                time, lost = _call(model, times, hop, found, (turn, has_patience), random, tail)
                share = min(hop.share * min(hop.multiplier, 1.0), 1.0)
                low = reached if group.mode in CHOOSING else 0.0
                reached += share
                if failed is not None and before is not None:
                    taken = (chance >= low) & (chance < low + share) & ~(before if group.is_parallel else failed)
                    time = np.where(taken, time, 0.0)
                    if not model.graph.connections[hop.connection].optional:
                        failed = failed | (taken & lost)
                elif share < 1.0:
                    time = time * ((chance >= low) & (chance < low + share))
                if group.is_parallel:
                    at_once = np.maximum(at_once, time)
                else:
                    total = total + time
            if group.is_parallel:
                total = total + at_once
        found.times[each] = total
        if failed is not None and failed.any():
            found.failed[each] = failed
    return found


def _call(
    model: Model,
    times: Times,
    hop: FlowHop,
    found: Drawn,
    turn: tuple[int, bool],
    random: np.random.Generator,
    tail: Tail,
) -> tuple[Samples, Mask]:
    """Draws of one call along an arrow with all its tries, the slowest of those made at once, and which of them failed.

    The first of `turn` tells calls of one target apart, the second whether anybody on the way gives up.
    """
    shift, has_patience = 7919 * turn[0], turn[1]
    answers = np.roll(found.times[hop.target], shift) if shift else found.times[hop.target]
    wire, size = times.wires[hop.connection], len(answers)
    time = answers + wire.mean_s
    if wire.spread is not None:
        time = answers + spread_over(wire.spread, random.standard_normal(size))
    lost = np.zeros(size, dtype=bool)
    longest = math.inf
    if has_patience:
        patience = patience_of(model.graph.connections[hop.connection])
        if hop.target in found.failed:
            lost = np.roll(found.failed[hop.target], shift)
        time, lost, found.failing[hop.connection] = tried(time, lost, patience, random)
        longest = patience.timeout_s * (1 + patience.retries)
    elif (again := model.attempts.get(hop.connection, 1.0) - 1.0) > 0:
        time = time + np.roll(time, 1) * (random.random(size) < again)
    if hop.multiplier > 1:
        share = float(lost.mean())
        if np.isfinite(time).all():
            time, error = slowest_of(time, hop.multiplier, random, tail.beyond)
            tail.error_s += error if math.isinf(longest) else 0.0
            time = np.minimum(time, longest)
        if share > 0:
            lost = random.random(size) < 1.0 - (1.0 - share) ** hop.multiplier
    return time, lost


def slowest_of(time: Samples, calls: float, random: np.random.Generator, above: float = 0.5) -> tuple[Samples, float]:
    """Draws of the slowest of so many calls, from draws of one, and the error that the tail adds to a quantile of which
    a share `above` lies above."""
    size = len(time)
    ordered = np.sort(time)
    beyond = -np.expm1(np.log(random.random(size)) / calls)  # the share of single calls that are slower still
    top = max(2, int(size * TAIL_SHARE))
    edge = float(ordered[size - top - 1])
    excess = float(ordered[size - top :].mean()) - edge
    found = np.interp(1.0 - beyond, (np.arange(size) + 0.5) / size, ordered)
    in_tail = beyond < top / size
    found = np.where(in_tail, edge + excess * np.log(top / size / np.maximum(beyond, 1e-300)), found)
    stretch = max(0.0, math.log(calls * top / size / above))
    return found, 1.96 * excess * (1.0 + stretch) / math.sqrt(top)


def spread_over(spread: Spread, normal: Samples) -> Samples:
    """Standard normal draws made into draws of a range, which is a 90 % interval."""
    if spread.shape == "lognormal":
        low, high = math.log(spread.low), math.log(spread.high)
        return np.asarray(np.exp((low + high) / 2 + (high - low) / (2 * Z_90) * normal))
    return np.maximum((spread.low + spread.high) / 2 + (spread.high - spread.low) / (2 * Z_90) * normal, 0.0)
