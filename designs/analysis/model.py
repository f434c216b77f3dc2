"""Everything about a design that later questions rest on, worked out once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from calculators.engine.figures import Figures
from designs.analysis import values
from designs.analysis.capacities import Known, availability_of, with_replicas
from designs.analysis.estimate import SolvedEstimate, solved
from designs.analysis.flows import OperationFlow, flows_of
from designs.analysis.graph import Graph, graph_of
from designs.analysis.load import Loads, attempts_of, loads_of
from designs.analysis.reliability import Availability, Cuts, availability, cuts_of
from designs.analysis.sizes import keys_by_name, message_bytes
from designs.analysis.structure import Structure, structure_of
from designs.document.schema import Document
from designs.document.servers import servers


@dataclass(frozen=True)
class Reach:
    """How available an operation is, or what is missing to tell."""

    operation: str
    availability: Availability | None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Model:
    """A design with its flows, loads, cuts and availabilities; parts are computed when first asked for, and kept."""

    document: Document
    figures: Figures
    graph: Graph
    estimate: SolvedEstimate
    attempts: Mapping[str, float]
    flows: Mapping[str, OperationFlow]

    @cached_property
    def loads(self) -> Loads:
        return loads_of(self.document, self.graph, self.flows, self.estimate, self.figures)

    @cached_property
    def structures(self) -> dict[str, Structure]:
        """By operation; those whose flow has a problem are left out."""
        return {key: structure_of(flow, self.graph) for key, flow in self.flows.items() if not flow.problem}

    @cached_property
    def cuts(self) -> dict[str, Cuts]:
        return {key: cuts_of(structure) for key, structure in self.structures.items()}

    @cached_property
    def replica_availability(self) -> dict[str, Known | None]:
        """Of one replica of each component."""
        return {key: availability_of(each, self.figures) for key, each in self.graph.components.items()}

    @cached_property
    def chances(self) -> dict[str, float]:
        """The share of time that each component has a replica up, where that is known."""
        return {
            key: with_replicas(known.value, servers(self.graph.components[key]))
            for key, known in self.replica_availability.items()
            if known is not None
        }

    @cached_property
    def zone_chances(self) -> dict[str, float]:
        found = {key: values.availability(zone.availability) for key, zone in self.graph.zones.items()}
        return {key: chance for key, chance in found.items() if chance is not None}

    @cached_property
    def reach(self) -> dict[str, Reach]:
        return {key: self._reach(key) for key in self.flows}

    def _reach(self, operation: str) -> Reach:
        if operation not in self.structures:
            return Reach(operation, None, (self.flows[operation].problem,))
        structure = self.structures[operation]
        missing = tuple(
            f"the availability of {self.graph.name(each)}" for each in structure.components if each not in self.chances
        )
        if missing:
            return Reach(operation, None, missing)
        return Reach(operation, availability(structure, self.chances, self.zone_chances))

    @cached_property
    def entity_keys(self) -> dict[str, str]:
        return keys_by_name(self.document)

    def message_size(self, operation: str) -> tuple[float | None, str]:
        """Bytes of a request and its answer, or None and what is missing."""
        return message_bytes(self.document.api.operations[operation], self.entity_keys, self.loads.sizes)

    def operation_name(self, key: str) -> str:
        return self.document.api.operations[key].name or key


def model_of(document: Document, figures: Figures) -> Model:
    graph = graph_of(document)
    attempts = attempts_of(graph, figures)
    return Model(document, figures, graph, solved(document.estimate), attempts, flows_of(document, graph, attempts))
