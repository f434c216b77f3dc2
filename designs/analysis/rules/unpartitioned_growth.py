"""A relational store outgrows one machine, and the design does not say how to divide it."""

from __future__ import annotations

from collections.abc import Iterator

from designs.analysis import values
from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.rules.case import Case
from designs.analysis.sizes import EntitySize

LIMIT = "size-sql-primary"
PLANNED_YEARS = 10
YEAR = 365.25 * values.SECONDS_PER_DAY


def check(case: Case) -> Iterator[Finding]:
    if LIMIT not in case.model.figures.by_id:
        return
    limit = case.model.figures[LIMIT].latest
    for each, component in case.graph.components.items():
        if component.kind != "sql":
            continue
        whole = [case.loads.sizes[key] for key in component.stores if not _is_divided(case, key)]
        full_s = _full_after(whole, limit.high)
        if full_s is None or full_s > PLANNED_YEARS * YEAR:
            continue
        growing = sum(size.bytes_per_day or 0.0 for size in whole)
        yield Finding(
            rule=RULE.id,
            severity="high" if full_s < YEAR else "medium",
            elements=(case.component(each),),
            title=f"{case.graph.name(each)} outgrows one machine",
            proof=(
                f"It grows by {values.said_bytes(growing)} a day and reaches {values.said_bytes(limit.high)} after "
                f"{values.said_seconds(full_s)} ({limit.source}); no entity in it has a partition key."
            ),
            why="Dividing a full database under traffic is far harder than dividing an empty one.",
            topic="sharding",
            remedies=(
                Remedy(
                    "Choose a partition key now",
                    "each shard is a database of its own",
                    "queries and transactions over shards",
                    "sharding",
                    _patch(case, [size.entity for size in whole]),
                ),
                Remedy(
                    "Keep rows for a limited time, and move old ones to an object store",
                    "the size settles",
                    "old rows are slow to reach, or gone",
                    "blob-storage",
                ),
            ),
            operations=tuple(case.used_by.get(each, ())),
        )


def _is_divided(case: Case, entity: str) -> bool:
    return any(field.key == "partition" for field in case.document.data_model.entities[entity].fields.values())


def _full_after(sizes: list[EntitySize], limit: float) -> float | None:
    """Seconds until this many bytes are stored; None when never, because rows expire, or when not known."""
    daily = [(size.bytes_per_day, size.retention_s) for size in sizes if size.bytes_per_day]
    ends = sorted({kept for _, kept in daily if kept is not None})
    held, since = 0.0, 0.0
    for until in [*ends, float("inf")]:
        growing = sum(rate or 0.0 for rate, kept in daily if kept is None or kept > since) / values.SECONDS_PER_DAY
        if growing <= 0:
            return None
        if held + growing * (until - since) >= limit:
            return since + (limit - held) / growing
        held, since = held + growing * (until - since), until
    return None


def _patch(case: Case, entities: list[str]) -> dict[str, object] | None:
    found = {entity: case.key_field(entity) for entity in entities}
    changed = {entity: {"fields": {key: {"key": "partition"}}} for entity, key in found.items() if key}
    return {"data_model": {"entities": changed}} if changed else None


RULE = Rule("unpartitioned-growth", "A store outgrows one machine", check)
