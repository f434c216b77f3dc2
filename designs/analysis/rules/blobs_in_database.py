"""Large values are stored in a database made for small ones."""

from __future__ import annotations

from collections.abc import Iterator

from designs.analysis import values
from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.graph import listed
from designs.analysis.rules.case import Case

LARGE_BYTES = 1e6
ROWS = frozenset({"sql", "document_store", "wide_column", "key_value", "graph_store"})
ADDRESS = {"type": "url", "size": "100 B"}  # what the trial replaces them with


def check(case: Case) -> Iterator[Finding]:
    for entity, kept in case.document.data_model.entities.items():
        holders = [key for key in case.graph.holders.get(entity, ()) if case.graph.components[key].kind in ROWS]
        if not holders:
            continue
        sizes = {key: values.size_bytes(each.size) for key, each in kept.fields.items()}
        large = [key for key, size in sizes.items() if size is not None and size >= LARGE_BYTES]
        unknown = [key for key, each in kept.fields.items() if each.type.lower() == "bytes" and sizes[key] is None]
        if not large and not unknown:
            continue
        fields = large or unknown
        said = [f"{kept.fields[key].name or key} ({values.said_bytes(sizes[key] or 0)})" for key in large]
        said = said or [f"{kept.fields[key].name or key} (bytes, of a size that is not given)" for key in unknown]
        yield Finding(
            rule=RULE.id,
            severity="medium" if large else "low",
            elements=(case.entity(entity),),
            title=f"{case.entity_name(entity)} keeps files in {case.graph.name(holders[0])}",
            proof=f"{listed(said)} of each row {'lies' if len(said) == 1 else 'lie'} in {case.graph.names(holders)}.",
            why="Large values push rows out of memory, and slow backups and copies; an object store is made for them.",
            topic="blob-storage",
            remedies=(
                Remedy(
                    "Keep the file in an object store and its address in the row",
                    "rows stay small; files are served by a CDN",
                    "two places to write, and files left behind when a row goes",
                    "blob-storage",
                    _moved(case, entity, fields, holders[0]),
                ),
                Remedy(
                    "Keep them in a table of their own",
                    "one transaction for both",
                    "backups and copies still carry them",
                    "choosing-storage",
                ),
            ),
            operations=tuple(case.used_by.get(holders[0], ())),
        )


def _moved(case: Case, entity: str, fields: list[str], holder: str) -> dict[str, object]:
    graph = case.graph
    files, box = case.beside(holder, "object_store", f"{case.entity_name(entity)} files")
    callers = list(dict.fromkeys(graph.connections[key].source for key in graph.incoming[holder]))
    arrows = {case.free_connection(number): case.arrow(each, files) for number, each in enumerate(callers)}
    return {
        "data_model": {"entities": {entity: {"fields": {key: dict(ADDRESS) for key in fields}}}},
        "diagram": {"components": {files: box}, "connections": arrows},
    }


RULE = Rule("blobs-in-database", "Files in a database", check)
