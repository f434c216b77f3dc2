"""Requests that wait for other components use up the threads or connections of a component before its own work does."""

from __future__ import annotations

import math
from collections.abc import Iterator

from designs.analysis import values
from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.graph import SERVERS
from designs.analysis.rules.case import Case
from designs.analysis.settling import Held

NEARLY = 0.8


def check(case: Case) -> Iterator[Finding]:
    for each, held in case.held.items():
        used = held.utilisation
        if used is None or held.room is None or used <= (1.0 if held.is_default else NEARLY):
            continue
        if (case.loads.components[each].utilisation or 0.0) > 1 or (held.is_default and math.isinf(used)):
            continue  # it, or the component that it waits for, is reported as saturated
        if held.is_default and (case.graph.components[each].kind not in SERVERS or _hangs(case, each)):
            continue  # the rule on missing timeouts reports it, or a pool in front gives its connections
        replicas, name = case.loads.components[each].replicas, case.graph.name(each)
        yield Finding(
            rule=RULE.id,
            severity="high" if used > 1 and not held.is_default else "medium",
            elements=(case.component(each),),
            title=f"{name} is full of requests that wait",
            proof=(
                f"By Little's law {_said(held.inside)} requests are inside it at peak, its calls to others included; "
                f"{replicas} × {held.room / replicas:,.0f} is what it holds at once ({held.source})"
                + (f": {used:.0%}." if math.isfinite(used) else ".")
            ),
            why="A full pool refuses requests while its processors idle, and so do its callers a moment later.",
            topic="percentiles-and-littles-law",
            remedies=(
                Remedy(
                    "Allow more at once: more connections or threads, or non-blocking calls",
                    "waiting costs memory only",
                    "more load reaches the slow component",
                    "percentiles-and-littles-law",
                    None if math.isinf(used) else case.change(each, concurrency=f"{_enough(held, replicas)}"),
                ),
                Remedy(
                    "Make the slow call quicker, or answer without waiting for it",
                    "requests leave sooner",
                    "a queue, or an answer that comes later",
                    "message-queues",
                ),
            ),
            operations=tuple(case.used_by.get(each, ())),
        )


def _hangs(case: Case, each: str) -> bool:
    graph = case.graph
    return any(
        graph.connections[key].kind == "sync" and values.seconds(graph.connections[key].timeout) is None
        for key in graph.outgoing[each]
    )


def _said(inside: float) -> str:
    return f"{inside:,.0f}" if math.isfinite(inside) else "more and more"


def _enough(held: Held, replicas: int) -> int:
    return int(held.inside / replicas / NEARLY) + 1


RULE = Rule("full-of-waiting", "Waiting requests fill a component", check)
