"""Merges the changes of two people, or of one person in two windows, and finds places that both changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from web.reading.yaml_edits import same

MISSING = object()


@dataclass(frozen=True)
class Clash:
    """A place that both changed. `theirs` is None where they removed it."""

    place: str
    theirs: Any


def joined(
    base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any], place: str = ""
) -> tuple[dict[str, Any], list[Clash]]:
    """My changes since `base`, applied to their current text. Where both changed a value, mine wins."""
    clashes: list[Clash] = []
    result: dict[str, Any] = {}
    for key in _order(base, mine, theirs):
        one, own, other = (each.get(key, MISSING) for each in (base, mine, theirs))
        at = f"{place}.{key}" if place else key
        if _same(own, one):
            value = other
        elif _same(other, one) or _same(own, other):
            value = own
        elif isinstance(own, dict) and isinstance(other, dict):
            value, inner = joined(one if isinstance(one, dict) else {}, own, other, at)
            clashes += inner
        else:
            value = own
            clashes.append(Clash(at, None if other is MISSING else other))
        if value is not MISSING:
            result[key] = value
    return result, clashes


def _same(one: Any, other: Any) -> bool:
    return one is other if MISSING in (one, other) else same(one, other)


def _order(base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[str]:
    """My order when I moved something, else theirs; an entry that only one side has follows the entry before it on that
    side."""
    shared = [key for key in base if key in mine]
    is_mine = [key for key in mine if key in base] != shared
    first, second = (list(mine), list(theirs)) if is_mine else (list(theirs), list(mine))
    for position, key in enumerate(second):
        if key not in first:
            before = [each for each in second[:position] if each in first]
            first.insert(first.index(before[-1]) + 1 if before else 0, key)
    return first
