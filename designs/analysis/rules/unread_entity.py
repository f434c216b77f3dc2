"""Data that is written and never read."""

from __future__ import annotations

from collections.abc import Iterator

from designs.analysis.findings import Finding, Remedy, Rule, free_id
from designs.analysis.rules.case import Case


def check(case: Case) -> Iterator[Finding]:
    read = set(case.readers) | {
        field.references
        for each in case.document.data_model.entities.values()
        for field in each.fields.values()
        if field.references
    }
    for entity in case.document.data_model.entities:
        writers = case.writers.get(entity)
        if not writers or entity in read or case.has_workers(entity):
            continue
        yield Finding(
            rule=RULE.id,
            severity="low",
            elements=(case.entity(entity),),
            title=f"Nobody reads {case.entity_name(entity)}",
            proof=f"{case.operations(writers)} writes it, and no operation reads it and no entity refers to it.",
            why="Either an operation is missing, or the data need not be kept.",
            topic="data-model-step",
            remedies=(
                Remedy(
                    "Add the operation that reads it",
                    "the design says what it is for",
                    "one more operation to serve",
                    "api-step",
                    _reader(case, entity),
                ),
                Remedy(
                    "Do not keep it",
                    "less to store and to protect",
                    "the data cannot be queried later",
                    "storage-estimation",
                ),
            ),
            operations=tuple(writers),
        )


def _reader(case: Case, entity: str) -> dict[str, object]:
    operations = case.document.api.operations
    order = max((each.order for each in operations.values()), default=0) + 1
    name = f"get{case.entity_name(entity)}"
    made = {"name": name, "method": "GET", "reads": {entity: True}, "idempotency": "idempotent", "order": order}
    return {"api": {"operations": {free_id(operations, "o"): made}}}


RULE = Rule("unread-entity", "An entity that is never read", check)
