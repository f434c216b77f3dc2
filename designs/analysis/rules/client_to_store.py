"""A client calls a database, cache or queue directly."""

from __future__ import annotations

from collections.abc import Iterator

from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.graph import QUEUES, STORES
from designs.analysis.rules.case import Case

GUARDED = (STORES - {"object_store"}) | QUEUES | {"cache"}


def check(case: Case) -> Iterator[Finding]:
    graph = case.graph
    for key, connection in graph.connections.items():
        source, target = graph.components[connection.source], graph.components[connection.target]
        if source.kind != "client" or target.kind not in GUARDED:
            continue
        store = graph.name(connection.target)
        yield Finding(
            rule=RULE.id,
            severity="high",
            elements=(case.connection(key),),
            title=f"{graph.name(connection.source)} talks to {store} directly",
            proof=f"An arrow leads from {graph.name(connection.source)} to {store}, with nothing between.",
            why="Users can modify a client, so it must not contain a store's password.",
            topic="api-design",
            remedies=(
                Remedy(
                    "Put a service between",
                    "permissions, limits and data formats are checked in one place",
                    "one more hop, and one more component to run",
                    "high-level-design",
                    case.insert(key, "service", f"{store} service"),
                ),
                Remedy(
                    "Put an API gateway with authorisation between",
                    "bought, not built",
                    "rules of the store's own kind instead of code",
                    "api-gateway",
                    case.insert(key, "api_gateway", "API gateway"),
                ),
            ),
            operations=tuple(case.carried_by.get(key, ())),
        )


RULE = Rule("client-to-store", "A client reaches a store directly", check)
