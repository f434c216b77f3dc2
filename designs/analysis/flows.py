"""The flow of each operation: as drawn, or proposed from the graph and marked so.

Visits are per request of the operation, so loads at any traffic are one multiplication.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from designs.analysis import values
from designs.analysis.flow import OperationFlow, is_read
from designs.analysis.graph import CACHES, CHOOSERS, Graph
from designs.analysis.proposing import Proposal, proposed
from designs.analysis.shares import Arrow, groups_of
from designs.analysis.visits import with_visits
from designs.document.api import Operation
from designs.document.basics import in_order
from designs.document.reasoning import Flow, Hop
from designs.document.schema import Document

MOST_RETRIES = 2_000  # of all calls of a design's operations


def flows_of(
    document: Document,
    graph: Graph,
    attempts: Mapping[str, float] | None = None,
    *,
    gone: Mapping[str, Collection[str]] | None = None,
    among: Collection[str] | None = None,
) -> dict[str, OperationFlow]:
    """The flow of each operation (of those in `among`), by its id. `attempts` are mean tries per call of a connection
    (1 when left out).

    `gone` are, by operation, components and connections that are down: requests that used them use the equal ones that
    are left.
    """
    drawn: dict[str, list[Flow]] = {}
    for _, path in in_order(document.flows):
        if path.operation and path.hops:
            drawn.setdefault(path.operation, []).append(path)
    found, retries = dict[str, OperationFlow](), 0
    for key, operation in in_order(document.api.operations):
        if among is not None and key not in among:
            continue
        proposal = Proposal()
        if key in drawn:
            arrows = _drawn(drawn[key], graph)
        else:
            proposal = proposed(operation.name or key, operation, document, graph)
            arrows = [Arrow(each, None, 1.0) for each in proposal.connections]
        if gone:
            arrows = _left_of(arrows, gone.get(key, ()), graph)
        is_proposed = all(flow.proposed for flow in drawn[key]) if key in drawn else True
        begun = OperationFlow(
            key, is_proposed=is_proposed, is_read=is_read(operation), problem=proposal.problem,
            unsure=proposal.unsure, unasked=proposal.unasked, written=tuple(operation.writes),
        )  # fmt: skip
        flow = begun if begun.problem else _flow(begun, operation, arrows, graph)
        retries += _retries(arrows, graph)
        if retries > MOST_RETRIES and not flow.problem:
            words = f"its calls and those of the operations before it may be tried again {retries:,} times"
            flow = replace(
                flow, problem=f"{words}, and at most {MOST_RETRIES:,} are computed; give arrows fewer retries"
            )
        found[key] = flow if flow.problem else with_visits(flow, graph, attempts or {}, operation)
    return found


def _retries(arrows: Sequence[Arrow], graph: Graph) -> int:
    waited_for = (graph.connections[each.connection] for each in arrows)
    return sum(each.retries for each in waited_for if each.kind == "sync")


def _left_of(arrows: Sequence[Arrow], gone: Collection[str], graph: Graph) -> list[Arrow]:
    """The arrows that are still up; drawn shares grow by those of lost equals, and by the hits of a lost cache."""
    lost, left = list[Arrow](), list[Arrow]()
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


def _drawn(flows: Sequence[Flow], graph: Graph) -> list[Arrow]:
    """All paths of one operation form one flow: a hop that several of them share happens once.

    When each path states the share of its first arrow, that share also holds for its later arrows: at a component that
    several paths cross, each arrow takes the requests of its own paths.
    """
    first = [_split(next((hop for _, hop in in_order(flow.hops)), None)) for flow in flows]
    if len(flows) > 1 and all(split is not None for split in first):
        return _weighted(flows, [split or 0.0 for split in first], graph)
    arrows: dict[str, Arrow] = {}
    for flow in flows:
        for _, hop in in_order(flow.hops):
            split, multiplier = values.share(hop.split), values.count(hop.multiplier)
            known = arrows.get(hop.connection)
            if known is None:
                calls = 1.0 if multiplier is None else multiplier
                arrows[hop.connection] = Arrow(hop.connection, split, calls, values.seconds(hop.service_time))
            elif known.split is not None and split is not None:
                known.split = min(1.0, known.split + split)
    return list(arrows.values())


def _split(hop: Hop | None) -> float | None:
    return None if hop is None else values.share(hop.split)


def _weighted(flows: Sequence[Flow], weights: Sequence[float], graph: Graph) -> list[Arrow]:
    """Each arrow's share of the requests at its source, from the paths that run through both.

    The share of a first arrow is a share of the whole operation.
    """
    taking: dict[str, float] = {}
    at: dict[str, float] = {}
    arrows: dict[str, Arrow] = {}
    for flow, weight in zip(flows, weights, strict=True):
        seen = set[str]()
        for number, (_, hop) in enumerate(in_order(flow.hops)):
            source = graph.connections[hop.connection].source
            split = 1.0 if number == 0 else values.share(hop.split)
            multiplier = values.count(hop.multiplier)
            calls = 1.0 if multiplier is None else multiplier
            arrows.setdefault(hop.connection, Arrow(hop.connection, None, calls, values.seconds(hop.service_time)))
            taking[hop.connection] = taking.get(hop.connection, 0.0) + weight * (1.0 if split is None else split)
            if source not in seen:
                seen.add(source)
                at[source] = at.get(source, 0.0) + weight
    firsts = {hop.connection for flow in flows for _, hop in in_order(flow.hops)[:1]}
    for key, arrow in arrows.items():
        source = graph.connections[key].source
        whole = 1.0 if key in firsts else at[source]
        arrow.split = min(1.0, taking[key] / whole) if whole > 0 else 0.0
    return list(arrows.values())


def _flow(begun: OperationFlow, operation: Operation, arrows: Sequence[Arrow], graph: Graph) -> OperationFlow:
    leaving: dict[str, list[Arrow]] = {}
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
        return replace(begun, problem="no arrow that a request takes leads to what it needs")
    groups = {
        source: groups_of(source, going, leaving, graph, operation, reads=begun.is_read)
        for source, going in leaving.items()
    }
    hops = tuple(hop for parts in groups.values() for group in parts for hop in group.hops)
    return replace(begun, entries=entries, hops=hops, groups=groups)
