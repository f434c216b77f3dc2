"""Helps readers of foreign formats: cuts texts to the limits of a document, with a remark, and joins sections."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from designs.document.limits import MAX_NAME, MAX_TEXT
from designs.exchange.names import one_line
from designs.exchange.problems import Warnings
from designs.exchange.shapes import clean


class Draft:
    """Remarks, and texts within the limits of a document. Every cut is reported."""

    def __init__(self) -> None:
        self.warnings = Warnings()

    def name(self, text: Any) -> str:
        line = one_line(clean(text)) if isinstance(text, str) else ""
        if len(line) > MAX_NAME:
            self.warnings.add(f"A name of {len(line):,} characters was cut: {line[:40]!r}…")
        return line[:MAX_NAME]

    def text(self, text: Any) -> str:
        whole = clean(text).strip() if isinstance(text, str) else ""
        if len(whole) > MAX_TEXT:
            self.warnings.add(f"A text of {len(whole):,} characters was cut: {one_line(whole)[:40]!r}…")
        return whole[:MAX_TEXT]

    def choices(self, values: Iterable[str], enum: str) -> str:
        """The values of an enum as the type of fields. It is cut here, once, and not for each of its fields."""
        said = " | ".join(values)
        if len(said) > MAX_NAME:
            self.warnings.lost("list of values", f"a type has up to {MAX_NAME} characters", name=enum, fate="cut")
        return said[:MAX_NAME]


def filled(**fields: Any) -> dict[str, Any]:
    """Only values with content: empty texts, maps and None stay at their default."""
    return {name: value for name, value in fields.items() if value not in ("", None) and value != {}}
