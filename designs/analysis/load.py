"""The load of each component, connection and store, at average and at peak traffic.

A server with capacity C and latency L works on round(C x L) requests at once (Little's law), at least one. Instances
share requests; for a store the busiest copy of the hottest shard decides (see burden.py). Waits are those of M/M/c by
Erlang C, times (1 + cv^2) / 2 for service times whose deviation is cv times their mean: Pollaczek-Khinchine for one
server, the approximation of A. O. Allen and J. C. Cunneen for several. Components behind a queue see the average rate,
because the queue absorbs the peak; the part of the peak above their capacity becomes backlog.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from calculators.engine.expressions import Value
from calculators.engine.figures import Figures
from calculators.engine.queueing import mean_wait
from designs.analysis import values
from designs.analysis.burden import Burden, burden_of, copies_of, quorum
from designs.analysis.capacities import Known, availability_of, capacity_of
from designs.analysis.estimate import FormulaError, SolvedEstimate
from designs.analysis.flow import OperationFlow
from designs.analysis.graph import CACHES, STORES, Graph
from designs.analysis.service_times import variation_of
from designs.analysis.sizes import EntitySize, entity_size, keys_by_name, message_bytes
from designs.document.basics import in_order
from designs.document.diagram import Balancing, Component
from designs.document.schema import Document

MOST_SERVERS = 1_000_000


@dataclass(frozen=True)
class Rate:
    """How often an operation is called a second, or why that is unknown."""

    operation: str
    average: float | None
    peak: float | None
    working: str
    samples: Value | None = None


@dataclass(frozen=True)
class Mix:
    """The sizes of the requests of a component, as multiples of its usual service time: mean, and mean square."""

    mean: float = 1.0
    square: float = 1.0

    def variation(self, own: float) -> float:
        """The deviation over the mean of all service times, when those of one size have a deviation of `own`."""
        return math.sqrt(max(0.0, (1.0 + own**2) * self.square / self.mean**2 - 1.0))

    def stretch(self, own: float) -> float:
        """How much longer requests wait than those of the usual size with exponential service times."""
        return self.mean * (1.0 + self.variation(own) ** 2) / 2.0


USUAL = Mix()


@dataclass(frozen=True)
class ComponentLoad:
    """The request rate of one component and its effects. None means unknown."""

    component: str
    average: float
    peak: float
    held_back: float
    burden: Burden
    busiest: float
    capacity: Known | None
    servers: int = 1
    mean_wait_s: float | None = None
    by_operation: Mapping[str, float] = field(default_factory=dict)
    shares: Mapping[str, float] = field(default_factory=dict)
    samples: Value | None = None
    reads: float = 0.0
    writes: float = 0.0
    markov_wait_s: float | None = None
    mix: Mix = USUAL

    @property
    def replicas(self) -> int:
        """Servers: instances, or the copies of all shards."""
        return self.burden.servers

    @property
    def total_capacity(self) -> float | None:
        """The requests a second, in today's mix, at which its busiest server is full."""
        if self.capacity is None:
            return None
        share = self.busiest / self.peak if self.peak > 0 else max(self.burden.read, self.burden.write)
        return self.capacity.value / share

    @property
    def utilisation(self) -> float | None:
        """The utilisation of its busiest server at peak; above 1 a backlog grows."""
        return None if self.capacity is None else self.busiest / self.capacity.value

    def heaviness(self, operation: str, visits: float, flow: OperationFlow, graph: Graph) -> float:
        """The load that one request of an operation puts on the busiest server."""
        if self.by_operation.get(operation):
            return visits * self.shares[operation] / self.by_operation[operation]
        is_write, size = work_of(flow, self.component, graph)
        return visits * (self.burden.write if is_write else self.burden.read) * size

    def utilisation_without(self, lost: int, component: Component) -> float | None:
        """The utilisation of the busiest server left when this many are lost; infinite when none is left.

        None is unknown.
        """
        if self.capacity is None:
            return None
        if component.kind not in STORES:
            left = self.replicas - lost
            return math.inf if left <= 0 else self.busiest * self.replicas / left / self.capacity.value
        copies = copies_of(component)
        left = copies - min(lost, copies)
        if left <= 0:
            return math.inf
        share = self.burden.write
        reading = self.reads * share
        if component.reads_from == "any":
            reading /= left
        elif component.reads_from == "followers":
            reading /= max(1, left - 1)
        elif component.reads_from == "quorum" or component.replication == "quorum":
            reading *= min(1.0, quorum(component, component.read_quorum) / left)
        return (self.writes * share + reading) / self.capacity.value

    @property
    def is_worst_case(self) -> bool:
        """Whether the design does not say how its servers share requests, so that the worst case counts."""
        return self.burden.copies_unknown

    @property
    def backlog_per_s(self) -> float | None:
        """How fast the backlog grows at the peak: at the queue in front when there is one."""
        total = self.total_capacity
        return None if total is None else max(0.0, self.peak + self.held_back - total)

    @property
    def service_s(self) -> float | None:
        """How long a request occupies one server, derived from the capacity."""
        return None if self.capacity is None else self.servers / self.burden.stations / self.capacity.value

    @property
    def saturated_share(self) -> float | None:
        """The share of plausible worlds in which the peak exceeds the capacity: either of them may be a range."""
        capacity = self.capacity
        if capacity is None or (self.samples is None and capacity.spread is None):
            return None
        peaks = np.asarray(self.busiest if self.samples is None else self.samples, dtype=float)
        if capacity.spread is None:
            return float(np.mean(peaks > capacity.value))
        return float(np.mean(capacity.spread.share_below(peaks)))


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
    """The bytes in one copy of what a component stores."""

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
    """Mean tries per call where a connection retries: 1 + p + p^2 + ..., where p is the share of time the target
    fails.
    """
    found = {}
    for key, connection in graph.connections.items():
        if connection.retries:
            target = graph.components[connection.target]
            known = availability_of(target, figures)
            if known is not None:
                failing = 1.0 - known.value
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
    factor = estimate.samples.get("peak_factor", estimate.peak_factor or 1.0)
    sums = {each: _Sums(burden_of(component)) for each, component in graph.components.items()}
    for key, flow in flows.items():
        rate = rates[key]
        if rate.average is None or rate.peak is None:
            continue
        for each in dict.fromkeys((*flow.visits, *flow.copied_writes)):
            now = flow.visits.get(each, 0.0)
            copied, later = flow.copied_writes.get(each, 0.0), flow.later_visits.get(each, 0.0)
            work = work_of(flow, each, graph)
            sums[each].add(rate, factor, (now, copied, later), work)
    capacities = {each: capacity_of(component, figures) for each, component in graph.components.items()}
    servers = {
        each: _servers(component, capacities[each], sums[each].burden) for each, component in graph.components.items()
    }
    waits = _waits(sums, capacities, servers, graph)
    return {
        each: ComponentLoad(
            each, found.average, found.peak, found.held_back, found.burden, found.busiest, capacities[each],
            servers[each], waits.get(each, (None, None))[0], found.by_operation, found.shares,
            found.samples if isinstance(found.samples, np.ndarray) else None, found.reads, found.writes,
            waits.get(each, (None, None))[1], found.mix,
        )
        for each, found in sums.items()
    }  # fmt: skip


