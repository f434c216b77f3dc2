"""The drawing as tables of numbers: which columns there are, a page of rows, and what comes back from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django import forms
from django.core.paginator import Paginator

from designs.document.diagram_edits import add_component, change_component, change_zone, name_of
from designs.document.kinds import BY_SLUG
from designs.document.patches import apply, diff
from designs.document.placement import in_order
from designs.forms.diagrams import (
    CONNECTION_CHOICES,
    KIND_CHOICES,
    ZONE_CHOICES,
    NameField,
    capacity_field,
    cost_field,
    latency_field,
    share_field,
    zone_choices,
)

Table = Literal["components", "connections", "zones"]
Json = Mapping[str, Any]
ROWS = 60  # times twelve fields stays below the thousand that one form may send
NEW = "+"


@dataclass(frozen=True)
class Column:
    """`default` is what a field that is left out of the document means."""

    name: str
    title: str
    field: forms.Field
    default: Any = ""
    choices: str = ""  # "zones": the choices are those of the drawing

    @property
    def is_choice(self) -> bool:
        return bool(self.choices) or isinstance(self.field, forms.ChoiceField)

    @property
    def is_number(self) -> bool:
        return isinstance(self.field, forms.IntegerField)


@dataclass(frozen=True)
class Cell:
    column: Column
    name: str
    label: str
    value: Any
    choices: list[tuple[str, Any]]
    error: str = ""

    @property
    def id(self) -> str:
        return "cell" + self.name.replace("/", "-").replace(NEW, "new")


@dataclass(frozen=True)
class Row:
    key: str
    name: str
    icon: str
    cells: list[Cell]


@dataclass(frozen=True)
class Sheet:
    """One table of the face, a page of it."""

    table: Table
    title: str
    columns: list[Column]
    rows: list[Row]
    page: Any


COMPONENT_COLUMNS = (
    Column("label", "Name", NameField()),
    Column("kind", "Kind", forms.ChoiceField(choices=KIND_CHOICES), default="service"),
    Column("zone", "Zone", forms.CharField(required=False), choices="zones"),
    Column("technology", "Technology", NameField()),
    Column("replicas", "Replicas", forms.IntegerField(min_value=1, max_value=1_000_000), default=1),
    Column("capacity", "Capacity of one", capacity_field()),
    Column("latency", "Latency", latency_field()),
    Column("availability", "Availability of one", share_field("99.9%")),
    Column("cost", "Cost a month", cost_field()),
    Column("cache_hit_ratio", "Hit ratio", share_field("80%")),
    Column("stores", "Stores", NameField(max_length=10_000)),
)
CONNECTION_COLUMNS = (
    Column("kind", "How", forms.ChoiceField(choices=CONNECTION_CHOICES), default="sync"),
    Column("label", "Says", NameField()),
    Column("latency", "Latency", latency_field()),
    Column("retries", "Retries", forms.IntegerField(min_value=0, max_value=100), default=0),
)
ZONE_COLUMNS = (
    Column("label", "Name", NameField()),
    Column("kind", "Kind", forms.ChoiceField(choices=ZONE_CHOICES), default="zone"),
    Column("parent", "Inside", forms.CharField(required=False), choices="zones"),
    Column("availability", "Availability", share_field("99.99%")),
)
TABLES: dict[Table, tuple[str, tuple[Column, ...]]] = {
    "components": ("Components", COMPONENT_COLUMNS),
    "connections": ("Connections", CONNECTION_COLUMNS),
    "zones": ("Zones", ZONE_COLUMNS),
}


def sheets(document: Json, query: Mapping[str, str], posted: Posted | None = None) -> list[Sheet]:
    """The three tables; the one that was posted shows what was typed, with the errors."""
    return [_sheet(document, table, query.get(table, "1"), posted) for table in TABLES]


@dataclass
class Posted:
    """What came back from one table: the patch, and errors by the names of cells."""

    table: Table
    typed: Mapping[str, Any]
    patch: dict[str, Any]
    errors: dict[str, str]


def read_table(document: Json, table: Table, typed: Mapping[str, Any]) -> Posted:
    """The patch to the document that a table asks for. Only what differs from the document comes into it."""
    columns = {column.name: column for column in TABLES[table][1]}
    errors: dict[str, str] = {}
    changes: dict[str, dict[str, Any]] = {}
    diagram = document.get("diagram", {})
    items = diagram.get(table, {})
    for name, value in typed.items():
        key, _, field = name.partition("/")
        if field not in columns or (key not in items and key != NEW):
            continue
        try:
            clean = _cleaned(columns[field], value, document)
        except forms.ValidationError as error:
            errors[name] = " ".join(error.messages)
            continue
        if clean != items.get(key, {}).get(field, _default(columns[field])):
            changes.setdefault(key, {})[field] = clean
    new = changes.pop(NEW, {})
    if not new.get("label"):
        new, errors = {}, {name: error for name, error in errors.items() if not name.startswith(f"{NEW}/")}
    return Posted(table, typed, {} if errors else _patch(document, table, changes, new), errors)


def _patch(document: Json, table: Table, changes: dict[str, dict[str, Any]], new: dict[str, Any]) -> dict[str, Any]:
    after: dict[str, Any] = dict(document)
    for key, fields in changes.items():
        if "stores" in fields:
            before = after["diagram"]["components"][key].get("stores", {})
            fields = {**fields, "stores": diff(before, fields["stores"])}
        after = apply(after, _change(after, table, key, fields))
    if new:
        made, patch = add_component(
            after, kind=new.get("kind", "service"), label=new["label"], zone=new.get("zone", "")
        )
        after = apply(after, patch)
        rest = {name: value for name, value in new.items() if name not in ("kind", "label", "zone")}
        after = apply(after, {"diagram": {"components": {made: rest}}})
    patch: dict[str, Any] = diff(document, after)
    return patch


def _change(document: Json, table: Table, key: str, fields: dict[str, Any]) -> dict[str, Any]:
    if table == "components":
        return change_component(document, key, fields)
    if table == "zones":
        return change_zone(document, key, fields)
    return {"diagram": {"connections": {key: fields}}}


def _cleaned(column: Column, value: Any, document: Json) -> Any:
    clean = column.field.clean(value)
    if column.choices and clean and clean not in document.get("diagram", {}).get("zones", {}):
        raise forms.ValidationError("There is no such zone.")
    return _entities(clean, document) if column.name == "stores" else clean


def _entities(names: str, document: Json) -> dict[str, bool]:
    """Entities by name, with commas between them, as a set of ids."""
    known: dict[str, str] = {}
    for key, each in document.get("data_model", {}).get("entities", {}).items():
        known |= {key.casefold(): key, (each.get("name") or key).casefold(): key}
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    for name in wanted:
        if name.casefold() not in known:
            raise forms.ValidationError(f"The data model has no entity “{name}”.")
    return {known[name.casefold()]: True for name in wanted}


def _default(column: Column) -> Any:
    return {} if column.name == "stores" else column.default


def _sheet(document: Json, table: Table, page: str, posted: Posted | None) -> Sheet:
    title, columns = TABLES[table]
    diagram = document.get("diagram", {})
    shown = Paginator(in_order(diagram.get(table, {})), ROWS).get_page(page)
    typed = posted if posted and posted.table == table else None
    rows = [_row(document, table, key, item, typed) for key, item in shown]
    if table == "components":
        rows.append(_row(document, table, NEW, {}, typed))
    return Sheet(table, title, list(columns), rows, shown)


def _row(document: Json, table: Table, key: str, item: Json, posted: Posted | None) -> Row:
    diagram = document.get("diagram", {})
    name = "new component" if key == NEW else _name(diagram, table, key, item)
    zones = zone_choices(diagram)
    cells = []
    for column in TABLES[table][1]:
        field = f"{key}/{column.name}"
        value = item.get(column.name, _default(column))
        if column.name == "stores":
            entities = document.get("data_model", {}).get("entities", {})
            value = ", ".join(entities.get(each, {}).get("name") or each for each in value)
        if posted and field in posted.typed:
            value = posted.typed[field]
        choices = zones if column.choices else getattr(column.field, "choices", [])
        error = posted.errors.get(field, "") if posted else ""
        cells.append(Cell(column, field, f"{column.title} of {name}", value, list(choices), error))
    icon = BY_SLUG[item["kind"]].icon if table == "components" and key != NEW else ""
    return Row(key, name, icon, cells)


def _name(diagram: Json, table: Table, key: str, item: Json) -> str:
    if table == "components":
        return name_of(item, key)
    if table == "zones":
        return item.get("label") or key
    components = diagram["components"]
    return " → ".join(name_of(components[item[end]], item[end]) for end in ("source", "target"))
