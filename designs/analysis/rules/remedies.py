"""Remedies that several rules share: a cache before a store, a follower of a store."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from designs.analysis.caching import is_hit_unsaid, keeps
from designs.analysis.findings import Remedy, free_id
from designs.analysis.graph import SERVERS
from designs.analysis.load import ComponentLoad
from designs.analysis.rules.case import PLANNED_UTILISATION, Case

# An assumption of the trial; a person who applies the remedy enters a measured value.
ASSUMED_HITS = "80%"
ASSUMED_LATENCY = "1 ms"
LEAST_REMEDIES = 2
KEPT = ("capacity", "latency", "availability", "cost", "technology", "recovery_time")


def cache_before(case: Case, store: str) -> Remedy:
    return Remedy(
        f"Put a cache before the reads of {case.graph.name(store)}",
        f"takes reads off the store (the trial assumes {ASSUMED_HITS} hits in {ASSUMED_LATENCY}; put in yours)",
        "answers may be stale, and after a restart every read goes to the store again",
        "caching-basics",
        lambda: cache_patch(case, store),
    )


def say_hits(case: Case, cache: str) -> Remedy:
    return Remedy(
        f"Give the hit ratio of {case.graph.name(cache)}",
        f"the reads that it answers do not reach the store (the trial assumes {ASSUMED_HITS}; put in yours)",
        "a figure to measure; after a restart every read goes to the store again",
        "caching-basics",
        case.change(cache, cache_hit_ratio=ASSUMED_HITS),
    )


def unsaid_caches(case: Case, store: str) -> list[str]:
    """Caches beside a store that its reads ask first, and that have no hit ratio."""
    used, stores = case.loads.components, case.graph.components[store].stores
    return [
        each
        for each, component in case.graph.components.items()
        if is_hit_unsaid(component)
        and (load := used.get(each)) is not None
        and load.reads > 0
        and any(key in used[store].by_operation for key in load.by_operation)
        and (not stores or keeps(component, stores))
    ]


def add_follower(case: Case, store: str) -> Remedy:
    return Remedy(
        f"Add a follower of {case.graph.name(store)}",
        "a copy of the data that reads can use and that can be promoted",
        "it may be behind, and promoting it must not leave two leaders; until then writes still need the leader",
        "replication",
        lambda: _follower(case, store),
    )


def store_remedies(case: Case, store: str, load: ComponentLoad) -> tuple[Remedy, ...]:
    """Remedies that reduce the load of the busiest copy: shards for all load, copies and caches only for reads."""
    component, remedies = case.graph.components[store], list[Remedy]()
    shards = case.shards_for(store, load.peak, share=PLANNED_UTILISATION)
    if shards is not None and shards > component.shards:
        change: dict[str, Any] = {"shards": shards}
        if component.hottest_shard:
            change["hottest_shard"] = ""
        remedies.append(
            Remedy(
                f"Split it into {shards} shards by a key",
                f"writes divide as well as reads; at {PLANNED_UTILISATION:.0%} if keys are spread evenly",
                "queries over shards, rebalancing, and hot keys",
                "sharding",
                case.change(store, **change),
            )
        )
    share, capacity = load.burden.write, load.capacity.value if load.capacity else 0.0
    spare = capacity * PLANNED_UTILISATION - load.writes * share
    if load.reads > 0 and spare > 0:
        copies = max(2, math.ceil(load.reads * share / spare - 1e-9))
        remedies.append(
            Remedy(
                f"Answer reads from {copies} copies",
                "reads divide among the copies; each of them still takes every write",
                "a read may be slightly out of date",
                "replication",
                case.change(store, copies=copies, replication="asynchronous", reads_from="any"),
            )
        )
    if load.reads > 0:
        remedies += [say_hits(case, each) for each in unsaid_caches(case, store)] or [cache_before(case, store)]
    if len(remedies) < LEAST_REMEDIES:
        remedies.append(
            Remedy(
                "Put writes on a queue and apply them in batches",
                "one batch costs less than single writes, and the queue absorbs the peak",
                "writes become visible later, and the queue must not lose them",
                "message-queues",
            )
        )
    return tuple(remedies)


def cache_patch(case: Case, store: str) -> dict[str, Any] | None:
    """A cache beside the store for every server that calls it, also on drawn flows of reads; None without such a
    server.
    """
    asking = _asking(case, store)
    if not asking:
        return None
    fields = {"cache_hit_ratio": ASSUMED_HITS, "latency": ASSUMED_LATENCY, "invalidation": "ttl", "instances": 2}
    cache, box = case.beside(store, "cache", f"{case.graph.name(store)} cache", **fields)
    return _asked_too(case, asking, cache, box)


def _follower(case: Case, store: str) -> dict[str, Any]:
    """A copy of the store, in another zone when there is one, which all readers of the store also read from."""
    component = case.graph.components[store]
    fields = {field: getattr(component, field) for field in KEPT if getattr(component, field)}
    name = f"{case.graph.name(store)} follower"
    copy, box = case.beside(store, component.kind, name, stateful=True, stores=dict(component.stores), **fields)
    if elsewhere := case.other_zone(component.zone):
        box["zone"] = elsewhere
    asking = _asking(case, store)
    patch = _asked_too(case, asking, copy, box)
    replication = case.arrow(store, copy, kind="replication")
    patch["diagram"]["connections"][case.free_connection(len(asking))] = replication
    return patch


def _asking(case: Case, store: str) -> list[str]:
    graph = case.graph
    return [key for key in graph.incoming[store] if graph.components[graph.connections[key].source].kind in SERVERS]


def _asked_too(case: Case, asking: list[str], new: str, box: Mapping[str, Any]) -> dict[str, Any]:
    """A new component with an arrow beside each of these arrows; drawn flows of reads take it as well."""
    arrows = {key: case.free_connection(number) for number, key in enumerate(asking)}
    connections = {arrows[key]: case.arrow(case.graph.connections[key].source, new) for key in asking}
    patch: dict[str, Any] = {"diagram": {"components": {new: dict(box)}, "connections": connections}}
    flows = _hops(case, arrows)
    return {**patch, "flows": flows} if flows else patch


def _hops(case: Case, new_arrows: Mapping[str, str]) -> dict[str, Any]:
    """For each drawn flow of a read that uses the old arrow, a hop along the new arrow directly before it."""
    found: dict[str, Any] = {}
    for key, flow in case.document.flows.items():
        if flow.operation not in case.model.flows or not case.model.flows[flow.operation].is_read:
            continue
        added: dict[str, Any] = {}
        for hop in flow.hops.values():
            if hop.connection in new_arrows:
                taken = {**flow.hops, **added}
                added[free_id(taken, "h")] = {"connection": new_arrows[hop.connection], "order": hop.order - 0.5}
        if added:
            found[key] = {"hops": added}
    return found
