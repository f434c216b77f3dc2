"""An entity in a partitioned store has no partition key."""

from __future__ import annotations

from collections.abc import Iterator

from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.rules.case import Case

WANTED = {
    "wide_column": frozenset({"partition"}),
    "key_value": frozenset({"partition", "primary"}),
    "time_series": frozenset({"partition", "primary", "sort"}),
}


def check(case: Case) -> Iterator[Finding]:
    for entity, kept in case.document.data_model.entities.items():
        for holder in case.graph.holders.get(entity, ()):
            kind = case.graph.components[holder].kind
            if kind not in WANTED or not kept.fields:
                continue
            if any(field.key in WANTED[kind] for field in kept.fields.values()):
                continue
            yield Finding(
                rule=RULE.id,
                severity="medium",
                elements=(case.entity(entity), case.component(holder)),
                title=f"{case.entity_name(entity)} has no partition key",
                proof=f"{case.graph.name(holder)} divides rows by a partition key; no field of the entity is one.",
                why="The key decides which questions one machine can answer; it is the design of such a store.",
                topic="partitioning-schemes",
                remedies=(
                    Remedy(
                        "Choose the field that every query contains",
                        "a query reads one partition",
                        "queries without it read all partitions",
                        "document-and-wide-column-stores",
                        _patch(case, entity),
                    ),
                    Remedy(
                        "Keep it in a relational store",
                        "queries may change later",
                        "one machine for writes, until it is sharded",
                        "relational-databases",
                    ),
                ),
                operations=tuple(case.used_by.get(holder, ())),
            )


def _patch(case: Case, entity: str) -> dict[str, object] | None:
    field = case.key_field(entity)
    return {"data_model": {"entities": {entity: {"fields": {field: {"key": "partition"}}}}}} if field else None


RULE = Rule("no-partition-key", "An entity without a partition key", check)
