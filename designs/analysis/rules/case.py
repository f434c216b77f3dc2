"""The input of a rule, and words and patches that several rules share."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from designs.analysis.findings import Element, free_id
from designs.analysis.graph import CONSUMERS, QUEUES, STORES, Graph, listed
from designs.analysis.load import Loads
from designs.analysis.model import Model
from designs.analysis.requirements import Meter
from designs.analysis.settling import Held
from designs.analysis.surviving import single_points
from designs.document.schema import Document
from designs.document.servers import servers

# The planned limit: above it one server (M/M/1) makes its requests wait four times their service time.
PLANNED_UTILISATION = 0.8
MOST_NAMED = 4


@dataclass(frozen=True)
class Case:
    """A design as a rule sees it."""

    model: Model
    meter: Meter

    @property
    def document(self) -> Document:
        return self.model.document

    @property
    def graph(self) -> Graph:
        return self.model.graph

    @property
    def loads(self) -> Loads:
        return self.model.loads

    def component(self, key: str) -> Element:
        return Element("component", key, self.graph.name(key))

    def components(self, keys: Iterable[str]) -> tuple[Element, ...]:
        return tuple(self.component(key) for key in keys)

    def connection(self, key: str) -> Element:
        return Element("connection", key, self.graph.name(key))

    def operation(self, key: str) -> Element:
        return Element("operation", key, self.model.operation_name(key))

    def entity(self, key: str) -> Element:
        return Element("entity", key, self.entity_name(key))

    def entity_name(self, key: str) -> str:
        return self.document.data_model.entities[key].name or key

    def zone(self, key: str) -> Element:
        return Element("zone", key, self.graph.name(key))

    def operations(self, keys: Iterable[str]) -> str:
        """The names of operations, at most the first few."""
        names = [self.model.operation_name(key) for key in keys]
        if len(names) > MOST_NAMED + 1:
            names = [*names[:MOST_NAMED], f"{len(names) - MOST_NAMED} more"]
        return listed(names)

    @cached_property
    def readers(self) -> dict[str, list[str]]:
        """Operations that read each entity."""
        return _by_entity({key: each.reads for key, each in self.document.api.operations.items()})

    @cached_property
    def writers(self) -> dict[str, list[str]]:
        return _by_entity({key: each.writes for key, each in self.document.api.operations.items()})

    def has_workers(self, entity: str) -> bool:
        """Whether a component that no client calls (a worker, a schedule, a consumer of messages) uses a store of the
        entity.
        """
        graph = self.graph
        for holder in graph.holders.get(entity, ()):
            for key in graph.incoming[holder]:
                source = graph.connections[key].source
                behind = any(
                    graph.components[graph.connections[each].source].kind in QUEUES for each in graph.incoming[source]
                )
                if graph.components[source].kind in CONSUMERS or behind:
                    return True
        return False

    @cached_property
    def used_by(self) -> dict[str, list[str]]:
        """Operations that visit each component, directly or behind a queue."""
        found: dict[str, list[str]] = {}
        for key, flow in self.model.flows.items():
            for each in flow.visits:
                if flow.visits[each] > 0 or flow.later_visits[each] > 0:
                    found.setdefault(each, []).append(key)
        return found

    @cached_property
    def carried_by(self) -> dict[str, list[str]]:
        """Operations whose flow takes each connection."""
        found: dict[str, list[str]] = {}
        for key, flow in self.model.flows.items():
            for connection in flow.calls:
                found.setdefault(connection, []).append(key)
        return found

    @property
    def held(self) -> dict[str, Held]:
        """Requests inside each component at peak, including their calls to others, as far as times are known."""
        return self.meter.held

    @cached_property
    def stopped_by(self) -> dict[str, list[str]]:
        """Operations that each component or zone can stop alone, its replicas counting as one."""
        found: dict[str, list[str]] = {}
        for key, cuts in self.model.cuts.items():
            for each in (*cuts.components, *cuts.zones):
                found.setdefault(each, []).append(key)
        return found

    @cached_property
    def alone(self) -> dict[str, list[str]]:
        """For each component, the operations in which requests fail when one of its servers does."""
        found: dict[str, list[str]] = {}
        for key in self.model.structures:
            every_way = [set(single_points(way.model, key)) for way in self.meter.ways(key)]
            for each in single_points(self.model, key):
                if not all(each in points for points in every_way):
                    continue  # it is open whether the operation reaches this component at all
                component = self.graph.components[each]
                # A peak that needs all servers is another finding.
                if component.shards > 1 or servers(component) == 1:
                    found.setdefault(each, []).append(key)
        return found

    def lost_share(self, component: str, operations: Iterable[str]) -> float:
        """The share of requests that fail without a component, for the operation with the largest share."""
        return max((self.model.structures[key].lost_shares.get(component, 0.0) for key in operations), default=0.0)

    def lost_with_shard(self, component: str, operations: Iterable[str]) -> float:
        """The same for one shard: a request that makes several calls reaches as many shards."""
        shards = self.graph.components[component].shards
        lost = (
            structure.lost_shares.get(component, 0.0) * structure.standings[component].parts / shards
            for key in operations
            if component in (structure := self.model.structures[key]).standings
        )
        return max(lost, default=0.0)

    def spare_for(self, component: str) -> int:
        """Instances for the peak plus one spare; two where the capacity is not known."""
        load = self.loads.components[component]
        return max(2, (self.replicas_for(component, load.peak, spare=1) or 2))

    @cached_property
    def cold(self) -> dict[str, float]:
        """Requests a second at each component, at peak, while every cache is empty, as after a restart."""
        return self.model.cold

    # Patches

    def change(self, *keys: str, **fields: Any) -> dict[str, Any]:
        """A patch that sets the same fields of several components."""
        return {"diagram": {"components": {key: dict(fields) for key in keys}}}

    def scaled(self, count: int, *keys: str) -> dict[str, Any]:
        """A patch that sets the number of instances of each; for a store the number of copies, with majority
        confirmation of writes.
        """
        changes: dict[str, Any] = {}
        for key in keys:
            component = self.graph.components[key]
            if component.kind not in STORES:
                changes[key] = {"instances": count}
                continue
            changes[key] = {"copies": count}
            if not component.replication:
                changes[key]["replication"] = "synchronous" if count <= 2 else "quorum"
        return {"diagram": {"components": changes}}

    def change_connection(self, key: str, **fields: Any) -> dict[str, Any]:
        return {"diagram": {"connections": {key: fields}}}

    def replicas_for(self, component: str, rate: float, *, spare: int = 0, share: float = 1.0) -> int | None:
        """How many replicas serve a rate at a target utilisation, with spares."""
        load = self.loads.components[component]
        if load.capacity is None:
            return None
        return max(1, math.ceil(rate / (load.capacity.value * share) - 1e-9)) + spare

    def shards_for(self, component: str, rate: float, *, share: float = 1.0) -> int | None:
        """How many shards serve a rate at a target utilisation of their busiest copy, with keys spread evenly."""
        load = self.loads.components[component]
        if load.capacity is None or load.peak <= 0:
            return None
        each = load.busiest / load.peak * self.graph.components[component].shards
        return max(1, math.ceil(rate * each / (load.capacity.value * share) - 1e-9))

    def beside(self, component: str, kind: str, label: str, **fields: Any) -> tuple[str, dict[str, Any]]:
        """An id and a new component, drawn under an existing one in the same zone."""
        near = self.graph.components[component]
        box = {
            "kind": kind,
            "label": self._free_label(label),
            "x": near.x,
            "y": near.y + near.height + 60,
            "order": self._last_orders[0] + 1,
            **({"zone": near.zone} if near.zone else {}),
            **fields,
        }
        return free_id(self.document.diagram.components, "n"), box

    def arrow(self, source: str, target: str, **fields: Any) -> dict[str, Any]:
        return {"source": source, "target": target, "order": self._last_orders[1] + 1, **fields}

    def free_connection(self, number: int = 0) -> str:
        """An id for a new connection; `number` makes several ids of one patch unique."""
        taken, found = self.document.diagram.connections, list[str]()
        candidate = len(taken)
        while len(found) <= number:
            candidate += 1
            if f"c{candidate}" not in taken:
                found.append(f"c{candidate}")
        return found[-1]

    @cached_property
    def _last_orders(self) -> tuple[float, float]:
        diagram = self.document.diagram
        last = max((each.order for each in diagram.components.values()), default=0.0)
        return last, max((each.order for each in diagram.connections.values()), default=0.0)

    @cached_property
    def _labels(self) -> frozenset[str]:
        return frozenset(each.label.casefold() for each in self.document.diagram.components.values())

    def insert(self, connection: str, kind: str, label: str, **fields: Any) -> dict[str, Any]:
        """A new component in the middle of an arrow; drawn flows are changed to pass it."""
        arrow = self.graph.connections[connection]
        key, box = self.beside(arrow.target, kind, label, **fields)
        second = self.free_connection()
        connections = {connection: {"target": key}, second: self.arrow(key, arrow.target)}
        flows: dict[str, Any] = {}
        for flow_key, flow in self.document.flows.items():
            for hop in flow.hops.values():
                if hop.connection == connection:
                    new = {"connection": second, "order": hop.order + 0.5}
                    flows[flow_key] = {"hops": {free_id(flow.hops, "h"): new}}
        patch: dict[str, Any] = {"diagram": {"components": {key: box}, "connections": connections}}
        return {**patch, "flows": flows} if flows else patch

    def key_field(self, entity: str, *, without: str = "") -> str:
        """The field that makes the best key: an owner, else an id; empty when there is none."""
        fields = {key: each for key, each in self.document.data_model.entities[entity].fields.items() if key != without}
        owners = [key for key, each in fields.items() if each.references]
        ids = [key for key, each in fields.items() if each.key in ("primary", "unique")]
        ids += [key for key, each in fields.items() if each.type.lower() in ("id", "uuid", "bigint", "integer")]
        return next(iter([*owners, *ids]), "")

    def _free_label(self, label: str) -> str:
        number, found = 1, label
        while found.casefold() in self._labels:
            number += 1
            found = f"{label} {number}"
        return found

    def other_zone(self, zone: str) -> str:
        """Another zone of the same kind and parent, or an empty string."""
        zones = self.graph.zones
        if zone not in zones:
            return ""
        own = zones[zone]
        return next(
            (key for key, each in zones.items() if key != zone and (each.kind, each.parent) == (own.kind, own.parent)),
            "",
        )


def _by_entity(used: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, entities in used.items():
        for entity in entities:
            found.setdefault(entity, []).append(key)
    return found


def merged(*patches: Mapping[str, Any]) -> dict[str, Any]:
    """Patches of different places, merged into one."""
    result: dict[str, Any] = {}
    for patch in patches:
        for key, value in patch.items():
            both = isinstance(value, dict) and isinstance(result.get(key), dict)
            result[key] = merged(result[key], value) if both else value
    return result
