"""The posted form of a sheet: strings outside, a name and a content inside, with errors by the field they belong to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.http import QueryDict

from calculators.engine.expressions.parse import MAX_LENGTH
from calculators.engine.own_rows import MOST_ROWS, OwnRow, named
from calculators.engine.sheet_content import Content
from calculators.engine.sheets import Sheet
from web.sent.typed import whole_number

LONGEST_NAME = 120
LONGEST_LABEL = 120
EMPTY_ROWS = 2
ROW_FIELD = re.compile(r"row\.([0-9]{1,3})\.(name|label|formula|unit|remove)")
LIMITS = {"name": 60, "label": LONGEST_LABEL, "formula": MAX_LENGTH, "unit": 80}


@dataclass(frozen=True)
class Posted:
    """What was typed. `errors` are by the name of a form's field; with any of them nothing is saved."""

    name: str
    content: Content
    version: int = 0
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RowFields:
    """A row of the form with its number there, and what is wrong with each of its fields."""

    number: int
    row: OwnRow
    errors: Mapping[str, str]
    result: str = ""


def read_name(text: str) -> tuple[str, str]:
    """The name, and what is wrong with it."""
    name = " ".join(text.replace("\x00", "").split())  # PostgreSQL stores no NUL
    if not name or len(name) > LONGEST_NAME:
        return name, f"expected a name of 1 to {LONGEST_NAME} characters"
    return name, ""


def read_posted(base: Sheet, posted: QueryDict) -> Posted:
    """Rows that are empty or marked to be removed are left out; names that are not given are made from labels."""
    name, wrong = read_name(posted.get("name", ""))
    errors = {"name": wrong} if wrong else {}
    inputs = {row.name: posted.get(f"in.{row.name}", "").strip() for row in base.inputs}
    rows = tuple(_rows(posted))
    if len(rows) > MOST_ROWS:
        errors["rows"] = f"{len(rows)} rows; at most {MOST_ROWS} were expected"
    for number, row in enumerate(rows):
        for part, limit in LIMITS.items():
            if len(getattr(row, part)) > limit:
                errors[f"row.{number}.{part}"] = (
                    f"{len(getattr(row, part)):,} characters; at most {limit} were expected"
                )
    version = posted.get("version", "")
    kept = {each: text for each, text in inputs.items() if text and text != _default(base, each)}
    return Posted(name, Content(kept, rows), whole_number(version) or 0, errors)


def _default(base: Sheet, name: str) -> str:
    return next(row.default for row in base.inputs if row.name == name)


def _rows(posted: QueryDict) -> Iterator[OwnRow]:
    found: dict[int, dict[str, str]] = {}
    for key in posted:
        if match := ROW_FIELD.fullmatch(key):
            found.setdefault(int(match[1]), {})[match[2]] = str(posted[key]).strip()
    for _, parts in sorted(found.items()):
        if parts.pop("remove", "") or not any(parts.values()):
            continue
        row = OwnRow(**parts) if "name" in parts else OwnRow(name="", **parts)
        yield row if row.name else OwnRow(named(row.label), row.label, row.formula, row.unit)


def row_fields(content: Content, errors: Mapping[str, str], results: Mapping[str, str]) -> list[RowFields]:
    """All rows, and a few empty ones for new rows."""
    rows = [*content.rows, *[OwnRow(name="")] * EMPTY_ROWS]
    return [
        RowFields(
            number,
            row,
            {part: errors[key] for part in LIMITS if (key := f"row.{number}.{part}") in errors},
            results.get(row.name, ""),
        )
        for number, row in enumerate(rows)
    ]
