"""Servers with state of their own, behind a balancer that does not know about it."""

from __future__ import annotations

from collections.abc import Iterator

from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.graph import BALANCERS, SERVERS
from designs.analysis.rules.case import Case
from designs.document.servers import servers


def check(case: Case) -> Iterator[Finding]:
    graph = case.graph
    for each, component in graph.components.items():
        if component.kind not in SERVERS or not component.stateful:
            continue
        callers = [graph.connections[key].source for key in graph.incoming[each]]
        balancers = [key for key in callers if graph.components[key].kind in BALANCERS]
        equals = sum(
            servers(graph.components[graph.connections[key].target])
            for balancer in balancers
            for key in graph.outgoing[balancer]
            if graph.components[graph.connections[key].target].kind == component.kind
        )
        if not balancers or equals < 2:
            continue
        yield Finding(
            rule=RULE.id,
            severity="medium",
            elements=(case.component(each),),
            title=f"{graph.name(each)} keeps state behind a balancer",
            proof=(
                f"{graph.name(balancers[0])} divides requests among {equals} servers, so a user's next request meets "
                f"the same one {1 / equals:.0%} of the time; what a server keeps is lost with it."
            ),
            why="Sessions and local caches on one server are wrong or missing on the others.",
            topic="server-selection",
            remedies=(
                Remedy(
                    "Keep the state in a store that all share",
                    "any server can answer, and servers can be added and removed",
                    "one more call a request, and one more component",
                    "caching-basics",
                    _shared(case, each),
                ),
                Remedy(
                    "Send each user to the same server",
                    "no change of the servers",
                    "uneven load, and a lost server still loses its users' state",
                    "load-balancing",
                ),
            ),
            operations=tuple(case.used_by.get(each, ())),
        )


def _shared(case: Case, server: str) -> dict[str, object]:
    key, box = case.beside(server, "key_value", "Sessions", copies=2)
    arrows = {case.free_connection(): case.arrow(server, key)}
    return {"diagram": {"components": {key: box, server: {"stateful": False}}, "connections": arrows}}


RULE = Rule("stateful-servers", "Stateful servers behind a balancer", check)
