"""Column types: from typed text to PostgreSQL."""

from __future__ import annotations

import re

from designs.exchange.types import Type

COLUMN_TYPES = {
    "id": "bigint",
    "uuid": "uuid",
    "text": "text",
    "integer": "integer",
    "bigint": "bigint",
    "decimal": "numeric",
    "float": "double precision",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamptz",
    "bytes": "bytea",
    "json": "jsonb",
    "url": "text",
}
LENGTH = re.compile(r"[1-9]\d{0,6}")
PRECISION = re.compile(r"([1-9]\d{0,2})(?:\s*,\s*(\d{1,3}))?")
MAX_PRECISION = 1000
EXACT = ("smallint", "char", "character")
FAMILIES = {"smallint": "integer", "bigint": "integer"}


def column_type(kind: Type) -> str:
    """An unknown type becomes text; an object inside a row becomes JSON."""
    if kind.what in ("entity", "message") or kind.lists > 1:
        return "jsonb"
    name = _scalar(kind) if kind.what == "scalar" else "text"
    return name + ("[]" if kind.lists else "")


def reads_back(kind: Type, column: str) -> bool:
    """Whether the column expresses the whole typed type: the same common name, or the same bound."""
    if kind.what == "nothing" or (kind.what == "scalar" and not kind.size):
        return kind.name != "url" and kind.lists < 2
    said = "list<" * kind.lists + column.removesuffix("[]") + ">" * kind.lists
    return kind.what == "scalar" and _folded(said) == _folded(kind.typed)


def _folded(text: str) -> str:
    return text.casefold().replace(" ", "").replace("numeric", "decimal")


def family(column: str) -> str:
    """Columns of one family may refer to each other: integers of all sizes, texts of all lengths."""
    bare = re.sub(r"\([^()]*\)", "", column)
    return "text" if bare in ("varchar", "char") else FAMILIES.get(bare, bare)


def _scalar(kind: Type) -> str:
    typed = kind.typed.casefold()
    if kind.name == "text" and LENGTH.fullmatch(kind.size):
        return f"{'char' if typed.startswith('char(') else 'varchar'}({kind.size})"
    if kind.name == "decimal" and (sized := PRECISION.fullmatch(kind.size)) and int(sized[1]) <= MAX_PRECISION:
        scale = int(sized[2] or 0)
        return f"numeric({sized[1]}, {scale})" if scale <= int(sized[1]) else f"numeric({sized[1]})"
    if typed.strip() in ("smallint", "int2", "tinyint"):
        return "smallint"
    return COLUMN_TYPES[kind.name]
