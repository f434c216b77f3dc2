"""The value of each metric of a design, with its working and with what is missing to know it exactly.

Capacity is here; failures are in surviving.py, data in keeping.py, money in costs.py, time in latency.py.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from designs.analysis import keeping, surviving, values
from designs.analysis.costs import cost_per_month
from designs.analysis.flow import OperationFlow
from designs.analysis.model import CutOff, Model
from designs.analysis.settling import typed_rooms
from designs.analysis.values import SECONDS_PER_DAY
from designs.analysis.working import Bound, Measured, Step, shown

SECONDS_PER_YEAR = 365.25 * SECONDS_PER_DAY
MOST_YEARS = 100
DIVIDING = "how requests divide among the copies of"


def throughput(model: Model, operation: str) -> Measured:
    """Requests a second until the first component saturates: of one operation, or of all in today's proportions.

    Work behind a queue counts too: its workers must keep up in the long run.
    """
    loads = model.loads
    rates = {key: rate.peak for key, rate in loads.rates.items()}
    missing = [f"the rate of {model.operation_name(key)}" for key, rate in rates.items() if rate is None]
    if operation and model.flows[operation].problem:
        return Measured(None, missing=(model.flows[operation].problem,))
    flow = model.flows.get(operation)
    steps, least = list[Step](), math.inf
    for each, load in loads.components.items():
        if model.graph.components[each].kind == "client":
            continue
        visits = flow.visits.get(each, 0.0) + flow.copied_writes.get(each, 0.0) if flow else load.peak
        later = flow.later_visits.get(each, 0.0) if flow else 0.0
        if visits + later <= 0:
            continue
        name = model.graph.name(each)
        if load.capacity is None:
            missing.append(f"the capacity of {name}")
            continue
        if load.burden.copies_unknown and (load.reads > 0 if flow is None else flow.is_read):
            missing.append(f"{DIVIDING} {name} (replication, reads_from)")
        if flow is None:
            total = sum(rate for rate in rates.values() if rate)
            bears = load.capacity.value / load.busiest * total if load.busiest > 0 else math.inf
            words = f"{values.said_rate(load.total_capacity or 0.0)} of capacity"
        else:
            free = max(0.0, load.capacity.value - load.busiest + load.shares.get(operation, 0.0))
            bears = free / load.heaviness(operation, visits + later, flow, model.graph)
            left = "left by other operations " if len(load.shares) > 1 else ""
            later_words = ", behind a queue" if later and not visits else ""
            words = f"{values.said_rate(free)} {left}at its busiest server{later_words}"
        least = min(least, bears)
        steps.append(Step(name, words, values.said_rate(bears)))
    least = min(least, _threads(model, flow, rates, steps))
    skewed = [
        f"the share of the hottest shard of {model.graph.name(each)}"
        for each, load in loads.components.items()
        if load.burden.skew_unknown and (flow is None or flow.visits.get(each, 0) + flow.later_visits.get(each, 0) > 0)
    ]
    if math.isinf(least):
        return shown(None, steps, missing or ["a component that receives traffic"])
    # Unknown capacities and hot shards may lower it; copies that share the work may raise it.
    lowering = [*skewed, *(each for each in missing if not each.startswith(DIVIDING))]
    bound: Bound = "at most" if lowering else "at least" if missing else "exact"
    return shown(least, steps, [*missing, *skewed], bound)


def _threads(model: Model, flow: OperationFlow | None, rates: Mapping[str, float | None], steps: list[Step]) -> float:
    """Requests a second at which a component holds as many requests as it can: other loads and times stay as today."""
    today = sum(rate for rate in rates.values() if rate) if flow is None else rates.get(flow.operation) or 0.0
    least = math.inf
    for each, held in typed_rooms(model).items():
        visits = 1.0 if flow is None else flow.visits.get(each, 0.0)
        if held.room is None or today <= 0 or held.inside <= 0 or visits <= 0:
            continue
        bears = today * held.room / held.inside
        if flow is not None and math.isfinite(held.stays_s):
            bears = max(0.0, today + (held.room - held.inside) / (visits * held.stays_s))
        words = f"{held.room:,.0f} threads, each held for {values.said_seconds(held.stays_s)}"
        steps.append(Step(model.graph.name(each), words, values.said_rate(bears)))
        least = min(least, bears)
    return least


def traffic_growth(model: Model, operation: str) -> Measured:
    """The multiple of today's traffic at which the first component saturates at peak."""
    reached = throughput(model, operation)
    today = (
        model.loads.rates[operation].peak if operation else sum(rate.peak or 0.0 for rate in model.loads.rates.values())
    )
    if reached.value is None or not today:
        return Measured(None, missing=reached.missing or ("the rate of an operation",))
    times = reached.value / today
    step = Step(
        "Growth", f"{values.said_rate(reached.value)} over {values.said_rate(today)} today", f"{times:.3g} times"
    )
    return Measured(times, reached.missing, reached.bound, work=lambda: [*reached.steps, step])


