"""Step 4: entities, their sizes and counts, where they are stored and how they are read."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from designs.document.basics import Formula, Id, Item, Model, Name, Quantity, Reference, Text
from designs.document.limits import MAX_ENTITIES, MAX_ITEMS

# Names of field types without a more exact type; exchange formats translate these names.
FIELD_TYPES = (
    "id",
    "uuid",
    "text",
    "integer",
    "bigint",
    "decimal",
    "float",
    "boolean",
    "date",
    "timestamp",
    "bytes",
    "json",
    "url",
)
# Bytes of one value, where the type determines them: PostgreSQL 18 manual, tables 8.2, 8.9, 8.19 and section 8.12.
FIXED_BYTES = {
    "integer": 4,
    "bigint": 8,
    "float": 8,
    "boolean": 1,
    "date": 4,
    "timestamp": 8,
    "uuid": 16,
}

StoreKind = Literal[
    "",
    "sql",
    "key_value",
    "document_store",
    "wide_column",
    "graph_store",
    "time_series",
    "search_index",
    "vector_index",
    "object_store",
    "data_lake",
    "cache",
    "stream",
]
KeyRole = Literal["", "primary", "partition", "sort", "unique", "index"]


class EntityField(Item):
    name: Name = ""
    type: Annotated[Name, Field(description="One of the common names (`text`, `bigint`, ...), or as typed.")] = ""
    size: Annotated[Quantity, Field(description="Bytes that one value takes on average.")] = ""
    key: Annotated[KeyRole, Field(description="Several fields with one role make a compound key, in order.")] = ""
    references: Annotated[Reference, Field(description="The entity whose key it holds; makes it a foreign key.")] = ""
    optional: bool = False
    note: Text = ""


class AccessPattern(Item):
    """A question that the store must answer: `the newest 20 tweets of one user`."""

    text: Text = ""
    operation: Annotated[Reference, Field(description="The calling operation: an id of `api.operations`.")] = ""


class IndexColumn(Item):
    field: Annotated[Reference, Field(description="A field of the entity.")]


class Index(Item):
    """Fields that are looked up together, in the order of comparison, which keys of single fields cannot express."""

    name: Name = ""
    unique: bool = False
    columns: Annotated[dict[Id, IndexColumn], Field(max_length=MAX_ITEMS)] = {}


class Entity(Item):
    name: Name = ""
    note: Text = ""
    fields: Annotated[dict[Id, EntityField], Field(max_length=MAX_ITEMS)] = {}
    indexes: Annotated[
        dict[Id, Index],
        Field(max_length=MAX_ITEMS, description="Indexes of several fields, and further unique keys."),
    ] = {}
    store: StoreKind = ""
    store_reason: Annotated[Text, Field(description="Why this kind of store and not another.")] = ""
    rows_per_day: Formula = ""
    retention: Annotated[Quantity, Field(description="How long a row is kept; empty means for ever.")] = ""
    access_patterns: Annotated[dict[Id, AccessPattern], Field(max_length=MAX_ITEMS)] = {}


class DataModel(Model):
    entities: Annotated[dict[Id, Entity], Field(max_length=MAX_ENTITIES)] = {}
