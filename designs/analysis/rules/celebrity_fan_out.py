"""A fan-out on write is typed as an average, but an author with a million followers causes a million writes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from designs.analysis import values
from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.flow import FlowHop, OperationFlow
from designs.analysis.rules.case import Case

FOLLOWING = re.compile(r"follow|friend|subscri|member|contact|fan(?:s|_id)?$", re.IGNORECASE)
FEW, MANY = 5.0, 1e6  # a smaller average is no fan-out; followers of a celebrity


def check(case: Case) -> Iterator[Finding]:
    if not _has_followers(case):
        return
    for key, flow in case.model.flows.items():
        if flow.is_read or flow.problem:
            continue
        fans = [hop for hop in flow.hops if hop.multiplier >= FEW and _is_later(flow, hop)]
        if not fans:
            continue
        hop = max(fans, key=lambda each: each.multiplier)
        source = case.loads.components[hop.source]
        words = f"On average {hop.multiplier:,.0f} calls follow from each {case.model.operation_name(key)}"
        if source.capacity is not None and source.peak > 0:
            spare = max(0.0, (source.total_capacity or 0.0) - source.peak) * hop.multiplier
            if spare > 0:
                took = values.said_seconds(MANY / spare)
                words += (
                    f"; one with {MANY:,.0f} followers keeps all spare {case.graph.name(hop.source)} busy for {took}"
                )
        yield Finding(
            rule=RULE.id,
            severity="medium",
            elements=(case.connection(hop.connection), case.operation(key)),
            title=f"One {case.model.operation_name(key)} of a celebrity is millions of writes",
            proof=f"{words}.",
            why="Followers are not spread evenly: everybody else's deliveries wait behind the one of the celebrity.",
            topic="cache-write-policies",
            remedies=(
                Remedy(
                    "Leave out authors with many followers, and merge their posts at read time",
                    "the longest fan-out is bounded",
                    "a read also fetches the posts of each followed celebrity",
                    "cache-write-policies",
                ),
                Remedy(
                    "Give large fan-outs a queue of their own",
                    "other messages do not wait behind them",
                    "a celebrity's post arrives minutes later",
                    "message-queues",
                ),
            ),
            operations=(key,),
        )


def _has_followers(case: Case) -> bool:
    """Whether the data has people who follow others: only then is the fan-out unbounded."""
    for key, entity in case.document.data_model.entities.items():
        names = [key, entity.name, *(name for pair in entity.fields.items() for name in (pair[0], pair[1].name))]
        if any(FOLLOWING.search(name) for name in names):
            return True
    return False


def _is_later(flow: OperationFlow, hop: FlowHop) -> bool:
    return hop.is_later or flow.later_visits.get(hop.source, 0.0) > 0 or not flow.is_read


RULE = Rule("celebrity-fan-out", "A fan-out on write without a bound", check)
