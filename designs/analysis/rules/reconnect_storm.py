"""Clients with open connections all reconnect at once when a server fails."""

from __future__ import annotations

import re
from collections.abc import Iterator

from designs.analysis import values
from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.graph import BALANCERS, SERVERS
from designs.analysis.rules.case import Case

HELD = re.compile(
    r"web ?sockets?|long.?poll|\bsse\b|server.sent|\bmqtt\b|\bxmpp\b|connection|\bpush\b|presence|socket|realtime", re.I
)

ENTERED = SERVERS | {"api_gateway", "reverse_proxy"}


def check(case: Case) -> Iterator[Finding]:
    for each, component in case.graph.components.items():
        if component.kind not in ENTERED or not _holds_connections(case, each):
            continue
        load = case.loads.components[each]
        typed = values.count(component.connections_per_instance)
        share = f"{values.said_share(1 / load.replicas)} of all clients" if load.replicas > 1 else "every client"
        many = f"{typed:,.0f} clients" if typed is not None else share
        yield Finding(
            rule=RULE.id,
            severity="medium",
            elements=(case.component(each),),
            title=f"When a server of {case.graph.name(each)} goes, its clients come back at once",
            proof=f"Each holds connections of clients and what it knows of them: {many} connect and sign in anew.",
            why="A restart makes a wave of connections, handshakes and reads of state that no usual day has.",
            topic="websockets",
            remedies=(
                Remedy(
                    "Let clients wait for a random while that doubles before they come back",
                    "reconnections spread over time",
                    "some clients are disconnected for a minute",
                    "retries-and-circuit-breakers",
                ),
                Remedy(
                    "Close connections a few at a time before a restart",
                    "planned restarts cause no burst of reconnections",
                    "a restart takes minutes; a crash is as before",
                    "node-failures",
                ),
            ),
            operations=tuple(case.used_by.get(each, ())),
        )


def _holds_connections(case: Case, each: str) -> bool:
    component, graph = case.graph.components[each], case.graph
    if component.connections_per_instance.strip():
        return True
    near_clients = any(
        graph.components[source].kind == "client" or _is_edge(case, source)
        for source in (graph.connections[key].source for key in graph.incoming[each])
    )
    if not near_clients or component.stateful:
        return near_clients
    return HELD.search(f"{component.label} {component.technology} {component.note}") is not None


def _is_edge(case: Case, each: str) -> bool:
    graph = case.graph
    return graph.components[each].kind in BALANCERS and any(
        graph.components[graph.connections[key].source].kind in ("client", "dns") for key in graph.incoming[each]
    )


RULE = Rule("reconnect-storm", "Servers hold connections of clients", check)
