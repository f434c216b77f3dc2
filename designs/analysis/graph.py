"""A design's drawing as a plain graph: who calls whom, what fails together, and which stores copy each other."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from designs.document.basics import in_order
from designs.document.diagram import Component, Connection, Zone
from designs.document.diagram_fields import CACHES, CONSUMERS, QUEUES, SERVERS, STORES
from designs.document.kinds import KIND_NAMES
from designs.document.schema import Document

# Components that pass each request to one of several equal targets rather than to all of them.
CHOOSERS = frozenset({"client", "dns", "cdn", "load_balancer", "reverse_proxy", "api_gateway"})
BALANCERS = frozenset({"load_balancer", "reverse_proxy", "api_gateway"})
__all__ = ["BALANCERS", "CACHES", "CHOOSERS", "CONSUMERS", "QUEUES", "SERVERS", "STORES", "Graph"]


@dataclass(frozen=True)
class Graph:
    """Components and connections in display order, and their neighbours."""

    components: Mapping[str, Component]
    connections: Mapping[str, Connection]
    zones: Mapping[str, Zone]

    @cached_property
    def outgoing(self) -> dict[str, list[str]]:
        """Ids of the connections along which each component calls others; replication is no call."""
        found: dict[str, list[str]] = {each: [] for each in self.components}
        for key, connection in self.connections.items():
            if connection.kind != "replication":
                found[connection.source].append(key)
        return found

    @cached_property
    def incoming(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {each: [] for each in self.components}
        for key, connection in self.connections.items():
            if connection.kind != "replication":
                found[connection.target].append(key)
        return found

    @cached_property
    def followers(self) -> dict[str, list[str]]:
        """Components that each component replicates to, by one arrow."""
        found: dict[str, list[str]] = {}
        for connection in self.connections.values():
            if connection.kind == "replication":
                found.setdefault(connection.source, []).append(connection.target)
        return found

    @cached_property
    def replications(self) -> dict[str, list[str]]:
        """Ids of the connections along which each component replicates to others."""
        found: dict[str, list[str]] = {}
        for key, connection in self.connections.items():
            if connection.kind == "replication":
                found.setdefault(connection.source, []).append(key)
        return found

    @cached_property
    def followed(self) -> frozenset[str]:
        """Components that another component replicates to."""
        return frozenset(target for targets in self.followers.values() for target in targets)

    @cached_property
    def replica_group(self) -> dict[str, str]:
        """For each component with replication, one name for the group that replication connects it to."""
        group: dict[str, str] = {}
        near: dict[str, list[str]] = {}
        for source, targets in self.followers.items():
            for target in targets:
                near.setdefault(source, []).append(target)
                near.setdefault(target, []).append(source)
        for start in near:
            waiting = [] if start in group else [start]
            while waiting:
                each = waiting.pop()
                if each not in group:
                    group[each] = start
                    waiting.extend(near[each])
        return group

    @cached_property
    def domains(self) -> dict[str, tuple[str, ...]]:
        """Zones and regions around each component, innermost first; a boundary is no failure domain."""
        return {
            key: tuple(dict.fromkeys(around for zone in self.spread(key) for around in self._domains_of(zone)))
            for key in self.components
        }

    def _domains_of(self, zone: str) -> tuple[str, ...]:
        found: list[str] = []
        seen: set[str] = set()
        while zone in self.zones and zone not in seen:
            seen.add(zone)
            if self.zones[zone].kind != "boundary":
                found.append(zone)
            zone = self.zones[zone].parent
        return tuple(found)

    def domain_of_kind(self, component: str, kind: str) -> str:
        """The innermost zone (or region) of a component, or an empty string."""
        return next((zone for zone in self.domains[component] if self.zones[zone].kind == kind), "")

    @cached_property
    def places(self) -> dict[str, tuple[str, str]]:
        """Region and zone of each component; empty where it is in none."""
        return {key: (self.domain_of_kind(key, "region"), self.domain_of_kind(key, "zone")) for key in self.domains}

    @cached_property
    def entries(self) -> list[str]:
        """Where requests come from: the clients, or, when none is drawn, components without callers."""
        clients = [key for key, component in self.components.items() if component.kind == "client"]
        return clients or [key for key in self.components if self.outgoing[key] and not self.incoming[key]]

    @cached_property
    def distance(self) -> dict[str, int]:
        """The fewest arrows from an entry to each component that requests can reach."""
        return self.reach(self.entries)

    @cached_property
    def cdns(self) -> list[str]:
        """CDNs that requests can reach."""
        return [key for key in self.distance if self.components[key].kind == "cdn"]

    def reach(self, starts: Iterable[str], *, without: Collection[str] = ()) -> dict[str, int]:
        """Components that can be reached along arrows, past some, with the fewest arrows to each."""
        found = dict.fromkeys(starts, 0)
        waiting = deque(found)
        while waiting:
            each = waiting.popleft()
            for key in self.outgoing[each]:
                target = self.connections[key].target
                if target not in found and target not in without:
                    found[target] = found[each] + 1
                    waiting.append(target)
        return found

    def behind(self, component: str) -> frozenset[str]:
        """A component and all that requests reach from it."""
        if component not in self._behind:
            self._behind[component] = frozenset(self.reach([component]))
        return self._behind[component]

    @cached_property
    def _behind(self) -> dict[str, frozenset[str]]:
        return {}

    def around(self, zone: str) -> tuple[str, ...]:
        """A zone and the zones around it that fail as a whole, innermost first."""
        return self._domains_of(zone)

    def spread(self, component: str) -> tuple[str, ...]:
        """The zones that its servers are spread over; one, or none, when all are in the zone that it is drawn in."""
        box = self.components[component]
        zones = tuple(each for each in box.zones if each in self.zones and self.zones[each].kind != "boundary")
        return zones or ((box.zone,) if box.zone in self.zones else ())

    @cached_property
    def holders(self) -> dict[str, list[str]]:
        """Components that store each entity."""
        found: dict[str, list[str]] = {}
        for key, component in self.components.items():
            for entity in component.stores:
                found.setdefault(entity, []).append(key)
        return found

    def name(self, key: str) -> str:
        """The displayed name of a component, zone or connection."""
        if key in self.components:
            component = self.components[key]
            return component.label or f"{KIND_NAMES[component.kind]} {key}"
        if key in self.connections:
            connection = self.connections[key]
            return f"{self.name(connection.source)} → {self.name(connection.target)}"
        return self.zones[key].label or key if key in self.zones else key

    def names(self, keys: Iterable[str]) -> str:
        """`A`, `A and B`, `A, B and C`."""
        return listed([self.name(key) for key in keys])


def listed(words: list[str], last: str = "and") -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}" if words else ""


def graph_of(document: Document) -> Graph:
    diagram = document.diagram
    return Graph(
        components=dict(in_order(diagram.components)),
        connections=dict(in_order(diagram.connections)),
        zones=dict(in_order(diagram.zones)),
    )
