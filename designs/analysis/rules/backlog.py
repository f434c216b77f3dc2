"""Workers behind a queue fall behind during the peak."""

from __future__ import annotations

from collections.abc import Iterator

from designs.analysis import values
from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.rules.case import PLANNED_UTILISATION, Case

HOUR = 3600.0


def check(case: Case) -> Iterator[Finding]:
    for each, load in case.loads.components.items():
        growing, total = load.backlog_per_s, load.total_capacity
        if not growing or total is None or load.held_back <= 0 or total <= load.average:
            continue
        drains_s = growing * HOUR / (total - load.average)
        needed = case.replicas_for(each, load.peak + load.held_back, share=PLANNED_UTILISATION) or load.replicas + 1
        yield Finding(
            rule=RULE.id,
            severity="medium" if drains_s > HOUR else "low",
            elements=(case.component(each),),
            title=f"{case.graph.name(each)} falls behind at peak",
            proof=(
                f"During the peak the queue before it grows by {values.said_rate(growing)}; after an hour of it, "
                f"working that off takes {values.said_seconds(drains_s)}."
            ),
            why="A queue turns a peak into delay. Whoever waits for the result waits for the whole backlog.",
            topic="message-queues",
            remedies=(
                Remedy(
                    f"Run {needed} workers",
                    "keeps up with the peak",
                    "workers are idle off the peak, unless they scale with the length of the queue",
                    "message-queues",
                    case.scaled(needed, each),
                ),
                Remedy(
                    "Process urgent work first",
                    "urgent work does not queue behind work that can wait",
                    "a second queue, and a rule for what is urgent",
                    "queue-durability",
                ),
            ),
            operations=tuple(load.by_operation),
        )


RULE = Rule("backlog", "Workers fall behind at peak", check)
