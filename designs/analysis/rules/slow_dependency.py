"""A caller waits for a slow dependency and holds a thread or a connection meanwhile."""

from __future__ import annotations

import math
from collections.abc import Iterator

from designs.analysis import values
from designs.analysis.findings import Finding, Remedy, Rule, Severity
from designs.analysis.graph import BALANCERS, CONSUMERS, SERVERS
from designs.analysis.rules.case import Case
from designs.analysis.settling import room_of

SLOW_S = 30.0  # the time of a call to a dependency that hangs, without a timeout
CALLERS = SERVERS | {"api_gateway"}
ASKED = SERVERS | {"third_party"}


def check(case: Case) -> Iterator[Finding]:
    graph = case.graph
    for each, component in graph.components.items():
        if component.kind not in CALLERS:
            continue
        open_ended = [
            key
            for key in graph.outgoing[each]
            if graph.connections[key].kind == "sync"
            and key in case.loads.connections
            and values.seconds(graph.connections[key].timeout) is None
            and _is_answered_by_servers(case, graph.connections[key].target)
        ]
        if not open_ended:
            continue
        rate = max(case.loads.connections[key].peak for key in open_ended)
        targets = list(dict.fromkeys(graph.connections[key].target for key in open_ended))
        outside = [key for key in targets if graph.components[key].kind == "third_party"]
        found = case.held.get(each)
        held = found.inside if found and math.isfinite(found.inside) else None
        now = f"At peak {held:,.0f} requests are inside {graph.name(each)} already. " if held and held > 1 else ""
        room, source = room_of(case.model, each)
        words = (
            f"{now}Calls to {graph.names(targets[:4])} state no timeout: at "
            f"{values.said_rate(rate)} each second of waiting holds {rate:,.0f} requests more"
        )
        if room and rate > 0:
            full = values.said_seconds(room / rate)
            words += f", and {room:,.0f} are all that it holds at once ({source}): full after {full}"
        # No caller waits for a worker, and the number of running workers is what it holds.
        is_asked = component.kind not in CONSUMERS and case.model.graph.distance.get(each) is not None
        is_full = is_asked and found is not None and 0 < room < found.inside
        severity: Severity = "high" if is_full else "medium" if outside and is_asked else "low"
        slow = (outside or targets)[:2]
        yield Finding(
            rule=RULE.id,
            severity=severity,
            elements=case.components((each, *targets)),
            title=f"{graph.name(each)} hangs when {graph.names(slow)} {'is' if len(slow) == 1 else 'are'} slow",
            proof=f"{words}.",
            why="What is held is the rate times the wait (Little's law): a slow answer fills caller after caller.",
            topic="retries-and-circuit-breakers",
            remedies=(
                Remedy(
                    "Give each call a timeout, near what its slowest good answer takes",
                    "a caller waits that long at most",
                    "calls that would have been answered are lost",
                    "retries-and-circuit-breakers",
                    {"diagram": {"connections": {key: {"timeout": "1 s"} for key in open_ended}}},
                ),
                Remedy(
                    "Stop calling after several failures, and answer without it",
                    "a dependency that is down adds no wait",
                    "an answer without it must make sense",
                    "retries-and-circuit-breakers",
                ),
            ),
            operations=tuple(dict.fromkeys(op for key in open_ended for op in case.carried_by.get(key, ()))),
        )


def _is_answered_by_servers(case: Case, target: str) -> bool:
    """Whether it does work itself, or passes requests on to a component that does."""
    graph, seen, waiting = case.graph, {target}, [target]
    while waiting:
        each = waiting.pop()
        if graph.components[each].kind in ASKED:
            return True
        if graph.components[each].kind in BALANCERS:
            behind = [graph.connections[key].target for key in graph.outgoing[each]]
            waiting += [other for other in behind if other not in seen]
            seen.update(behind)
    return False


RULE = Rule("slow-dependency", "A call without a timeout", check)
