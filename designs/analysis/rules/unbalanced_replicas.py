"""Several servers without a load balancer."""

from __future__ import annotations

from collections.abc import Iterator

from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.graph import SERVERS
from designs.analysis.rules.case import Case
from designs.document.servers import servers


def check(case: Case) -> Iterator[Finding]:
    graph = case.graph
    for each, component in graph.components.items():
        if component.kind not in SERVERS or servers(component) < 2:
            continue
        direct = [
            key for key in graph.incoming[each] if graph.components[graph.connections[key].source].kind == "client"
        ]
        if not direct:
            continue
        name = graph.name(each)
        yield Finding(
            rule=RULE.id,
            severity="medium",
            elements=(case.component(each),),
            title=f"Nothing divides requests among the {servers(component)} of {name}",
            proof=f"{graph.name(graph.connections[direct[0]].source)} asks it directly.",
            why="Clients that choose for themselves choose unevenly, and go on asking servers that are gone.",
            topic="load-balancing",
            remedies=(
                Remedy(
                    "Put a load balancer before them",
                    "even load; servers can be added and removed unnoticed",
                    "one more hop, and it needs a second instance too",
                    "load-balancing",
                    case.insert(direct[0], "load_balancer", "Load balancer", instances=2),
                ),
                Remedy(
                    "Let DNS answer with several addresses",
                    "nothing to run",
                    "clients keep addresses of servers that are gone",
                    "dns",
                ),
            ),
            operations=tuple(case.used_by.get(each, ())),
        )


RULE = Rule("unbalanced-replicas", "Replicas without a balancer", check)
