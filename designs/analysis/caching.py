"""The share of requests that a cache passes on: it answers reads of the entities that it stores, and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from designs.analysis import values
from designs.analysis.graph import CACHES, STORES, Graph
from designs.analysis.warming import warming_of
from designs.document.api import Operation
from designs.document.diagram import Component

# Caches that writes go to as well.
WRITTEN_TO = frozenset({"write_through", "write_behind", "on_write"})


def hit_ratio(cache: Component) -> float:
    """The share of reads that the cache answers: as given, or computed from its size and working set; otherwise
    none.
    """
    given = values.share(cache.cache_hit_ratio)
    if given is not None:
        return given
    warming = warming_of(cache)
    return 0.0 if warming is None else warming.hit_ratio


def is_hit_unsaid(component: Component) -> bool:
    """Whether this is a cache that is counted as answering nothing only because nothing says what it answers."""
    return component.kind in CACHES and not component.cache_hit_ratio.strip() and not hit_ratio(component)


def keeps(cache: Component, entities: Collection[str]) -> bool:
    """Whether the cache stores any of these entities.

    A cache that does not name its entities may store each of them.
    """
    return not cache.stores or any(each in cache.stores for each in entities)


def keeps_all(cache: Component, entities: Collection[str]) -> bool:
    return not cache.stores or all(each in cache.stores for each in entities)


def read_behind(graph: Graph, target: str, operation: Operation) -> frozenset[str]:
    """Entities that an operation reads and that are stored at this component or behind it."""
    component = graph.components[target]
    if component.kind in STORES:
        return frozenset(each for each in component.stores if each in operation.reads)
    behind = graph.behind(target)
    return frozenset(
        each for each in operation.reads if any(holder in behind for holder in graph.holders.get(each, ()))
    )


def passed_on(graph: Graph, caches: Sequence[str], target: str, operation: Operation) -> tuple[float, list[str]]:
    """The share of reads that go on to a target after these caches missed, and the caches that answer some of them.

    A cache that names its entities is asked for those. One that does not may store whatever the store beside it holds.
    A cache that calls a component itself asks it for its misses. Calls to other components are not assumed to be saved.
    """
    caches = [cache for cache in caches if hit_ratio(graph.components[cache])]
    if not caches:
        return 1.0, []
    wanted = read_behind(graph, target, operation)
    is_unsaid = graph.components[target].kind in STORES and not graph.components[target].stores
    share, holding = 1.0, []
    for cache in caches:
        component = graph.components[cache]
        is_asking = any(graph.connections[key].target == target for key in graph.outgoing[cache])
        may_keep = bool(wanted) or (not component.stores and (is_unsaid or is_asking))
        if may_keep and keeps_all(component, wanted):
            share *= 1.0 - hit_ratio(component)
            holding.append(cache)
    return share, holding


def missed_first(graph: Graph, earlier: Sequence[str], cache: str, operation: Operation) -> tuple[float, list[str]]:
    """The share of reads that reach a cache after others, which store the same entities and are asked first, missed."""
    kept = [each for each in operation.reads if keeps(graph.components[cache], (each,))]
    share, holding = 1.0, []
    for each in earlier:
        ratio = hit_ratio(graph.components[each])
        if ratio and keeps_all(graph.components[each], kept):
            share *= 1.0 - ratio
            holding.append(each)
    return share, holding
