"""Converts documents and patches of format 1 to format 2: the only module that knows format 1.

Format 1 had one number, `replicas`. It meant servers that share requests, or copies of a store, without saying which
copies wait for which. Servers become `instances`; a store's replicas become `copies` whose replication stays unknown,
so that the analysis proves nothing from it. Everything else stays as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from designs.document.kinds import BY_SLUG

FORMAT_1 = 1
FORMAT_2 = 2
MOST_REPLICAS = 1_000_000
# Nodes of a cache share requests as servers do; a store's replicas hold the same rows.
SHARING_STORES = frozenset({"cache"})
# Fields that format 1 cannot hold, by their collection.
NEW_IN_2: Mapping[tuple[str, ...], frozenset[str]] = {
    ("diagram", "components"): frozenset(
        [
            "zones",
            "instances",
            "shards",
            "shard_key",
            "hottest_shard",
            "copies",
            "replication",
            "write_quorum",
            "read_quorum",
            "reads_from",
            "lag",
            "failover_time",
            "variation",
            "concurrency",
            "connections_per_instance",
            "balancing",
            "common_cause",
        ]
    ),
    ("diagram", "connections"): frozenset({"relation", "group", "optional", "fallback", "timeout"}),
    ("api", "operations"): frozenset({"response_items", "response_size", "growth"}),
    ("api", "operations", "*", "parameters"): frozenset({"size"}),
    ("api", "messages", "*", "fields"): frozenset({"size", "items"}),
    ("flows", "*", "hops"): frozenset({"service_time"}),
}
NEW_METRICS = frozenset(
    [
        "latency_p999",
        "error_rate",
        "zone_loss",
        "spare_utilisation",
        "staleness",
        "read_your_writes",
        "delivery_time",
        "traffic_growth",
        "lasts",
        "concurrent_connections",
    ]
)


def upgrade(document: Mapping[str, Any]) -> dict[str, Any]:
    """A document of format 1, or one that states no format, in format 2. Any other comes back as it is.

    Lenient: a value that is no document of either format comes back unchanged, and the checks report its problems.
    """
    if not needs_upgrade(document):
        return cast("dict[str, Any]", document)  # the checks report a value that is no document
    upgraded = upgrade_part(document)
    if "format" in upgraded:
        upgraded["format"] = FORMAT_2
    return upgraded


def needs_upgrade(document: Mapping[str, Any]) -> bool:
    if not isinstance(document, dict):
        return False
    stated = document.get("format", FORMAT_1)
    return stated == FORMAT_1 and not isinstance(stated, bool)


def upgrade_part(part: Mapping[str, Any], of: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A part of a document, or a merge patch: every `replicas` is converted by its component's kind.

    `of` is the document that a patch is for; it gives the kind when the patch does not. A part without `replicas` comes
    back as it is.
    """
    known = _components(of or {})
    components = {
        key: _component(each, known.get(key, {}))
        for key, each in _components(part).items()
        if isinstance(each, dict) and "replicas" in each
    }
    if not components:
        return dict(part)
    diagram = part["diagram"]
    return {**part, "diagram": {**diagram, "components": {**diagram["components"], **components}}}


def upgrade_patch(patch: Mapping[str, Any], of: Mapping[str, Any]) -> dict[str, Any]:
    """A merge patch from a page or a program that still uses format 1, for a document of format 2."""
    upgraded = upgrade_part(patch, of)
    if upgraded.get("format") == FORMAT_1:
        del upgraded["format"]
    return upgraded


def downgrade(document: Mapping[str, Any]) -> dict[str, Any]:
    """A document of format 2 converted to format 1, to reverse a migration.

    Facts that format 1 cannot hold are lost.
    """
    found: dict[str, Any] = {**document, "format": FORMAT_1}
    counts = {
        key: each.get("instances", 1) * each.get("shards", 1) * each.get("copies", 1)
        for key, each in _components(document).items()
        if each.keys() & {"instances", "shards", "copies"}
    }
    for path, fields in NEW_IN_2.items():
        found = _without(found, path, fields)
    for key, count in counts.items():
        found["diagram"]["components"][key]["replicas"] = min(count, MOST_REPLICAS)
    asked = found.get("scope", {}).get("measurable_requirements", {})
    if any(each.get("metric") in NEW_METRICS for each in asked.values()):
        kept = {key: _measured_before(each) for key, each in asked.items()}
        found["scope"] = {**found["scope"], "measurable_requirements": kept}
    return found


def _measured_before(requirement: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**requirement, "metric": ""} if requirement.get("metric") in NEW_METRICS else requirement


def _without(part: Mapping[str, Any], path: tuple[str, ...], fields: frozenset[str]) -> dict[str, Any]:
    """A copy without these fields in each object of a collection; `*` in its path is any object on the way."""
    if not path:
        return {key: {name: value for name, value in each.items() if name not in fields} for key, each in part.items()}
    first, *rest = path
    names = list(part) if first == "*" else [first] if first in part else []
    return {**part, **{name: _without(part[name], tuple(rest), fields) for name in names}}


def _component(component: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    upgraded = {key: value for key, value in component.items() if key != "replicas"}
    replicas = component["replicas"]
    kind = component.get("kind") or known.get("kind", "")
    field = "copies" if isinstance(kind, str) and is_copied(kind) else "instances"
    if field in upgraded:
        return upgraded
    return {**upgraded, field: replicas}


def is_copied(kind: str) -> bool:
    """Whether several of a component of this kind are copies of the same rows."""
    return kind in BY_SLUG and BY_SLUG[kind].group == "stores" and kind not in SHARING_STORES


def _components(document: Mapping[str, Any]) -> Mapping[str, Any]:
    diagram = document.get("diagram")
    found = diagram.get("components") if isinstance(diagram, Mapping) else None
    return found if isinstance(found, Mapping) else {}
