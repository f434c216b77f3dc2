"""The drawing as tables of numbers: their columns, a page of rows, and the patch from what is posted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from django import forms
from django.core.paginator import Paginator

from designs.document.diagram_edits import add_component, change_component, change_zone, name_of
from designs.document.diagram_fields import FIELDS, Collection, Field, default_of
from designs.document.kinds import BY_SLUG
from designs.document.patches import apply, diff
from designs.document.placement import in_order
from designs.forms.diagrams import NameField, form_field, zone_choices

Table = Literal["components", "connections", "zones"]
View = Literal["work", "failure"]
Json = Mapping[str, Any]
ROWS = 60  # times twelve fields stays below the thousand that one form may send
NEW = "+"
# All columns at once would be too wide, so they are split into two views. Columns that identify an object are in both.
VIEWS: dict[View, str] = {"work": "Work and cost", "failure": "When something fails"}


@dataclass(frozen=True)
class Column:
    """`default` is the value of a field that the document leaves out. `view` is the view that shows the column, if not
    both."""

    name: str
    title: str
    field: forms.Field
    default: Any = ""
    choices: str = ""  # "zones": the choices are the zones of the drawing
    view: View | None = None
    only_for: frozenset[str] = frozenset()  # kinds that have this field; empty for all

    @property
    def is_choice(self) -> bool:
        return bool(self.choices) or isinstance(self.field, forms.ChoiceField)

    @property
    def is_number(self) -> bool:
        return isinstance(self.field, forms.IntegerField)

    @property
    def list_id(self) -> str:
        """The id of the datalist with the names offered while typing."""
        return "component-names" if self.name in ENDS else ""


@dataclass(frozen=True)
class Cell:
    column: Column
    name: str
    label: str
    value: Any
    choices: list[tuple[str, Any]]
    error: str = ""
    is_asked: bool = True

    @property
    def id(self) -> str:
        return "cell" + self.name.replace("/", "-").replace(NEW, "new")

    @property
    def words(self) -> str:
        """The value for reading: a choice shows the label of its option."""
        flat = [pair for key, title in self.choices for pair in (title if isinstance(title, list) else [(key, title)])]
        return str(dict(flat).get(self.value, self.value))


@dataclass(frozen=True)
class Row:
    key: str
    name: str
    icon: str
    cells: list[Cell]


@dataclass(frozen=True)
class Sheet:
    """One page of one of the three tables."""

    table: Table
    title: str
    columns: list[Column]
    rows: list[Row]
    page: Any


ENDS = ("source", "target")
NAMED_IN_WORDS = ("entities", "component")  # typed by name in a cell, not chosen
LONG_LIST = 10_000


def _column(collection: Collection, field: Field) -> Column:
    """Makes a column from a line of the table of fields."""
    cell: forms.Field = form_field(field, label=field.title)
    if field.entry in NAMED_IN_WORDS:
        cell = NameField(max_length=LONG_LIST) if field.entry == "entities" else NameField()
    elif field.entry == "zone":
        cell = forms.CharField(required=False)
    return Column(
        field.name,
        field.title,
        cell,
        default={"kind": "service"}.get(field.name, "") if collection == "components" else "",
        choices="zones" if field.entry == "zone" else "",
        view=None if field.view == "both" else field.view,
        only_for=field.only_for,
    )


def _columns(collection: Collection) -> tuple[Column, ...]:
    found = []
    for field in FIELDS[collection]:
        if field.view is not None:
            default = default_of(collection, field.name)
            column = _column(collection, field)
            found.append(column if default is None else replace(column, default=default))
    return tuple(found)


TABLES: dict[Table, tuple[str, tuple[Column, ...]]] = {
    "components": ("Components", _columns("components")),
    "connections": ("Connections", _columns("connections")),
    "zones": ("Zones", _columns("zones")),
}


def view_of(query: Mapping[str, str]) -> View:
    return "failure" if query.get("view") == "failure" else "work"


def sheets(document: Json, query: Mapping[str, str], posted: Posted | None = None) -> list[Sheet]:
    """The three tables; the posted one shows what was typed, with the errors."""
    return [_sheet(document, table, query, posted) for table in TABLES]


def component_names(document: Json) -> list[str]:
    """The names that the tables use for the ends of connections."""
    return list(_called(document).values())


@dataclass
class Posted:
    """The result of one posted table: the patch, and errors by cell name."""

    table: Table
    typed: Mapping[str, Any]
    patch: dict[str, Any]
    errors: dict[str, str]


def read_table(document: Json, table: Table, typed: Mapping[str, Any]) -> Posted:
    """The patch that a posted table asks for. It holds only what differs from the document."""
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
        made, addition = add_component(
            after, kind=new.get("kind", "service"), label=new["label"], zone=new.get("zone", "")
        )
        after = apply(after, addition)
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
    if clean is None:
        return column.default
    if column.choices and clean and clean not in document.get("diagram", {}).get("zones", {}):
        raise forms.ValidationError("There is no such zone.")
    if column.name in ENDS:
        return _component(clean, document)
    return _entities(clean, document) if column.name == "stores" else clean


def _called(document: Json) -> dict[str, str]:
    components = in_order(document.get("diagram", {}).get("components", {}))
    return {key: name_of(item, key) for key, item in components}


def _component(name: str, document: Json) -> str:
    """The id of the component with this name or id; names are unique."""
    called = _called(document)
    known = {key.casefold(): key for key in called} | {words.casefold(): key for key, words in called.items()}
    found = known.get(name.casefold())
    if found is None:
        words = f"There is no component “{name}”." if name else "Name a component: an arrow has two ends."
        raise forms.ValidationError(words)
    return found


def _entities(names: str, document: Json) -> dict[str, bool]:
    """Entity names separated by commas, as a set of ids."""
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


def _sheet(document: Json, table: Table, query: Mapping[str, str], posted: Posted | None) -> Sheet:
    title, columns = TABLES[table]
    shown_columns = [column for column in columns if column.view in (None, view_of(query))]
    diagram = document.get("diagram", {})
    shown = Paginator(in_order(diagram.get(table, {})), ROWS).get_page(query.get(table, "1"))
    typed = posted if posted and posted.table == table else None
    filler = _Filler(document, table, shown_columns, typed)
    rows = [filler.row(key, item) for key, item in shown]
    if table == "components":
        rows.append(filler.row(NEW, {}))
    return Sheet(table, title, shown_columns, rows, shown)


class _Filler:
    """Makes the rows of one table; what all rows need is computed once."""

    def __init__(self, document: Json, table: Table, columns: list[Column], posted: Posted | None) -> None:
        self.diagram = document.get("diagram", {})
        self.entities = document.get("data_model", {}).get("entities", {})
        self.table, self.columns, self.posted = table, columns, posted
        self.zones = zone_choices(self.diagram)
        self.called = _called(document)

    def row(self, key: str, item: Json) -> Row:
        name = "new component" if key == NEW else _name(self.diagram, self.table, key, item)
        icon = BY_SLUG[item["kind"]].icon if self.table == "components" and key != NEW else ""
        return Row(key, name, icon, [self._cell(column, key, item, name) for column in self.columns])

    def _cell(self, column: Column, key: str, item: Json, name: str) -> Cell:
        field = f"{key}/{column.name}"
        value = self._shown(column, item.get(column.name, _default(column)))
        if self.posted and field in self.posted.typed:
            value = self.posted.typed[field]
        choices = self.zones if column.choices else getattr(column.field, "choices", [])
        error = self.posted.errors.get(field, "") if self.posted else ""
        # A field that the kind does not have is shown only if it already has a value.
        says_something = item.get(column.name, _default(column)) != _default(column) or bool(error)
        is_asked = not column.only_for or key == NEW or says_something or item.get("kind", "sync") in column.only_for
        return Cell(column, field, f"{column.title} of {name}", value, list(choices), error, is_asked)

    def _shown(self, column: Column, value: Any) -> Any:
        if column.name == "stores":
            return ", ".join(self.entities.get(each, {}).get("name") or each for each in value)
        if column.name in ENDS:
            return self.called.get(value, value)
        return column.field.prepare_value(value)


def _name(diagram: Json, table: Table, key: str, item: Json) -> str:
    if table == "components":
        return name_of(item, key)
    if table == "zones":
        return item.get("label") or key
    components = diagram["components"]
    return " → ".join(name_of(components[item[end]], item[end]) for end in ("source", "target"))
