"""After the loss of one replica the others are overloaded."""

from __future__ import annotations

from collections.abc import Iterator

from designs.analysis import values
from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.rules.case import Case


def check(case: Case) -> Iterator[Finding]:
    for each, load in case.loads.components.items():
        capacity = load.capacity
        if capacity is None or load.burden.stations < 2 or load.utilisation is None or load.utilisation > 1:
            continue
        left = capacity.value * (load.replicas - 1)
        if load.peak <= left:
            continue
        needed = case.replicas_for(each, load.peak, spare=1) or load.replicas + 1
        yield Finding(
            rule=RULE.id,
            severity="medium",
            elements=(case.component(each),),
            title=f"{case.graph.name(each)} has no instance to spare",
            proof=(
                f"{load.replicas} instances carry {values.said_rate(load.peak)} at peak; after one fails the others "
                f"serve {values.said_rate(left)}, which makes {load.peak / left:.0%}."
            ),
            why="Machines fail and are updated while traffic goes on; the first loss then takes the others with it.",
            topic="node-failures",
            remedies=(
                Remedy(
                    f"Run {needed} instances",
                    "the peak survives the loss of one",
                    "one more machine than the peak needs",
                    "failover",
                    case.scaled(needed, each),
                ),
                Remedy(
                    "Refuse work that can wait while one is missing",
                    "what matters most still works",
                    "some callers are refused",
                    "rate-limiting",
                ),
            ),
            operations=tuple(load.by_operation),
        )


RULE = Rule("no-spare-replica", "No instance may be lost at peak", check)
