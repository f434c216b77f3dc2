"""Sizes of rows and messages, from the fields of entities and the parameters of operations.

A field without a fixed size counts only as typed, and is named as missing otherwise.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from designs.analysis import values
from designs.analysis.estimate import FormulaError, SolvedEstimate
from designs.analysis.values import SECONDS_PER_DAY
from designs.document.data_model import FIXED_BYTES, Entity
from designs.document.schema import Document

LIST = re.compile(r"(?:list|array)<([^<>]{1,200})>|([^\[\]]{1,200})\[\]", re.IGNORECASE)
# Types whose length is limited: `varchar(20)`, `binary(16)`, `decimal(12, 2)`.
LIMITED = re.compile(
    r"(?P<text>n?varchar2?|n?char|character(?: varying)?|bpchar|text)|(?P<bytes>(?:var)?binary|bytea|bytes)"
    r"|(?P<number>decimal|numeric|number)",
    re.IGNORECASE,
)
LENGTHS = re.compile(r"(?P<name>[a-z0-9 ]{1,30})\((?P<length>\d{1,9})(?:, ?(?P<scale>\d{1,4}))?\)", re.IGNORECASE)
UTF8_BYTES, HEADER_BYTES, NUMBER_HEADER_BYTES = 4, 4, 8
KEYS = frozenset({"primary", "partition", "sort", "unique", "index"})


@dataclass(frozen=True)
class EntitySize:
    """Bytes of one row (`None` with what is `missing`), of its keys, rows a day, and rows kept for `retention_s`.

    `row_bytes_at_most` is what the types of the fields allow, where each has a fixed size or a limit.
    """

    entity: str
    row_bytes: float | None
    key_bytes: float | None
    rows_per_day: float | None
    retention_s: float | None
    missing: tuple[str, ...] = ()
    row_bytes_at_most: float | None = None

    @property
    def bytes_per_day(self) -> float | None:
        return None if self.row_bytes is None or self.rows_per_day is None else self.row_bytes * self.rows_per_day

    @property
    def rows_kept(self) -> float | None:
        if self.rows_per_day is None or self.retention_s is None:
            return None
        return self.rows_per_day * self.retention_s / SECONDS_PER_DAY

    @property
    def bytes_kept(self) -> float | None:
        return None if self.rows_kept is None or self.row_bytes is None else self.rows_kept * self.row_bytes

    @property
    def index_bytes(self) -> float | None:
        """The bytes of the keys of all kept rows: a lower bound of the size of an index over them."""
        return None if self.rows_kept is None or not self.key_bytes else self.rows_kept * self.key_bytes


def type_bytes(type_name: str) -> float | None:
    return FIXED_BYTES.get(type_name.strip().lower())


def type_bytes_at_most(type_name: str) -> float | None:
    """What a value of a type with a limit may take: four bytes for each letter of UTF-8, two for each four digits of a
    decimal on either side of its point, and the header (PostgreSQL 18 manual, sections 8.1.2, 8.3 and 8.4)."""
    if (fixed := type_bytes(type_name)) is not None:
        return fixed
    found = LENGTHS.fullmatch(type_name.strip())
    kind = LIMITED.fullmatch(found["name"].strip()) if found else None
    if found is None or kind is None:
        return None
    length, scale = int(found["length"]), min(int(found["scale"] or 0), int(found["length"]))
    if kind["number"]:
        return NUMBER_HEADER_BYTES + 2 * (math.ceil((length - scale) / 4) + math.ceil(scale / 4))
    return HEADER_BYTES + length * (UTF8_BYTES if kind["text"] else 1)


def entity_size(key: str, entity: Entity, estimate: SolvedEstimate) -> EntitySize:
    name = entity.name or key
    missing = []
    total, keys = 0.0, 0.0
    unknown, limits = [], []
    indexed = [column.field for index in entity.indexes.values() for column in index.columns.values()]
    for field_key, field in entity.fields.items():
        size = values.size_bytes(field.size)
        size = type_bytes(field.type) if size is None else size
        if size is None:
            unknown.append(field.name or field_key)
            limits.append(type_bytes_at_most(field.type))
            continue
        total += size
        keys += size * ((field.key in KEYS) + indexed.count(field_key))
    known_limits = [each for each in limits if each is not None]
    at_most = total + sum(known_limits) if entity.fields and len(known_limits) == len(limits) else None
    if unknown:
        lacking = f"the size of {name}.{unknown[0]}" + (f" and {len(unknown) - 1} more" if unknown[1:] else "")
        allowed = "" if at_most is None else f" (its types allow {values.said_bytes(at_most)} a row at most)"
        missing.append(lacking + allowed)
    elif not entity.fields:
        missing.append(f"the fields of {name}")
    rows = None
    try:
        rows = estimate.rows_per_day(entity.rows_per_day).value
    except FormulaError as error:
        missing.append(f"rows a day of {name} ({error})")
    is_known = not unknown and bool(entity.fields)
    return EntitySize(
        entity=key,
        row_bytes=total if is_known else None,
        key_bytes=keys if is_known else None,
        rows_per_day=rows,
        retention_s=values.seconds(entity.retention),
        missing=tuple(missing),
        row_bytes_at_most=at_most,
    )


def keys_by_name(document: Document) -> dict[str, str]:
    """Entities by the name that parameters and answers use for them; computed once for all operations."""
    return {entity.name: key for key, entity in document.data_model.entities.items() if entity.name}


def message_bytes(
    document: Document, key: str, by_name: Mapping[str, str], sizes: Mapping[str, EntitySize]
) -> tuple[float | None, str]:
    """Bytes of one request and its answer together, headers left out, or None and what is missing."""
    operation = document.api.operations[key]
    total = 0.0
    for name, parameter in operation.parameters.items():
        size = values.size_bytes(parameter.size)
        if size is None:
            size = _type_size(document, parameter.type, "", by_name, sizes)[0]
        if size is None and operation.writes:
            continue  # the text of a written entity is counted with its row below
        if size is None:
            return None, f"the size of parameter {parameter.name or name}"
        total += size
    for entity in operation.writes:
        row = sizes[entity].row_bytes
        if row is None:
            return None, "; ".join(sizes[entity].missing) or f"the row size of {entity}"
        total += row
    answer, lacking = answer_bytes(document, key, by_name, sizes)
    return (None, lacking) if answer is None else (total + answer, "")


def answer_bytes(
    document: Document, key: str, by_name: Mapping[str, str], sizes: Mapping[str, EntitySize]
) -> tuple[float | None, str]:
    """Bytes of one answer, headers left out, or None and what is missing."""
    operation = document.api.operations[key]
    typed = values.size_bytes(operation.response_size)
    if typed is not None:
        return typed, ""
    if not operation.response:
        if operation.reads and not operation.writes:
            return None, f"the response of {operation.name or 'an operation that reads'}"
        return 0.0, ""
    return _type_size(document, operation.response, operation.response_items, by_name, sizes)


def _type_size(
    document: Document,
    type_name: str,
    items: str,
    by_name: Mapping[str, str],
    sizes: Mapping[str, EntitySize],
    seen: tuple[str, ...] = (),
) -> tuple[float | None, str]:
    """Bytes of one value of a type: a common type, an entity's row, a message's fields, or a list of one of these."""
    name = type_name.strip()
    if (found := LIST.fullmatch(name)) is not None:
        count = values.count(items)
        if count is None:
            return None, f"how many entries {name!r} holds"
        one, lacking = _type_size(document, found[1] or found[2], "", by_name, sizes, seen)
        return (None, lacking) if one is None else (count * one, "")
    if name in by_name:
        row = sizes[by_name[name]].row_bytes
        return row, "" if row is not None else "; ".join(sizes[by_name[name]].missing) or f"the size of {name!r}"
    message = next((each for each in document.api.messages.values() if each.name == name), None)
    if message is not None and message.fields and name not in seen:
        total = 0.0
        for key, field in message.fields.items():
            size: float | None = values.size_bytes(field.size)
            if size is None:
                size, _ = _type_size(document, field.type, field.items, by_name, sizes, (*seen, name))
            if size is None:
                return None, f"the size of {name}.{field.name or key}"
            total += size
        return total, ""
    size = type_bytes(name)
    return size, "" if size is not None else f"the size of the response {name!r}"
