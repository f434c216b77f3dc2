"""All replicas of something that an operation needs are in one zone."""

from __future__ import annotations

from collections.abc import Iterator

from designs.analysis import values
from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.rules.case import Case


def check(case: Case) -> Iterator[Finding]:
    graph = case.graph
    for zone, operations in case.stopped_by.items():
        if zone not in graph.zones or zone in graph.components:
            continue
        needed = _needed(case, zone, operations)
        kind, name = graph.zones[zone].kind, graph.name(zone)
        chance = case.model.zone_chances.get(zone)
        proof = (
            f"When {name} is lost, {case.operations(operations)} {_fails(operations)}: it holds {graph.names(needed)}"
        )
        proof += f". It is there {values.said_share(chance)} of the time." if chance is not None else "."
        yield Finding(
            rule=RULE.id,
            severity="low" if kind == "region" else "medium",
            elements=(case.zone(zone),),
            title=f"{name} takes everything with it",
            proof=proof,
            why="Replicas in one zone share its power, its network and its flood; they fail together.",
            topic="failover",
            remedies=(
                Remedy(
                    f"Spread replicas over two {kind}s",
                    f"the loss of one {kind} leaves the other",
                    "traffic between them costs money and time, and data needs copies in both",
                    "replication",
                ),
                Remedy(
                    "Keep a copy elsewhere and a practised way to start there",
                    "cheap while nothing happens",
                    "an outage until somebody has started it, and what was written last is lost",
                    "backups",
                ),
            ),
            operations=tuple(operations),
        )


def _fails(operations: list[str]) -> str:
    return "fails" if len(operations) == 1 else "fail"


def _needed(case: Case, zone: str, operations: list[str]) -> list[str]:
    """Components in the zone that those operations cannot do without, at most four of them."""
    cut = {each for key in operations for each in case.model.cuts[key].components}
    inside = [key for key, domains in case.graph.domains.items() if zone in domains]
    return [key for key in inside if key in cut][:4] or inside[:4]


RULE = Rule("zone-alone", "One zone takes an operation down", check)
