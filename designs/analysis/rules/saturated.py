"""A component is asked for more at the peak than it serves."""

from __future__ import annotations

from collections.abc import Iterator

from designs.analysis import values
from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.graph import STORES
from designs.analysis.load import ComponentLoad
from designs.analysis.rules.case import PLANNED_UTILISATION, Case
from designs.analysis.rules.remedies import cache_before


def check(case: Case) -> Iterator[Finding]:
    for each, load in case.loads.components.items():
        used = load.utilisation
        if used is None or used <= 1 or case.graph.components[each].kind == "client":
            continue
        yield Finding(
            rule=RULE.id,
            severity="high",
            elements=(case.component(each),),
            title=f"{case.graph.name(each)} saturates at peak",
            proof=_proof(load),
            why="Above its capacity requests pile up, waits grow without end, and callers time out and try again.",
            topic="throughput-estimation",
            remedies=_remedies(case, each, load),
            operations=tuple(load.by_operation),
        )


def _proof(load: ComponentLoad) -> str:
    capacity = load.capacity
    if capacity is None or load.total_capacity is None or load.utilisation is None:
        return ""
    number = f"{load.replicas} × {values.said_rate(capacity.value)}" if load.replicas > 1 else "one replica"
    words = (
        f"It is asked {values.said_rate(load.peak)} at peak and serves {values.said_rate(load.total_capacity)} "
        f"({number}; {capacity.source}): {load.utilisation:.0%}."
    )
    if load.saturated_share is not None:
        words += f" It saturates in {load.saturated_share:.0%} of plausible worlds."
    return words


def _remedies(case: Case, each: str, load: ComponentLoad) -> tuple[Remedy, ...]:
    component = case.graph.components[each]
    needed = case.replicas_for(each, load.peak, share=PLANNED_UTILISATION) or load.replicas + 1
    remedies = [
        Remedy(
            f"Run {needed} replicas",
            f"carries the peak at {PLANNED_UTILISATION:.0%} of their capacity",
            "each costs money, and for a store each write must reach all copies"
            if component.kind in STORES
            else "money",
            "sharding" if component.kind in STORES else "load-balancing",
            case.scaled(needed, each),
        )
    ]
    if component.kind in STORES:
        remedies.append(cache_before(case, each))
        remedies.append(
            Remedy(
                "Shard it by a key",
                "writes divide as well as reads",
                "queries over shards, rebalancing, and hot keys",
                "sharding",
            )
        )
    else:
        remedies.append(
            Remedy(
                "Do less per request: cache answers or move work behind a queue",
                "fewer requests, or requests that need not be answered at once",
                "staleness, or results that come later",
                "message-queues",
            )
        )
    return tuple(remedies)


RULE = Rule("saturated", "A component saturates at peak", check)
