"""How many servers of a component must be up for an operation to work, and what is not known about that.

Instances: as many as the peak needs. A store: as many copies of each shard as must agree, or as the reads need. While a
leader is replaced no request is served; how often that happens follows from its availability and its recovery time.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

from calculators.engine.figures import Figures
from designs.analysis import values
from designs.analysis.burden import copies_of, quorum
from designs.analysis.capacities import Known, availability_of, common_cause_of, failover_of, is_bought
from designs.analysis.flow import OperationFlow
from designs.analysis.graph import STORES, Graph
from designs.analysis.load import ComponentLoad, writes_to
from designs.analysis.standing import Standing
from designs.document.diagram import Component


@dataclass(frozen=True)
class Redundancy:
    """A standing, and what is `missing` to know it; with something missing it gives an upper bound of the availability.

    `agreeing` servers must be up for the component to work at all, even at little load.
    """

    standing: Standing
    missing: tuple[str, ...] = ()
    agreeing: int = 1

    @cached_property
    def idle(self) -> Standing:
        """The standing at no load."""
        return self.standing if self.standing.needed == self.agreeing else replace(self.standing, needed=self.agreeing)


def redundancy_of(graph: Graph, figures: Figures, load: ComponentLoad, each: str, flow: OperationFlow) -> Redundancy:
    component, name = graph.components[each], graph.name(each)
    known = availability_of(component, figures)
    if known is None:
        # It counts as never failing; how many of its servers are needed is known all the same.
        never = _redundancy(graph, figures, load, each, flow, Known(1.0, "not known"))
        return replace(never, missing=(f"the availability of {name}", *never.missing))
    if is_bought(component, known):
        return Redundancy(Standing(known.value))
    return _redundancy(graph, figures, load, each, flow, known)


def _redundancy(
    graph: Graph, figures: Figures, load: ComponentLoad, each: str, flow: OperationFlow, known: Known
) -> Redundancy:
    component, name = graph.components[each], graph.name(each)
    if component.kind in STORES:
        return _of_store(graph, figures, load, each, flow, known)
    count = load.replicas
    common = common_cause_of(component, figures).value
    missing = (f"the capacity of {name}, which says how many of its {count} instances are needed",)
    needed = needed_instances(load)
    return Redundancy(
        Standing(known.value, count, needed or 1, common, zones=graph.spread(each)),
        missing if count > 1 and needed is None else (),
    )


def needed_instances(load: ComponentLoad) -> int | None:
    """How many servers the peak needs; all of them when even those are too few.

    None where the capacity is not known.
    """
    if load.capacity is None:
        return None
    return max(1, min(load.replicas, math.ceil(load.peak / load.capacity.value - 1e-9)))


def _of_store(
    graph: Graph, figures: Figures, load: ComponentLoad, each: str, flow: OperationFlow, known: Known
) -> Redundancy:
    component, name = graph.components[each], graph.name(each)
    copies = copies_of(component)
    touched = max((math.ceil(hop.multiplier) for hop in flow.hops if hop.target == each), default=1)
    writes = writes_to(flow, component)
    missing = list[str]()
    if copies > 1 and not component.replication:
        missing.append(f"how the {copies} copies of {name} are kept the same (replication)")
    failing_over = 0.0
    if copies > 1 and waits_for_leader(component, is_write=writes):
        failover, recovery = failover_of(component, figures), values.seconds(component.recovery_time)
        if failover is None or not recovery:
            missing.append(
                f"the failover time of {name}"
                if failover is None
                else f"the recovery time of {name}, which says how often it fails over"
            )
        else:
            failing_over = (1.0 - known.value) * min(1.0, failover.value / recovery)
    return Redundancy(
        Standing(
            known.value,
            copies,
            needed_copies(component, load, is_write=writes),
            common_cause_of(component, figures).value,
            failing_over,
            graph.spread(each),
            max(1, min(component.shards, touched)),
        ),
        tuple(missing),
        agreeing_copies(component, is_write=writes),
    )


def waits_for_leader(component: Component, *, is_write: bool) -> bool:
    """Whether requests wait while a new leader is found."""
    if component.replication == "quorum":
        return False
    return is_write or component.reads_from in ("", "leader")


def agreeing_copies(component: Component, *, is_write: bool) -> int:
    """Copies of a shard that must answer, whatever the load."""
    if component.replication == "quorum":
        return quorum(component, component.write_quorum if is_write else component.read_quorum)
    if component.reads_from == "quorum" and not is_write:
        return quorum(component, component.read_quorum)
    return 1


def needed_copies(component: Component, load: ComponentLoad, *, is_write: bool) -> int:
    """Copies of a shard that must be up for a read or a write."""
    copies, needed = copies_of(component), agreeing_copies(component, is_write=is_write)
    if component.reads_from in ("any", "followers") and load.capacity is not None:
        # The remaining copies share the reads; each of them takes every write of its shard.
        share = load.burden.write
        spare = load.capacity.value - load.writes * share
        if spare <= 0:
            return copies
        by_load = math.ceil(load.reads * share / spare - 1e-9) + (component.reads_from == "followers")
        needed = max(needed, min(copies, by_load))
    return max(1, needed)


def needed_of(
    graph: Graph, figures: Figures, loads: Callable[[str], ComponentLoad], targets: tuple[str, ...]
) -> tuple[int, float, tuple[str, ...]]:
    """For alternatives: how many the total peak needs, how often one cause fails all, and what is missing to tell."""
    found = [loads(each) for each in dict.fromkeys(targets)]
    known = [availability_of(graph.components[each], figures) for each in dict.fromkeys(targets)]
    common = min(common_cause_of(graph.components[each], figures).value for each in targets)
    least = min((1.0 - each.value for each in known if each is not None), default=0.0)
    shared = common * least if all(each is not None for each in known) else 0.0
    peak = sum(load.peak for load in found)
    capacities = sorted(load.total_capacity for load in found if load.total_capacity is not None)
    if len(capacities) < len(found):
        lacking = [graph.name(load.component) for load in found if load.total_capacity is None]
        return 1, shared, tuple(f"the capacity of {name}" for name in lacking)
    total = 0.0
    for number, capacity in enumerate(capacities, start=1):
        total += capacity
        if total >= peak * (1 - 1e-9):
            return number, shared, ()
    return len(capacities), shared, ()
