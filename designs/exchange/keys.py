"""The keys of an entity as tables express them: primary, unique and indexed, each a list of fields in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from designs.document.basics import in_order
from designs.document.data_model import Entity
from designs.exchange.drafts import filled
from designs.exchange.names import Names, new_ids
from designs.exchange.problems import Warnings


@dataclass(frozen=True)
class Group:
    """Ids of fields that share an index, in order, and the name of the index, which may be empty."""

    fields: list[str]
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class KeyedEntity:
    """Lists hold ids of fields; `names` are the names of the fields in the format."""

    names: Mapping[str, str]
    primary: list[str]
    unique: list[Group]
    indexes: list[Group]


def keyed(entity: Entity, names: Names) -> KeyedEntity:
    """A partition key and its sort key together identify a row, so they are the primary key unless another is given."""
    fields = in_order(entity.fields)
    roles: dict[str, list[str]] = {role: [] for role in ("", "primary", "partition", "sort", "unique", "index")}
    for key, each in fields:
        roles[each.key].append(key)
    placed = roles["partition"] + roles["sort"]
    said = [
        (index.unique, Group(list(dict.fromkeys(one.field for _, one in in_order(index.columns))), index.name))
        for _, index in in_order(entity.indexes)
        if index.columns
    ]
    return KeyedEntity(
        names={key: names.give(each.name or key) for key, each in fields},
        primary=roles["primary"] or placed,
        unique=[*([Group(roles["unique"])] if roles["unique"] else []), *(each for unique, each in said if unique)],
        indexes=[
            *([Group(placed)] if roles["primary"] and placed else []),
            *(Group([key]) for key in roles["index"]),
            *(each for unique, each in said if not unique),
        ],
    )


@dataclass
class FoundKeys:
    """The keys of a table as a text gives them, each a list of names of fields."""

    primary: list[str] = field(default_factory=list)
    unique: list[Group] = field(default_factory=list)
    indexes: list[Group] = field(default_factory=list)

    def renamed(self, old: str, new: str) -> FoundKeys:
        def names(fields: list[str]) -> list[str]:
            return [new if each == old else each for each in fields] if old in fields else fields

        unique, indexes = (
            [Group(names(each.fields), each.name) if old in each.fields else each for each in groups]
            for groups in (self.unique, self.indexes)
        )
        return FoundKeys(names(self.primary), unique, indexes)

    def settled(self, table: str, fields: Sequence[str], warnings: Warnings) -> tuple[dict[str, str], list[_Said]]:
        """Roles by field, and keys that roles cannot express: indexes of several fields, and unique keys after the
        first.
        """
        ranks = {name: number for number, name in enumerate(fields)}
        primary = [name for name in dict.fromkeys(self.primary) if name in ranks]
        roles = dict.fromkeys(primary, "primary")
        if primary != sorted(primary, key=ranks.__getitem__):
            told = f"{table}: {', '.join(primary)}"
            fate = "read in that order"
            warnings.lost("primary key", "a design has its fields in the order of the entity", name=told, fate=fate)
        said: list[_Said] = []
        for group in _distinct(self.unique, ranks, [primary], table, "unique key", warnings):
            is_free = not roles.keys() & set(group.fields) and "unique" not in roles.values()
            if is_free and group.fields == sorted(group.fields, key=ranks.__getitem__):
                roles |= dict.fromkeys(group.fields, "unique")
            else:
                said.append((group, True))
        for group in _distinct(self.indexes, ranks, [], table, "index", warnings):
            if len(group.fields) == 1 and group.fields[0] not in roles:
                roles[group.fields[0]] = "index"
            else:
                said.append((group, False))
        return roles, said


_Said = tuple[Group, bool]


def _distinct(
    groups: Sequence[Group],
    known: Mapping[str, int],
    taken: list[list[str]],
    table: str,
    noun: str,
    warnings: Warnings,
) -> list[Group]:
    found = []
    for group in groups:
        fields = [name for name in dict.fromkeys(group.fields) if name in known]
        if not fields or fields in taken:
            why = "it repeats another key" if fields else "its fields are not here"
            warnings.lost(noun, why, name=f"{table}: {group.name or ', '.join(group.fields)}")
            continue
        taken.append(fields)
        found.append(Group(fields, group.name))
    return found


def said_indexes(said: Sequence[_Said], fields: Mapping[str, str]) -> dict[str, Any]:
    """The `indexes` of an entity. `fields` are its fields' ids by name."""
    ids = new_ids()
    return {
        ids.give(group.name or "_".join(fields[name] for name in group.fields)): filled(
            name=group.name,
            unique=unique or None,
            columns={
                fields[name]: {"field": fields[name], "order": place} for place, name in enumerate(group.fields, 1)
            },
            order=number,
        )
        for number, (group, unique) in enumerate(said, 1)
    }
