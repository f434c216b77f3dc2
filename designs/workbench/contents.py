"""The contents of a document, section by section, in a few words each: for replay, print and comparison."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from designs.document.patches import ABSENT, look_up
from designs.workbench.fields import in_order, name_of
from designs.workbench.types import Path

COLLECTIONS: tuple[tuple[str, str, Path], ...] = (
    ("understand", "Questions", ("scope", "questions")),
    ("understand", "Who uses it", ("scope", "actors")),
    ("understand", "Requirements", ("scope", "functional_requirements")),
    ("understand", "Targets", ("scope", "measurable_requirements")),
    ("estimate", "Inputs", ("estimate", "inputs")),
    ("estimate", "Rows", ("estimate", "rows")),
    ("ui", "Screens", ("ui", "screens")),
    ("ui", "Transaction", ("ui", "transaction")),
    ("data-model", "Entities", ("data_model", "entities")),
    ("api", "Operations", ("api", "operations")),
    ("detailed", "Decisions", ("decisions",)),
    ("bottlenecks", "Bottlenecks", ("bottlenecks",)),
)


@dataclass(frozen=True)
class Section:
    area: str
    title: str
    lines: list[str]


def contents(document: Mapping[str, Any]) -> list[Section]:
    """Everything except the drawing; empty sections are left out."""
    found = []
    for area, title, path in COLLECTIONS:
        collection = look_up(document, path)
        if collection is not ABSENT and collection:
            found.append(Section(area, title, [_line(item, key) for key, item in in_order(collection)]))
    return found


def _line(item: Mapping[str, Any], key: str) -> str:
    name = name_of(item, key)
    if item.get("metric"):
        target = f" {item.get('comparison', '<=')} {item['quantity']}" if item.get("quantity") else ""
        name = item["metric"].replace("_", " ") + target
    detail = item.get("answer") or item.get("value") or item.get("formula") or ""
    return f"{name}: {detail}" if detail else name
