"""A store has to scan every row to answer."""

from __future__ import annotations

from collections.abc import Iterator

from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.graph import listed
from designs.analysis.rules.case import Case
from designs.analysis.sizes import KEYS

INDEXED = frozenset({"sql", "document_store", "graph_store"})


def check(case: Case) -> Iterator[Finding]:
    for entity, kept in case.document.data_model.entities.items():
        holders = [key for key in case.graph.holders.get(entity, ()) if case.graph.components[key].kind in INDEXED]
        asked = [each.text for each in kept.access_patterns.values() if each.text]
        readers = case.readers.get(entity, [])
        if not holders or not kept.fields or not (asked or readers):
            continue
        if any(field.key in KEYS for field in kept.fields.values()) or any(
            index.columns for index in kept.indexes.values()
        ):
            continue
        rows = case.loads.sizes[entity].rows_kept
        question = (
            f"{listed([repr(text) for text in asked])} is" if asked else f"What {case.operations(readers)} asks is"
        )
        over = f" {rows:,.0f} rows" if rows else " every row"
        yield Finding(
            rule=RULE.id,
            severity="medium",
            elements=(case.entity(entity),),
            title=f"{case.entity_name(entity)} has no key to find rows by",
            proof=f"{question} answered by looking at{over}: none of its {len(kept.fields)} fields is a key.",
            why="A scan grows with the table; an index grows with its logarithm.",
            topic="indexing",
            remedies=(
                Remedy(
                    "Make a field its key",
                    "a lookup instead of a scan",
                    "each write updates the index too",
                    "indexing",
                    _keyed(case, entity),
                ),
                Remedy(
                    "Keep it in a search index as well",
                    "any words can be found",
                    "a second copy that lags behind",
                    "search-indexes",
                ),
            ),
            operations=tuple(readers),
        )


def _keyed(case: Case, entity: str) -> dict[str, object] | None:
    field = case.key_field(entity)
    return {"data_model": {"entities": {entity: {"fields": {field: {"key": "primary"}}}}}} if field else None


RULE = Rule("no-index", "An access pattern without an index", check)
