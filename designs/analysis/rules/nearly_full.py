"""A component that is nearly saturated at the peak, so that its queue is long."""

from __future__ import annotations

from collections.abc import Iterator

from designs.analysis import values
from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.graph import STORES
from designs.analysis.load import ComponentLoad
from designs.analysis.rules.case import PLANNED_UTILISATION, Case
from designs.analysis.rules.remedies import store_remedies


def check(case: Case) -> Iterator[Finding]:
    for each, load in case.loads.components.items():
        used, service = load.utilisation, load.service_s
        if used is None or not PLANNED_UTILISATION < used <= 1 or service is None or load.mean_wait_s is None:
            continue
        name = case.graph.name(each)
        proof = f"It is asked {values.said_rate(load.peak)} at peak: {used:.0%} of what it serves."
        if used < 1:
            proof += f" Requests then wait {values.said_seconds(load.mean_wait_s)} on average before they are served."
        yield Finding(
            rule=RULE.id,
            severity="medium",
            elements=(case.component(each),),
            title=f"{name} is nearly full at peak",
            proof=proof,
            why="Waits grow like 1 / (1 - utilisation): the last tenth of capacity costs more time than all before it.",
            topic="percentiles-and-littles-law",
            remedies=_remedies(case, each, load),
            operations=tuple(load.by_operation),
        )


def _remedies(case: Case, each: str, load: ComponentLoad) -> tuple[Remedy, ...]:
    if case.graph.components[each].kind in STORES:
        return store_remedies(case, each, load)
    needed = case.replicas_for(each, load.peak, share=PLANNED_UTILISATION) or load.replicas + 1
    return (
        Remedy(
            f"Run {needed} instances",
            f"plans the peak at {PLANNED_UTILISATION:.0%} or less",
            "the capacity is idle off the peak",
            "load-balancing",
            case.scaled(needed, each),
        ),
        Remedy(
            "Shed less important requests at peak",
            "needs no machine",
            "someone has to decide which requests are refused, and callers must handle it",
            "rate-limiting",
        ),
    )


RULE = Rule("nearly-full", "A component is nearly full at peak", check)
