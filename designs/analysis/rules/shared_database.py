"""Several services write to one database."""

from __future__ import annotations

from collections.abc import Iterator

from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.rules.case import Case


def check(case: Case) -> Iterator[Finding]:
    graph = case.graph
    for each, component in graph.components.items():
        if component.kind not in ("sql", "document_store"):
            continue
        writing = list(
            dict.fromkeys(
                graph.connections[key].source
                for key in graph.incoming[each]
                if graph.components[graph.connections[key].source].kind == "service" and _writes(case, key)
            )
        )
        if len(writing) < 2:
            continue
        yield Finding(
            rule=RULE.id,
            severity="low",
            elements=(case.component(each),),
            title=f"{graph.name(each)} is written by {len(writing)} services",
            proof=f"{graph.names(writing)} write to it.",
            why="No team can change its tables by itself, and the load of one service slows the others.",
            topic="monolith-vs-microservices",
            remedies=(
                Remedy(
                    "Give each service data of its own",
                    "they change and scale independently",
                    "no joins and no transactions between them",
                    "sagas-and-outbox",
                ),
                Remedy(
                    "Let one service own it, and the others ask",
                    "one owner of the data's schema",
                    "one more hop for the others",
                    "api-design",
                ),
            ),
            operations=tuple(case.used_by.get(each, ())),
        )


def _writes(case: Case, connection: str) -> bool:
    return any(not case.model.flows[key].is_read for key in case.carried_by.get(connection, ()))


RULE = Rule("shared-database", "A database that services share", check)
