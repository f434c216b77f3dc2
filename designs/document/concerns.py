"""What of a drawing a step of the method is about: its layer. PURE.

The API is about what its operations pass on their paths, the data model about what stores entities, the detailed design
about what decisions were made for, and the bottlenecks about what has findings.
`static/js/design/canvas/concerns.js` is the same for the canvas, and a test compares the two.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

# The step and what of the drawing it is about, by work area in the order of the work.
CONCERNS = {
    "data-model": ("Data model", "what stores its entities"),
    "api": ("API", "what its operations pass"),
    "detailed": ("Detailed design", "what a decision is about"),
    "bottlenecks": ("Bottlenecks", "what has findings"),
}

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Concern:
    """Ids of components, and of the connections between them that belong to it."""

    components: frozenset[str] = frozenset()
    connections: frozenset[str] = frozenset()


def concern_of(document: Json, area: str, found: Collection[str] = ()) -> Concern:
    """The layer of a work area. `found` are ids of components with computed findings that nobody has answered."""
    diagram: Json = document.get("diagram", {})
    components, connections = diagram.get("components", {}), diagram.get("connections", {})
    if area == "api":
        operations = document.get("api", {}).get("operations", {})
        flows = [each for each in document.get("flows", {}).values() if each.get("operation") in operations]
        hops = {hop.get("connection") for flow in flows for hop in flow.get("hops", {}).values()}
        passed = {key: item for key, item in connections.items() if key in hops}
        ends = {item[end] for item in passed.values() for end in ("source", "target")}
        return Concern(frozenset(ends), frozenset(passed))
    wanted: set[str] = set()
    if area == "data-model":
        entities = document.get("data_model", {}).get("entities", {})
        wanted = {key for key, item in components.items() if any(each in entities for each in item.get("stores", {}))}
    elif area == "detailed":
        wanted = {each.get("component", "") for each in document.get("decisions", {}).values()}
    elif area == "bottlenecks":
        wanted = {key for each in document.get("bottlenecks", {}).values() for key in each.get("components", {})}
        wanted |= set(found)
    wanted &= components.keys()
    between = {key for key, item in connections.items() if item["source"] in wanted and item["target"] in wanted}
    return Concern(frozenset(wanted), frozenset(between))


def only(diagram: Json, concern: Concern) -> dict[str, Any]:
    """The drawing with nothing but the concern, and the zones around it."""
    components = {key: item for key, item in diagram.get("components", {}).items() if key in concern.components}
    connections = {key: item for key, item in diagram.get("connections", {}).items() if key in concern.connections}
    zones = diagram.get("zones", {})
    around: set[str] = set()
    for item in components.values():
        zone = item.get("zone", "")
        while zone in zones and zone not in around:
            around.add(zone)
            zone = zones[zone].get("parent", "")
    return {
        "components": components,
        "connections": connections,
        "zones": {key: item for key, item in zones.items() if key in around},
    }
