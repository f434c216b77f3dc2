"""The keys of an entity as tables have them: primary, unique and indexed, each a list of fields in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from designs.document.basics import in_order
from designs.document.data_model import Entity
from designs.exchange.names import Names


@dataclass(frozen=True, kw_only=True)
class KeyedEntity:
    """Lists hold ids of fields; `names` says what each field is called in the format.

    A design does not say which indexed fields share an index, so each has its own.
    """

    names: Mapping[str, str]
    primary: list[str]
    unique: list[str]
    indexes: list[list[str]]


def keyed(entity: Entity, names: Names) -> KeyedEntity:
    """A partition and its sort key together find a row, so they are the primary key unless another is named."""
    fields = in_order(entity.fields)
    roles: dict[str, list[str]] = {role: [] for role in ("", "primary", "partition", "sort", "unique", "index")}
    for key, field in fields:
        roles[field.key].append(key)
    placed = roles["partition"] + roles["sort"]
    return KeyedEntity(
        names={key: names.give(field.name or key) for key, field in fields},
        primary=roles["primary"] or placed,
        unique=roles["unique"],
        indexes=([placed] if roles["primary"] and placed else []) + [[key] for key in roles["index"]],
    )
