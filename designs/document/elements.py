"""Parts of a design that can be commented on, by JSON Pointer: named ones are listed, others can be asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from designs.document.describe import place_words
from designs.document.patches import ABSENT, look_up
from designs.document.problems import place_of

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


def words_for(document: Mapping[str, Any], element: str) -> str:
    """The words for an element, named or not; empty when the document has none at this place."""
    if not element.startswith("/") or look_up(document, place_of(element)) is ABSENT:
        return ""
    found = place_words(document, element).removeprefix("diagram, ")
    return dict(named_elements(document)).get(element) or found[:1].upper() + found[1:]
