"""A balancer with nothing to balance."""

from __future__ import annotations

from collections.abc import Iterator

from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.graph import BALANCERS
from designs.analysis.rules.case import Case
from designs.document.servers import servers


def check(case: Case) -> Iterator[Finding]:
    graph = case.graph
    for each, component in graph.components.items():
        if component.kind not in BALANCERS - {"api_gateway"}:
            continue
        targets = list(dict.fromkeys(graph.connections[key].target for key in graph.outgoing[each]))
        if sum(servers(graph.components[key]) for key in targets) > 1:
            continue
        name = graph.name(each)
        proof = (
            f"Its only target is {graph.name(targets[0])}, which has one instance."
            if targets
            else "No arrow leaves it."
        )
        target = targets[0] if targets else ""
        yield Finding(
            rule=RULE.id,
            severity="low" if targets else "medium",
            elements=(case.component(each),),
            title=f"{name} has {'one backend' if targets else 'no backend'}",
            proof=proof,
            why="A balancer pays off with several backends; with one it is only another thing that can fail.",
            topic="load-balancing",
            remedies=(
                Remedy(
                    "Run a second backend",
                    "one may fail or be updated",
                    "money, and servers must be stateless",
                    "load-balancing",
                    case.scaled(2, target) if target else None,
                ),
                Remedy(
                    "Leave it out for now",
                    "one component fewer to fail and to wait for",
                    "the address changes when there are more",
                    "high-level-design",
                ),
            ),
            operations=tuple(case.used_by.get(each, ())),
        )


RULE = Rule("idle-balancer", "A balancer with one backend", check)