def lasts(model: Model, operation: str) -> Measured:
    """Seconds until the first component saturates at peak, by the growth stated for each operation."""
    rates = {key: rate.peak for key, rate in model.loads.rates.items() if not operation or key == operation}
    growth = {key: values.count(model.document.api.operations[key].growth) for key in rates}
    missing = [f"the growth of {model.operation_name(key)} in a year" for key, each in growth.items() if each is None]
    missing += [f"the rate of {model.operation_name(key)}" for key, each in rates.items() if each is None]
    grown = {key: 1 + each for key, each in growth.items() if each is not None}
    steps, first = list[Step](), math.inf
    for each, load in model.loads.components.items():
        if load.busiest <= 0 or model.graph.components[each].kind == "client":
            continue
        if load.capacity is None:
            missing.append(f"the capacity of {model.graph.name(each)}")
            continue
        years = _years_until(load.capacity.value, load.shares, grown)
        if years < MOST_YEARS:
            told = values.said_seconds(years * SECONDS_PER_YEAR)
            steps.append(Step(model.graph.name(each), "is full after", told))
        first = min(first, years)
    if missing and not steps:
        return Measured(None, missing=tuple(dict.fromkeys(missing)))
    return shown(first * SECONDS_PER_YEAR, steps, missing, "at most" if missing else "exact")


def _years_until(capacity: float, shares: Mapping[str, float], grown: Mapping[str, float]) -> float:
    """The years until the sum of shares, each times its growth to the power of the years, reaches the capacity."""

    def load(years: float) -> float:
        return float(sum(share * grown.get(key, 1.0) ** years for key, share in shares.items()))

    if load(0.0) >= capacity:
        return 0.0
    if load(MOST_YEARS) < capacity:
        return math.inf
    low, high = 0.0, float(MOST_YEARS)
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if load(middle) < capacity else (low, middle)
    return high


def concurrent_connections(model: Model, operation: str) -> Measured:  # noqa: ARG001  (clients connect to the system)
    """Open client connections that the servers behind the edge can hold."""
    graph, steps, missing = model.graph, list[Step](), list[str]()
    first = [
        graph.connections[key].target
        for each in graph.entries
        for key in graph.outgoing[each]
        if graph.components[graph.connections[key].target].kind not in ("dns", "cdn")
    ]
    total, least = 0.0, math.inf
    for each in dict.fromkeys(first):
        component, name = graph.components[each], graph.name(each)
        typed = values.count(component.connections_per_instance)
        if typed is None:
            missing.append(f"the open connections that one {name} can hold (connections_per_instance)")
            continue
        total = typed * model.loads.components[each].replicas
        least = min(least, total)
        working = f"{model.loads.components[each].replicas} × {typed:,.0f}"
        steps.append(Step(name, working, f"{total:,.0f}"))
    if not first:
        return Measured(None, missing=("a component that clients connect to",))
    return shown(None if math.isinf(least) else least, steps, missing, "at most" if missing else "exact")


def bandwidth(model: Model, operation: str) -> Measured:
    """Bytes a second, both ways, between clients and the system at the peak."""
    if operation:
        return _bandwidth_of(model, operation)
    total, steps, missing = 0.0, list[Step](), list[str]()
    for key in _outer(model):
        load = model.loads.connections.get(key)
        if load is None:
            continue
        missing += load.missing
        if load.bytes_peak is not None:
            total += load.bytes_peak
            told = values.said_bytes_rate(load.bytes_peak)
            steps.append(Step(model.graph.name(key), f"{values.said_rate(load.peak)} at peak", told))
    missing += [f"the rate of {model.operation_name(key)}" for key, each in model.loads.rates.items() if not each.peak]
    return shown(total, steps, missing, "at least" if missing else "exact")


def _bandwidth_of(model: Model, operation: str) -> Measured:
    rate, flow = model.loads.rates[operation], model.flows[operation]
    size, lacking = model.message_size(operation)
    if size is None or rate.peak is None or flow.problem:
        missing = (lacking, rate.working if rate.peak is None else "", flow.problem)
        return Measured(None, missing=tuple(each for each in missing if each))
    calls = sum(flow.calls.get(key, 0.0) for key in _outer(model))
    value = calls * rate.peak * size
    working = f"{values.said_rate(rate.peak)} of {values.said_bytes(size)}"
    return shown(value, [Step("Traffic of clients", working, values.said_bytes_rate(value))])


def _outer(model: Model) -> list[str]:
    return [key for each in model.graph.entries for key in model.graph.outgoing[each]]


# What is measured for each operation, and what is measured for the whole system unless an operation is named.
OF_OPERATIONS: Mapping[str, Callable[[Model, str], Measured]] = {
    "availability": surviving.availability,
    "error_rate": surviving.error_rate,
    "no_single_point": surviving.no_single_point,
    "recovery_time": surviving.recovery_time,
    "zone_loss": surviving.zone_loss,
}
COUNTING: Mapping[str, Callable[[Model, str, CutOff], Measured]] = {
    "availability": surviving.availability,
    "error_rate": surviving.error_rate,
}
OF_SYSTEM: Mapping[str, Callable[[Model, str], Measured]] = {
    "throughput": throughput,
    "traffic_growth": traffic_growth,
    "lasts": lasts,
    "spare_utilisation": surviving.spare_utilisation,
    "concurrent_connections": concurrent_connections,
    "bandwidth": bandwidth,
    "storage": keeping.storage,
    "durability": keeping.durability,
    "recovery_point": keeping.recovery_point,
    "staleness": keeping.staleness,
    "read_your_writes": keeping.read_your_writes,
    "cost_per_month": cost_per_month,
}
