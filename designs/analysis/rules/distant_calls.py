"""A request calls another region while the client waits."""

from __future__ import annotations

from collections.abc import Iterator

from designs.analysis import values
from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.load import crossing
from designs.analysis.rules.case import Case

FAR = "intercontinental-round-trip"


def check(case: Case) -> Iterator[Finding]:
    graph = case.graph
    for key, operations in case.carried_by.items():
        connection = graph.connections[key]
        waiting = [each for each in operations if _calls(case, each, key) > 0]
        if connection.kind != "sync" or not waiting or crossing(graph, key) != "region":
            continue
        most = max(_calls(case, each, key) for each in waiting)
        time = values.seconds(connection.latency)
        takes = f"takes {values.said_seconds(time)}" if time is not None else _scale(case)
        times = f"{most:.3g} times" if most != 1 else "once"
        yield Finding(
            rule=RULE.id,
            severity="medium",
            elements=(case.connection(key),),
            title=f"{graph.name(key)} crosses regions",
            proof=f"{case.operations(waiting)} cross it {times} a request, which {takes}.",
            why="No server makes up for the distance, and the link between regions is one more thing that fails.",
            topic="latency-numbers",
            remedies=(
                Remedy(
                    "Keep a copy of the data in the caller's region",
                    "reads stay near",
                    "the copy is behind",
                    "replication",
                ),
                Remedy(
                    "Serve each user from one region",
                    "no request crosses",
                    "users who move or meet across regions are the hard case",
                    "server-selection",
                ),
            ),
            operations=tuple(waiting),
        )


def _calls(case: Case, operation: str, connection: str) -> float:
    return case.model.flows[operation].calls.get(connection, 0.0)


def _scale(case: Case) -> str:
    if FAR not in case.model.figures.by_id:
        return "takes a time that is not given"
    far = case.model.figures[FAR].latest
    return f"takes a time that is not given; California to the Netherlands and back takes {far.said} ({far.source})"


RULE = Rule("distant-calls", "A request waits for another region", check)
