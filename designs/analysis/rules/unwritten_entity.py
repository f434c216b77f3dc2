"""Data that is read and never written."""

from __future__ import annotations

from collections.abc import Iterator

from designs.analysis.findings import Finding, Remedy, Rule, free_id
from designs.analysis.rules.case import Case


def check(case: Case) -> Iterator[Finding]:
    for entity in case.document.data_model.entities:
        readers = case.readers.get(entity)
        if not readers or entity in case.writers or case.has_workers(entity):
            continue
        yield Finding(
            rule=RULE.id,
            severity="low",
            elements=(case.entity(entity),),
            title=f"Nothing writes {case.entity_name(entity)}",
            proof=f"{case.operations(readers)} reads it, and no operation writes it.",
            why="Its writes are load that the estimate has not seen, or the work of a system that is not drawn.",
            topic="data-model-step",
            remedies=(
                Remedy(
                    "Add the operation that writes it",
                    "its load is counted",
                    "one more operation to serve",
                    "api-step",
                    _writer(case, entity),
                ),
                Remedy(
                    "Say that it comes from elsewhere",
                    "nothing to build",
                    "how fresh it is depends on them",
                    "understand-the-question",
                ),
            ),
            operations=tuple(readers),
        )


def _writer(case: Case, entity: str) -> dict[str, object]:
    operations = case.document.api.operations
    order = max((each.order for each in operations.values()), default=0) + 1
    made = {
        "name": f"put{case.entity_name(entity)}",
        "method": "PUT",
        "writes": {entity: True},
        "idempotency": "idempotent",
        "order": order,
    }
    return {"api": {"operations": {free_id(operations, "o"): made}}}


RULE = Rule("unwritten-entity", "An entity that nothing writes", check)
