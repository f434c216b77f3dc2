"""A cache that is not invalidated when its data changes."""

from __future__ import annotations

from collections.abc import Iterator

from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.graph import CACHES, listed
from designs.analysis.rules.case import Case


def check(case: Case) -> Iterator[Finding]:
    operations = case.document.api.operations
    written = {entity: key for key, each in operations.items() for entity in each.writes}
    for each, component in case.graph.components.items():
        if component.kind not in CACHES or component.invalidation:
            continue
        readers = [key for key in case.used_by.get(each, ()) if operations[key].reads]
        changing = dict.fromkeys(entity for key in readers for entity in operations[key].reads if entity in written)
        if component.stores:
            changing = dict.fromkeys(entity for entity in changing if entity in component.stores)
        if component.kind == "cdn":
            # Files of an object store are written once, under a name of their own.
            changing = dict.fromkeys(entity for entity in changing if not _is_file(case, entity))
        if not changing:
            continue
        names = listed([case.entity_name(entity) for entity in changing])
        writing = dict.fromkeys(written[entity] for entity in changing)
        writers = case.operations(writing)
        yield Finding(
            rule=RULE.id,
            severity="low",
            elements=(case.component(each),),
            title=f"No invalidation is given for {case.graph.name(each)}",
            proof=(
                f"{case.operations(readers)} read{'s' * (len(readers) == 1)} {names} through it, {writers} "
                f"change{'s' * (len(writing) == 1)} that, and its invalidation is not given.{_from_idle(case, each)}"
            ),
            why="Without one, an answer stays wrong until something else happens to push it out.",
            topic="cache-write-policies",
            remedies=(
                Remedy(
                    "Let entries expire",
                    "one setting limits the age of an answer",
                    "answers are stale until then, and each expiry is a miss",
                    "cache-eviction",
                    case.change(each, invalidation="ttl"),
                ),
                Remedy(
                    "Delete the entry when the data is written",
                    "the next read is fresh",
                    "a lost invalidation leaves it stale, and reader and writer can race",
                    "cache-write-policies",
                    case.change(each, invalidation="on_write"),
                ),
            ),
            operations=tuple(readers),
        )


def _from_idle(case: Case, cache: str) -> str:
    """Words on arrows into the cache from components that no operation comes to; empty where there are none."""
    sources = dict.fromkeys(case.graph.connections[key].source for key in case.graph.incoming[cache])
    idle = [case.graph.name(each) for each in sources if not case.used_by.get(each)]
    if not idle:
        return ""
    return f" The drawing leads from {listed(idle)} to it, but no flow of an operation takes that way."


def _is_file(case: Case, entity: str) -> bool:
    holders = [case.graph.components[key].kind for key in case.graph.holders.get(entity, ())]
    return "object_store" in holders and not set(holders) - {"object_store", "cdn", "cache"}


RULE = Rule("stale-cache", "A cache without invalidation", check)
