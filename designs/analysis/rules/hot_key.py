"""A partition key that sends all current writes to one partition."""

from __future__ import annotations

from collections.abc import Iterator

from designs.analysis import values
from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.rules.case import Case

LIMIT = "capacity-key-value-partition-writes"
FEW = {
    "boolean": "It has two values",
    "date": "All rows of a day share one value",
    "timestamp": "Newest rows share one",
}


def check(case: Case) -> Iterator[Finding]:
    for entity, kept in case.document.data_model.entities.items():
        keys = {key: each for key, each in kept.fields.items() if each.key == "partition"}
        if len(keys) != 1:
            continue
        key, field = next(iter(keys.items()))
        kind = field.type.strip().lower()
        if kind not in FEW:
            continue
        yield Finding(
            rule=RULE.id,
            severity="high" if _is_too_hot(case, entity) else "medium",
            elements=(case.entity(entity),),
            title=f"{case.entity_name(entity)} has a hot partition key",
            proof=f"{FEW[kind]} of {field.name or key}, so they go to one partition{_rate_words(case, entity)}.",
            why="Shards divide work only when the key does: one hot partition is one machine, however many there are.",
            topic="partitioning-schemes",
            remedies=(
                Remedy(
                    "Partition by owner, and sort by this field",
                    "writes spread over all owners",
                    "a query for all rows of one time reads every partition",
                    "sharding",
                    _patch(case, entity, key),
                ),
                Remedy(
                    "Add a few random digits to the key",
                    "writes spread over as many partitions",
                    "each read asks all of them",
                    "consistent-hashing",
                ),
            ),
            operations=tuple(case.writers.get(entity, ())),
        )


def _written(case: Case, entity: str) -> float:
    return sum(case.loads.rates[key].peak or 0.0 for key in case.writers.get(entity, ()))


def _is_too_hot(case: Case, entity: str) -> bool:
    return LIMIT in case.model.figures.by_id and _written(case, entity) > case.model.figures[LIMIT].latest.low


def _rate_words(case: Case, entity: str) -> str:
    rate = _written(case, entity)
    if not rate or LIMIT not in case.model.figures.by_id:
        return ""
    limit = case.model.figures[LIMIT].latest
    return f": {values.said_rate(rate)} at peak, where one takes {limit.said} ({limit.source})"


def _patch(case: Case, entity: str, key: str) -> dict[str, object] | None:
    better = case.key_field(entity, without=key)
    if not better:
        return None
    fields = {key: {"key": "sort"}, better: {"key": "partition"}}
    return {"data_model": {"entities": {entity: {"fields": fields}}}}


RULE = Rule("hot-key", "A partition key with few values", check)
