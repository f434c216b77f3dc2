"""One request waits for the slowest of many calls."""

from __future__ import annotations

from collections.abc import Iterator

from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.rules.case import Case

MANY = 10


def check(case: Case) -> Iterator[Finding]:
    for key, flow in case.model.flows.items():
        for hop in flow.hops:
            if hop.is_later or hop.multiplier < MANY or flow.visits.get(hop.source, 0.0) <= 0:
                continue
            slow = 1 - 0.99**hop.multiplier
            yield Finding(
                rule=RULE.id,
                severity="medium",
                elements=(case.connection(hop.connection), case.operation(key)),
                title=f"{case.model.operation_name(key)} waits for {hop.multiplier:,.0f} calls at once",
                proof=(
                    f"Each request makes {hop.multiplier:,.0f} calls along {case.graph.name(hop.connection)}; "
                    f"{slow:.0%} of requests meet at least one of the slowest 1 % of calls."
                ),
                why="With fan-out the rare slow answer becomes the usual one.",
                topic="percentiles-and-littles-law",
                remedies=(
                    Remedy(
                        "Prepare the answer when it is written",
                        "reading is one lookup",
                        "each write causes one write for each reader, and for a popular author millions",
                        "cache-write-policies",
                    ),
                    Remedy(
                        "Answer with the results that arrive in time",
                        "the slowest calls delay no request",
                        "some answers are incomplete",
                        "retries-and-circuit-breakers",
                    ),
                    *_behind_queue(case, hop.connection, is_read=flow.is_read),
                ),
                operations=(key,),
            )


def _behind_queue(case: Case, connection: str, *, is_read: bool) -> tuple[Remedy, ...]:
    if is_read:
        return ()
    return (
        Remedy(
            "Do the calls later",
            "the client does not wait for them",
            "readers see the result a little later",
            "message-queues",
            case.change_connection(connection, kind="async"),
        ),
    )


RULE = Rule("fan-out-tail", "A request waits for many calls", check)
