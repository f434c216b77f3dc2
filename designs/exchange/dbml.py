"""The data model in DBML, the language of dbdiagram.io: tables, keys, indexes, references and notes."""

from __future__ import annotations

import re

from designs.document.basics import in_order
from designs.document.data_model import Entity, EntityField
from designs.document.kinds import KIND_NAMES
from designs.document.schema import Document
from designs.exchange.keys import KeyedEntity, keyed
from designs.exchange.names import ANYTHING, Names, one_line
from designs.exchange.sql.types import column_type
from designs.exchange.types import type_names

# A quoted name holds anything but its own quotes and line breaks; there is no way to escape them.
UNQUOTABLE = re.compile(r'["\\\x00-\x1f\x7f]')


def write(document: Document) -> str:
    tables = Names(_quotable, fallback="table", length=100, starts=ANYTHING)
    entities = in_order(document.data_model.entities)
    called = {key: tables.give(entity.name or key) for key, entity in entities}
    types = type_names(document)
    all_keyed = {
        key: keyed(entity, Names(_quotable, fallback="field", length=100, starts=ANYTHING)) for key, entity in entities
    }
    parts = [f"// Data model: {one_line(document.meta.title)}\n" if document.meta.title else "// Data model\n"]
    for key, entity in entities:
        fields = all_keyed[key]
        columns = [
            f'  "{fields.names[inner]}" {_type(column_type(types.read(each.type)))}{_settings(inner, each, fields)}'
            for inner, each in in_order(entity.fields)
        ]
        if not columns:  # dbdiagram refuses a table without columns
            columns = ["  \"id\" bigint [note: 'Not said yet']"]
        body = "\n".join([*columns, *_indexes(fields), *_note(entity)])
        parts.append(f'Table "{called[key]}" {{\n{body}\n}}\n')
    return "\n".join([*parts, *_references(document, called, all_keyed)])


def _type(name: str) -> str:
    return name if re.fullmatch(r"[a-z]\w*(\(\d+(, ?\d+)?\))?", name) else f'"{name}"'


def _settings(key: str, entry: EntityField, fields: KeyedEntity) -> str:
    settings = []
    if fields.primary == [key]:
        settings.append("pk")
    elif not entry.optional:
        settings.append("not null")
    if fields.unique == [key]:
        settings.append("unique")
    if entry.note.strip():
        settings.append(f"note: {_text(entry.note)}")
    return f" [{', '.join(settings)}]" if settings else ""


def _indexes(fields: KeyedEntity) -> list[str]:
    compound = [(fields.primary, " [pk]"), (fields.unique, " [unique]"), *((keys, "") for keys in fields.indexes)]
    lines = [
        f"    ({', '.join(chr(34) + fields.names[key] + chr(34) for key in keys)}){setting}"
        for keys, setting in compound
        if len(keys) > 1 or (keys and not setting)
    ]
    return ["  indexes {", *lines, "  }"] if lines else []


def _note(entity: Entity) -> list[str]:
    said = [f"Stored in: {KIND_NAMES.get(entity.store, entity.store)}"] if entity.store else []
    said += [text for text in (entity.note, entity.store_reason) if text.strip()]
    return [f"  Note: {_text('. '.join(said))}"] if said else []


def _references(document: Document, called: dict[str, str], fields: dict[str, KeyedEntity]) -> list[str]:
    """From each field that holds another entity's key to that key; a key of several fields has no one field to meet."""
    lines = []
    for key, entity in in_order(document.data_model.entities):
        for inner, each in in_order(entity.fields):
            target = fields.get(each.references)
            if target is None or len(target.primary) != 1:
                continue
            other = target.primary[0]
            if (each.references, other) == (key, inner):
                continue
            ends = (called[key], fields[key].names[inner], called[each.references], target.names[other])
            lines.append('Ref: "{}"."{}" > "{}"."{}"\n'.format(*ends))
    return lines


def _quotable(text: str) -> str:
    return one_line(UNQUOTABLE.sub("'", text))


def _text(text: str) -> str:
    return "'" + one_line(text).replace("\\", "\\\\").replace("'", "\\'") + "'"
