"""How many servers a component represents; without the typed document, because drawings are made of plain dicts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class Counted(Protocol):
    @property
    def instances(self) -> int: ...
    @property
    def shards(self) -> int: ...
    @property
    def copies(self) -> int: ...


def servers(component: Counted) -> int:
    """Instances, or the copies of all shards."""
    return component.instances * component.shards * component.copies


def servers_of(item: Mapping[str, Any]) -> int:
    """The same for a component as a plain dict, in which fields with default values are left out."""
    count: int = item.get("instances", 1) * item.get("shards", 1) * item.get("copies", 1)
    return count
