"""Shards divide work only as evenly as their keys: the hottest one is the limit."""

from __future__ import annotations

from collections.abc import Iterator

from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.rules.case import Case

LITTLE_ROOM = 3.0  # multiple of its even share that a hot key often causes


def check(case: Case) -> Iterator[Finding]:
    for each, load in case.loads.components.items():
        component, used = case.graph.components[each], load.utilisation
        if not load.burden.skew_unknown or used is None or used <= 0:
            continue
        even = 1 / component.shards
        full = even / used
        if full >= min(1.0, even * LITTLE_ROOM) or used > 1:
            continue
        yield Finding(
            rule=RULE.id,
            severity="medium",
            elements=(case.component(each),),
            title=f"Nothing says how hot the hottest shard of {case.graph.name(each)} is",
            proof=(
                f"Spread evenly each of the {component.shards} shards takes {even:.1%} of requests; one with more "
                f"than {full:.1%} is full at peak."
            ),
            why="Keys are never even: one famous author, one large customer, one popular room.",
            topic="sharding",
            remedies=(
                Remedy(
                    "Measure the share of the hottest shard",
                    "the limit is known",
                    "a counter for each shard",
                    "sharding",
                    case.change(each, hottest_shard=f"{even * 100:.3g}%"),
                ),
                Remedy(
                    "Split hot keys further, or cache their reads",
                    "one key is no longer one shard",
                    "reads of such a key query several shards",
                    "consistent-hashing",
                ),
            ),
            operations=tuple(load.by_operation),
        )


RULE = Rule("hot-shard", "The hottest shard is not known", check)
