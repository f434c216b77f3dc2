"""Failover to a copy that lags behind loses the newest writes."""

from __future__ import annotations

import math
from collections.abc import Iterator

from designs.analysis import values
from designs.analysis.burden import copies_of
from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.graph import STORES
from designs.analysis.rules.case import Case


def check(case: Case) -> Iterator[Finding]:
    for each, component in case.graph.components.items():
        load = case.loads.components[each]
        if component.kind not in STORES or load.writes <= 0 or each in case.graph.followed:
            continue
        behind = _behind(case, each)
        if behind is None:
            continue
        lag, words = behind
        lost = (
            ""
            if lag is None
            else f": up to {values.said_seconds(lag)} of them, {math.ceil(load.writes * lag):,} writes"
        )
        yield Finding(
            rule=RULE.id,
            severity="medium" if lag is None else "low",
            elements=(case.component(each),),
            title=f"A failover of {case.graph.name(each)} loses its last writes",
            proof=f"{words}, and it takes {values.said_rate(load.writes)} at peak{lost}.",
            why="The leader has confirmed these writes, and the replica that takes over never saw them.",
            topic="replication",
            remedies=_remedies(case, each),
            operations=tuple(key for key in case.used_by.get(each, ()) if not case.model.flows[key].is_read),
        )


def _behind(case: Case, each: str) -> tuple[float | None, str] | None:
    """The lag of the freshest copy, where no copy confirms a write."""
    component, graph = case.graph.components[each], case.graph
    if component.replication in ("synchronous", "quorum"):
        return None
    arrows = [graph.connections[key] for key in graph.replications.get(each, ())]
    if any(arrow.synchronous for arrow in arrows):
        return None
    lags = [values.seconds(arrow.lag) for arrow in arrows]
    if copies_of(component) > 1 and component.replication == "asynchronous":
        lags.append(values.seconds(component.lag))
    if not lags:
        return None
    known = [lag for lag in lags if lag is not None]
    return (min(known) if known else None), "No copy confirms a write before the client gets its answer"


def _remedies(case: Case, each: str) -> tuple[Remedy, ...]:
    arrows = {
        key: {"synchronous": True}
        for key, arrow in case.graph.connections.items()
        if arrow.source == each and arrow.kind == "replication"
    }
    first = next(iter(arrows), "")
    change = (
        {"diagram": {"connections": {first: arrows[first]}}} if first else case.change(each, replication="synchronous")
    )
    return (
        Remedy(
            "Let one copy confirm each write",
            "a failover loses nothing",
            "each write waits for a round trip, and for that copy when it is slow",
            "replication",
            change,
        ),
        Remedy(
            "Say how much may be lost, and tell users when it was",
            "nothing to build",
            "a user's last message or order is lost",
            "understand-the-question",
        ),
    )


RULE = Rule("lost-writes", "A failover loses writes", check)
