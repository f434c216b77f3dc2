"""An operation fails when one component fails."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from designs.analysis import values
from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.graph import STORES
from designs.analysis.rules.case import Case
from designs.analysis.rules.remedies import add_follower

FEW = 0.5  # share of requests: a component that stops fewer is less severe


def check(case: Case) -> Iterator[Finding]:
    for each, operations in case.alone.items():
        component = case.graph.components[each]
        name, lost = case.graph.name(each), case.lost_share(each, operations)
        is_shard = component.shards > 1
        title = f"{name} is a single point of failure"
        if is_shard:
            title = f"The loss of one shard of {name} has nothing in its place"
        elif lost < 1:
            title = f"{name} is a single point of failure for {values.said_share(lost)} of requests"
        yield Finding(
            rule=RULE.id,
            severity="high" if lost >= FEW or is_shard else "medium",
            elements=(case.component(each),),
            title=title,
            proof=_proof(case, each, operations) + _beside(case, each),
            why="There is one instance and no path around it, so each of its failures and restarts is an outage.",
            topic="node-failures",
            remedies=_remedies(case, each),
            operations=tuple(operations),
        )


def _proof(case: Case, each: str, operations: list[str]) -> str:
    component = case.graph.components[each]
    lost = case.lost_with_shard(each, operations)
    stopped = set(operations)
    survivors = list(islice((key for key in case.model.cuts if key not in stopped), 3))
    fails = "fails" if len(operations) == 1 else "fail"
    words = f"{case.operations(operations)} {fails} when it fails"
    if lost < 1:
        what = f"one of its {component.shards} shards" if component.shards > 1 else "it"
        words = f"{values.said_share(lost)} of requests of {case.operations(operations)} fail when {what} fails"
    if survivors:
        words += f"; {case.operations(survivors)} {'survives' if len(survivors) == 1 else 'survive'}"
    known = case.model.server_availability.get(each)
    if known is None:
        return f"{words}."
    if component.shards > 1:
        return (
            f"{words}. Each of its shards is up {values.said_availability(known.value)} of the time ({known.source})."
        )
    reached = values.said_availability(1 - lost * (1 - known.value))
    return f"{words}. No more than {reached} of requests can be served with it ({known.source})."


def _beside(case: Case, each: str) -> str:
    """Whether a follower in a box of its own could lead after it: nothing in the drawing says so."""
    followers = case.graph.followers.get(each)
    if not followers:
        return ""
    one, box = ("it", "a box of its own") if len(followers) == 1 else ("one of them", "boxes of their own")
    return (
        f" {case.graph.names(followers)} {'follows' if len(followers) == 1 else 'follow'} it in {box}; that {one} "
        "takes over is not counted: only copies of one component fail over."
    )


def _remedies(case: Case, each: str) -> tuple[Remedy, ...]:
    component = case.graph.components[each]
    if component.kind in STORES:
        return (
            Remedy(
                "Keep three copies of it, and let two confirm each write",
                "one may fail: the other two go on at once, and nothing is lost",
                "three times the machines and disks, and a write waits for the quicker of two others",
                "quorums-and-pacelc",
                case.change(each, copies=3, replication="quorum", reads_from="quorum"),
            ),
            add_follower(case, each),
        )
    second = Remedy(
        "Run a second instance",
        "one may fail: the other continues",
        "money, and something must notice the failure and switch over",
        "failover",
        case.scaled(case.spare_for(each), each),
    )
    return (
        second,
        Remedy(
            "Use a managed one that spans zones",
            "the provider runs several of it",
            "a price per request, and its limits are theirs",
            "availability-nines",
        ),
    )


RULE = Rule("single-point", "One component can stop an operation by itself", check)
