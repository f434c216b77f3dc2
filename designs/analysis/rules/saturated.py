"""A component whose peak load exceeds its capacity."""

from __future__ import annotations

from collections.abc import Iterator

from designs.analysis import values
from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.graph import STORES, listed
from designs.analysis.load import ComponentLoad
from designs.analysis.rules.case import PLANNED_UTILISATION, Case
from designs.analysis.rules.remedies import store_remedies, unsaid_caches


def check(case: Case) -> Iterator[Finding]:
    for each, load in case.loads.components.items():
        used = load.utilisation
        if used is None or used <= 1 or case.graph.components[each].kind == "client":
            continue
        # Shards would divide writes that copies each take in full.
        is_certain = not load.is_worst_case or used / load.replicas > 1
        yield Finding(
            rule=RULE.id,
            severity="high" if is_certain else "medium",
            elements=(case.component(each),),
            title=f"{case.graph.name(each)} saturates at peak"
            + ("" if is_certain else f" if its {load.replicas} servers are copies"),
            proof=_proof(load) + _of_unsaid_caches(case, each),
            why="Above its capacity requests pile up, waits grow without end, and callers time out and try again.",
            topic="throughput-estimation",
            remedies=_remedies(case, each, load),
            operations=tuple(load.by_operation),
        )


def _of_unsaid_caches(case: Case, each: str) -> str:
    is_store = case.graph.components[each].kind in STORES
    names = [case.graph.name(key) for key in unsaid_caches(case, each)] if is_store else []
    if not names:
        return ""
    subject = "each" if len(names) > 1 else "it"
    return f" No hit ratio is given for {listed(names)}, so {subject} counts as answering nothing."


def _proof(load: ComponentLoad) -> str:
    capacity = load.capacity
    if capacity is None or load.utilisation is None:
        return ""
    words = f"It is asked {values.said_rate(load.peak)} at peak. "
    if load.burden.stations == 1 and load.replicas > 1:
        words += (
            f"Of its {load.burden.words} the busiest gets {values.said_rate(load.busiest)} and serves "
            f"{values.said_rate(capacity.value)} ({capacity.source}): {load.utilisation:.0%}."
        )
        if load.is_worst_case:
            words += " Nothing says how the copies share requests, so the leader is counted as answering all of them."
    else:
        number = f"{load.replicas} × {values.said_rate(capacity.value)}" if load.replicas > 1 else "one of it"
        words += (
            f"It serves {values.said_rate(load.total_capacity or 0.0)} ({number}; {capacity.source}): "
            f"{load.utilisation:.0%}."
        )
    if load.saturated_share is not None:
        words += f" It saturates in {load.saturated_share:.0%} of plausible worlds."
    return words


def _remedies(case: Case, each: str, load: ComponentLoad) -> tuple[Remedy, ...]:
    if case.graph.components[each].kind in STORES:
        return store_remedies(case, each, load)
    planned = case.replicas_for(each, load.peak, share=PLANNED_UTILISATION) or load.replicas + 1
    needed = max(planned, case.spare_for(each))
    return (
        Remedy(
            f"Run {needed} instances",
            f"carries the peak at {PLANNED_UTILISATION:.0%} of their capacity or less, and still does when one fails",
            "money",
            "load-balancing",
            case.scaled(needed, each),
        ),
        Remedy(
            "Do less per request: cache answers or move work behind a queue",
            "fewer requests, or requests that need not be answered at once",
            "staleness, or results that come later",
            "message-queues",
        ),
    )


RULE = Rule("saturated", "A component saturates at peak", check)
