"""How often an operation visits each component, by the traffic equations.

visits(j) = entries(j) + sum over i of visits(i) x calls(i, j) (J. R. Jackson, Jobshop-like Queueing Systems, 1963); a
circle that feeds itself without end has no solution and is refused by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from designs.analysis.flow import FlowHop, OperationFlow
from designs.analysis.graph import Graph
from designs.document.api import Operation


def with_visits(
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
            return replace(flow, problem=words)
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
    """Visits per request, without visits behind a queue, while every cache on the way is empty."""
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
    return replace(
        flow,
        visits=now,
        later_visits=later,
        calls=calls,
        later_calls=later_calls,
        copied_writes=_copied(flow, graph, now, later, operation),
    )


def _copied(
    flow: OperationFlow, graph: Graph, now: Mapping[str, float], later: Mapping[str, float], operation: Operation
) -> dict[str, float]:
    """Writes that replication adds at followers: each write of a store goes once to every copy behind it."""
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
    """Components so that callers come first, and one circle if there is any (then the order is partial)."""
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
    """One circle, from components of which some may only be reachable from it."""
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
    """Visits by linear equations; None when a circle sends back as much as it receives."""
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
