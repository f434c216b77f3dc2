"""All rows of one owner are in one partition: a popular owner makes it hot."""

from __future__ import annotations

from collections.abc import Iterator

from designs.analysis import values
from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.graph import STORES
from designs.analysis.rules.case import Case

READS, WRITES = "capacity-key-value-partition-reads", "capacity-key-value-partition-writes"
PARTITIONED = frozenset({"wide_column", "key_value", "document_store"})
LEAST_SHARE = 0.2  # share of the traffic: few keys get more


def check(case: Case) -> Iterator[Finding]:
    figures = case.model.figures
    if READS not in figures.by_id or WRITES not in figures.by_id:
        return
    for entity, store in partitioned(case):
        load = case.loads.components[store]
        reading = sum(load.by_operation.get(key, 0.0) for key in case.readers.get(entity, ()))
        writing = sum(load.by_operation.get(key, 0.0) for key in case.writers.get(entity, ()))
        limits = ((reading, figures[READS].latest, "reads"), (writing, figures[WRITES].latest, "writes"))
        rate, limit, words = min(limits, key=lambda each: each[1].low / each[0] if each[0] > 0 else float("inf"))
        if rate <= 0 or limit.low / rate >= LEAST_SHARE:
            continue
        yield Finding(
            rule=RULE.id,
            severity="medium",
            elements=(case.entity(entity), case.component(store)),
            title=f"A popular key of {case.entity_name(entity)} overloads its partition",
            proof=(
                f"{case.graph.name(store)} takes {values.said_rate(rate)} as {words} at peak. One partition serves "
                f"{limit.said} ({limit.source}), so a key that draws {limit.low / rate:.1%} of them fills its own."
            ),
            why="Partitions spread keys, and not the requests for one key: a celebrity or a large room is one key.",
            topic="sharding",
            remedies=(
                Remedy(
                    "Cache the reads of a popular key, and merge equal reads into one",
                    "the partition answers once for many",
                    "answers are as old as the cache lets them be",
                    "caching-basics",
                ),
                Remedy(
                    "Split a popular key into several",
                    "its requests divide",
                    "readers query all of its parts",
                    "consistent-hashing",
                ),
            ),
            operations=tuple(case.used_by.get(store, ())),
        )


def partitioned(case: Case) -> Iterator[tuple[str, str]]:
    """Entities whose rows of one owner are all in one partition, with the store that holds them."""
    for entity, kept in case.document.data_model.entities.items():
        partition = [each for each in kept.fields.values() if each.key == "partition"]
        # Without a sort key a partition is one row.
        if len(partition) != 1 or not any(each.key == "sort" for each in kept.fields.values()):
            continue
        for store in case.graph.holders.get(entity, ()):
            component = case.graph.components[store]
            if component.kind in PARTITIONED or (component.kind in STORES and component.shards > 1):
                yield entity, store


RULE = Rule("popular-key", "A popular key has one partition", check)