def is_thread_bound(load: ComponentLoad, component: Component, balancing: Balancing) -> bool:
    """Whether its threads are no more than its servers: a request that has one is served at once."""
    return _threads(load, component, balancing) <= load.servers


def never_refuses(load: ComponentLoad, component: Component, balancing: Balancing) -> bool:
    """Whether it has no bounded queue, or so few threads that requests wait for one before the queue is full."""
    limit = values.count(component.queue_limit)
    return limit is None or _threads(load, component, balancing) <= load.servers + limit * load.burden.stations


def _threads(load: ComponentLoad, component: Component, balancing: Balancing) -> float:
    """Requests inside all of its instances at once, where they share one queue; infinite where no limit is typed."""
    typed = values.count(component.concurrency)
    alone = load.replicas == 1
    if not typed or not (alone or (component.kind not in STORES and balancing in ("", "one_queue"))):
        return math.inf
    return max(1.0, typed * load.replicas)


def writes_to(flow: OperationFlow, component: Component) -> bool:
    """Whether the operation writes at this component; a component that does not name its entities may store any of
    them.
    """
    return not flow.is_read and (not component.stores or any(each in component.stores for each in flow.written))


def work_of(flow: OperationFlow, component: str, graph: Graph) -> tuple[bool, float]:
    """Whether a visit of this operation writes, and its size as a multiple of a usual request."""
    box = graph.components[component]
    own = flow.service_s.get(component)
    usual = None if own is None else values.seconds(box.latency)
    return writes_to(flow, box), own / usual if own is not None and usual else 1.0


