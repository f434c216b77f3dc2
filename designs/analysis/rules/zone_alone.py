"""All replicas of a component that an operation needs are in one zone."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

from designs.analysis import values
from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.graph import STORES
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
            severity="low" if kind == "region" else "high",
            elements=(case.zone(zone),),
            title=f"{name} takes everything with it",
            proof=proof,
            why="Servers in one zone share its power, its network and its flood; they fail together.",
            topic="failover",
            remedies=(
                Remedy(
                    f"Spread it over several {kind}s",
                    f"the loss of one {kind} leaves the other",
                    "traffic between them costs money and time, and data needs copies in both",
                    "replication",
                    partial(_spread, case, zone, needed),
                ),
                Remedy(
                    "Keep a copy elsewhere, and rehearse how to start there",
                    "cheap at low traffic",
                    "an outage until it is started by hand, and the newest writes are lost",
                    "backups",
                ),
            ),
            operations=tuple(operations),
        )


def _spread(case: Case, zone: str, needed: list[str]) -> dict[str, object] | None:
    """Spreads the needed components of the zone over it and two other zones of its kind, with enough servers for
    that.
    """
    others = [
        key
        for key, each in case.graph.zones.items()
        if key != zone and (each.kind, each.parent) == (case.graph.zones[zone].kind, case.graph.zones[zone].parent)
    ]
    if len(others) < 2:
        return None
    zones = dict.fromkeys([zone, *others[:2]], True)
    components: dict[str, object] = {}
    for key in needed:
        component = case.graph.components[key]
        field = "copies" if component.kind in STORES else "instances"
        count = max(3, math.ceil(getattr(component, field) * 1.5))
        kept = {"replication": "quorum"} if component.kind in STORES and not component.replication else {}
        components[key] = {"zones": zones, field: count, **kept}
    return {"diagram": {"components": components}}


def _fails(operations: list[str]) -> str:
    return "fails" if len(operations) == 1 else "fail"


def _needed(case: Case, zone: str, operations: list[str]) -> list[str]:
    """Components in the zone that these operations need, at most four of them."""
    cut = {each for key in operations for each in case.model.cuts[key].components}
    inside = [key for key, domains in case.graph.domains.items() if zone in domains]
    return [key for key in inside if key in cut][:4] or inside[:4]


RULE = Rule("zone-alone", "One zone takes an operation down", check)
