"""How often an operation visits each component, by the traffic equations.

visits(j) = entries(j) + sum over i of visits(i) x calls(i, j) (J. R. Jackson, Jobshop-like Queueing Systems, 1963); a
circle that feeds itself without end has no solution and is refused by name.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np

from designs.analysis.flow import FlowHop, OperationFlow
from designs.analysis.graph import Graph
from designs.document.api import Operation

MOST_VISITS = 1e100  # of one component by one request, with all tries
MOST_IN_CIRCLE = 200


def with_visits(
    flow: OperationFlow, graph: Graph, attempts: Mapping[str, float], operation: Operation
) -> OperationFlow:
    """Visits and calls by the traffic equations, or the flow with what gives it no solution.

    Tries may multiply without bound; more than `MOST_VISITS` visits count as that many.
    """
    order, circle = _order(flow)
    if len(circle) > MOST_IN_CIRCLE:
        words = f"{len(circle):,} components call each other in circles; at most {MOST_IN_CIRCLE} are computed"
        return replace(flow, problem=words)
    factors = {hop.connection: min(MOST_VISITS, hop.calls * attempts.get(hop.connection, 1.0)) for hop in flow.hops}
    found = _visits(flow, factors, order, circle)
    if found is None:
        path = _path(circle, flow)
        words = f"the flow feeds itself without end: {' → '.join(graph.name(each) for each in (*path, path[0]))}"
        return replace(flow, problem=f"{words}; give an arrow of this circle a share below 100 %")
    now, later = found
    if (most := max((now[each] + later[each] for each in now), default=0.0)) >= MOST_VISITS:
        once = _visits(flow, {hop.connection: min(MOST_VISITS, hop.calls) for hop in flow.hops}, order, circle)
        if once is not None and max(once[0][each] + once[1][each] for each in once[0]) >= MOST_VISITS:
            busiest = next(each for each in now if now[each] + later[each] >= most)
            words = f"a request calls {graph.name(busiest)} more than 10^100 times; give its arrows fewer calls"
            return replace(flow, problem=words)
    return _finished(flow, graph, now, later, factors, operation)


def _visits(
    flow: OperationFlow, factors: Mapping[str, float], order: Sequence[str], circle: Collection[str]
) -> tuple[dict[str, float], dict[str, float]] | None:
    """Visits now and behind a queue, callers first; None when the circle sends back as much as it receives."""
    shown = flow.components if circle else order
    now, later = dict.fromkeys(shown, 0.0), dict.fromkeys(shown, 0.0)
    for entry in flow.entries:
        now[entry] = 1.0 / len(flow.entries)
    leaving: dict[str, list[FlowHop]] = {}
    for hop in flow.hops:
        leaving.setdefault(hop.source, []).append(hop)
    inside, is_solved = frozenset(circle), False
    for each in order:
        if each in inside and not is_solved:
            inner = [hop for hop in flow.hops if hop.source in inside and hop.target in inside]
            if not _solves(inner, factors, circle, now, later):
                return None
            is_solved = True
        for hop in leaving.get(each, ()):
            if each in inside and hop.target in inside:
                continue
            calls = factors[hop.connection]
            if hop.is_later:
                later[hop.target] = min(MOST_VISITS, later[hop.target] + (now[each] + later[each]) * calls)
            else:
                now[hop.target] = min(MOST_VISITS, now[hop.target] + now[each] * calls)
                later[hop.target] = min(MOST_VISITS, later[hop.target] + later[each] * calls)
    return now, later


def cold_visits(flow: OperationFlow, attempts: Mapping[str, float]) -> dict[str, float]:
    """Visits per request, without visits behind a queue, while every cache on the way is empty."""
    order, circle = _order(flow)
    if circle:
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
    """Components so that callers come first, and those among them that are on a circle or between two."""
    callers: dict[str, list[str]] = {each: [] for each in flow.components}
    callees: dict[str, list[str]] = {each: [] for each in callers}
    for hop in flow.hops:
        callers[hop.target].append(hop.source)
        callees[hop.source].append(hop.target)
    first = _peeled(callers, callees, frozenset())
    last = _peeled(callees, callers, frozenset(first))
    ends = {*first, *last}
    circle = [each for each in callers if each not in ends]
    return [*first, *circle, *reversed(last)], circle


def _peeled(
    before: Mapping[str, Sequence[str]], after: Mapping[str, Sequence[str]], done: Collection[str]
) -> list[str]:
    """Components that have nothing before them but others of this list, or what is `done`."""
    waiting_for = {each: len([one for one in ones if one not in done]) for each, ones in before.items()}
    found = [each for each, count in waiting_for.items() if count == 0 and each not in done]
    for each in found:
        for one in after[each]:
            if one not in done:
                waiting_for[one] -= 1
                if waiting_for[one] == 0:
                    found.append(one)
    return found


def _path(circle: Collection[str], flow: OperationFlow) -> list[str]:
    """One circle among these components."""
    inside = set(circle)
    following: dict[str, list[str]] = {}
    for hop in flow.hops:
        if hop.source in inside and hop.target in inside:
            following.setdefault(hop.source, []).append(hop.target)
    trail = [min(inside)]
    while True:
        nearest = min(following[trail[-1]])
        if nearest in trail:
            return trail[trail.index(nearest) :]
        trail.append(nearest)


def _solves(
    hops: Sequence[FlowHop],
    factors: Mapping[str, float],
    circle: Collection[str],
    now: dict[str, float],
    later: dict[str, float],
) -> bool:
    """Adds the visits of a circle by linear equations, from what enters it; whether there is a solution."""
    index = {each: position for position, each in enumerate(circle)}
    at_once, calls = np.zeros((len(index), len(index))), np.zeros((len(index), len(index)))
    for hop in hops:
        place = index[hop.target], index[hop.source]
        calls[place] += factors[hop.connection]
        if not hop.is_later:
            at_once[place] += factors[hop.connection]
    if float(np.max(np.abs(np.linalg.eigvals(calls)))) >= 1.0 - 1e-9:
        return False
    entering = np.array([now[each] for each in index])
    all_entering = entering + np.array([later[each] for each in index])
    soon = np.linalg.solve(np.eye(len(index)) - at_once, entering)
    total = np.linalg.solve(np.eye(len(index)) - calls, all_entering)
    for each, position in index.items():
        now[each] = min(MOST_VISITS, float(soon[position]))
        later[each] = min(MOST_VISITS, max(0.0, float(total[position] - soon[position])))
    return True
