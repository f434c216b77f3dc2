"""Reads a typed type: a common name, an entity or a message, single or as a list.

`string`, `varchar(20)`, `List<Tweet>`, `[Tweet]`, `Tweet[]`, `int?` are all in use; an unknown type stays as typed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from designs.document.data_model import FIELD_TYPES
from designs.document.schema import Document

ALIASES: dict[str, str] = {
    "string": "text", "str": "text", "char": "text", "varchar": "text", "nvarchar": "text", "nchar": "text",
    "character varying": "text", "character": "text", "bpchar": "text", "clob": "text", "tinytext": "text",
    "mediumtext": "text", "longtext": "text", "citext": "text", "email": "text", "enum": "text", "inet": "text",
    "int": "integer", "int2": "integer", "int4": "integer", "int32": "integer", "uint32": "integer",
    "smallint": "integer", "tinyint": "integer", "serial": "integer", "smallserial": "integer",
    "long": "bigint", "int8": "bigint", "int64": "bigint", "uint64": "bigint", "bigserial": "bigint",
    "numeric": "decimal", "money": "decimal", "number": "decimal",
    "double": "float", "double precision": "float", "real": "float", "float4": "float", "float8": "float",
    "bool": "boolean", "bit": "boolean",
    "time": "timestamp", "datetime": "timestamp", "datetime2": "timestamp", "date-time": "timestamp",
    "timestamptz": "timestamp", "timestamp with time zone": "timestamp", "timestamp without time zone": "timestamp",
    "datetimeoffset": "timestamp", "smalldatetime": "timestamp", "timestamp_ntz": "timestamp",
    "blob": "bytes", "bytea": "bytes", "binary": "bytes", "varbinary": "bytes", "longblob": "bytes", "image": "bytes",
    "mediumblob": "bytes", "byte[]": "bytes",
    "varchar2": "text", "nvarchar2": "text", "nclob": "text", "ntext": "text", "raw": "bytes", "mediumint": "integer",
    "uint": "bigint", "ubigint": "bigint", "umediumint": "integer", "usmallint": "integer", "utinyint": "integer",
    "udecimal": "decimal", "udouble": "float",
    "year": "integer", "rowversion": "bytes", "tinyblob": "bytes", "xml": "text", "smallmoney": "decimal",
    "jsonb": "json", "object": "json", "map": "json", "uri": "url", "guid": "uuid", "uniqueidentifier": "uuid",
}  # fmt: skip
LISTS = (
    re.compile(r"(?:list|array|set|repeated|seq|vector)\s*+<(.*)>", re.IGNORECASE | re.DOTALL),
    re.compile(r"\[(.*)\]", re.DOTALL),
    re.compile(r"(.+)\[\]", re.DOTALL),
    re.compile(r"(?:repeated|list of)\s+(.+)", re.IGNORECASE | re.DOTALL),
)
SIZED = re.compile(r"([a-z][a-z0-9 _-]*+)\(([^()]*+)\)", re.IGNORECASE)
TIMED = re.compile(r"(time(?:stamp)?) ?\(\d\)( with(?:out)? time zone)")
WITHOUT_SIZE = {"integer", "bigint", "timestamp", "date", "boolean", "float", "uuid"}
MAX_NESTED = 8

What = Literal["nothing", "scalar", "entity", "message", "unknown"]


@dataclass(frozen=True)
class Type:
    """`name` is a common type, the id of an entity or message, or the text as typed; `size` the text in its
    brackets.
    """

    what: What
    name: str = ""
    lists: int = 0
    size: str = ""
    typed: str = ""


@dataclass(frozen=True)
class TypeNames:
    """The folded names of a document's entities and messages; an entity comes before a message of the same name."""

    entities: Mapping[str, str]
    messages: Mapping[str, str]

    def read(self, typed: str) -> Type:
        text, lists = _without_lists(" ".join(typed.split()).removesuffix("?").strip())
        if not text:
            return Type("nothing" if not lists else "unknown", "", lists, typed=typed)
        folded = text.casefold()
        if folded in self.entities:
            return Type("entity", self.entities[folded], lists, typed=typed)
        if folded in self.messages:
            return Type("message", self.messages[folded], lists, typed=typed)
        name, size = common_type(text)
        if name:
            return Type("scalar", name, lists, size, typed)
        return Type("unknown", text, lists, typed=typed)


def choices(typed: str) -> list[str]:
    """The values of a type that is a list of values: `open | closed`. Empty for every other type."""
    values = [each.strip() for each in typed.split("|")]
    return values if len(values) > 1 and all(values) and len(set(values)) == len(values) else []


def type_names(document: Document) -> TypeNames:
    return TypeNames(
        _by_name({key: entity.name for key, entity in document.data_model.entities.items()}),
        _by_name({key: message.name for key, message in document.api.messages.items()}),
    )


def common_type(text: str) -> tuple[str, str]:
    """The common name of a type, and the text in its brackets: `varchar(20)` is text, 20.

    Empty when unknown. Display widths of integers and precisions of times do not limit the value: `int(11) unsigned` is
    an integer that needs eight bytes, and `tinyint(1)` a boolean in MySQL.
    """
    folded, size = text.casefold().strip(), ""
    words = folded.split()
    is_unsigned = "unsigned" in words
    folded = " ".join(word for word in words if word not in ("unsigned", "signed", "zerofill"))
    if folded == "tinyint(1)":
        return "boolean", ""
    if sized := SIZED.fullmatch(folded):
        folded, size = sized[1].strip(), sized[2].strip().removesuffix(" char").removesuffix(" byte")
    elif timed := TIMED.fullmatch(folded):
        folded = timed[1] + timed[2]
    name = folded if folded in FIELD_TYPES else ALIASES.get(folded, "")
    if name in WITHOUT_SIZE or size == "max":
        size = ""
    if is_unsigned and name == "integer" and folded in ("int", "integer", "int4"):
        name = "bigint"
    return name, size


def plain_type(text: str) -> str:
    """The common name of a type where it is equivalent; the typed text where it has a size, or where it is unknown."""
    name, size = common_type(text)
    return name if name and not size else text


def _by_name(names: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, name in names.items():
        found.setdefault(" ".join((name or key).split()).casefold(), key)
    return found


def _without_lists(text: str) -> tuple[str, int]:
    lists = 0
    while lists < MAX_NESTED:
        found = next((match for pattern in LISTS if (match := pattern.fullmatch(text))), None)
        if found is None or text.casefold() in ALIASES:
            break
        text, lists = found[1].strip(), lists + 1
    return text, lists
