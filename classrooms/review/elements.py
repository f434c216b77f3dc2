"""What of a design one can comment on: everything that has a name, by its JSON Pointer. PURE."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NAMED = (
    (("diagram", "components"), "label", "Component"),
    (("diagram", "connections"), "label", "Connection"),
    (("data_model", "entities"), "name", "Entity"),
    (("api", "operations"), "name", "Operation"),
    (("scope", "functional_requirements"), "text", "Requirement"),
    (("scope", "measurable_requirements"), "text", "Target"),
    (("estimate", "rows"), "label", "Row of the estimate"),
    (("decisions",), "question", "Decision"),
    (("bottlenecks",), "finding", "Bottleneck"),
)
LONGEST = 80


def named_elements(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(pointer, words) of each, in the order of the steps' collections."""
    found = []
    for path, field, kind in NAMED:
        collection: Any = document
        for part in path:
            collection = collection.get(part, {})
        for key, item in collection.items():
            if name := str(item.get(field, "")).strip():
                found.append((f"/{'/'.join(path)}/{key}", f"{kind}: {name[:LONGEST]}"))
    return found
