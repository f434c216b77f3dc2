"""The order of boxes and zones in formats that nest them, so that an import, written and read again, stays the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any


def nested(
    boxes: Mapping[str, str], zones: Mapping[str, str], *, outside: Callable[[str], bool] = lambda _: False
) -> tuple[list[str], list[str]]:
    """Ids of boxes and of zones: those outside of zones, then zone by zone with its content.

    `boxes` says by id the zone around it and `zones` the one around a zone, empty for none. `outside` boxes go first.
    """
    inside: dict[str, list[str]] = {}
    for key, zone in boxes.items():
        if not outside(key):
            inside.setdefault(zone if zone in zones else "", []).append(key)
    children: dict[str, list[str]] = {}
    for key, parent in zones.items():
        children.setdefault(parent if parent in zones else "", []).append(key)
    order = list(_walk(children))
    first = [key for key in boxes if outside(key)]
    return [*first, *(key for zone in ("", *order) for key in inside.get(zone, ()))], order


def _walk(children: Mapping[str, list[str]]) -> Iterator[str]:
    waiting = list(reversed(children.get("", [])))
    while waiting:
        key = waiting.pop()
        yield key
        waiting += reversed(children.get(key, []))


def renumbered(zones: dict[str, dict[str, Any]], rank: Callable[[Mapping[str, Any]], float]) -> None:
    """Zones in the order of `rank`, and in the order of the drawing where that is the same."""
    for number, item in enumerate(sorted(zones.values(), key=lambda each: (rank(each), each["order"])), 1):
        item["order"] = number


def depth_in(zones: Mapping[str, Mapping[str, Any]]) -> Callable[[Mapping[str, Any]], int]:
    """How many zones are around a zone."""

    def depth(item: Mapping[str, Any]) -> int:
        count = 0
        while item.get("parent") and count <= len(zones):
            item, count = zones[item["parent"]], count + 1
        return count

    return depth
