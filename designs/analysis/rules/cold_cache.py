"""A store that is overloaded when its caches are empty."""

from __future__ import annotations

from collections.abc import Iterator

from designs.analysis import values
from designs.analysis.caching import hit_ratio
from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.graph import CACHES, STORES
from designs.analysis.rules.case import Case
from designs.document.servers import servers


def check(case: Case) -> Iterator[Finding]:
    caches = [key for key, each in case.graph.components.items() if each.kind in CACHES and hit_ratio(each)]
    if not caches:
        return
    for each, load in case.loads.components.items():
        capacity, warm = load.capacity, load.utilisation
        if case.graph.components[each].kind not in STORES or capacity is None or warm is None:
            continue
        cold = case.cold[each]
        used = case.model.cold_utilisation(each)
        if warm > 1 or used <= 1:
            continue
        operations = case.used_by.get(each, [])
        before = [key for key in caches if any(key in case.model.flows[name].visits for name in operations)]
        needed = case.shards_for(each, cold) or case.graph.components[each].shards + 1
        alone = [key for key in before if servers(case.graph.components[key]) == 1]
        yield Finding(
            rule=RULE.id,
            severity="high" if alone else "medium",
            elements=(case.component(each),),
            title=f"{case.graph.name(each)} does not survive a cold cache",
            proof=(
                f"With {case.graph.names(before)} empty it receives {values.said_rate(cold)} at peak instead of "
                f"{values.said_rate(load.peak)}: {used:.0%} of what it serves instead of {warm:.0%}."
            ),
            why="After a restart every read is a miss; an overloaded store answers none, so the cache never fills.",
            topic="caching-basics",
            remedies=(
                Remedy(
                    "Run the cache on several nodes",
                    "a restart empties only a part of it",
                    "money",
                    "caching-basics",
                    case.scaled(3, *before) if alone else None,
                ),
                Remedy(
                    f"Split the store into {needed} shards",
                    "serves every read, if needed",
                    "machines are idle while the cache is warm",
                    "replication",
                    case.change(each, shards=needed),
                ),
                Remedy(
                    "Let few misses through at once, and fill slowly",
                    "needs no machine",
                    "most reads fail until it is warm",
                    "rate-limiting",
                ),
            ),
            operations=tuple(operations),
        )


RULE = Rule("cold-cache", "A store that needs a warm cache", check)
