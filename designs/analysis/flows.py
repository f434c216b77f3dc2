"""The path that each operation takes through the drawing, and how often it visits each component.

A drawn flow is taken as drawn; for an operation without one, a flow is proposed from the graph and marked so. Visits
are per request of the operation, so that traffic of any size is one multiplication away. They follow the traffic
equations visits(j) = entries(j) + sum over i of visits(i) x calls(i, j) (J. R. Jackson, Jobshop-like Queueing Systems,
1963); a circle that feeds itself without end has no solution and is refused by name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np

from designs.analysis import values
from designs.analysis.graph import BALANCERS, CACHES, CHOOSERS, QUEUES, STORES, Graph
from designs.document.api import Operation
from designs.document.basics import in_order
from designs.document.reasoning import Flow
from designs.document.schema import Document

# How a component uses the arrows of a group: it needs all, any one of them does, or it can do without.
Mode = Literal["all", "any", "optional", "later"]
READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CHOOSING_STORES = STORES | CACHES


@dataclass(frozen=True)
class FlowHop:
    """One arrow of a flow: `share` of the source's requests take it, each making `multiplier` calls.

    `cold_share` is the share while caches are empty.
    """

    connection: str
    source: str
    target: str
    share: float = 1.0
    multiplier: float = 1.0
    is_later: bool = False
    reason: str = ""
    cold_share: float = 1.0

    @property
    def calls(self) -> float:
        """Calls along the arrow for each request at its source, retries left out."""
        return self.share * self.multiplier


@dataclass(frozen=True)
class Group:
    """Arrows of one source that belong together."""

    mode: Mode
    hops: tuple[FlowHop, ...]


@dataclass(frozen=True)
class OperationFlow:
    """`visits` and `calls` are per request; those reached behind a queue are apart, since they see no peak.

    With a `problem` there are no visits: it says why the flow gives no figures.
    """

    operation: str
    entries: tuple[str, ...] = ()
    hops: tuple[FlowHop, ...] = ()
    groups: Mapping[str, tuple[Group, ...]] = field(default_factory=dict)
    visits: Mapping[str, float] = field(default_factory=dict)
    later_visits: Mapping[str, float] = field(default_factory=dict)
    calls: Mapping[str, float] = field(default_factory=dict)
    later_calls: Mapping[str, float] = field(default_factory=dict)
    copied_writes: Mapping[str, float] = field(default_factory=dict)
    is_proposed: bool = False
    is_read: bool = True
    problem: str = ""

    @cached_property
    def components(self) -> tuple[str, ...]:
        ends = (end for hop in self.hops for end in (hop.source, hop.target))
        return tuple(dict.fromkeys((*self.entries, *ends)))

    @cached_property
    def callees_first(self) -> list[str] | None:
        """Components so that whatever one calls stands before it, work behind queues apart; None in a circle."""
        callers: dict[str, list[str]] = {each: [] for each in self.components}
        waiting_for = dict.fromkeys(callers, 0)
        for hop in self.hops:
            if not hop.is_later:
                callers[hop.target].append(hop.source)
                waiting_for[hop.source] += 1
        order = [each for each, count in waiting_for.items() if count == 0]
        for each in order:
            for caller in callers[each]:
                waiting_for[caller] -= 1
                if waiting_for[caller] == 0:
                    order.append(caller)
        return order if len(order) == len(callers) else None


@dataclass
class _Arrow:
    """A hop before its share is known."""

    connection: str
    split: float | None
    multiplier: float


def flows_of(
    document: Document,
    graph: Graph,
    attempts: Mapping[str, float] | None = None,
    *,
    gone: Mapping[str, Collection[str]] | None = None,
) -> dict[str, OperationFlow]:
    """The flow of each operation, by its id. `attempts` are mean tries per call of a connection (1 when left out).

    `gone` are, by operation, components and connections that are down: what took them takes what is left of their kind.
    """
    drawn: dict[str, list[Flow]] = {}
    for _, flow in in_order(document.flows):
        if flow.operation and flow.hops:
            drawn.setdefault(flow.operation, []).append(flow)
    found = {}
    for key, operation in in_order(document.api.operations):
        arrows = _drawn(drawn[key]) if key in drawn else _proposed(operation, graph)
        if gone and not isinstance(arrows, str):
            arrows = _left_of(arrows, gone.get(key, ()), graph)
        is_proposed = all(flow.proposed for flow in drawn[key]) if key in drawn else True
        found[key] = _flow(key, operation, arrows, graph, attempts or {}, is_proposed=is_proposed)
    return found


def _left_of(arrows: Sequence[_Arrow], gone: Collection[str], graph: Graph) -> list[_Arrow]:
    """The arrows that still stand; drawn shares grow by those of lost equals, and by all that a lost cache caught."""
    lost, left = list[_Arrow](), list[_Arrow]()
    for arrow in arrows:
        ends = graph.connections[arrow.connection]
        (lost if {arrow.connection, ends.source, ends.target} & set(gone) else left).append(arrow)
    for arrow in lost:
        ends = graph.connections[arrow.connection]
        kind = graph.components[ends.target].kind
        beside = [each for each in left if graph.connections[each.connection].source == ends.source]
        if kind in CACHES:
            for each in beside:
                each.split = None
        equals = [each for each in beside if graph.components[graph.connections[each.connection].target].kind == kind]
        remaining = sum(each.split for each in equals if each.split is not None)
        if arrow.split is not None and remaining > 0 and graph.components[ends.source].kind in CHOOSERS:
            for each in equals:
                if each.split is not None:
                    each.split = min(1.0, each.split * (remaining + arrow.split) / remaining)
    return left


def is_read(operation: Operation) -> bool:
    """Whether an operation changes nothing: it writes no entity, and its method does not say otherwise."""
    if operation.writes:
        return False
    return bool(operation.reads) or operation.method in READING_METHODS


def _drawn(flows: Sequence[Flow]) -> list[_Arrow]:
    """Paths of one operation are one flow: what several of them share happens once."""
    arrows: dict[str, _Arrow] = {}
    for flow in flows:
        for _, hop in in_order(flow.hops):
            split, multiplier = values.share(hop.split), values.count(hop.multiplier)
            known = arrows.get(hop.connection)
            if known is None:
                arrows[hop.connection] = _Arrow(hop.connection, split, 1.0 if multiplier is None else multiplier)
            elif known.split is not None and split is not None and flow.hops:
                known.split = min(1.0, known.split + split)
    return list(arrows.values())


def _proposed(operation: Operation, graph: Graph) -> list[_Arrow] | str:
    """Shortest paths from the entries to a store of each entity that has one, caches beside them; or why none is."""
    wanted = {**operation.reads, **operation.writes}
    if not wanted:
        return "it names no entity that it reads or writes, and no flow is drawn"
    goals: dict[str, None] = {}
    lost = []
    for entity in wanted:
        holders = graph.holders.get(entity, [])
        if entity in operation.writes:
            holders = [each for each in holders if each not in graph.followed] or holders
        reached = [each for each in holders if each in graph.distance]
        if not reached:
            nowhere = f"no client reaches {graph.names(holders)}, where {entity!r} is stored"
            lost.append(nowhere if holders else f"no component stores {entity!r}")
        goals.update(dict.fromkeys([each for each in reached if graph.components[each].kind not in CACHES] or reached))
    if not goals:
        return "; ".join(lost)
    return [_Arrow(key, None, 1.0) for key in _shortest(graph, goals, with_caches=is_read(operation))]


def _shortest(graph: Graph, goals: Iterable[str], *, with_caches: bool) -> list[str]:
    """Every connection on a shortest path from an entry to a goal, and those to caches right beside the path."""
    on_path = dict.fromkeys(goals)
    waiting = list(on_path)
    taken: set[str] = set()
    while waiting:
        each = waiting.pop()
        for key in graph.incoming[each]:
            source = graph.connections[key].source
            if graph.distance.get(source, -1) + 1 == graph.distance[each] and source in graph.distance:
                taken.add(key)
                if source not in on_path:
                    on_path[source] = None
                    waiting.append(source)
    if with_caches:
        for each in list(on_path):
            if graph.components[each].kind not in CHOOSERS:
                beside = (key for key in graph.outgoing[each] if _is_cache(graph, key))
                taken.update(beside)
    return (
        [key for key in graph.connections if key in taken]
        if len(taken) * 4 > len(graph.connections)
        else sorted(taken, key=lambda key: (graph.distance[graph.connections[key].source], key))
    )


def _is_cache(graph: Graph, connection: str) -> bool:
    return graph.components[graph.connections[connection].target].kind == "cache"


def _flow(
    key: str,
    operation: Operation,
    arrows: list[_Arrow] | str,
    graph: Graph,
    attempts: Mapping[str, float],
    *,
    is_proposed: bool,
) -> OperationFlow:
    reads = is_read(operation)
    if isinstance(arrows, str):
        return OperationFlow(key, is_proposed=is_proposed, is_read=reads, problem=arrows)
    leaving: dict[str, list[_Arrow]] = {}
    targets = set()
    for arrow in arrows:
        connection = graph.connections[arrow.connection]
        if connection.kind != "replication":
            leaving.setdefault(connection.source, []).append(arrow)
            targets.add(connection.target)
    entries = tuple(each for each in leaving if each not in targets)
    if not entries:
        first = next(iter(leaving), "")
        entries = (first,) if first else ()
    if not entries:
        words = "no arrow that a request takes leads to what it needs"
        return OperationFlow(key, is_proposed=is_proposed, is_read=reads, problem=words)
    groups = {source: _groups(source, going, leaving, graph, reads=reads) for source, going in leaving.items()}
    hops = tuple(hop for parts in groups.values() for group in parts for hop in group.hops)
    flow = OperationFlow(key, entries, hops, groups, is_proposed=is_proposed, is_read=reads)
    return _with_visits(flow, graph, attempts, operation)


def _groups(
    source: str, going: Sequence[_Arrow], leaving: Mapping[str, object], graph: Graph, *, reads: bool
) -> tuple[Group, ...]:
    """The arrows of one source, sorted by how it uses them, each with its share."""
    component = graph.components[source]
    stays_behind = component.kind in QUEUES
    missing = _missing_share(source, going, leaving, graph) if reads else (1.0, "", [])
    bundles: dict[tuple[str, str], list[_Arrow]] = {}
    for arrow in going:
        bundles.setdefault(_bundle(source, arrow, graph, reads=reads), []).append(arrow)
    groups = []
    for (mode, _), arrows in bundles.items():
        hops = []
        for arrow, share, cold, reason in _shares(arrows, mode, missing, graph):
            connection = graph.connections[arrow.connection]
            is_later = stays_behind or (
                connection.kind == "async" and graph.components[connection.target].kind not in QUEUES
            )
            hops.append(
                FlowHop(
                    arrow.connection,
                    source,
                    connection.target,
                    share,
                    arrow.multiplier,
                    is_later=is_later,
                    reason=reason,
                    cold_share=cold,
                )
            )
        now = tuple(hop for hop in hops if not hop.is_later)
        later = tuple(hop for hop in hops if hop.is_later)
        if now:
            groups.append(Group(_mode(source, mode, now, going, leaving, graph), now))
        if later:
            groups.append(Group("later", later))
    return tuple(groups)


def _bundle(source: str, arrow: _Arrow, graph: Graph, *, reads: bool) -> tuple[str, str]:
    """What an arrow is interchangeable with: equals behind a chooser, or copies of one store when only reading."""
    target = graph.connections[arrow.connection].target
    kind = graph.components[target].kind
    if graph.components[source].kind in CHOOSERS and kind not in CHOOSING_STORES:
        return ("any", kind)
    if reads and target in graph.replica_group:
        return ("any", f"copies of {graph.replica_group[target]}")
    return ("all", arrow.connection)


def _shares(
    arrows: Sequence[_Arrow], mode: str, missing: tuple[float, str, list[str]], graph: Graph
) -> list[tuple[_Arrow, float, float, str]]:
    """Each arrow with its share, its share while caches are empty, and why."""
    given = sum(arrow.split for arrow in arrows if arrow.split is not None)
    open_ones = [arrow for arrow in arrows if arrow.split is None]
    found = []
    for arrow in arrows:
        if arrow.split is not None:
            found.append((arrow, arrow.split, arrow.split, "as drawn"))
            continue
        share, reason = 1.0, ""
        if mode == "any" and len(arrows) > 1:
            share, reason = max(0.0, 1.0 - given) / len(open_ones), f"one of {len(arrows)}"
        cold = share
        if missing[1] and graph.connections[arrow.connection].target not in missing[2]:
            share, reason = share * missing[0], ", ".join(filter(None, (reason, missing[1])))
        found.append((arrow, share, cold, reason))
    return found


def _missing_share(
    source: str, going: Sequence[_Arrow], leaving: Mapping[str, object], graph: Graph
) -> tuple[float, str, list[str]]:
    """What a cache lets through: the share of reads that it misses, when the source is a cache or asks one first.

    With it go words for it and the caches that are asked first, whom every request reaches.
    """
    component = graph.components[source]
    if component.kind in CACHES:
        return (*_misses([source], graph), [])
    beside = [
        graph.connections[arrow.connection].target
        for arrow in going
        if _is_cache(graph, arrow.connection) and graph.connections[arrow.connection].target not in leaving
    ]
    return (*_misses(beside, graph), beside)


def _misses(caches: Sequence[str], graph: Graph) -> tuple[float, str]:
    share = 1.0
    for cache in caches:
        ratio = values.share(graph.components[cache].cache_hit_ratio)
        if ratio is not None:
            share *= 1.0 - ratio
    if not caches or share == 1.0:
        return 1.0, ""
    return share, f"misses of {graph.names(caches)}"


def _mode(
    source: str,
    mode: str,
    hops: Sequence[FlowHop],
    going: Sequence[_Arrow],
    leaving: Mapping[str, object],
    graph: Graph,
) -> Mode:
    """A cache that is asked first can be done without, as long as the source can ask somebody else for the data."""
    targets = {hop.target for hop in hops}
    is_beside = all(graph.components[each].kind == "cache" and each not in leaving for each in targets)
    others = any(
        graph.components[graph.connections[arrow.connection].target].kind in STORES | {"service", "third_party"}
        for arrow in going
    )
    if is_beside and others and graph.components[source].kind not in BALANCERS:
        return "optional"
    return "any" if mode == "any" else "all"


def _with_visits(
    flow: OperationFlow, graph: Graph, attempts: Mapping[str, float], operation: Operation
) -> OperationFlow:
    """Visits and calls by the traffic equations, or the flow with the circle that has no solution."""
    order, circles = _order(flow)
    factors = {hop.connection: hop.calls * attempts.get(hop.connection, 1.0) for hop in flow.hops}
    share = 1.0 / len(flow.entries) if flow.entries else 0.0
    now, later = dict.fromkeys(order, 0.0), dict.fromkeys(order, 0.0)
    for entry in flow.entries:
        now[entry] = share
    if circles:
        solved = _solved(flow, factors, now)
        if solved is None:
            path = " → ".join(graph.name(each) for each in (*circles, circles[0]))
            words = f"the flow feeds itself without end: {path}; give an arrow of this circle a share below 100 %"
            return OperationFlow(
                flow.operation, flow.entries, flow.hops, flow.groups, is_proposed=flow.is_proposed,
                is_read=flow.is_read, problem=words,
            )  # fmt: skip
        now, later = solved
    else:
        by_source: dict[str, list[FlowHop]] = {}
        for hop in flow.hops:
            by_source.setdefault(hop.source, []).append(hop)
        for each in order:
            for hop in by_source.get(each, ()):
                calls = factors[hop.connection]
                if hop.is_later:
                    later[hop.target] += (now[each] + later[each]) * calls
                else:
                    now[hop.target] += now[each] * calls
                    later[hop.target] += later[each] * calls
    return _finished(flow, graph, now, later, factors, operation)


def cold_visits(flow: OperationFlow, attempts: Mapping[str, float]) -> dict[str, float]:
    """Visits per request, without those behind a queue, while every cache on the way is empty."""
    order, circles = _order(flow)
    if circles:
        return dict(flow.visits)
    visits = dict.fromkeys(order, 0.0)
    for entry in flow.entries:
        visits[entry] = 1.0 / len(flow.entries)
    leaving: dict[str, list[FlowHop]] = {}
    for hop in flow.hops:
        if not hop.is_later:
            leaving.setdefault(hop.source, []).append(hop)
    for each in order:
        for hop in leaving.get(each, ()):
            calls = hop.cold_share * hop.multiplier * attempts.get(hop.connection, 1.0)
            visits[hop.target] += visits[each] * calls
    return visits


def _finished(
    flow: OperationFlow,
    graph: Graph,
    now: Mapping[str, float],
    later: Mapping[str, float],
    factors: Mapping[str, float],
    operation: Operation,
) -> OperationFlow:
    calls, later_calls = dict[str, float](), dict[str, float]()
    for hop in flow.hops:
        factor = factors[hop.connection]
        arriving, behind = (0.0, now[hop.source]) if hop.is_later else (now[hop.source], 0.0)
        calls[hop.connection] = arriving * factor
        later_calls[hop.connection] = (behind + later[hop.source]) * factor
    return OperationFlow(
        flow.operation, flow.entries, flow.hops, flow.groups, now, later, calls, later_calls,
        _copied(flow, graph, now, later, operation), flow.is_proposed, flow.is_read,
    )  # fmt: skip


def _copied(
    flow: OperationFlow, graph: Graph, now: Mapping[str, float], later: Mapping[str, float], operation: Operation
) -> dict[str, float]:
    """Writes that replication adds at followers: each write that a store takes goes once to every copy behind it."""
    copied: dict[str, float] = {}
    if flow.is_read or not graph.followers:
        return copied
    for store in now:
        writes = now[store] + later[store]
        stored = graph.components[store].stores
        if (
            not writes
            or store not in graph.followers
            or (stored and not any(each in operation.writes for each in stored))
        ):
            continue
        seen, waiting = {store}, [store]
        while waiting:
            for follower in graph.followers.get(waiting.pop(), ()):
                if follower not in seen:
                    seen.add(follower)
                    copied[follower] = copied.get(follower, 0.0) + writes
                    waiting.append(follower)
    return copied


def _order(flow: OperationFlow) -> tuple[list[str], list[str]]:
    """Components so that callers come first, and one circle when there is any (then the order is partial)."""
    degree = dict.fromkeys(flow.components, 0)
    following: dict[str, list[str]] = {each: [] for each in degree}
    for hop in flow.hops:
        degree[hop.target] += 1
        following[hop.source].append(hop.target)
    order = [each for each, count in degree.items() if count == 0]
    for each in order:
        for target in following[each]:
            degree[target] -= 1
            if degree[target] == 0:
                order.append(target)
    if len(order) == len(degree):
        return order, []
    return list(degree), _circle({each for each in degree if each not in set(order)}, following)


def _circle(left: set[str], following: Mapping[str, Sequence[str]]) -> list[str]:
    """One circle among components of which some may merely hang behind it."""
    inside = set(left)
    while True:
        dead_ends = {each for each in inside if not any(target in inside for target in following[each])}
        if not dead_ends:
            break
        inside -= dead_ends
    trail = [min(inside)]
    while True:
        nearest = min(target for target in following[trail[-1]] if target in inside)
        if nearest in trail:
            return trail[trail.index(nearest) :]
        trail.append(nearest)


def _solved(
    flow: OperationFlow, factors: Mapping[str, float], entering: Mapping[str, float]
) -> tuple[dict[str, float], dict[str, float]] | None:
    """Visits by linear equations; None when a circle returns as much as it is given."""
    index = {each: position for position, each in enumerate(entering)}
    size = len(index)
    now, all_calls = np.zeros((size, size)), np.zeros((size, size))
    for hop in flow.hops:
        place = index[hop.target], index[hop.source]
        all_calls[place] += factors[hop.connection]
        if not hop.is_later:
            now[place] += factors[hop.connection]
    if float(np.max(np.abs(np.linalg.eigvals(all_calls)))) >= 1.0 - 1e-9:
        return None
    entries = np.array(list(entering.values()))
    at_once = np.linalg.solve(np.eye(size) - now, entries)
    total = np.linalg.solve(np.eye(size) - all_calls, entries)
    behind = np.maximum(total - at_once, 0.0)
    return (
        {each: float(at_once[position]) for each, position in index.items()},
        {each: float(behind[position]) for each, position in index.items()},
    )
