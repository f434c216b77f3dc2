"""A store has several servers, and the design does not say whether they are copies or shards."""

from __future__ import annotations

import re
from collections.abc import Iterator

from designs.analysis.burden import copies_of
from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.graph import STORES
from designs.analysis.rules.case import Case

SHARDED = re.compile(r"\bshard|\bpartition|\bsplit by|\bdivided by", re.IGNORECASE)


def check(case: Case) -> Iterator[Finding]:
    for each, component in case.graph.components.items():
        count = copies_of(component)
        if component.kind not in STORES or count < 2 or component.replication or case.model.is_bought(each):
            continue
        name = case.graph.name(each)
        words = f"{component.label} {component.technology} {component.note} {component.shard_key}"
        title = f"What are the {count} of {name}: copies, or shards without one?"
        if SHARDED.search(words):
            title = f"Nothing says that a shard of {name} has a copy"
        yield Finding(
            rule=RULE.id,
            severity="medium",
            elements=(case.component(each),),
            title=title,
            proof=(
                f"As copies each of the {count} takes every write, and how they are kept the same decides what a "
                f"failover loses. As shards each holds {1 / count:.0%} of the rows, which go with it."
            ),
            why="One number cannot mean both. The worst of the two is counted until the design says which it is.",
            topic="replication",
            remedies=(
                Remedy(
                    "Copies: a majority confirms each write",
                    "survives the loss of one without losing a write",
                    "writes wait for the second quickest copy",
                    "quorums-and-pacelc",
                    case.change(each, instances=1, copies=max(3, count), replication="quorum"),
                ),
                Remedy(
                    "Shards, of three copies each",
                    "writes divide, and a shard survives the loss of a server",
                    "three times the servers, and queries over shards",
                    "sharding",
                    case.change(each, instances=1, shards=count, copies=3, replication="quorum"),
                ),
            ),
            operations=tuple(case.used_by.get(each, ())),
        )


RULE = Rule("unknown-copies", "It is not stated whether these are copies or shards", check)
