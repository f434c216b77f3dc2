"""Prepares a model for the event-by-event simulation: its places, and the path of each operation through them.

Where each request represents ten, a component keeps one of ten servers. With fewer servers waits below saturation are
longer, so times are overestimated, never underestimated.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Set
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from designs.analysis import values
from designs.analysis.burden import copies_of, hottest_of, quorum
from designs.analysis.capacities import failover_of
from designs.analysis.flow import CHOOSING, FlowHop, Group, OperationFlow
from designs.analysis.graph import STORES
from designs.analysis.guards import TRIALS, USUAL_PAUSE_S, WINDOW, Breaker, Bucket, Guard
from designs.analysis.itineraries import LEAST_WEIGHT, NotSimulatedError
from designs.analysis.load import writes_to
from designs.analysis.model import Model
from designs.analysis.places import IMPORTANCE, Call, Draws, Lane, Node, Place, draws_of_own
from designs.analysis.plans import Partition
from designs.analysis.scaling import USUAL_AIM, Scaler
from designs.analysis.tallies import Passing, Waits
from designs.analysis.timeline import LOOKS, MOMENTS
from designs.analysis.times import OwnTime, Times, WireTime, spread_over
from designs.analysis.warming import Warmth, warming_of
from designs.document.diagram import Component, Connection

OWN_QUEUES = frozenset({"least_connections", "two_choices", "round_robin", "random"})
MOST_LANES = 10_000


def gives_up(model: Model, flows: Iterable[OperationFlow]) -> bool:
    """Whether calls time out, are refused or wait for threads: then delays change the later calls."""
    components, connections = _used(flows)
    if any(each in model.shedding or _reacts(model.graph.components[each]) for each in components):
        return True
    if any(_is_guarded(model.graph.connections[each]) for each in connections):
        return True
    return any(values.seconds(model.graph.connections[key].timeout) is not None for key in connections) or any(
        room_of(model, each) < math.inf for each in components
    )


def _reacts(component: Component) -> bool:
    """Whether a component refuses requests, answers with errors, scales, or reorders its queue."""
    typed = (component.error_rate, component.rate_limit, component.slow_factor, component.serves)
    return any(each.strip() for each in typed) or component.most_instances > component.instances


def _is_guarded(connection: Connection) -> bool:
    return any(each.strip() for each in (connection.breaker, connection.bulkhead, connection.hedge_after))


def unsaid(model: Model, flows: Iterable[OperationFlow]) -> list[str]:
    """Settings of boxes and arrows that cannot be simulated, because something that they need is not given."""
    components, connections = _used(flows)
    graph, found = model.graph, list[str]()
    for key in connections:
        source = graph.connections[key].source
        if values.share(graph.connections[key].bulkhead) is not None and math.isinf(room_of(model, source)):
            found.append(f"the bulkhead of {graph.name(key)}: how many requests {graph.name(source)} holds is not said")
    for each in components:
        box = graph.components[each]
        if box.most_instances > box.instances and values.seconds(box.boot_time) is None:
            found.append(f"autoscaling of {graph.name(each)}: how long a new instance takes to boot is not said")
    return sorted(found)


def tries_again(model: Model, flows: Iterable[OperationFlow]) -> bool:
    return any(model.graph.connections[key].retries for key in _used(flows)[1])


def has_more_than_stations(model: Model, flows: Iterable[OperationFlow]) -> bool:
    """Whether the design has effects that stations computed one after another do not show."""
    flows = list(flows)
    for each in _used(flows)[0]:
        component, load = model.graph.components[each], model.loads.components[each]
        has_own_queues = component.kind in STORES or component.balancing in OWN_QUEUES
        if load.capacity is not None and load.replicas > 1 and has_own_queues:
            return True
    return any(
        flow.service_s
        or any(group.is_parallel for groups in flow.groups.values() for group in groups)
        or (not flow.is_read and any(_is_copied(model, flow, each) for each in flow.components))
        for flow in flows
    )


def _is_copied(model: Model, flow: OperationFlow, each: str) -> bool:
    component = model.graph.components[each]
    is_inside = component.copies > 1 and component.replication in ("synchronous", "quorum")
    return (each in model.graph.followers or is_inside) and writes_to(flow, component)


def room_of(model: Model, each: str) -> float:
    """Requests that all instances of a component hold at once, where a limit is typed."""
    typed = values.count(model.graph.components[each].concurrency)
    return math.inf if typed is None else max(1.0, typed * model.loads.components[each].replicas)


def _used(flows: Iterable[OperationFlow]) -> tuple[set[str], set[str]]:
    components, connections = set[str](), set[str]()
    for flow in flows:
        components.update(flow.components)
        connections.update(hop.connection for hop in flow.hops)
    return components, connections


def largest_scale(model: Model, components: Iterable[str]) -> float:
    """The largest number of requests that one may represent, so that every component keeps a server."""
    least = math.inf
    for each in components:
        load, component = model.loads.components[each], model.graph.components[each]
        if load.capacity is not None and component.kind != "client":
            least = min(least, len(_lanes(component, load.servers)) if _is_balanced(component) else load.servers)
        least = min(least, room_of(model, each))
    return max(1.0, least)


def _is_balanced(component: Component) -> bool:
    return component.kind not in STORES and component.balancing in OWN_QUEUES


def _lanes(component: Component, servers: int) -> list[int]:
    """Servers of each lane: a store has a lane for each copy of each shard."""
    count = 1
    if component.kind in STORES:
        return [servers] * (copies_of(component) * component.shards)
    if _is_balanced(component):
        count = component.instances * component.shards * component.copies
    return [max(1, servers // count)] * count


@dataclass
class Layout:
    """Places and calls of a design; each request represents `weight`. Waits are measured between two moments."""

    model: Model
    times: Times
    weight: float
    random: np.random.Generator
    measured: tuple[float, float]
    duration_s: float
    places: dict[str, Place] = field(default_factory=dict)
    calls: dict[str, list[Call]] = field(default_factory=dict)
    guards: dict[str, Guard] = field(default_factory=dict)
    entered: set[str] = field(default_factory=set)

    def roots(self, flow: OperationFlow, gone: Set[str] = frozenset()) -> list[Node]:
        """A path for each entry. A component in `gone` answers every call with an error."""
        self.entered.update(flow.entries)
        return [self._node(flow, entry, gone, (), 1.0) for entry in flow.entries]

    def settles(self, changing: Set[str], *, is_cut: bool) -> None:
        """Finds the places to which all calls arrive in the order in which they were made, once all roots exist.

        Places in `changing` lose servers meanwhile; where the network `is_cut`, calls may overtake each other.
        """
        wires: dict[str, set[float | None]] = {each: {0.0} for each in self.entered}
        for call in (call for calls in self.calls.values() for call in calls):
            wire = call.wire if isinstance(call.wire, float) else None
            wires.setdefault(call.node.place.component, set()).add(wire)
        for each, place in self.places.items():
            place.is_changing = each in changing
            same = wires.get(each, set())
            place.is_direct = (
                place.is_plain and not is_cut and (place.is_endless or (len(same) == 1 and None not in same))
            )
            if place.is_direct:
                place.stretch = place.hold_s / place.service_s if place.service_s > 0 else 0.0
                for lane in place.lanes:
                    lane.free_at = [0.0] * lane.servers
        for call in (call for calls in self.calls.values() for call in calls):
            call.settles_places()

    @cached_property
    def warmths(self) -> dict[str, Warmth]:
        """Caches whose size and working set are typed; all begin warm."""
        components = self.model.graph.components
        typed = {each: warming_of(box) for each, box in components.items() if values.share(box.cache_hit_ratio) is None}
        return {each: Warmth(found, self.weight) for each, found in typed.items() if found is not None}

    def cut_shares(self, partition: Partition) -> dict[str, float]:
        """The share of each arrow's calls between the two zones, when servers are chosen uniformly."""
        graph, (one, other) = self.model.graph, partition.zones
        inside = {
            each: (
                sum(one in graph.around(zone) for zone in graph.spread(each)) / max(1, len(graph.spread(each))),
                sum(other in graph.around(zone) for zone in graph.spread(each)) / max(1, len(graph.spread(each))),
            )
            for each in graph.components
        }
        found = {}
        for key, each in graph.connections.items():
            (from_one, from_other), (to_one, to_other) = inside[each.source], inside[each.target]
            found[key] = min(1.0, from_one * to_other + from_other * to_one)
        return found

    def _node(self, flow: OperationFlow, each: str, gone: Set[str], above: tuple[str, ...], weight: float) -> Node:
        own, typed = self.times.own[each], flow.service_s.get(each)
        size = typed / own.service_s if typed is not None and own.service_s > 0 else 1.0
        component = self.model.graph.components[each]
        is_write = writes_to(flow, component)
        copying = self.times.copying_s.get(each, 0.0) if is_write else 0.0
        steps = self._copies(each, gone, ()) if is_write else []
        for group in flow.groups.get(each, ()):
            steps += self._steps(flow, group, gone, (*above, each), weight)
        errors = values.share(component.error_rate) or 0.0
        importance = IMPORTANCE[self.model.document.api.operations[flow.operation].importance]
        return Node(self._place(each, own), size, is_write, copying, steps, each in gone, errors, importance)

    def _steps(
        self, flow: OperationFlow, group: Group, gone: Set[str], above: tuple[str, ...], weight: float
    ) -> list[list[Call]]:
        reached, calls = 0.0, list[Call]()
        for hop in (each for each in group.hops if each.calls > 0):
            warming = tuple(self.warmths[each] for each in hop.caches if each in self.warmths)
            calls_made = hop.multiplier
            share = min(1.0, hop.share * min(1.0, hop.multiplier))
            if warming and len(warming) == len(hop.caches):
                share, calls_made = min(1.0, hop.cold_share), hop.cold_share * hop.multiplier / min(1.0, hop.cold_share)
            else:
                warming = ()
            low = reached if group.mode in CHOOSING else 0.0
            reached += share
            if above[-1] in above[:-1] and weight * share < LEAST_WEIGHT:
                continue
            node = self._node(flow, hop.target, gone, above, weight * share)
            calls.append(self._call(flow, hop, low, low + share, node, max(1, round(calls_made)), warming))
        return [calls] if group.is_parallel else [[call] for call in calls]

    def _call(
        self, flow: OperationFlow, hop: FlowHop, low: float, high: float, node: Node, copies: int,
        caches: tuple[Warmth, ...],
    ) -> Call:  # fmt: skip
        connection = self.model.graph.connections[hop.connection]
        guard = self._guard(hop.connection, connection)
        wire = self._wire(self.times.wires[hop.connection])
        call = Call(node, low, high, copies, wire, guard, caches=caches)
        call.is_optional, call.is_later, call.connection = connection.optional, hop.is_later, hop.connection
        call.is_pushed = hop.is_later and node.place.sheds == "nobody" and not node.is_gone
        call.settles()
        if connection.kind == "sync" and not hop.is_later:
            timeout, budget = values.seconds(connection.timeout), values.share(connection.retry_budget)
            call.timeout_s = math.inf if timeout is None else timeout
            call.retries = connection.retries
            call.backoff_s = values.seconds(connection.backoff) or 0.0
            call.budget = math.inf if budget is None else budget
            hedge = values.seconds(connection.hedge_after)
            call.hedge_s = hedge if hedge is not None and flow.is_read else math.inf
        self.calls.setdefault(hop.connection, []).append(call)
        return call

    def _copies(self, each: str, gone: Set[str], above: tuple[str, ...]) -> list[list[Call]]:
        """Writes that drawn followers take: those that the write waits for, made in parallel."""
        found = list[Call]()
        for key, connection in self.model.graph.connections.items():
            target = connection.target
            if connection.kind != "replication" or connection.source != each or target not in self.times.own:
                continue
            if target in (*above, each):
                continue
            place = self._place(target, self.times.own[target])
            steps = self._copies(target, gone, (*above, each))
            node = Node(place, 1.0, True, 0.0, steps, target in gone)
            wire = self._wire(self.times.wires[key]) if key in self.times.wires else 0.0
            is_waited_for = connection.synchronous and target not in gone
            call = Call(node, 0.0, 1.0, 1, wire, self._guard(key, connection), connection=key)
            call.is_later = not is_waited_for
            call.settles()
            self.calls.setdefault(key, []).append(call)
            found.append(call)
        return [found] if found else []

    def _guard(self, key: str, connection: Connection) -> Guard:
        """The guard for all calls of an arrow; when the design is scaled down, it watches proportionally fewer
        calls.
        """
        if key not in self.guards:
            guard, opens_at = Guard(), values.share(connection.breaker)
            if opens_at is not None and connection.kind == "sync":
                pause = values.seconds(connection.breaker_pause)
                guard.breaker = Breaker(
                    max(opens_at, 1e-9),
                    USUAL_PAUSE_S if pause is None else pause,
                    max(10, round(WINDOW / self.weight)),
                    max(1, round(TRIALS / self.weight)),
                )
            share, room = values.share(connection.bulkhead), room_of(self.model, connection.source)
            if share is not None and math.isfinite(room):
                guard.room = max(1.0, round(room * share / self.weight))
            guard.settles()
            self.guards[key] = guard
        return self.guards[key]

    def _wire(self, wire: WireTime) -> Draws | float:
        spread, random = wire.spread, self.random
        if spread is None:
            return wire.mean_s
        return Draws(lambda size: spread_over(spread, random.standard_normal(size)))

    def _place(self, each: str, own: OwnTime) -> Place:
        if each not in self.places:
            self.places[each] = self._new_place(each, own)
        return self.places[each]

    def _new_place(self, each: str, own: OwnTime) -> Place:
        component, load = self.model.graph.components[each], self.model.loads.components[each]
        draw, room = draws_of_own(own, self.random), room_of(self.model, each)
        waits, passing = Waits(*self.measured), Passing(MOMENTS * LOOKS / self.duration_s)
        place = Place(each, waits, passing, True, 0.0, own.service_s, draw, warmth=self.warmths.get(each))
        limit = values.per_second(component.rate_limit)
        if limit:
            burst = values.count(component.rate_burst)
            place.bucket = Bucket(limit / self.weight, max(1.0, (limit if burst is None else burst) / self.weight))
        place.room = room if math.isinf(room) else max(1.0, round(room / self.weight))
        if load.capacity is None or component.kind == "client":
            return place
        whole = _lanes(component, load.servers)
        if len(whole) > MOST_LANES:
            raise NotSimulatedError(f"{self.model.graph.name(each)} has more than {MOST_LANES:,} queues of its own.")
        hold = whole[0] / load.capacity.value
        if component.kind not in STORES:
            hold = load.servers / load.burden.stations / load.capacity.value
        left = self._scaled(whole, component)
        place.is_endless = False
        place.lanes = [Lane(place, servers) for servers in left]
        place.hold_s = hold * sum(left) * self.weight / sum(whole)
        if own.service_s <= 0 and place.hold_s > 0:
            place.draw_hold = draws_of_own(replace(own, service_s=place.hold_s), self.random)
        self._bounds(place, component, load.burden.stations)
        self._reacts(place, component, load.burden.stations)
        if component.kind in STORES:
            self._shares_out(place, component)
        place.balancing = component.balancing
        return place

    def _bounds(self, place: Place, component: Component, stations: int) -> None:
        limit = values.count(component.queue_limit)
        if limit is not None:
            instances = 1 if component.kind in STORES else max(1, stations // len(place.lanes))
            share = self.weight if len(place.lanes) == 1 or component.kind in STORES else 1.0
            for lane in place.lanes:
                lane.limit = round(limit * instances / share)
            place.sheds = component.sheds

    def _reacts(self, place: Place, component: Component, stations: int) -> None:
        """Sets slow servers, the order of the queue, and scaling."""
        instances = max(1, component.instances)
        place.has_own_queues, place.is_newest_first = _is_balanced(component), component.serves == "newest"
        place.limit_each = place.lanes[0].limit / (1 if place.has_own_queues else instances)
        slow = values.count(component.slow_factor)
        if slow is not None and slow > 0:
            place.slow_factor, lane = slow, place.lanes[0]
            alone = len(place.lanes) > 1 or stations <= 1
            lane.slow = lane.servers if alone else max(1, round(lane.servers / stations))
        boot = values.seconds(component.boot_time)
        if component.most_instances > component.instances and boot is not None and component.kind not in STORES:
            aim = values.share(component.scale_at) or USUAL_AIM
            place.scaler = Scaler(instances, component.most_instances, boot, aim)
            place.serving = instances
            place.servers_each = sum(lane.servers for lane in place.lanes) / instances

    def _scaled(self, whole: list[int], component: Component) -> list[int]:
        if _is_balanced(component):
            return whole[: max(1, round(len(whole) / self.weight))]
        return [max(1, round(servers / self.weight)) for servers in whole]

    def _shares_out(self, place: Place, component: Component) -> None:
        """Distributes reads and writes of a store over its copies and shards."""
        place.copies, place.shards = copies_of(component), component.shards
        place.hottest = max(hottest_of(component) or 0.0, 1.0 / component.shards)
        asks_many = component.reads_from == "quorum" or (component.replication == "quorum" and not component.reads_from)
        place.readers = "any" if asks_many else component.reads_from or "leader"
        place.asked = quorum(component, component.read_quorum) if asks_many else 1
        failover = failover_of(component, self.model.figures)
        if component.replication != "quorum" and failover is not None:
            place.failover_s = failover.value
