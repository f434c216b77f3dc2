"""A queue without a consumer."""

from __future__ import annotations

from collections.abc import Iterator

from designs.analysis import values
from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.graph import QUEUES
from designs.analysis.rules.case import Case


def check(case: Case) -> Iterator[Finding]:
    graph = case.graph
    for each, component in graph.components.items():
        if component.kind not in QUEUES or graph.outgoing[each]:
            continue
        name, load = graph.name(each), case.loads.components[each]
        grows = f" It grows by {values.said_rate(load.average)}." if load.average else ""
        yield Finding(
            rule=RULE.id,
            severity="high",
            elements=(case.component(each),),
            title=f"Nobody consumes {name}",
            proof=f"No arrow leaves it.{grows}",
            why="What is put in is never done, and the queue grows until it is full.",
            topic="message-queues",
            remedies=(
                Remedy(
                    "Add a worker that consumes it",
                    "the work is done",
                    "one more component to run and monitor",
                    "message-queues",
                    _worker(case, each),
                ),
                Remedy(
                    "Call the work directly",
                    "no queue to run",
                    "the caller waits, and a peak is not absorbed",
                    "api-design",
                ),
            ),
            operations=tuple(case.used_by.get(each, ())),
        )


def _worker(case: Case, queue: str) -> dict[str, object]:
    key, box = case.beside(queue, "worker", f"{case.graph.name(queue)} worker", instances=2)
    connections = {case.free_connection(): case.arrow(queue, key, kind="async")}
    return {"diagram": {"components": {key: box}, "connections": connections}}


RULE = Rule("no-consumer", "A queue without a consumer", check)
