"""The model of a design that all analyses use, computed once."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial

from calculators.engine.figures import Figures
from designs.analysis import values
from designs.analysis.batches import Sizes
from designs.analysis.caching import hit_ratio
from designs.analysis.capacities import ALWAYS_BOUGHT, Known, availability_of, is_bought
from designs.analysis.effort import Effort
from designs.analysis.estimate import SolvedEstimate, solved
from designs.analysis.flow import OperationFlow
from designs.analysis.flows import flows_of
from designs.analysis.graph import Graph, graph_of
from designs.analysis.load import Loads, attempts_of, loads_of, never_refuses, writes_to
from designs.analysis.patience import patience_of
from designs.analysis.redundancy import Redundancy, needed_of, redundancy_of
from designs.analysis.reliability import Availability, Cuts, availability, cuts_of
from designs.analysis.sizes import keys_by_name, message_bytes
from designs.analysis.structure import Structure, bearing_of, structure_of
from designs.analysis.visits import cold_visits
from designs.document.schema import Document
from designs.document.servers import servers


@dataclass(frozen=True)
class Reach:
    """How available an operation is, or what is missing to tell.

    `availability` is the share of time in which every request works: all parts that any of them needs. `served` is the
    share of requests that work, some of which need fewer parts, and `warm` the same while caches are full. With
    something
    `missing` they are upper bounds. Where it is `open` which service answers, all services count, which gives a lower
    bound; with both nothing is known.
    """

    operation: str
    availability: Availability | None
    served: Availability | None = None
    missing: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    with_hits: Callable[[], Availability] | None = field(default=None, compare=False)

    @cached_property
    def warm(self) -> Availability | None:
        return self.served if self.with_hits is None else self.with_hits()

    def said(self, chance: float | None) -> str:
        """`at most 99.9 %`."""
        if chance is None or (self.missing and self.open):
            return "not known"
        words = "at most " if self.missing else "at least " if self.open else ""
        return words + values.said_availability(chance)


@dataclass(frozen=True)
class CutOff:
    """The share of requests that time out, are refused or end in an error at the peak.

    `error` is half of the 95 % interval of the draws. Where late calls are tried again, the share is known only to a
    `factor` of its odds. `unsteady` are components that retries alone would keep full, and that chance may fill.
    """

    share: float = 0.0
    error: float = 0.0
    factor: float = 1.0
    unsteady: tuple[str, ...] = ()

    @property
    def least(self) -> float:
        return max(0.0, _by_odds(self.share, 1.0 / self.factor) - self.error)

    @property
    def most(self) -> float:
        return min(1.0, _by_odds(self.share, self.factor) + self.error * self.factor)

    @property
    def said(self) -> str:
        """`9.1 % ± 0.9 %`, `3.9 % to 20.1 %`; empty where no draw failed and none is likely to."""
        if self.share <= 0:
            return f"at most {values.said_failing(self.error)}" if self.error > 0 else ""
        if self.unsteady:
            return f"at least {values.said_failing(self.least)}"
        if self.factor > 1:
            return f"{values.said_failing(self.least)} to {values.said_failing(self.most)}"
        error = f" ± {values.said_failing(self.error)}" if self.error > 0 and self.share < 1 else ""
        return f"{values.said_failing(self.share)}{error}"


def _by_odds(share: float, times: float) -> float:
    return share if share >= 1 else times * share / (times * share + 1.0 - share)


@dataclass(frozen=True)
class Model:
    """A design with its flows, loads, cuts and availabilities; parts are computed on first use and kept.

    `attempts` are mean tries per call of a connection, `cut_off_doubt` what is known of the share of requests that time
    out at the peak, by operation, `bursts` how much longer requests wait because retries come together, and `echoes`
    the share of calls that retry at once after a refusal, by component (see settling.py). `effort` is what a search is
    allowed while it looks for them; where something is lost and it takes more, `is_all_tried` says that every call
    counts as tried as often as it may be.
    """

    document: Document
    figures: Figures
    graph: Graph
    estimate: SolvedEstimate
    attempts: Mapping[str, float]
    flows: Mapping[str, OperationFlow]
    cut_off_doubt: Mapping[str, CutOff] = field(default_factory=dict)
    bursts: Mapping[str, float] = field(default_factory=dict)
    echoes: Mapping[str, float] = field(default_factory=dict)
    effort: Effort | None = field(default=None, compare=False)
    is_all_tried: bool = False

    @cached_property
    def loads(self) -> Loads:
        return loads_of(self.document, self.graph, self.flows, self.estimate, self.figures)

    @cached_property
    def impatient(self) -> frozenset[str]:
        """Connections whose calls have a timeout."""
        connections = self.graph.connections
        timed = (key for key, each in connections.items() if each.timeout.strip())
        return frozenset(key for key in timed if math.isfinite(patience_of(connections[key]).timeout_s))

    @property
    def cut_off(self) -> dict[str, float]:
        """The share of requests that time out at the peak, by operation."""
        return {key: each.share for key, each in self.cut_off_doubt.items()}

    def cut_off_of(self, operation: str) -> CutOff:
        return self.cut_off_doubt.get(operation, CutOff())

    @cached_property
    def shedding(self) -> frozenset[str]:
        """Components with a bounded queue that can become full."""
        bounded = (key for key, each in self.graph.components.items() if values.count(each.queue_limit) is not None)
        return frozenset(key for key in bounded if not self._never_refuses(key))

    def _never_refuses(self, component: str) -> bool:
        box = self.graph.components[component]
        return never_refuses(self.loads.components[component], box, box.balancing)

    @cached_property
    def erring(self) -> Mapping[str, float]:
        """Components that answer some requests with an error, with the share of these."""
        shares = {key: values.share(each.error_rate) for key, each in self.graph.components.items()}
        return {key: share for key, share in shares.items() if share}

    @cached_property
    def batches(self) -> dict[str, Sizes]:
        """Components that get calls in batches: the sizes, and how often a second at peak, single calls included."""
        found: dict[str, dict[int, float]] = {}
        for key, flow in self.flows.items():
            rate = self.loads.rates[key].peak or 0.0
            for hop in flow.hops if rate else ():
                coming = rate * flow.calls.get(hop.connection, 0.0)
                if coming > 0:
                    size = max(1, round(hop.multiplier))
                    sizes = found.setdefault(hop.target, {})
                    sizes[size] = sizes.get(size, 0.0) + coming / size
        return {each: tuple(sorted(sizes.items())) for each, sizes in found.items() if max(sizes) > 1}

    @cached_property
    def redundancies(self) -> dict[str, dict[str, Redundancy]]:
        """The redundancy of each component, for each operation that has a flow."""
        kept: dict[tuple[str, bool, float], Redundancy] = {}
        found: dict[str, dict[str, Redundancy]] = {}
        for key, flow in self.flows.items():
            if flow.problem:
                continue
            found[key] = {}
            touching: dict[str, float] = {}
            for hop in flow.hops:
                touching[hop.target] = max(touching.get(hop.target, 1.0), hop.multiplier)
            for each in flow.components:
                sort = each, writes_to(flow, self.graph.components[each]), touching.get(each, 1.0)
                if sort not in kept:
                    load = self.loads.components[each]
                    kept[sort] = redundancy_of(self.graph, self.figures, load, each, flow)
                found[key][each] = kept[sort]
        return found

    @cached_property
    def structures(self) -> dict[str, Structure]:
        """The structures of operations that decide whether they work at all; operations whose flow has a problem are
        left out.
        """
        return {
            key: structure_of(self.flows[key], self.graph, {each: found.idle for each, found in of_one.items()})
            for key, of_one in self.redundancies.items()
        }

    @cached_property
    def bearing(self) -> dict[str, Structure]:
        """The same structures with as many servers and alternatives as the peak needs."""
        return {
            key: bearing_of(
                self.structures[key],
                {each: found.standing for each, found in of_one.items()},
                lambda targets: self.needed(targets)[:2],
            )
            for key, of_one in self.redundancies.items()
        }

    def needed(self, targets: tuple[str, ...]) -> tuple[int, float, tuple[str, ...]]:
        """For alternatives: how many the peak needs, how often one cause fails all of them, and what is missing to
        tell.
        """
        return needed_of(self.graph, self.figures, self.loads.components.__getitem__, targets)

    @cached_property
    def cuts(self) -> dict[str, Cuts]:
        return {key: cuts_of(structure) for key, structure in self.structures.items()}

    @cached_property
    def server_availability(self) -> dict[str, Known | None]:
        """The availability of one server of each component."""
        return {key: availability_of(each, self.figures) for key, each in self.graph.components.items()}

    def is_bought(self, component: str) -> bool:
        """Whether it is a managed service, for which only the availability of the whole is known."""
        known, box = self.server_availability[component], self.graph.components[component]
        if known is None:
            return False
        return is_bought(box, known) or (box.kind in ALWAYS_BOUGHT and servers(box) == 1)

    @cached_property
    def without_caches(self) -> dict[str, Model]:
        """The same design with one cache lost, for each cache without which requests go on to what it protects.

        Empty where everything bears its requests while all caches are empty.
        """
        components, full = self.graph.components, self._full_when_cold
        found: dict[str, Model] = {}
        for cache in (key for key, each in components.items() if full and each.kind == "cache" and hit_ratio(each)):
            beside = {key for key, flow in self.flows.items() if flow.visits.get(cache)}
            if any(cache in self.structures[key].components for key in beside if key in self.structures):
                continue
            if any(full & self.flows[key].visits.keys() for key in beside):
                gone = dict.fromkeys(beside, frozenset({cache}))
                left = flows_of(self.document, self.graph, self.attempts, gone=gone, among=beside)
                found[cache] = replace(self, flows={**self.flows, **left}, cut_off_doubt={})
        return found

    @cached_property
    def cold(self) -> dict[str, float]:
        """Requests a second at each component, at peak, while every cache is empty, as after a restart."""
        found = {key: load.peak for key, load in self.loads.components.items()}
        for key, flow in self.flows.items():
            rate = self.loads.rates[key].peak
            if rate is None or not any(hop.share != hop.cold_share for hop in flow.hops):
                continue
            for each, visits in cold_visits(flow, self.attempts).items():
                found[each] += (visits - flow.visits[each]) * rate
        return found

    def cold_utilisation(self, component: str) -> float:
        """The utilisation of its busiest server then; the additional requests are reads."""
        load = self.loads.components[component]
        if load.capacity is None:
            return 0.0
        return (load.busiest + (self.cold[component] - load.peak) * load.burden.read) / load.capacity.value

    @cached_property
    def _full_when_cold(self) -> set[str]:
        loads = self.loads.components
        return {each for each, load in loads.items() if self.cold_utilisation(each) > 1.0 >= (load.utilisation or 0.0)}

    @cached_property
    def zone_chances(self) -> dict[str, float]:
        found = {key: values.availability(zone.availability) for key, zone in self.graph.zones.items()}
        return {key: chance for key, chance in found.items() if chance is not None}

    @cached_property
    def reach(self) -> dict[str, Reach]:
        return {key: self._reach(key) for key in self.flows}

    def _reach(self, operation: str) -> Reach:
        if operation not in self.structures:
            return Reach(operation, None, missing=(self.flows[operation].problem,))
        structure = self.bearing[operation]
        parts = availability(structure, zone_chances=self.zone_chances)
        is_partial = structure.is_partial
        served = availability(structure, zone_chances=self.zone_chances, of="served") if is_partial else parts
        is_cached = any(need.shares != need.warm_shares for needs in structure.needs.values() for need in needs)
        with_hits = partial(availability, structure, zone_chances=self.zone_chances, of="warm") if is_cached else None
        questions = tuple(each.question for each in self.flows[operation].unsure)
        return Reach(operation, parts, served, self._missing_reach(operation, structure), questions, with_hits)

    def _missing_reach(self, operation: str, structure: Structure) -> tuple[str, ...]:
        flow, found = self.flows[operation], list[str]()
        for each in structure.components:
            found += self.redundancies[operation][each].missing
        for needs in structure.needs.values():
            for need in needs:
                if need.is_any and len(set(need.targets)) > 1:
                    found += self.needed(need.targets)[2]
        found += [
            f"the availability of {self.graph.name(zone)}"
            for zone in structure.zones
            if zone not in self.zone_chances and self.graph.zones[zone].kind == "zone"
        ]
        found += self.doubts_of(flow)
        return tuple(dict.fromkeys(found))

    def doubts_of(self, flow: OperationFlow) -> list[str]:
        """What makes the times of an operation longer than they are known to be: third parties that a proposed flow may
        or may not call, and operations without a rate that may keep what it visits busy.
        """
        name = self.operation_name(flow.operation)
        unasked = [f"whether {name} asks {self.graph.name(each)} (no flow is drawn)" for each in flow.unasked]
        return [*unasked, *(f"the rate of {self.operation_name(each)}" for each in self._unrated_beside(flow))]

    def _unrated_beside(self, flow: OperationFlow) -> list[str]:
        """Operations without a rate at components where requests of this one wait for a server."""
        unrated = [key for key, rate in self.loads.rates.items() if rate.peak is None]
        if not unrated:
            return []
        waiting = {
            each
            for each, visits in flow.visits.items()
            if visits > 0 and self.loads.components[each].capacity is not None
        }
        return [key for key in unrated if any(self.flows[key].visits.get(each, 0.0) > 0 for each in waiting)]

    def newest(self, figure_id: str) -> tuple[float, str] | None:
        """The lower end of a figure, and its newest entry in words; None where there is no such figure."""
        if figure_id not in self._newest:
            entry = self.figures[figure_id].latest if figure_id in self.figures.by_id else None
            self._newest[figure_id] = None if entry is None else (entry.low, f"{entry.said} each; {entry.source}")
        return self._newest[figure_id]

    @cached_property
    def _newest(self) -> dict[str, tuple[float, str] | None]:
        return {}

    @cached_property
    def entity_keys(self) -> dict[str, str]:
        return keys_by_name(self.document)

    def message_size(self, operation: str) -> tuple[float | None, str]:
        """Bytes of a request and its answer, or None and what is missing."""
        return message_bytes(self.document, operation, self.entity_keys, self.loads.sizes)

    def entity_name(self, key: str) -> str:
        return self.document.data_model.entities[key].name or key

    def operation_name(self, key: str) -> str:
        return self.document.api.operations[key].name or key


def plain_model(document: Document, figures: Figures) -> Model:
    """The model without timeouts and retries: the input of settling.py, which computes the model that other modules
    use.
    """
    graph = graph_of(document)
    attempts = attempts_of(graph, figures)
    return Model(document, figures, graph, solved(document.estimate), attempts, flows_of(document, graph, attempts))
