"""Requests that wait for others fill the threads or connections of a component before its own work does."""

from __future__ import annotations

from collections.abc import Iterator

from designs.analysis import values
from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.rules.case import Case

NEARLY = 0.8


def check(case: Case) -> Iterator[Finding]:
    for each, held in case.held.items():
        component, load = case.graph.components[each], case.loads.components[each]
        typed = values.count(component.concurrency)
        if typed is None or typed <= 0:
            continue
        room = typed * load.replicas
        if held <= NEARLY * room:
            continue
        name = case.graph.name(each)
        yield Finding(
            rule=RULE.id,
            severity="high" if held > room else "medium",
            elements=(case.component(each),),
            title=f"{name} is full of requests that wait",
            proof=(
                f"By Little's law {held:,.0f} requests are inside it at peak, its calls to others included; "
                f"{load.replicas} × {typed:,.0f} is what it holds at once: {held / room:.0%}."
            ),
            why="A full pool refuses requests while its processors idle, and so do its callers a moment later.",
            topic="percentiles-and-littles-law",
            remedies=(
                Remedy(
                    "Hold more at once: more connections or threads, or calls that do not block",
                    "waiting costs memory only",
                    "more load reaches whoever is slow",
                    "percentiles-and-littles-law",
                    case.change(each, concurrency=f"{int(typed * held / room / NEARLY) + 1}"),
                ),
                Remedy(
                    "Make the slow call quicker, or answer without waiting for it",
                    "the requests are gone sooner",
                    "a queue, or an answer that comes later",
                    "message-queues",
                ),
            ),
            operations=tuple(case.used_by.get(each, ())),
        )


RULE = Rule("full-of-waiting", "Waiting requests fill a component", check)
