"""How long an operation takes at its peak, from the times of each component and connection on its way.

A component waits first (see waiting.py) and then serves; service times are exponential around the latency that the
design gives, unless their variation or a range (a 90 % interval) is given. Arrows of one component are followed one
after another, those drawn as parallel at once; the calls of one arrow that fans out run at once, so the slowest of them
counts. Callers do not wait for work behind a queue or an asynchronous arrow. Means are added up; percentiles come from
seeded draws, with their error. The slowest of many calls lies beyond most draws: beyond the highest twentieth of the
draws the tail is taken as exponential with their mean excess, and its error is counted.

A call that is not answered within its timeout costs that time and is tried again as the arrow says; a mean
is of answered requests, so a request that fails for good is left out; where more requests fail than may lie above a
percentile, that is infinite. A request that holds a thread (`concurrency`) while it waits makes others wait for one
(see settling.py).

Where nothing says how requests are spread over instances, the time lies between that of one queue for all of them
and that of a queue for each, chosen at random: both are given.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from designs.analysis import values
from designs.analysis.draws import Tail, drawn_of, is_cut_short, now_of
from designs.analysis.flow import FlowHop, Group, OperationFlow
from designs.analysis.model import Model
from designs.analysis.times import DRAWS, Samples, Times, copying, least_of, own_for, own_of
from designs.analysis.working import Measured, Step

# The first number of draws; more are made while a target lies within the error.
MORE_DRAWS = (4_000, 60_000)
FAN_DRAWS = 200_000
FAR_QUANTILE = 0.995  # beyond this quantile, and for calls made at once, few draws say nothing


def latency(
    model: Model, times: Times, operation: str, quantile: float | None = None, *, draws: int = DRAWS
) -> Measured:
    """Mean seconds at peak, or the quantile: the time that a share `quantile` of requests does not exceed."""
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
        # Only what is known counts towards a lower bound.
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
        # The difference is within the error: the worse of the two counts.
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
    """Value, error, and number of draws used (none for a mean that is a sum).

    A percentile is of all requests: where more of them fail than lie above it, it is no time at all. A mean is of those
    that are answered.
    """
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
    if quantile is not None and drawn.share_failed - drawn.error_failed > 1.0 - quantile:
        return math.inf, 0.0, draws
    value, error = _estimated(answered, quantile)
    return value, error + tail.error_s, draws


def _last_step(value: float, error: float, quantile: float | None, draws: int, words: str = "") -> Step:
    if not draws:
        return Step("Mean", ", ".join(filter(None, ("the sum of all that", words))), values.said_seconds(value))
    label = "Mean" if quantile is None else f"{quantile * 100:g} % of requests"
    if math.isinf(value) and quantile is not None:
        return Step(label, f"more than {(1.0 - quantile) * 100:.3g} % of requests get no answer in time", "without end")
    told = f"{values.said_seconds(value)} ± {values.said_seconds(error).removeprefix('about ')}"
    return Step(label, ", ".join(filter(None, (f"from {draws:,} seeded draws", words))), told)


def delivery(model: Model, times: Times, operation: str, quantile: float = 0.99, *, draws: int = DRAWS) -> Measured:
    """Seconds until the work behind queues is also done, for a share `quantile` of requests that arrive at the peak."""
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
        peaks[each] = own_of(model, each, arriving=load.busiest + load.held_back * load.burden.read)
    at_peak = replace(
        times,
        own=peaks,
        worst=None,
        unspread=(),
        drawn={},
        certain=lambda: {each: least_of(model, each, own) for each, own in peaks.items()},
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
    if not math.isfinite(middle):
        return math.inf, 0.0
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
        parts.append("1 visit" if visits == 1 else f"{visits:.3g} visits")
        total = own.mean_s * visits
        shown = values.said_seconds(total) if math.isfinite(total) else "without end"
        steps.append(Step(model.graph.name(each), ", ".join(parts), shown))
    for hop in flow.hops:
        wire, calls = times.wires[hop.connection], flow.calls.get(hop.connection, 0.0)
        if hop.is_later or not _is_taken(flow, hop) or wire.missing:
            continue
        fan = (
            f", {hop.multiplier:.3g} at once"
            if hop.multiplier > 1
            else f", {calls:.3g} times"
            if calls != 1
            else ", once"
        )
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
            for hop in now_of(group):
                tries = model.attempts.get(hop.connection, 1.0)
                total += hop.calls * tries * (times.wires[hop.connection].mean_s + means[hop.target])
        means[each] = total
    return means


def visit_s(model: Model, times: Times, flow: OperationFlow, component: str) -> float:
    """Mean seconds of a visit alone: waiting, serving, and a write's wait for other copies."""
    return own_for(times, flow, component).mean_s + copying(model, times, flow, component)
