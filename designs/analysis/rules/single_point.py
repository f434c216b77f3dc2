"""An operation fails when one component fails."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from designs.analysis import values
from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.graph import STORES
from designs.analysis.rules.case import Case
from designs.analysis.rules.remedies import add_follower
from designs.document.servers import servers


def check(case: Case) -> Iterator[Finding]:
    for each, operations in case.stopped_by.items():
        component = case.graph.components.get(each)
        if component is None or servers(component) > 1 or component.kind == "client":
            continue
        name = case.graph.name(each)
        yield Finding(
            rule=RULE.id,
            severity="high",
            elements=(case.component(each),),
            title=f"{name} is a single point of failure",
            proof=_proof(case, each, operations),
            why="It has one replica and no way around it, so its failures and restarts are everybody's outages.",
            topic="node-failures",
            remedies=_remedies(case, each),
            operations=tuple(operations),
        )


def _proof(case: Case, each: str, operations: list[str]) -> str:
    stopped = set(operations)
    survivors = list(islice((key for key in case.model.cuts if key not in stopped), 3))
    words = f"{case.operations(operations)} {'fails' if len(operations) == 1 else 'fail'} when it fails"
    if survivors:
        words += f"; {case.operations(survivors)} {'survives' if len(survivors) == 1 else 'survive'}"
    chance, known = case.model.chances.get(each), case.model.replica_availability.get(each)
    if chance is None or known is None:
        return f"{words}."
    return f"{words}. No more than {values.said_share(chance)} of the time can be reached with it ({known.source})."


def _remedies(case: Case, each: str) -> tuple[Remedy, ...]:
    component = case.graph.components[each]
    second = Remedy(
        "Run a second replica",
        "one may fail: the other carries on",
        "money, and something must notice the failure and switch over",
        "failover",
        case.scaled(2, each),
    )
    if component.kind in STORES:
        return (
            second,
            add_follower(case, each),
        )
    return (
        second,
        Remedy(
            "Use a managed one that spans zones",
            "somebody else keeps its replicas",
            "a price per request, and its limits are theirs",
            "availability-nines",
        ),
    )


RULE = Rule("single-point", "One component stops an operation alone", check)
