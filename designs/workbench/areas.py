"""The work areas: which fields each area has. Every function returns the context of its template.

The drawing has no form of this kind; designs.views.diagrams holds its four faces.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, get_args

from designs.analysis.graph import STORES
from designs.document.ui import ElementKind
from designs.workbench import metrics
from designs.workbench.estimate import estimate_area
from designs.workbench.fields import Choices, Column, Table, fill, in_order, single

Json = Mapping[str, Any]
Errors = Mapping[str, str]
Context = dict[str, Any]

OPERATIONS = ("api", "operations")
ENTITIES = ("data_model", "entities")
PRIORITIES: Choices = (("must", "must"), ("should", "should"), ("stretch", "stretch"))
STORE_KINDS: Choices = (
    ("", "not chosen yet"),
    ("sql", "SQL database"),
    ("key_value", "key-value store"),
    ("document_store", "document store"),
    ("wide_column", "wide-column store"),
    ("graph_store", "graph store"),
    ("time_series", "time-series store"),
    ("search_index", "search index"),
    ("vector_index", "vector index"),
    ("object_store", "object store"),
    ("data_lake", "data lake"),
    ("cache", "cache"),
    ("stream", "stream"),
)
KEY_ROLES: Choices = (
    ("", "none"),
    ("primary", "primary"),
    ("partition", "partition"),
    ("sort", "sort"),
    ("unique", "unique"),
    ("index", "index"),
)
STYLES: Choices = (("rest", "REST"), ("rpc", "RPC"))
METHODS: Choices = (("", "none"), *((name, name) for name in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD")))
IDEMPOTENCY: Choices = (
    ("", "not settled"),
    ("idempotent", "same effect: idempotent"),
    ("idempotency_key", "a key tells a retry"),
    ("not_idempotent", "happens twice"),
)
IMPORTANCE: Choices = (("", "as usual"), ("high", "more than others"), ("low", "less than others"))
RESPONSES: Choices = (("open", "open"), ("mitigated", "mitigated"), ("accepted", "accepted"))
LOCATIONS: Choices = (("body", "body"), ("path", "path"), ("query", "query"), ("header", "header"))
ELEMENT_KINDS: Choices = tuple((name, name.replace("_", " ")) for name in get_args(ElementKind))

QUESTIONS = Table(
    path=("scope", "questions"),
    noun="question",
    heading="Questions",
    empty="Nothing was asked yet.",
    columns=(
        Column(name="text", label="Question", kind="area", placeholder="How many people use it every day?"),
        Column(name="answer", label="Answer", kind="area", placeholder="2 million"),
    ),
)
ACTORS = Table(
    path=("scope", "actors"),
    noun="actor",
    heading="Who uses it",
    columns=(
        Column(name="name", label="Name", placeholder="Member"),
        Column(name="note", label="What they need", placeholder="borrows books for some weeks"),
    ),
)
FUNCTIONAL = Table(
    path=("scope", "functional_requirements"),
    noun="requirement",
    heading="What it does",
    columns=(
        Column(name="text", label="Sentence", kind="area", placeholder="A member can borrow up to ten books"),
        Column(name="actor", label="For", kind="reference", of=("scope", "actors")),
        Column(name="priority", label="Priority", kind="choice", choices=PRIORITIES),
        Column(name="in_scope", label="In scope", kind="check"),
    ),
)
MEASURABLE = Table(
    path=("scope", "measurable_requirements"),
    noun="target",
    heading="How well, in numbers",
    columns=(
        Column(name="metric", label="Metric", kind="choice", choices=tuple(metrics.NAMES.items())),
        Column(name="comparison", label="Is", kind="choice", choices=(("<=", "at most"), (">=", "at least"))),
        Column(
            name="quantity",
            label="Value",
            kind="quantity",
            placeholder=metrics.EXAMPLE,
            examples=metrics.EXAMPLES,
            example_of="metric",
        ),
        Column(name="operation", label="Of", kind="reference", of=OPERATIONS),
        Column(name="text", label="In words", placeholder="a search of the catalogue feels instant"),
    ),
)
SCREENS = Table(
    path=("ui", "screens"),
    noun="screen",
    heading="Screens",
    columns=(
        Column(name="name", label="Name", placeholder="Catalogue"),
        Column(name="note", label="What it is for"),
    ),
)
ELEMENTS = Table(
    path=("ui", "screens", "*", "elements"),
    noun="element",
    columns=(
        Column(name="kind", label="Kind", kind="choice", choices=ELEMENT_KINDS),
        Column(name="label", label="Label", placeholder="Borrow"),
        Column(name="operation", label="Calls", kind="reference", of=OPERATIONS),
        Column(name="x", label="x", kind="number", placeholder="auto"),
        Column(name="y", label="y", kind="number", placeholder="auto"),
        Column(name="width", label="Width", kind="number", placeholder="auto"),
        Column(name="height", label="Height", kind="number", placeholder="auto"),
    ),
    preset={"kind": "button"},
)
TRANSACTION = Table(
    path=("ui", "transaction"),
    noun="step",
    heading="The one transaction",
    columns=(
        Column(
            name="text", label="What happens", kind="area", placeholder="Presses Borrow and sees when the book is due"
        ),
        Column(name="screen", label="On screen", kind="reference", of=("ui", "screens")),
        Column(name="operation", label="Calls", kind="reference", of=OPERATIONS),
    ),
)
FIELDS = Table(
    path=("data_model", "entities", "*", "fields"),
    noun="field",
    columns=(
        Column(name="name", label="Field", placeholder="member_id"),
        Column(name="type", label="Type", placeholder="bigint"),
        Column(name="size", label="Size", kind="quantity", placeholder="8 B"),
        Column(name="key", label="Key", kind="choice", choices=KEY_ROLES),
        Column(name="references", label="Refers to", kind="reference", of=ENTITIES),
    ),
)
INDEXES = Table(
    path=("data_model", "entities", "*", "indexes"),
    noun="index",
    columns=(
        Column(name="name", label="Index of several fields", placeholder="loans_by_member"),
        Column(name="unique", label="Unique", kind="check"),
    ),
)
PATTERNS = Table(
    path=("data_model", "entities", "*", "access_patterns"),
    noun="access pattern",
    columns=(
        Column(name="text", label="How it is read", placeholder="the open loans of one member"),
        Column(name="operation", label="By", kind="reference", of=OPERATIONS),
    ),
)
NAME = Column(name="name", label="Name")
STORE = (
    Column(name="store", label="Kind of store", kind="choice", choices=STORE_KINDS),
    Column(name="store_reason", label="Because", placeholder="few rows, joined by member and book"),
    Column(name="rows_per_day", label="Rows a day", kind="formula", placeholder="loans_a_day"),
    Column(name="retention", label="Kept for", kind="quantity", placeholder="for ever"),
)
OPERATION = (
    Column(name="name", label="Name", placeholder="borrowBook"),
    Column(name="style", label="Style", kind="choice", choices=STYLES),
    Column(name="method", label="Method", kind="choice", choices=METHODS),
    Column(name="path", label="Path", placeholder="/loans"),
    Column(name="response", label="Answers with", placeholder="Loan"),
    Column(name="rate", label="Rate", kind="formula", placeholder="loans_a_day"),
    Column(name="idempotency", label="Sent twice", kind="choice", choices=IDEMPOTENCY),
    Column(name="importance", label="Matters when queues are full", kind="choice", choices=IMPORTANCE),
    Column(name="serves", label="Serves", kind="set", of=("scope", "functional_requirements")),
    Column(name="reads", label="Reads", kind="set", of=ENTITIES),
    Column(name="writes", label="Writes", kind="set", of=ENTITIES),
    Column(name="note", label="Note", kind="area"),
)
PARAMETERS = Table(
    path=("api", "operations", "*", "parameters"),
    noun="parameter",
    columns=(
        Column(name="name", label="Parameter", placeholder="book_id"),
        Column(name="type", label="Type", placeholder="bigint"),
        Column(name="location", label="In", kind="choice", choices=LOCATIONS),
        Column(name="required", label="Required", kind="check"),
    ),
)
DECISION = (
    Column(name="question", label="Question", kind="area"),
    Column(name="component", label="About", kind="reference", of=("diagram", "components")),
    Column(
        name="because", label="Because", kind="area", placeholder="the catalogue is read far more often than changed"
    ),
)
OPTIONS = Table(
    path=("decisions", "*", "options"),
    noun="option",
    columns=(
        Column(name="name", label="Option", placeholder="One copy in each branch"),
        Column(name="pros", label="For it", kind="area"),
        Column(name="cons", label="Against it", kind="area"),
    ),
)
BOTTLENECKS = Table(
    path=("bottlenecks",),
    noun="bottleneck",
    heading="Bottlenecks",
    empty="None found yet. Every design has some.",
    columns=(
        Column(name="finding", label="What breaks or saturates", kind="area", placeholder="One zone holds everything"),
        Column(name="components", label="Where", kind="set", of=("diagram", "components")),
        Column(name="response", label="Answer", kind="choice", choices=RESPONSES),
        Column(name="mitigation", label="What is done", kind="area"),
    ),
)


def understand(document: Json, errors: Errors) -> Context:
    return {
        "tables": [fill(table, document, errors) for table in (QUESTIONS, ACTORS, FUNCTIONAL, MEASURABLE)],
    }


def ui(document: Json, errors: Errors) -> Context:
    table = fill(SCREENS, document, errors)
    found = document.get("ui", {}).get("screens", {})
    screens = [
        {
            "row": row,
            "elements": fill(ELEMENTS.at("ui", "screens", row.id, "elements"), document, errors),
            "document": found[row.id],
        }
        for row in table.rows
    ]
    return {
        "screens_table": table,
        "screens": screens,
        "transaction": fill(TRANSACTION, document, errors),
    }


def data_model(document: Json, errors: Errors) -> Context:
    found = document.get("data_model", {}).get("entities", {})
    return {"entities": [_entity(key, document, errors) for key, _ in in_order(found)]}


def _entity(key: str, document: Json, errors: Errors) -> Context:
    path = (*ENTITIES, key)
    return {
        "id": key,
        "pointer": f"/data_model/entities/{key}",
        "name": single(document, path, NAME, errors, "entity"),
        "store": [single(document, path, column, errors, "entity") for column in STORE],
        "fields": fill(FIELDS.at(*path, "fields"), document, errors),
        "indexes": _indexes(path, document, errors),
        "patterns": fill(PATTERNS.at(*path, "access_patterns"), document, errors),
        "places": _places(key, document),
    }


def _places(entity: str, document: Json) -> list[Context]:
    """Boxes of the drawing that can hold data, each with whether it holds this entity."""
    components = document.get("diagram", {}).get("components", {})
    return [
        {
            "action": f"place:{key}/{entity}",
            "name": item.get("label") or key,
            "is_in": bool(item.get("stores", {}).get(entity)),
        }
        for key, item in in_order(components)
        if item.get("kind") in {*STORES, "cache"} or item.get("stores", {}).get(entity)
    ]


def _indexes(path: tuple[str, ...], document: Json, errors: Errors) -> Context:
    """The indexes as rows, each with the rows of its columns."""
    table = fill(INDEXES.at(*path, "indexes"), document, errors)
    field = Column(name="field", label="Field, in order", kind="reference", of=(*path, "fields"))
    columns = Table(path=(*path, "indexes", "*", "columns"), noun="column", columns=(field,))
    rows = [(row, fill(columns.at(*path, "indexes", row.id, "columns"), document, errors)) for row in table.rows]
    return {"table": table, "columns": rows}


def api(document: Json, errors: Errors) -> Context:
    found = document.get("api", {}).get("operations", {})
    return {"operations": [_operation(key, item, document, errors) for key, item in in_order(found)]}


def _operation(key: str, item: Json, document: Json, errors: Errors) -> Context:
    path = (*OPERATIONS, key)
    return {
        "id": key,
        "pointer": f"/api/operations/{key}",
        "title": item.get("name") or key,
        "cells": {column.name: single(document, path, column, errors) for column in OPERATION},
        "parameters": fill(PARAMETERS.at(*path, "parameters"), document, errors),
    }


def detailed(document: Json, errors: Errors) -> Context:
    found = document.get("decisions", {})
    return {"decisions": [_decision(key, document, errors) for key, _ in in_order(found)]}


def _decision(key: str, document: Json, errors: Errors) -> Context:
    path = ("decisions", key)
    choice = Column(name="choice", label="Chosen", kind="reference", of=(*path, "options"))
    return {
        "id": key,
        "pointer": f"/decisions/{key}",
        "cells": {column.name: single(document, path, column, errors) for column in (*DECISION, choice)},
        "options": fill(OPTIONS.at(*path, "options"), document, errors),
    }


def bottlenecks(document: Json, errors: Errors) -> Context:
    return {"bottlenecks": fill(BOTTLENECKS, document, errors)}


AREA_CONTEXTS: dict[str, Callable[[Json, Errors], Context]] = {
    "understand": understand,
    "estimate": estimate_area,
    "ui": ui,
    "data-model": data_model,
    "api": api,
    "detailed": detailed,
    "bottlenecks": bottlenecks,
}
