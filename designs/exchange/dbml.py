"""The data model in DBML, the language of dbdiagram.io: tables, keys, indexes, references and notes."""

from __future__ import annotations

import re
from collections.abc import Mapping

from designs.document.basics import in_order
from designs.document.data_model import Entity, EntityField
from designs.document.kinds import KIND_NAMES
from designs.document.schema import Document
from designs.exchange.keys import Group, KeyedEntity, keyed
from designs.exchange.names import ANYTHING, Names, one_line
from designs.exchange.sql.types import column_type
from designs.exchange.types import TypeNames, choices, type_names

# Readers accept only ASCII letters, digits and underscores without quotes.
UNQUOTED_TYPE = re.compile(r"[a-z]\w*(\(\d+(, ?\d+)?\))?", re.ASCII)
# A quoted name may contain anything except its own quotes and line breaks; these cannot be escaped.
UNQUOTABLE = re.compile(r'["\\\x00-\x1f\x7f]')


def write(document: Document) -> str:
    tables = Names(_quotable, fallback="table", same_as=str, length=100, starts=ANYTHING)
    entities = in_order(document.data_model.entities)
    called = {key: tables.give(entity.name or key) for key, entity in entities}
    types = type_names(document)
    all_keyed = {
        key: keyed(entity, Names(_quotable, fallback="field", same_as=str, length=100, starts=ANYTHING))
        for key, entity in entities
    }
    enums = _enums(document, called, types)
    title = _quotable(document.meta.title)
    parts = [f'Project "{title}" {{\n}}\n' if title else "// Data model\n"]
    parts += [
        f'Enum "{name}" {{\n' + "".join(f'  "{each}"\n' for each in values) + "}\n" for values, name in enums.items()
    ]
    for key, entity in entities:
        fields = all_keyed[key]
        columns = [
            f'  "{fields.names[inner]}" {_type(each.type, types, enums)}{_settings(inner, each, fields)}'
            for inner, each in in_order(entity.fields)
        ]
        if not columns:  # dbdiagram refuses a table without columns
            columns = ["  \"id\" bigint [note: 'Not said yet']"]
        body = "\n".join([*columns, *_indexes(fields), *_note(entity)])
        parts.append(f'Table "{called[key]}" {{\n{body}\n}}\n')
    return "\n".join([*parts, *_references(document, called, all_keyed)])


def _enums(document: Document, called: Mapping[str, str], types: TypeNames) -> dict[tuple[str, ...], str]:
    """Names of enums by their lists of values."""
    names = Names(_quotable, fallback="choice", length=100, starts=ANYTHING)
    found: dict[tuple[str, ...], str] = {}
    for key, entity in in_order(document.data_model.entities):
        for inner, field in in_order(entity.fields):
            values = _values(field.type, types)
            if values and values not in found:
                found[values] = names.give(f"{called[key]}_{field.name or inner}")
    return found


def _values(typed: str, types: TypeNames) -> tuple[str, ...]:
    read = types.read(typed)
    values = tuple(choices(typed)) if read.what == "unknown" and not read.lists else ()
    return values if all(_quotable(each) == each for each in values) and " | ".join(values) == typed else ()


def _type(typed: str, types: TypeNames, enums: Mapping[tuple[str, ...], str]) -> str:
    """The type as typed: the language allows any words for a type."""
    if values := _values(typed, types):
        return f'"{enums[values]}"'
    name = _quotable(typed) or column_type(types.read(typed))
    return name if UNQUOTED_TYPE.fullmatch(name) else f'"{name}"'


def _settings(key: str, entry: EntityField, fields: KeyedEntity) -> str:
    settings = []
    if fields.primary == [key]:
        settings.append("pk")
    elif not entry.optional:
        settings.append("not null")
    if any(group.fields == [key] and not group.name for group in fields.unique):
        settings.append("unique")
    if entry.note.strip():
        settings.append(f"note: {_text(entry.note)}")
    return f" [{', '.join(settings)}]" if settings else ""


def _indexes(fields: KeyedEntity) -> list[str]:
    """Indexes that no setting of a single column can express."""
    said = [(Group(fields.primary), "pk")] if len(fields.primary) > 1 else []
    said += [(group, "unique") for group in fields.unique if len(group.fields) > 1 or group.name]
    said += [(group, "") for group in fields.indexes]
    lines = []
    for group, setting in said:
        columns = ", ".join(f'"{fields.names[key]}"' for key in group.fields)
        settings = [*([setting] if setting else []), *([f"name: {_text(group.name)}"] if group.name else [])]
        lines.append(f"    ({columns})" + (f" [{', '.join(settings)}]" if settings else ""))
    return ["  indexes {", *lines, "  }"] if lines else []


def _note(entity: Entity) -> list[str]:
    said = [f"Stored in: {KIND_NAMES.get(entity.store, entity.store)}"] if entity.store else []
    said += [text for text in (entity.note, entity.store_reason) if text.strip()]
    return [f"  Note: {_text('. '.join(said))}"] if said else []


def _references(document: Document, called: dict[str, str], fields: dict[str, KeyedEntity]) -> list[str]:
    """From the fields that refer to another entity's key to that key; a reference to a part of it goes to the likeliest
    part.
    """
    lines = []
    for key, entity in in_order(document.data_model.entities):
        held: dict[str, list[str]] = {}
        for inner, each in in_order(entity.fields):
            if each.references in fields:
                held.setdefault(each.references, []).append(inner)
        for target, columns in held.items():
            other = fields[target]
            if len(other.primary) > 1 and len(other.primary) == len(columns):
                lines.append(_reference(called[key], fields[key], columns, called[target], other, other.primary))
                continue
            for column in columns:
                meant = _meant(fields[key].names[column], other, without=column if target == key else "")
                if meant:
                    lines.append(_reference(called[key], fields[key], [column], called[target], other, [meant]))
    return lines


def _meant(name: str, target: KeyedEntity, *, without: str) -> str:
    """The only field of the key, else the field of the same name, else the first one."""
    named = [key for key, called in target.names.items() if called.casefold() == name.casefold()]
    likely = [*target.primary, *named] if len(target.primary) == 1 else [*named, *target.primary]
    return next((key for key in [*likely, *target.names] if key != without), "")


def _reference(
    table: str, fields: KeyedEntity, columns: list[str], other: str, others: KeyedEntity, targets: list[str]
) -> str:
    here, there = (
        ", ".join(f'"{keyed_entity.names[each]}"' for each in chosen)
        for keyed_entity, chosen in ((fields, columns), (others, targets))
    )
    if len(columns) > 1:
        here, there = f"({here})", f"({there})"
    return f'Ref: "{table}".{here} > "{other}".{there}\n'


def _quotable(text: str) -> str:
    return one_line(UNQUOTABLE.sub("'", text))


def _text(text: str) -> str:
    """Text of several lines between three quotes, which keep the line breaks."""
    plain = "\n".join(line.rstrip() for line in text.strip().splitlines())
    quotes = "'''" if "\n" in plain else "'"
    return quotes + plain.replace("\\", "\\\\").replace("'", "\\'") + quotes
