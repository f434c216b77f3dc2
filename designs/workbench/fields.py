"""Tables of fields over a collection of the document: declared once, filled with the collection's objects."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from designs.document.patches import ABSENT, look_up
from designs.document.problems import pointer as json_pointer
from designs.workbench.posted import NAMED_BY, NEW
from designs.workbench.types import Path, type_at

Kind = Literal["text", "area", "quantity", "formula", "choice", "reference", "check", "set", "number"]
Choices = Sequence[tuple[str, str]]
MAX_NAME_SHOWN = 60


@dataclass(frozen=True, kw_only=True)
class Column:
    """`choices` are fixed; `of` takes them from a collection of the document, each by its name. `examples` are
    placeholders by the value of the field that `example_of` names."""

    name: str
    label: str
    kind: Kind = "text"
    choices: Choices = ()
    of: Path = ()
    placeholder: str = ""
    examples: Mapping[str, str] = field(default_factory=dict)
    example_of: str = ""
    help: str = ""
    suggestions: Sequence[str] = ()

    @property
    def is_wide(self) -> bool:
        return self.kind == "area"


@dataclass(frozen=True)
class Cell:
    """One field, ready for its template."""

    column: Column
    pointer: str
    value: Any
    choices: Choices
    error: str = ""
    row_name: str = ""
    placeholder: str = ""

    @property
    def id(self) -> str:
        return "f" + self.pointer.replace("/", "-").replace("+", "new")

    @property
    def label(self) -> str:
        """The label for screen readers: it names the row, because a table's column heading alone does not."""
        return f"{self.column.label} of {self.row_name}" if self.row_name else self.column.label

    @property
    def is_checked(self) -> bool:
        return bool(self.value)

    @property
    def marked(self) -> list[tuple[str, str, bool]]:
        """Choices, each with whether it is selected."""
        chosen = self.value if isinstance(self.value, Mapping) else {self.value: True}
        return [(value, words, value in chosen) for value, words in self.choices]


@dataclass(frozen=True)
class Row:
    id: str
    pointer: str
    name: str
    cells: tuple[Cell, ...]
    is_new: bool = False

    @property
    def dom_id(self) -> str:
        return "r" + self.pointer.replace("/", "-").replace(NEW, "new")


@dataclass(frozen=True, kw_only=True)
class Table:
    """A collection as rows of fields. `path` may be completed with ids: see `at`."""

    path: Path
    noun: str
    columns: tuple[Column, ...]
    heading: str = ""
    empty: str = ""
    only: Callable[[Mapping[str, Any]], bool] | None = None
    preset: Mapping[str, Any] = field(default_factory=dict)

    def at(self, *path: str) -> Table:
        return Table(
            path=path,
            noun=self.noun,
            columns=self.columns,
            heading=self.heading,
            empty=self.empty,
            only=self.only,
            preset=self.preset,
        )


@dataclass(frozen=True)
class FilledTable:
    table: Table
    rows: tuple[Row, ...]
    blank: Row

    @property
    def pointer(self) -> str:
        return json_pointer(self.table.path)

    @property
    def named_by(self) -> str:
        """The field from which a new row's id is made, if there is one."""
        return NAMED_BY.get(self.table.path, "")


def fill(table: Table, document: Mapping[str, Any], errors: Mapping[str, str]) -> FilledTable:
    """The table with the document's objects, and an empty row for a new one."""
    collection = look_up(document, table.path)
    items = [] if collection is ABSENT else in_order(collection)
    choices = {column.name: choices_of(document, column) for column in table.columns}
    rows = [
        _row(table, choices, key, item, errors, number)
        for number, (key, item) in enumerate(items, 1)
        if table.only is None or table.only(item)
    ]
    return FilledTable(table, tuple(rows), _row(table, choices, NEW, table.preset, errors, 0))


def choices_of(document: Mapping[str, Any], column: Column) -> Choices:
    if not column.of:
        return column.choices
    found = names_of(document, column.of)
    return found if column.kind == "set" else [("", "none"), *found]


def single(document: Mapping[str, Any], path: Path, column: Column, errors: Mapping[str, str], name: str = "") -> Cell:
    """One field alone, at `path` + its name."""
    item = look_up(document, path)
    found = {} if item is ABSENT else item
    return _cell((*path, column.name), column, choices_of(document, column), found, errors, name)


def in_order(collection: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """In display order: by `order`, then by id. The document may be refused, so `order` may hold any value."""
    return sorted(collection.items(), key=lambda pair: (_sortable(pair[1].get("order", 0)), pair[0]))


def names_of(document: Mapping[str, Any], path: Path) -> Choices:
    """Ids and names of a collection, in order."""
    collection = look_up(document, path)
    return [] if collection is ABSENT else [(key, name_of(item, key)) for key, item in in_order(collection)]


def name_of(item: Mapping[str, Any], key: str) -> str:
    for field_name in ("name", "label", "text", "question", "finding"):
        if name := str(item.get(field_name, "")).strip():
            return name if len(name) <= MAX_NAME_SHOWN else name[: MAX_NAME_SHOWN - 1] + "…"
    return key


def _sortable(order: Any) -> float:
    return float(order) if isinstance(order, (int, float)) else 0.0


def _row(
    table: Table,
    choices: Mapping[str, Choices],
    key: str,
    item: Mapping[str, Any],
    errors: Mapping[str, str],
    number: int,
) -> Row:
    path = (*table.path, key)
    name = f"new {table.noun}" if key == NEW else f"{table.noun} {number}"
    cells = tuple(
        _cell((*path, column.name), column, choices[column.name], item, errors, name) for column in table.columns
    )
    return Row(key, json_pointer(path), name_of(item, key) if key != NEW else name, cells, is_new=key == NEW)


def _cell(
    path: Path,
    column: Column,
    choices: Choices,
    item: Mapping[str, Any],
    errors: Mapping[str, str],
    row_name: str,
) -> Cell:
    place = type_at(path)
    default = place.default if place else ""
    # A number that was never set shows no default: the layout chooses it, and a default would be saved as a choice.
    value = item.get(column.name, "" if column.kind == "number" else default)
    pointer = json_pointer(path)
    example = column.examples.get(str(item.get(column.example_of, "")), column.placeholder)
    return Cell(column, pointer, "" if value is None else value, choices, errors.get(pointer, ""), row_name, example)
