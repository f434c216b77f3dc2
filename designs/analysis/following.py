"""A model made ready to be followed event by event: its places, and the way of each operation through them.

Where each request stands for ten, a component keeps one of ten servers. Fewer servers wait longer below saturation, so
times come out too long rather than too short.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Set
from dataclasses import dataclass, field

import numpy as np

from designs.analysis import values
from designs.analysis.burden import copies_of, hottest_of, quorum
from designs.analysis.capacities import failover_of
from designs.analysis.events import Call, Draws, Lane, Node, Place, lane_of_own
from designs.analysis.flow import CHOOSING, FlowHop, Group, OperationFlow
from designs.analysis.graph import STORES
from designs.analysis.itineraries import LEAST_WEIGHT, NotSimulatedError
from designs.analysis.load import writes_to
from designs.analysis.model import Model
from designs.analysis.times import OwnTime, Times, WireTime, spread_over
from designs.document.diagram import Component

OWN_QUEUES = frozenset({"least_connections", "two_choices", "round_robin", "random"})
MOST_LANES = 10_000


def gives_up(model: Model, flows: Iterable[OperationFlow]) -> bool:
    """Whether calls time out, are refused or wait for threads: then what is late changes what is asked."""
    components, connections = _used(flows)
    if any(each in model.shedding for each in components):
        return True
    return any(values.seconds(model.graph.connections[key].timeout) is not None for key in connections) or any(
        room_of(model, each) < math.inf for each in components
    )


def tries_again(model: Model, flows: Iterable[OperationFlow]) -> bool:
    return any(model.graph.connections[key].retries for key in _used(flows)[1])


def has_more_than_stations(model: Model, flows: Iterable[OperationFlow]) -> bool:
    """Whether something goes on that stations worked off one after another do not show."""
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
    """Requests that all instances of a component hold at once, where that is typed."""
    typed = values.count(model.graph.components[each].concurrency)
    return math.inf if typed is None else max(1.0, typed * model.loads.components[each].replicas)


def _used(flows: Iterable[OperationFlow]) -> tuple[set[str], set[str]]:
    components, connections = set[str](), set[str]()
    for flow in flows:
        components.update(flow.components)
        connections.update(hop.connection for hop in flow.hops)
    return components, connections


def largest_scale(model: Model, components: Iterable[str]) -> float:
    """How many requests each may stand for, so that every component keeps a server."""
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
    """Places and calls of a design; each request stands for `weight`."""

    model: Model
    times: Times
    weight: float
    random: np.random.Generator
    places: dict[str, Place] = field(default_factory=dict)
    calls: dict[str, list[Call]] = field(default_factory=dict)
    purses: dict[str, tuple[list[float], list[int]]] = field(default_factory=dict)

    def roots(self, flow: OperationFlow, gone: Set[str] = frozenset()) -> list[Node]:
        """A way for each entry. What is `gone` answers every call with an error."""
        return [self._node(flow, entry, gone, (), 1.0) for entry in flow.entries]

    def _node(self, flow: OperationFlow, each: str, gone: Set[str], above: tuple[str, ...], weight: float) -> Node:
        own, typed = self.times.own[each], flow.service_s.get(each)
        size = typed / own.service_s if typed is not None and own.service_s > 0 else 1.0
        is_write = writes_to(flow, self.model.graph.components[each])
        copying = self.times.copying_s.get(each, 0.0) if is_write else 0.0
        steps = self._copies(each, gone, ()) if is_write else []
        for group in flow.groups.get(each, ()):
            steps += self._steps(flow, group, gone, (*above, each), weight)
        return Node(self._place(each, own), size, is_write, copying, steps, each in gone)

    def _steps(
        self, flow: OperationFlow, group: Group, gone: Set[str], above: tuple[str, ...], weight: float
    ) -> list[list[Call]]:
        reached, calls = 0.0, list[Call]()
        for hop in (each for each in group.hops if each.calls > 0):
            share = min(1.0, hop.share * min(1.0, hop.multiplier))
            low = reached if group.mode in CHOOSING else 0.0
            reached += share
            if above[-1] in above[:-1] and weight * share < LEAST_WEIGHT:
                continue
            node = self._node(flow, hop.target, gone, above, weight * share)
            calls.append(self._call(hop, low, low + share, node))
        return [calls] if group.is_parallel else [[call] for call in calls]

    def _call(self, hop: FlowHop, low: float, high: float, node: Node) -> Call:
        connection = self.model.graph.connections[hop.connection]
        purse, counts = self.purses.setdefault(hop.connection, ([1.0], [0, 0, 0]))
        wire = self._wire(self.times.wires[hop.connection])
        call = Call(node, low, high, max(1, round(hop.multiplier)), wire, purse=purse, counts=counts)
        call.is_optional, call.is_later, call.connection = connection.optional, hop.is_later, hop.connection
        if connection.kind == "sync" and not hop.is_later:
            timeout, budget = values.seconds(connection.timeout), values.share(connection.retry_budget)
            call.timeout_s = math.inf if timeout is None else timeout
            call.retries = connection.retries
            call.backoff_s = values.seconds(connection.backoff) or 0.0
            call.budget = math.inf if budget is None else budget
        self.calls.setdefault(hop.connection, []).append(call)
        return call

    def _copies(self, each: str, gone: Set[str], above: tuple[str, ...]) -> list[list[Call]]:
        """Writes that drawn followers take: those that the write waits for all at once."""
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
            found.append(Call(node, 0.0, 1.0, 1, wire, is_later=not is_waited_for, connection=key))
        return [found] if found else []

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
        draw, room = lane_of_own(own, self.random), room_of(self.model, each)
        place = Place(each, [], True, 0.0, own.service_s, draw)
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
        place.lanes = [Lane(servers) for servers in left]
        place.hold_s = hold * sum(left) * self.weight / sum(whole)
        self._bounds(place, component, load.burden.stations)
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
            place.sheds_oldest = component.sheds == "oldest"

    def _scaled(self, whole: list[int], component: Component) -> list[int]:
        if _is_balanced(component):
            return whole[: max(1, round(len(whole) / self.weight))]
        return [max(1, round(servers / self.weight)) for servers in whole]

    def _shares_out(self, place: Place, component: Component) -> None:
        """How reads and writes of a store fall on its copies and shards."""
        place.copies, place.shards = copies_of(component), component.shards
        place.hottest = max(hottest_of(component) or 0.0, 1.0 / component.shards)
        asks_many = component.reads_from == "quorum" or (component.replication == "quorum" and not component.reads_from)
        place.readers = "any" if asks_many else component.reads_from or "leader"
        place.asked = quorum(component, component.read_quorum) if asks_many else 1
        failover = failover_of(component, self.model.figures)
        if component.replication != "quorum" and failover is not None:
            place.failover_s = failover.value
