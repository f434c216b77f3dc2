"""How a component uses its arrows: which of them belong together, and which share of its requests takes each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from designs.analysis import values
from designs.analysis.caching import missed_first, passed_on
from designs.analysis.flow import FlowHop, Group, Mode
from designs.analysis.graph import BALANCERS, CACHES, CHOOSERS, QUEUES, STORES, Graph
from designs.analysis.likeness import stem
from designs.document.api import Operation

CHOOSING_STORES = STORES | CACHES
ANSWERING = STORES | {"service", "third_party"}
Bundle = tuple[Mode, str, bool]


@dataclass
class Arrow:
    """A hop before its share is known."""

    connection: str
    split: float | None
    multiplier: float
    service_s: float | None = None


@dataclass(frozen=True)
class Leaving:
    """The arrows of one source in one flow, and the arrows that leave each component of it."""

    source: str
    arrows: Sequence[Arrow]
    leaving: Mapping[str, object]
    graph: Graph
    operation: Operation
    reads: bool

    @cached_property
    def kind(self) -> str:
        return self.graph.components[self.source].kind

    @cached_property
    def beside(self) -> list[str]:
        """The caches that are asked before the other targets, whatever shares the drawing gives."""
        return [self.target(each) for each in self.arrows if each.split is None and self.is_cache_beside(each)]

    def target(self, arrow: Arrow) -> str:
        return self.graph.connections[arrow.connection].target

    def is_cache_beside(self, arrow: Arrow) -> bool:
        """Whether it is a cache that is asked before the other targets and that calls no component itself."""
        target = self.target(arrow)
        return self.graph.components[target].kind == "cache" and target not in self.leaving

    def is_later(self, arrow: Arrow) -> bool:
        connection = self.graph.connections[arrow.connection]
        if self.kind in QUEUES:
            return True
        return connection.kind == "async" and self.graph.components[connection.target].kind not in QUEUES


def groups_of(
    source: str,
    arrows: Sequence[Arrow],
    leaving: Mapping[str, object],
    graph: Graph,
    operation: Operation,
    *,
    reads: bool,
) -> tuple[Group, ...]:
    """The arrows of one source, grouped by how the source uses them, each with its share."""
    here = Leaving(source, arrows, leaving, graph, operation, reads)
    bundles: dict[Bundle, list[Arrow]] = {}
    for arrow in arrows:
        bundles.setdefault(_bundle(here, arrow), []).append(arrow)
    groups = []
    for (mode, _, is_parallel), together in bundles.items():
        hops = [_hop(here, *each) for each in _shares(here, together, mode)]
        now = tuple(hop for hop in hops if not hop.is_later)
        later = tuple(hop for hop in hops if hop.is_later)
        if now:
            groups.append(Group(_mode(here, mode, now), now, is_parallel))
        if later:
            groups.append(Group("later", later))
    return tuple(groups)


def _hop(here: Leaving, arrow: Arrow, share: float, cold: float, reason: str, caches: Sequence[str] = ()) -> FlowHop:
    multiplier = arrow.multiplier
    if multiplier > 1 and 0 < share < cold:
        # Each of many calls hits or misses independently, so nearly every request makes the calls that miss.
        multiplier = max(1.0, arrow.multiplier * share / cold)
        share, cold = share * arrow.multiplier / multiplier, cold * arrow.multiplier / multiplier
    return FlowHop(
        arrow.connection,
        here.source,
        here.target(arrow),
        share,
        multiplier,
        is_later=here.is_later(arrow),
        reason=reason,
        cold_share=cold,
        service_s=arrow.service_s,
        caches=tuple(caches),
        is_optional=here.graph.connections[arrow.connection].optional,
    )


def _bundle(here: Leaving, arrow: Arrow) -> Bundle:
    """The group of an arrow: as the drawing says, else arrows to components that are plainly instances of one thing."""
    graph, target = here.graph, here.target(arrow)
    connection, kind = graph.connections[arrow.connection], graph.components[target].kind
    if connection.relation == "one_of":
        return "any", f"one of {connection.group}", False
    if connection.relation == "by_key":
        return "by_key", f"by key {connection.group}", False
    if connection.relation == "parallel":
        return "all", f"at once {connection.group}", True
    if connection.relation == "all":
        return "all", arrow.connection, False
    if here.kind == "queue":
        return "any", "consumers", False
    if here.kind in CHOOSERS and kind not in CHOOSING_STORES:
        return "any", " ".join(stem(graph, target)), False
    if here.reads and target in graph.replica_group:
        return "any", f"copies of {graph.replica_group[target]}", False
    return "all", arrow.connection, False


def _shares(here: Leaving, arrows: Sequence[Arrow], mode: Mode) -> list[tuple[Arrow, float, float, str, list[str]]]:
    """Each arrow with its share, its share while caches are empty, the reason, and the caches before it."""
    given = sum(arrow.split for arrow in arrows if arrow.split is not None)
    chosen = mode != "all" and len(arrows) > 1
    weights = _weights(here, [arrow for arrow in arrows if arrow.split is None]) if chosen else {}
    found = list[tuple[Arrow, float, float, str, list[str]]]()
    for arrow in arrows:
        if arrow.split is not None:
            found.append((arrow, arrow.split, arrow.split, "as drawn", []))
            continue
        share, reason = 1.0, ""
        if chosen:
            share = max(0.0, 1.0 - given) * weights[arrow.connection]
            reason = f"by key, one of {len(arrows)}" if mode == "by_key" else f"one of {len(arrows)}"
            if here.kind == "queue" and len(set(weights.values())) > 1:
                reason += ", by what each serves"
        cold = share
        passed, caches = _passed(here, arrow)
        if caches:
            share, reason = share * passed, ", ".join(filter(None, (reason, f"misses of {here.graph.names(caches)}")))
        found.append((arrow, share, cold, reason, caches))
    return found


def _weights(here: Leaving, arrows: Sequence[Arrow]) -> dict[str, float]:
    """Shares where none are drawn: equal, but each consumer of one queue takes messages in proportion to its
    capacity.
    """
    sizes = dict.fromkeys((arrow.connection for arrow in arrows), 1.0)
    if here.kind == "queue":
        boxes = {arrow.connection: here.graph.components[here.target(arrow)] for arrow in arrows}
        typed = {key: values.per_second(box.capacity) for key, box in boxes.items()}
        if all(typed.values()) or not any(typed.values()):
            sizes = {key: (typed[key] or 1.0) * box.instances for key, box in boxes.items()}
    whole = sum(sizes.values())
    return {key: size / whole for key, size in sizes.items()}


def _passed(here: Leaving, arrow: Arrow) -> tuple[float, list[str]]:
    """What caches pass on to an arrow: the source, when it is one, or the caches that the source asks first."""
    if not here.reads:
        return 1.0, []
    if here.kind in CACHES:
        return passed_on(here.graph, [here.source], here.target(arrow), here.operation)
    beside, target = here.beside, here.target(arrow)
    if target in beside:
        return missed_first(here.graph, beside[: beside.index(target)], target, here.operation)
    return passed_on(here.graph, beside, target, here.operation)


def _mode(here: Leaving, mode: Mode, hops: Sequence[FlowHop]) -> Mode:
    """Optional for arrows drawn as such, and for a cache that is asked first when the source can ask another target."""
    graph = here.graph
    if all(graph.connections[hop.connection].optional for hop in hops):
        return "optional"
    is_beside = all(graph.components[hop.target].kind == "cache" and hop.target not in here.leaving for hop in hops)
    if not is_beside or here.kind in BALANCERS:
        return mode
    return "optional" if any(graph.components[here.target(arrow)].kind in ANSWERING for arrow in here.arrows) else mode
