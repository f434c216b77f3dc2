"""How long an operation takes at its peak, from what each component and connection on its way takes.

A component waits first (M/M/c, as Erlang C has it) and then serves; service times are exponential around the latency
that the design gives, or spread as its range says (a 90 % interval). Arrows of one component are followed one after
another; the calls of one arrow that fans out run at once, so the slowest of them counts. What lies behind a queue or
an asynchronous arrow is not waited for. Means are added up; percentiles come from seeded draws, with their error.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from calculators.engine.quantities import Z_90, Spread
from designs.analysis import values
from designs.analysis.flows import FlowHop, Group, OperationFlow
from designs.analysis.load import ComponentLoad, crossing
from designs.analysis.model import Model
from designs.analysis.working import Bound, Measured, Step

Samples = npt.NDArray[np.float64]
# So many draws first, and more while a target lies within their error.
DRAWS = 400
MORE_DRAWS = (4_000, 60_000)
SEED = 11
LEAST_WAITING = 0.01  # where nobody is likely to wait in any draw, no waits are drawn
ROUND_TRIP = "datacentre-round-trip"


@dataclass(frozen=True)
class OwnTime:
    """Seconds at one component: a share `waiting` waits for exp(`spare_per_s`), then everybody is served.

    `service_s` is the mean.
    """

    service_s: float
    spread: Spread | None = None
    waiting: float = 0.0
    spare_per_s: float = math.inf
    missing: str = ""

    @property
    def wait_s(self) -> float:
        return self.waiting / self.spare_per_s if self.spare_per_s > 0 else math.inf

    @property
    def mean_s(self) -> float:
        return self.service_s + self.wait_s

    def drawn(self, random: np.random.Generator, size: int) -> Samples:
        served = random.standard_exponential(size) if self.spread is None else random.standard_normal(size)
        served = served * self.service_s if self.spread is None else spread_over(self.spread, served)
        if (
            self.waiting * size > LEAST_WAITING and self.spare_per_s > 0
        ):  # a saturated one is drawn only where nobody waits for it
            waits = random.random(size) < self.waiting
            served = served + waits * random.standard_exponential(size) / self.spare_per_s
        return served


@dataclass(frozen=True)
class WireTime:
    """Mean seconds on one connection, there and back."""

    mean_s: float
    spread: Spread | None = None
    source: str = ""
    missing: str = ""


@dataclass(frozen=True)
class Times:
    """Of all components and connections that some flow uses; writes at a store wait for arrows in `waited_for`."""

    own: Mapping[str, OwnTime]
    wires: Mapping[str, WireTime]
    waited_for: Mapping[str, list[str]]
    drawn: dict[tuple[str, int], Samples] = field(default_factory=dict, compare=False)

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
    loads = model.loads.components
    own = {each: _own(model, each, *_waiting(loads[each])) for each in used}
    waited_for: dict[str, list[str]] = {}
    for key, connection in model.graph.connections.items():
        if connection.kind == "replication" and connection.synchronous:
            waited_for.setdefault(connection.source, []).append(key)
    taken = dict.fromkeys(hop.connection for flow in model.flows.values() for hop in flow.hops)
    taken.update(dict.fromkeys(key for keys in waited_for.values() for key in keys))
    return Times(own, {key: _wire(model, key) for key in taken}, waited_for)


def _waiting(load: ComponentLoad) -> tuple[float, float]:
    """The share of requests that wait, and the spare rate; of M/M/c the mean wait is one over the other."""
    if load.total_capacity is None or load.mean_wait_s is None:
        return 0.0, math.inf
    spare = max(load.total_capacity - load.peak, 0.0)
    return (load.mean_wait_s * spare, spare) if spare > 0 else (1.0, 0.0)


def _own(model: Model, each: str, waiting: float, spare: float) -> OwnTime:
    component = model.graph.components[each]
    if component.kind == "client":
        return OwnTime(0.0)
    if (typed := _typed(component.latency)) is not None:
        return OwnTime(*typed, waiting, spare)
    # A replica that serves C a second takes 1/C when it works on one at a time, and longer when on several.
    capacity = model.loads.components[each].capacity
    least = 0.0 if capacity is None else 1.0 / capacity.value
    return OwnTime(least, None, waiting, spare, f"the latency of {model.graph.name(each)}")


def _typed(text: str) -> tuple[float, Spread | None] | None:
    """Mean and spread of a time as typed; the middle of a range is its median, and a skewed one has a higher mean."""
    middle, found = values.seconds(text), values.quantity(text)
    if middle is None or found is None:
        return None
    if found.spread is None or found.spread.shape == "normal":
        return middle, found.spread
    deviation = math.log(found.spread.high / found.spread.low) / (2 * Z_90)
    return middle * math.exp(deviation**2 / 2), found.spread


def _wire(model: Model, key: str) -> WireTime:
    graph = model.graph
    connection = graph.connections[key]
    if (typed := _typed(connection.latency)) is not None:
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
    order = flow.callees_first
    if order is None:
        return Measured(None, missing=("a way to add up times in a circle of calls",))
    missing = _missing(times, flow)
    full = [each for each in flow.visits if flow.visits[each] > 0 and times.own[each].wait_s == math.inf]
    if full:
        words = f"{model.graph.names(full)} {'is' if len(full) == 1 else 'are'} asked for more than served at peak"
        last = Step("Wait", words, "grows without end")
        return Measured(math.inf, work=lambda: [*_steps(model, times, flow), last])
    bound: Bound = "at least" if missing else "exact"
    if quantile is None and all(hop.multiplier <= 1 for hop in flow.hops):
        mean = _mean(model, times, flow, order)
        return Measured(mean, missing, bound, work=lambda: [*_steps(model, times, flow), _mean_step(mean)])
    drawn = _drawn(model, times, flow, order, draws)
    value, error = _estimated(drawn, quantile)
    return Measured(
        value,
        missing,
        bound,
        error,
        lambda: [*_steps(model, times, flow), _drawn_step(value, error, quantile, draws)],
    )


def _mean_step(mean: float) -> Step:
    return Step("Mean", "the sum of all that", values.said_seconds(mean))


def _drawn_step(value: float, error: float, quantile: float | None, draws: int) -> Step:
    label = "Mean" if quantile is None else f"{quantile:.0%} of requests"
    shown = f"{values.said_seconds(value)} ± {values.said_seconds(error).removeprefix('about ')}"
    return Step(label, f"from {draws:,} seeded draws", shown)


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
    means: dict[str, float] = {}
    for each in order:
        total = times.own[each].mean_s + _copying(model, times, flow, each)
        for group in flow.groups.get(each, ()):
            for hop in _now(group):
                tries = model.attempts.get(hop.connection, 1.0)
                total += hop.calls * tries * (times.wires[hop.connection].mean_s + means[hop.target])
        means[each] = total
    return sum(means[entry] for entry in flow.entries) / len(flow.entries)


def _copying(model: Model, times: Times, flow: OperationFlow, store: str) -> float:
    """What a write waits for its synchronous followers, the slowest of them."""
    if flow.is_read:
        return 0.0
    graph = model.graph
    waits = [
        times.wires[key].mean_s + times.own[graph.connections[key].target].mean_s
        for key in times.waited_for.get(store, ())
    ]
    return max(waits, default=0.0)


def _now(group: Group) -> list[FlowHop]:
    return [] if group.mode == "later" else [hop for hop in group.hops if hop.calls > 0]


def _drawn(model: Model, times: Times, flow: OperationFlow, order: Sequence[str], size: int) -> Samples:
    """Draws of the whole operation; each arrow takes its own draws of what it calls."""
    random = np.random.default_rng((SEED, size))
    answers: dict[str, Samples] = {}
    asked: dict[str, int] = {}
    for each in order:
        total = times.samples(each, size) + _copying(model, times, flow, each)
        chance = random.random(size) if flow.groups.get(each) else np.zeros(0)
        for group in flow.groups.get(each, ()):
            reached = 0.0
            for hop in _now(group):
                turn = asked[hop.target] = asked.get(hop.target, -1) + 1
                taken = np.roll(answers[hop.target], 7919 * turn) if turn else answers[hop.target]
                time = _call(model, times, hop, taken, random)
                share = min(hop.share * min(hop.multiplier, 1.0), 1.0)
                low = reached if group.mode == "any" else 0.0
                reached += share
                if share < 1.0:
                    time = time * ((chance >= low) & (chance < low + share))
                total = total + time
        answers[each] = total
    entries = [answers[entry] for entry in flow.entries]
    return entries[0] if len(entries) == 1 else np.concatenate(entries)


def _call(model: Model, times: Times, hop: FlowHop, answers: Samples, random: np.random.Generator) -> Samples:
    """Draws of one call along an arrow, tried again as often as it fails, the slowest of those made at once."""
    wire, size = times.wires[hop.connection], len(answers)
    time = answers + wire.mean_s
    if wire.spread is not None:
        time = answers + spread_over(wire.spread, random.standard_normal(size))
    again = model.attempts.get(hop.connection, 1.0) - 1.0
    if again > 0:
        time = time + np.roll(time, 1) * (random.random(size) < again)
    if hop.multiplier > 1:
        slowest = random.random(size) ** (1.0 / hop.multiplier)
        time = np.sort(time)[np.minimum((slowest * size).astype(np.int64), size - 1)]
    return time


def spread_over(spread: Spread, normal: Samples) -> Samples:
    """Standard normal draws made into draws of a range, which is a 90 % interval."""
    if spread.shape == "lognormal":
        low, high = math.log(spread.low), math.log(spread.high)
        return np.asarray(np.exp((low + high) / 2 + (high - low) / (2 * Z_90) * normal))
    return np.maximum((spread.low + spread.high) / 2 + (spread.high - spread.low) / (2 * Z_90) * normal, 0.0)
