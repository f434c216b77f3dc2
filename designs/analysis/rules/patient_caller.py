"""A caller retries for longer than its own caller waits."""

from __future__ import annotations

from collections.abc import Iterator

from designs.analysis import values
from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.rules.case import Case


def check(case: Case) -> Iterator[Finding]:
    graph = case.graph
    for key, connection in graph.connections.items():
        timeout = values.seconds(connection.timeout)
        if timeout is None or connection.kind != "sync":
            continue
        whole = timeout * (1 + connection.retries)
        before = {
            each: waits
            for each in graph.incoming[connection.source]
            if (waits := values.seconds(graph.connections[each].timeout)) is not None and waits < whole
        }
        if not before:
            continue
        first = min(before, key=lambda each: before[each])
        tries = f"{1 + connection.retries} tries of {values.said_seconds(timeout)}"
        yield Finding(
            rule=RULE.id,
            severity="medium",
            elements=(case.connection(key), case.connection(first)),
            title=f"{graph.name(connection.source)} works on after its caller has given up",
            proof=(
                f"{graph.name(key)} takes up to {values.said_seconds(whole)} ({tries}); "
                f"{graph.name(graph.connections[first].source)} gives up after {values.said_seconds(before[first])}."
            ),
            why="Work on an answer that no caller waits for is wasted load, and the caller's own retry doubles it.",
            topic="retries-and-circuit-breakers",
            remedies=(
                Remedy(
                    "Make all tries fit into the time that the caller waits",
                    "no wasted work",
                    "slow answers are lost sooner",
                    "retries-and-circuit-breakers",
                    case.change_connection(key, timeout=f"{before[first] / (1 + connection.retries) * 1000:.0f} ms"),
                ),
                Remedy(
                    "Pass the deadline on with each call",
                    "each layer stops at the deadline",
                    "every call has to carry it",
                    "retries-and-circuit-breakers",
                ),
            ),
            operations=tuple(case.carried_by.get(key, ())),
        )


RULE = Rule("patient-caller", "Retries outlast the caller's timeout", check)
