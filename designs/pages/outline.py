"""The outline of a drawing: zones as a tree, each with its components and the components that they call."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from designs.document.diagram_edits import name_of
from designs.document.kinds import BY_SLUG, Kind
from designs.document.placement import in_order
from designs.document.servers import servers_of

FACES = {"canvas": "Canvas", "outline": "Outline", "table": "Table", "text": "Text"}
DEFAULT_FACE = "outline"

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Call:
    """One connection seen from one of its ends: `key` is the connection's, `other` the component at the other end."""

    key: str
    other: str
    name: str
    kind: str
    label: str


@dataclass(frozen=True)
class ComponentEntry:
    key: str
    name: str
    kind: Kind
    servers: int
    technology: str
    calls: list[Call]
    called_by: list[Call]


@dataclass(frozen=True)
class ZoneEntry:
    """A zone; an empty key stands for everything outside zones."""

    key: str
    name: str
    kind: str
    components: list[ComponentEntry] = field(default_factory=list)
    zones: list[ZoneEntry] = field(default_factory=list)


@dataclass(frozen=True)
class Outline:
    root: ZoneEntry
    components: int
    connections: int
    zones: int

    @property
    def is_empty(self) -> bool:
        return self.components == 0 and self.zones == 0


def outline(diagram: Json) -> Outline:
    """The whole drawing as a tree."""
    components, connections = diagram.get("components", {}), diagram.get("connections", {})
    names = {key: name_of(each, key) for key, each in components.items()}
    calls: dict[str, list[Call]] = defaultdict(list)
    called_by: dict[str, list[Call]] = defaultdict(list)
    for key, each in in_order(connections):
        source, target = each["source"], each["target"]
        kind, label = each.get("kind", "sync"), each.get("label", "")
        calls[source].append(Call(key, target, names[target], kind, label))
        called_by[target].append(Call(key, source, names[source], kind, label))
    entries: dict[str, list[ComponentEntry]] = defaultdict(list)
    for key, each in in_order(components):
        entry = ComponentEntry(
            key,
            names[key],
            BY_SLUG[each["kind"]],
            servers_of(each),
            each.get("technology", ""),
            calls[key],
            called_by[key],
        )
        entries[each.get("zone", "")].append(entry)
    zones = diagram.get("zones", {})
    return Outline(_tree("", "", "", zones, entries), len(components), len(connections), len(zones))


def _tree(key: str, name: str, kind: str, zones: Json, entries: Mapping[str, list[ComponentEntry]]) -> ZoneEntry:
    inner = [
        _tree(each, zone.get("label") or each, zone.get("kind", "zone"), zones, entries)
        for each, zone in in_order(zones)
        if zone.get("parent", "") == key
    ]
    return ZoneEntry(key, name, kind, entries.get(key, []), inner)