@dataclass
class _Sums:
    """The load that all operations put on one component."""

    burden: Burden
    average: float = 0.0
    peak: float = 0.0
    held_back: float = 0.0
    busiest: float = 0.0
    by_operation: dict[str, float] = field(default_factory=dict)
    shares: dict[str, float] = field(default_factory=dict)
    samples: Value = 0.0
    reads: float = 0.0
    writes: float = 0.0
    sizes: float = 0.0
    squares: float = 0.0

    @property
    def mix(self) -> Mix:
        if self.squares == self.sizes or self.peak <= 0:
            return USUAL
        return Mix(self.sizes / self.peak, self.squares / self.peak)

    def add(self, rate: Rate, factor: Value, visits: tuple[float, float, float], work: tuple[bool, float]) -> None:
        """Visits now, writes copied by replication, and visits behind a queue, which see no peak."""
        now, copied, later = visits
        is_write, size = work
        own, copy = (self.burden.write if is_write else self.burden.read) * size, self.burden.write
        if rate.average is None or rate.peak is None or not (now or copied or later):
            return
        self.average += (now + copied + later) * rate.average
        arriving = (now + copied) * rate.peak + later * rate.average
        self.peak += arriving
        self.held_back += later * (rate.peak - rate.average)
        heavy = (now * own + copied * copy) * rate.peak + later * own * rate.average
        visiting = size * (now * rate.peak + later * rate.average)
        self.reads += 0.0 if is_write else visiting
        self.writes += copied * rate.peak + (visiting if is_write else 0.0)
        self.sizes += visiting + copied * rate.peak
        self.squares += visiting * size + copied * rate.peak
        self.busiest += heavy
        self.by_operation[rate.operation] = arriving
        self.shares[rate.operation] = heavy
        if rate.samples is None and not isinstance(factor, np.ndarray):
            self.samples = self.samples + heavy
            return
        times = rate.samples if rate.samples is not None else rate.average
        self.samples = self.samples + (now * own + copied * copy) * times * factor + later * own * times


def _servers(component: Component, capacity: Known | None, burden: Burden) -> int:
    latency = values.seconds(component.latency)
    at_once = 1 if capacity is None or latency is None else max(1, round(capacity.value * latency))
    return min(MOST_SERVERS, at_once * burden.stations)


def _waits(
    sums: Mapping[str, _Sums], capacities: Mapping[str, Known | None], servers: Mapping[str, int], graph: Graph
) -> dict[str, tuple[float, float]]:
    """Mean waits at peak, and those for exponential service times, for all components in one pass.

    Infinite when saturated.
    """
    names, arrivals, rates, spreads = list[str](), list[float](), list[float](), list[float]()
    for each, known in capacities.items():
        if known is not None and sums[each].busiest > 0:
            stations = sums[each].burden.stations
            names.append(each)
            arrivals.append(sums[each].busiest * stations)
            rates.append(known.value * stations / servers[each])
            spreads.append(sums[each].mix.stretch(variation_of(graph.components[each])))
    if not names:
        return {}
    waits = mean_wait(np.array(arrivals), np.array(rates), np.array([float(servers[each]) for each in names]))
    plain = np.asarray(waits)
    return dict(zip(names, zip((plain * np.array(spreads)).tolist(), plain.tolist(), strict=True), strict=True))


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
        size, lacking = message_bytes(document, key, by_name, sizes)
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
    """`region` or `zone` when the two ends of a connection are in different ones, else empty."""
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
