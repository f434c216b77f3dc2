"""One level of a drawing: the contents of a zone, with each boundary in it as one box, and the outside boxes that they
are connected to. PURE.

The canvas does the same in `static/js/design/canvas/levels.js`. The document does not contain levels: the arrows of the
whole drawing connect the inner boxes, and all computations use those.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from designs.document.placement import ZONE_HEIGHT, ZONE_WIDTH, in_order

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Level:
    """The diagram to draw; `near` are ids of outside boxes; `boundaries` are those that can be opened, with their
    names.

    `way` leads from the outermost zone to the open one, which is the last; both are ids with names.
    """

    diagram: dict[str, Any]
    near: frozenset[str]
    boundaries: dict[str, str]
    way: dict[str, str]


def chain_of(zones: Json, zone: str) -> list[str]:
    """The zone and the zones around it, the innermost first."""
    found: list[str] = []
    while zone in zones and zone not in found:
        found.append(zone)
        zone = zones[zone].get("parent", "")
    return found


def level_of(diagram: Json, inside: str = "") -> Level:
    """The contents of the zone; the whole drawing when the key is no zone."""
    components, zones = diagram.get("components", {}), diagram.get("zones", {})
    inside = inside if inside in zones else ""
    chains = {key: chain_of(zones, item.get("zone", "")) for key, item in components.items()}
    inner = {key for key, chain in chains.items() if not inside or inside in chain}
    stands_for = {key: _folded(chains[key], zones, inside) for key in inner}
    ends = {key: f"zone {zone}" if zone else key for key, zone in stands_for.items()}
    joined = {
        key: item
        for key, item in diagram.get("connections", {}).items()
        if item["source"] in inner or item["target"] in inner
    }
    near = {end for item in joined.values() for end in (item["source"], item["target"])} - inner
    shown = {key: item for key, item in components.items() if ends.get(key) == key or key in near}
    folded = {zone for zone in stands_for.values() if zone}
    shown |= {f"zone {key}": _box(zones[key], key) for key in folded}
    left = {
        key: item
        for key, item in zones.items()
        if key not in folded
        and (not inside or inside in chain_of(zones, key))
        and not _folded(chain_of(zones, key), zones, inside)
    }
    drawn = {"components": shown, "connections": _joined(joined, ends), "zones": left}
    names = {key: zones[key].get("label") or key for key, _ in in_order({key: zones[key] for key in folded})}
    way = {key: zones[key].get("label") or key for key in reversed(chain_of(zones, inside))}
    return Level(drawn, frozenset(near), names, way)


def _folded(chain: list[str], zones: Json, inside: str) -> str:
    """The outermost boundary of a chain inside the open zone, or an empty string."""
    within = chain[: chain.index(inside)] if inside in chain else chain
    return next((key for key in reversed(within) if zones[key].get("kind") == "boundary"), "")


def _box(zone: Json, key: str) -> dict[str, Any]:
    size = {"width": zone.get("width", ZONE_WIDTH), "height": zone.get("height", ZONE_HEIGHT)}
    return {"kind": "service", "label": zone.get("label") or key, "x": zone.get("x", 0), "y": zone.get("y", 0), **size}


def _joined(connections: Json, ends: Mapping[str, str]) -> dict[str, Any]:
    """Arrows between the boxes shown; several of one kind between the same two become one."""
    found: dict[str, Any] = {}
    seen: set[tuple[str, str, str]] = set()
    for key, item in in_order(connections):
        source, target = (ends.get(item[end], item[end]) for end in ("source", "target"))
        is_whole = (source, target) == (item["source"], item["target"])
        which = source, target, item.get("kind", "sync")
        if not is_whole and (source == target or which in seen):
            continue
        seen.add(which)
        found[key] = {**item, "source": source, "target": target, **({} if is_whole else {"bends": []})}
    return found
