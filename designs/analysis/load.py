"""What the traffic puts on each component, connection and store, at the average and at the peak.

A replica with capacity C and latency L works on round(C x L) requests at once (Little's law), at least one; its
servers together are the M/M/c queue of which Erlang C gives the wait. What lies behind a queue sees the average rate,
because the queue holds the peak back; what the peak is above its capacity then becomes backlog.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from calculators.engine.expressions import Value
from calculators.engine.figures import Figures
from calculators.engine.queueing import mean_wait
from designs.analysis import values
from designs.analysis.capacities import Known, availability_of, capacity_of, with_replicas
from designs.analysis.estimate import FormulaError, SolvedEstimate
from designs.analysis.flows import OperationFlow
from designs.analysis.graph import CACHES, STORES, Graph
from designs.analysis.sizes import EntitySize, entity_size, keys_by_name, message_bytes
from designs.document.basics import in_order
from designs.document.schema import Document
from designs.document.servers import servers as count_servers

MOST_SERVERS = 1_000_000


@dataclass(frozen=True)
class Rate:
    """How often an operation is called a second, or why that is not known."""

    operation: str
    average: float | None
    peak: float | None
    working: str
    samples: Value | None = None


@dataclass(frozen=True)
class ComponentLoad:
    """Requests a second at one component, and how it bears them. None is not known."""

    component: str
    average: float
    peak: float
    held_back: float
    replicas: int
    capacity: Known | None
    servers: int = 1
    mean_wait_s: float | None = None
    by_operation: Mapping[str, float] = field(default_factory=dict)
    samples: Value | None = None

    @property
    def total_capacity(self) -> float | None:
        return None if self.capacity is None else self.capacity.value * self.replicas

    @property
    def utilisation(self) -> float | None:
        """At peak; above 1 it falls behind."""
        total = self.total_capacity
        return None if total is None else self.peak / total

    @property
    def backlog_per_s(self) -> float | None:
        """By how much what waits grows each second of the peak: at the queue in front when there is one."""
        total = self.total_capacity
        return None if total is None else max(0.0, self.peak + self.held_back - total)

    @property
    def service_s(self) -> float | None:
        return None if self.capacity is None else self.servers / self.replicas / self.capacity.value

    @property
    def saturated_share(self) -> float | None:
        """In how many of the plausible worlds the peak is above what it serves: either of them may be a range."""
        total, capacity = self.total_capacity, self.capacity
        if total is None or capacity is None or (self.samples is None and capacity.spread is None):
            return None
        peaks = np.asarray(self.peak if self.samples is None else self.samples, dtype=float)
        if capacity.spread is None:
            return float(np.mean(peaks > total))
        return float(np.mean(capacity.spread.share_below(peaks * capacity.value / total)))


@dataclass(frozen=True)
class ConnectionLoad:
    """`crosses` is `region`, `zone` or empty; bytes are None when a message on it has no known size."""

    connection: str
    average: float
    peak: float
    bytes_average: float | None
    bytes_peak: float | None
    crosses: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class StoreLoad:
    """Of one copy of what a component stores."""

    component: str
    bytes_per_day: float | None
    bytes_kept: float | None
    index_bytes: float | None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Loads:
    peak_factor: float | None
    rates: Mapping[str, Rate]
    components: Mapping[str, ComponentLoad]
    connections: Mapping[str, ConnectionLoad]
    stores: Mapping[str, StoreLoad]
    sizes: Mapping[str, EntitySize]


def attempts_of(graph: Graph, figures: Figures) -> dict[str, float]:
    """Mean tries per call where a connection retries: 1 + p + p^2 + ..., p being the share of time the target fails."""
    found = {}
    for key, connection in graph.connections.items():
        if connection.retries:
            target = graph.components[connection.target]
            known = availability_of(target, figures)
            if known is not None:
                failing = 1.0 - with_replicas(known.value, count_servers(target))
                found[key] = sum(failing**tried for tried in range(connection.retries + 1))
    return found


def loads_of(
    document: Document,
    graph: Graph,
    flows: Mapping[str, OperationFlow],
    estimate: SolvedEstimate,
    figures: Figures,
) -> Loads:
    rates = {key: _rate(key, operation.rate, estimate) for key, operation in in_order(document.api.operations)}
    sizes = {key: entity_size(key, entity, estimate) for key, entity in document.data_model.entities.items()}
    return Loads(
        peak_factor=estimate.peak_factor,
        rates=rates,
        components=_components(graph, flows, rates, estimate, figures),
        connections=_connections(document, graph, flows, rates, sizes),
        stores=_stores(graph, sizes),
        sizes=sizes,
    )


def _rate(key: str, formula: str, estimate: SolvedEstimate) -> Rate:
    try:
        found = estimate.rate(formula)
    except FormulaError as error:
        return Rate(key, None, None, str(error))
    factor = estimate.peak_factor or 1.0
    return Rate(key, found.value, found.value * factor, found.working, found.samples)


def _components(
    graph: Graph,
    flows: Mapping[str, OperationFlow],
    rates: Mapping[str, Rate],
    estimate: SolvedEstimate,
    figures: Figures,
) -> dict[str, ComponentLoad]:
    average = dict.fromkeys(graph.components, 0.0)
    peak, held_back = dict(average), dict(average)
    shares: dict[str, dict[str, float]] = {each: {} for each in graph.components}
    samples: dict[str, Value] = {}
    factor = estimate.samples.get("peak_factor", estimate.peak_factor or 1.0)
    for key, flow in flows.items():
        rate = rates[key]
        if rate.average is None or rate.peak is None:
            continue
        for each, visits in flow.visits.items():
            copied = flow.copied_writes.get(each, 0.0)
            later = flow.later_visits.get(each, 0.0)
            _add(each, (visits + copied, later), rate, average, peak, held_back)
            shares[each][key] = (visits + copied) * rate.peak + later * rate.average
            if rate.samples is not None or isinstance(factor, np.ndarray):
                own = rate.samples if rate.samples is not None else rate.average
                samples[each] = samples.get(each, 0.0) + (visits + copied) * own * factor + later * own
            elif visits or later:
                samples[each] = samples.get(each, 0.0) + shares[each][key]
        for each, copied in flow.copied_writes.items():
            if each not in flow.visits:
                _add(each, (copied, 0.0), rate, average, peak, held_back)
                shares[each][key] = copied * rate.peak
    capacities = {each: capacity_of(component, figures) for each, component in graph.components.items()}
    servers = {each: _servers(graph, each, capacities[each]) for each in graph.components}
    waits = _waits(peak, capacities, servers, graph)
    return {
        each: ComponentLoad(
            each, average[each], peak[each], held_back[each], count_servers(component), capacities[each], servers[each],
            waits.get(each), {key: value for key, value in shares[each].items() if value},
            samples[each] if isinstance(samples.get(each), np.ndarray) else None,
        )
        for each, component in graph.components.items()
    }  # fmt: skip


def _add(
    each: str,
    visits: tuple[float, float],
    rate: Rate,
    average: dict[str, float],
    peak: dict[str, float],
    held_back: dict[str, float],
) -> None:
    now, later = visits
    if rate.average is None or rate.peak is None:
        return
    average[each] += (now + later) * rate.average
    peak[each] += now * rate.peak + later * rate.average
    held_back[each] += later * (rate.peak - rate.average)


def _servers(graph: Graph, each: str, capacity: Known | None) -> int:
    component = graph.components[each]
    latency = values.seconds(component.latency)
    at_once = 1 if capacity is None or latency is None else max(1, round(capacity.value * latency))
    return min(MOST_SERVERS, at_once * count_servers(component))


def _waits(
    peak: Mapping[str, float], capacities: Mapping[str, Known | None], servers: Mapping[str, int], graph: Graph
) -> dict[str, float]:
    """Mean waits at peak, for all components in one go; saturated ones wait without end (infinity)."""
    names, rates = list[str](), list[float]()
    for each, known in capacities.items():
        if known is not None and peak[each] > 0:
            names.append(each)
            rates.append(known.value * count_servers(graph.components[each]) / servers[each])
    if not names:
        return {}
    arrivals = np.array([peak[each] for each in names])
    waits = mean_wait(arrivals, np.array(rates), np.array([float(servers[each]) for each in names]))
    return dict(zip(names, np.asarray(waits).tolist(), strict=True))


def _connections(
    document: Document,
    graph: Graph,
    flows: Mapping[str, OperationFlow],
    rates: Mapping[str, Rate],
    sizes: Mapping[str, EntitySize],
) -> dict[str, ConnectionLoad]:
    average: dict[str, float] = {}
    peak: dict[str, float] = {}
    bytes_average: dict[str, float] = {}
    bytes_peak: dict[str, float] = {}
    missing: dict[str, list[str]] = {}
    by_name = keys_by_name(document)
    for key, flow in flows.items():
        rate = rates[key]
        if rate.average is None or rate.peak is None or not flow.calls:
            continue
        size, lacking = message_bytes(document.api.operations[key], by_name, sizes)
        for connection, calls in flow.calls.items():
            later = flow.later_calls.get(connection, 0.0)
            mean, most = (calls + later) * rate.average, calls * rate.peak + later * rate.average
            average[connection] = average.get(connection, 0.0) + mean
            peak[connection] = peak.get(connection, 0.0) + most
            if size is None:
                missing.setdefault(connection, []).append(lacking)
            else:
                bytes_average[connection] = bytes_average.get(connection, 0.0) + mean * size
                bytes_peak[connection] = bytes_peak.get(connection, 0.0) + most * size
    return {
        key: ConnectionLoad(
            key,
            average[key],
            peak[key],
            None if key in missing else bytes_average[key],
            None if key in missing else bytes_peak[key],
            crossing(graph, key),
            tuple(dict.fromkeys(missing.get(key, ()))),
        )
        for key in graph.connections
        if key in average
    }


def crossing(graph: Graph, connection: str) -> str:
    """`region` or `zone` when the ends of a connection lie in two of them, else empty."""
    ends = graph.connections[connection]
    (region, zone), (other_region, other_zone) = graph.places[ends.source], graph.places[ends.target]
    if region and other_region and region != other_region:
        return "region"
    return "zone" if zone and other_zone and zone != other_zone else ""


def _stores(graph: Graph, sizes: Mapping[str, EntitySize]) -> dict[str, StoreLoad]:
    found = {}
    for each, component in graph.components.items():
        if component.stores and (component.kind in STORES or component.kind in CACHES):
            found[each] = _store(each, [sizes[entity] for entity in component.stores if entity in sizes])
    return found


def _store(component: str, stored: Sequence[EntitySize]) -> StoreLoad:
    missing = [each for size in stored for each in size.missing]
    kept_missing = [f"the retention of {size.entity}" for size in stored if size.retention_s is None]
    return StoreLoad(
        component,
        _total([size.bytes_per_day for size in stored]),
        _total([size.bytes_kept for size in stored]),
        _total([size.index_bytes for size in stored]),
        tuple(dict.fromkeys([*missing, *kept_missing])),
    )


def _total(parts: Sequence[float | None]) -> float | None:
    known = [part for part in parts if part is not None]
    return sum(known) if known and len(known) == len(parts) else None
