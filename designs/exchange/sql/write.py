"""CREATE TABLE statements for PostgreSQL, in the order of the design; references to later tables come at the end.

A type that PostgreSQL does not have is written in a comment beside its column and read back from there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from designs.document.basics import in_order
from designs.document.data_model import Entity
from designs.document.kinds import KIND_NAMES
from designs.document.schema import Document
from designs.exchange.keys import Group, KeyedEntity, keyed
from designs.exchange.names import ANYTHING, Names, one_line, snake
from designs.exchange.sql.reserved import RESERVED, SYSTEM_COLUMNS
from designs.exchange.sql.types import column_type, family, reads_back
from designs.exchange.types import Type, TypeNames, choices, type_names

PLAIN = re.compile(r"[a-z_][a-z0-9_]*")
MAX_IDENTIFIER_BYTES = 63
MAX_COMMENT = 300
# Both are read back.
AS_TYPED = "as typed: "
REFERS = "refers to {}, whose key it cannot hold alone"
HEADER = "-- Data definition for PostgreSQL"


@dataclass(frozen=True)
class _Tables:
    entities: list[tuple[str, Entity]]
    names: Mapping[str, str]
    keys: Mapping[str, KeyedEntity]
    columns: Mapping[str, Mapping[str, str]]
    types: TypeNames
    enums: Mapping[tuple[str, ...], str]
    index_names: Names


@dataclass(frozen=True)
class _Foreign:
    """Columns that hold the key of another table, in the order of that key."""

    table: str
    columns: tuple[str, ...]
    target: str
    target_columns: tuple[str, ...]


def write(document: Document) -> str:
    tables = _tables(document)
    links = [link for key, _ in tables.entities for link in _foreign_keys(key, tables)]
    seen: set[str] = set()
    parts, late = [], []
    for key, entity in tables.entities:
        seen.add(key)
        here = [link for link in links if link.table == key]
        unchecked = _unchecked(entity, tables, here)
        parts.append(_table(entity, key, tables, [link for link in here if link.target in seen], unchecked))
        late += [link for link in here if link.target not in seen]
    title = one_line(document.meta.title)
    head = f"{HEADER}: {title[:MAX_COMMENT]}\n" if title else f"{HEADER}\n"
    enums = [
        f"CREATE TYPE {quoted(name)} AS ENUM ({', '.join(literal(each) for each in values)});\n"
        for values, name in tables.enums.items()
    ]
    closing = [f"ALTER TABLE {quoted(tables.names[link.table])} ADD {_constraint(link, tables)};\n" for link in late]
    return "\n".join([head, *enums, *parts, *closing])


def quoted(name: str) -> str:
    """An identifier, quoted where PostgreSQL requires it."""
    if PLAIN.fullmatch(name) and name not in RESERVED:
        return name
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _tables(document: Document) -> _Tables:
    types = type_names(document)
    entities = in_order(document.data_model.entities)
    namer = Names(_shortened, fallback="table", same_as=str, starts=ANYTHING)
    names = {key: namer.give(entity.name or key) for key, entity in entities}
    keys = {
        key: keyed(entity, Names(_shortened, fallback="field", same_as=str, starts=ANYTHING, reserved=SYSTEM_COLUMNS))
        for key, entity in entities
    }
    type_namer = Names(snake, fallback="choice", same_as=str, reserved=RESERVED)
    type_namer.take(names.values())
    enums: dict[tuple[str, ...], str] = {}
    for key, entity in entities:
        for inner, field in in_order(entity.fields):
            values = _enum(types.read(field.type))
            if values and values not in enums:
                enums[values] = type_namer.give(f"{names[key]} {field.name or inner}")
    columns = {key: _columns(key, dict(entities), keys, types, enums) for key in names}
    index_names = Names(_shortened, fallback="index", same_as=str, starts=ANYTHING)
    index_names.take([*names.values(), *enums.values()])
    return _Tables(entities, names, keys, columns, types, enums, index_names)


def _enum(kind: Type) -> tuple[str, ...]:
    """The values of a type that PostgreSQL can list, or none."""
    values = choices(kind.name) if kind.what == "unknown" and kind.lists < 2 else []
    return tuple(values) if all(len(each.encode()) <= MAX_IDENTIFIER_BYTES for each in values) else ()


def _columns(
    key: str,
    entities: Mapping[str, Entity],
    keys: Mapping[str, KeyedEntity],
    types: TypeNames,
    enums: Mapping[tuple[str, ...], str],
) -> dict[str, str]:
    """Types by field; a reference without a type of its own has the type of the key that it refers to."""
    found = {}
    for inner, field in entities[key].fields.items():
        typed, holder, steps = field, key, 0
        while not typed.type.strip() and typed.references in keys and steps < len(entities):
            primary = keys[typed.references].primary
            if len(primary) != 1:
                break
            holder, steps = typed.references, steps + 1
            typed = entities[holder].fields[primary[0]]
        kind = types.read(typed.type)
        named = enums.get(_enum(kind), "")
        found[inner] = quoted(named) + "[]" * kind.lists if named else column_type(kind)
    return found


def _foreign_keys(key: str, tables: _Tables) -> Iterator[_Foreign]:
    """Only references that PostgreSQL can check: columns of the same type families as the key, and the complete key."""
    held: dict[str, list[str]] = {}
    for inner, field in in_order(dict(tables.entities)[key].fields):
        if field.references in tables.keys:
            held.setdefault(field.references, []).append(inner)
    for target, columns in held.items():
        primary = tables.keys[target].primary
        for group in [columns] if len(primary) > 1 else [[each] for each in columns]:
            families = [
                family(tables.columns[key][one]) == family(tables.columns[target][other])
                for one, other in zip(group, primary, strict=False)
            ]
            if len(group) == len(primary) and all(families):
                yield _Foreign(key, tuple(group), target, tuple(primary))


def _table(entity: Entity, key: str, tables: _Tables, links: list[_Foreign], unchecked: Mapping[str, str]) -> str:
    name, keys = quoted(tables.names[key]), tables.keys[key]
    columns = {inner: quoted(keys.names[inner]) for inner in entity.fields}
    lines = []
    for inner, field in in_order(entity.fields):
        null = "" if field.optional and inner not in keys.primary else " NOT NULL"
        lines.append(
            (f"{columns[inner]} {tables.columns[key][inner]}{null}", _remark(field.type, inner, key, tables, unchecked))
        )
    if keys.primary:
        lines.append((f"PRIMARY KEY ({', '.join(columns[inner] for inner in keys.primary)})", ""))
    for group in keys.unique:
        named = f"CONSTRAINT {quoted(tables.index_names.give(group.name))} " if group.name else ""
        lines.append((f"{named}UNIQUE ({_listed(group, columns)})", ""))
    lines += [(_constraint(link, tables), "") for link in links]
    body = "".join(
        f"  {line}{',' if number < len(lines) else ''}{remark}\n" for number, (line, remark) in enumerate(lines, 1)
    )
    statements = [f"{_about(entity)}CREATE TABLE {name} (\n{body});\n"]
    for group in keys.indexes:
        named = f"{quoted(tables.index_names.give(group.name))} " if group.name else ""
        statements.append(f"CREATE INDEX {named}ON {name} ({_listed(group, columns)});\n")
    if entity.note.strip():
        statements.append(f"COMMENT ON TABLE {name} IS {literal(entity.note)};\n")
    statements += [
        f"COMMENT ON COLUMN {name}.{columns[inner]} IS {literal(field.note)};\n"
        for inner, field in in_order(entity.fields)
        if field.note.strip()
    ]
    return "".join(statements)


def _listed(group: Group, columns: Mapping[str, str]) -> str:
    return ", ".join(columns[each] for each in group.fields)


def _constraint(link: _Foreign, tables: _Tables) -> str:
    columns = ", ".join(quoted(tables.keys[link.table].names[each]) for each in link.columns)
    targets = ", ".join(quoted(tables.keys[link.target].names[each]) for each in link.target_columns)
    return f"FOREIGN KEY ({columns}) REFERENCES {quoted(tables.names[link.target])} ({targets})"


def _unchecked(entity: Entity, tables: _Tables, links: list[_Foreign]) -> dict[str, str]:
    """A reference that PostgreSQL cannot check is written in a comment beside the column."""
    checked = {column for link in links for column in link.columns}
    return {
        inner: REFERS.format(tables.names[field.references])
        for inner, field in in_order(entity.fields)
        if field.references in tables.names and inner not in checked
    }


def _remark(typed: str, inner: str, key: str, tables: _Tables, unchecked: Mapping[str, str]) -> str:
    """A reference that cannot be checked, and a typed type that the column does not express."""
    why = (
        f" /* {unchecked[inner][:MAX_COMMENT].replace('*/', '* /').replace('/*', '/ *')} */"
        if inner in unchecked
        else ""
    )
    kind = tables.types.read(typed)
    is_said = " | ".join(_enum(kind)) == typed if _enum(kind) else reads_back(kind, tables.columns[key][inner])
    return why if is_said or not typed.strip() else f"{why} -- {AS_TYPED}{one_line(typed)}"


def _about(entity: Entity) -> str:
    lines = []
    if entity.store and entity.store != "sql":
        lines.append(f"Stored in: {KIND_NAMES.get(entity.store, entity.store)}")
    if entity.store_reason.strip():
        lines.append(f"Because: {one_line(entity.store_reason)}")
    if entity.rows_per_day:
        lines.append(f"Rows a day: {one_line(entity.rows_per_day)}")
    if entity.retention:
        lines.append(f"Kept: {one_line(entity.retention)}")
    return "".join(f"-- {line[:MAX_COMMENT]}\n" for line in lines)


def _shortened(text: str) -> str:
    """The name cut to the number of bytes that PostgreSQL keeps, minus room for a number that makes it unique."""
    encoded = one_line(text).encode()[: MAX_IDENTIFIER_BYTES - 7]
    return encoded.decode(errors="ignore").strip()
