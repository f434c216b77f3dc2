"""Each write waits for a copy in another region."""

from __future__ import annotations

from collections.abc import Iterator

from designs.analysis import values
from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.load import crossing
from designs.analysis.rules.case import Case

FAR = "intercontinental-round-trip"


def check(case: Case) -> Iterator[Finding]:
    graph = case.graph
    for key, connection in graph.connections.items():
        if connection.kind != "replication" or not connection.synchronous or crossing(graph, key) != "region":
            continue
        yield Finding(
            rule=RULE.id,
            severity="medium",
            elements=(case.connection(key),),
            title=f"Writes wait for {graph.name(connection.target)} in another region",
            proof=_proof(case, key),
            why="The speed of light sets the wait, and the loss of the other region or of the line stops all writes.",
            topic="quorums-and-pacelc",
            remedies=(
                Remedy(
                    "Copy to the other region asynchronously",
                    "writes take as long as in this region",
                    "a lost region loses the writes that were not copied yet",
                    "replication",
                    case.change_connection(key, synchronous=False),
                ),
                Remedy(
                    "Wait for a copy in another zone of this region instead",
                    "a write takes milliseconds and survives a zone",
                    "a lost region loses what was not copied yet",
                    "consistency-spectrum",
                ),
            ),
            operations=tuple(case.used_by.get(connection.source, ())),
        )


def _proof(case: Case, key: str) -> str:
    connection, graph = case.graph.connections[key], case.graph
    way = f"from {graph.name(connection.source)} to {graph.name(connection.target)}"
    time = values.seconds(connection.latency)
    if time is not None:
        return f"Each write waits {values.said_seconds(time)} {way}, besides everything else."
    if FAR not in case.model.figures.by_id:
        return f"Each write waits for the way {way}."
    far = case.model.figures[FAR].latest
    return (
        f"Each write waits for the way {way}; California to the Netherlands and back takes {far.said} ({far.source})."
    )


RULE = Rule("distant-sync", "Synchronous replication between regions", check)
