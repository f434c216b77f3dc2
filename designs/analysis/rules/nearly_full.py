"""A component is so full at the peak that its queue is long."""

from __future__ import annotations

from collections.abc import Iterator

from designs.analysis import values
from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.rules.case import PLANNED_UTILISATION, Case


def check(case: Case) -> Iterator[Finding]:
    for each, load in case.loads.components.items():
        used, service = load.utilisation, load.service_s
        if used is None or not PLANNED_UTILISATION < used <= 1 or service is None or load.mean_wait_s is None:
            continue
        name = case.graph.name(each)
        proof = f"It is asked {values.said_rate(load.peak)} at peak: {used:.0%} of what it serves."
        if used < 1:
            proof += f" Requests then wait {values.said_seconds(load.mean_wait_s)} on average before they are served."
        needed = case.replicas_for(each, load.peak, share=PLANNED_UTILISATION) or load.replicas + 1
        yield Finding(
            rule=RULE.id,
            severity="medium",
            elements=(case.component(each),),
            title=f"{name} is nearly full at peak",
            proof=proof,
            why="Waits grow like 1 / (1 - utilisation): the last tenth of capacity costs more time than all before it.",
            topic="percentiles-and-littles-law",
            remedies=(
                Remedy(
                    f"Run {needed} replicas",
                    f"plans the peak at {PLANNED_UTILISATION:.0%} or less",
                    "money that idles off the peak",
                    "load-balancing",
                    case.scaled(needed, each),
                ),
                Remedy(
                    "Shed what can wait at peak",
                    "needs no machine",
                    "somebody decides what is refused, and tells its caller",
                    "rate-limiting",
                ),
            ),
            operations=tuple(load.by_operation),
        )


RULE = Rule("nearly-full", "A component is nearly full at peak", check)
