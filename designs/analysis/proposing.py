"""A flow for an operation that has none drawn: the shortest paths to the stores of the entities that it reads and
writes, and the work that a write leaves in a queue on its way.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from designs.analysis.caching import WRITTEN_TO, keeps
from designs.analysis.flow import OpenWay, is_read
from designs.analysis.graph import CACHES, CHOOSERS, CONSUMERS, QUEUES, SERVERS, STORES, Graph
from designs.analysis.likeness import by_stem, words_of
from designs.document.api import Operation
from designs.document.schema import Document


@dataclass(frozen=True)
class Proposal:
    """Connections in order; `unsure` are choices that only the drawing could settle, `problem` says why there is no
    flow.
    """

    connections: tuple[str, ...] = ()
    unsure: tuple[OpenWay, ...] = ()
    unasked: tuple[str, ...] = ()
    problem: str = ""


def proposed(name: str, operation: Operation, document: Document, graph: Graph) -> Proposal:
    """Shortest paths from the entries to a store of each entity that has one, with caches beside them; or the reason
    for none.
    """
    wanted = {**operation.reads, **operation.writes}
    if not wanted:
        only = () if document.data_model.entities else _only_way(operation, graph)
        problem = "" if only else "it names no entity that it reads or writes, and no flow is drawn"
        return Proposal(only, problem=problem)
    goals: dict[str, None] = {}
    lost = []
    for entity in wanted:
        holders = graph.holders.get(entity, [])
        if entity in operation.writes:
            holders = [each for each in holders if each not in graph.followed] or holders
        reached = [each for each in holders if each in graph.distance]
        if not reached:
            called = _entity_name(document, entity)
            nowhere = f"no client reaches {graph.names(holders)}, where {called} is stored"
            lost.append(nowhere if holders else f"no component stores {called}")
        goals.update(dict.fromkeys([each for each in reached if graph.components[each].kind not in CACHES] or reached))
    if not goals:
        return Proposal(problem="; ".join(lost))
    taken = set[str]()
    for goal in goals:
        taken |= _way_to(goal, operation, graph)
    taken, unsure = _routed(taken, goals, (name, operation), document, graph)
    taken |= _caches_beside(taken, operation, graph)
    taken |= _work_left(taken, (name, operation), document, graph)
    return Proposal(_in_order(taken, graph), unsure, _third_parties(taken, graph))


def _only_way(operation: Operation, graph: Graph) -> tuple[str, ...]:
    """All arrows of a drawing that leaves no choice, except between equal components or at a cache.

    Where no data is modelled, a request takes all of these arrows; there is no flow where the drawing leaves a choice.
    """
    changes = operation.method in ("POST", "PUT", "PATCH", "DELETE")
    taken = set[str]()
    for source in graph.distance:
        onward = [key for key in graph.outgoing[source] if graph.connections[key].kind != "replication"]
        targets = {key: graph.connections[key].target for key in onward}
        further = [key for key, target in targets.items() if graph.components[target].kind not in CACHES]
        if len(by_stem(graph, [targets[key] for key in further])) > 1:
            return ()
        if any(graph.distance[targets[key]] <= graph.distance[source] for key in onward):
            return ()
        taken.update(further if changes else onward)
    ends = {graph.connections[key].target for key in taken}
    return _in_order(taken, graph) if any(graph.components[each].kind != "client" for each in ends) else ()


def _entity_name(document: Document, key: str) -> str:
    """The name in quotation marks; the id only where there is no name or no such entity."""
    entity = document.data_model.entities.get(key)
    return repr(entity.name or key if entity else key)


def _way_to(goal: str, operation: Operation, graph: Graph) -> set[str]:
    """Every connection on a shortest path from an entry to a goal: reads go through a CDN, writes go past it.

    A CDN takes reads of the entities that it names, and of others where no path is shorter.
    """
    edges = [each for each in graph.cdns if each != goal]
    if not edges:
        return _shortest(graph, goal, graph.distance)
    if not is_read(operation):
        past = graph.reach(graph.entries, without=edges)
        return _shortest(graph, goal, past if goal in past else graph.distance)
    direct = _shortest(graph, goal, graph.distance)
    ends = {graph.connections[key].target for key in direct}
    found = set[str]()
    for edge in edges:
        named = graph.components[edge].stores and keeps(graph.components[edge], operation.reads)
        behind = graph.reach([edge])
        if goal in behind and (named or edge in ends):
            found |= _shortest(graph, edge, graph.distance) | _shortest(graph, goal, behind)
    return found or direct


def _shortest(graph: Graph, goal: str, distance: Mapping[str, int]) -> set[str]:
    """Every connection on a shortest path to a goal, by the distance of components from the start."""
    on_path, waiting = {goal}, [goal]
    taken: set[str] = set()
    while waiting:
        each = waiting.pop()
        for key in graph.incoming[each]:
            source = graph.connections[key].source
            if source in distance and distance[source] + 1 == distance[each]:
                taken.add(key)
                if source not in on_path:
                    on_path.add(source)
                    waiting.append(source)
    return taken


def _routed(
    taken: set[str], goals: Mapping[str, object], asked: tuple[str, Operation], document: Document, graph: Graph
) -> tuple[set[str], tuple[OpenWay, ...]]:
    """Removes paths through services when another service's name fits better; if none fits, all stay and this is noted.

    A gateway sends a request to the service that answers it, and not to every service that reaches the same store. When
    several services each reach some of the stores, the one that leads to all of them answers, if there is one.
    """
    unsure = dict[OpenWay, None]()
    leaving: dict[str, list[str]] = {}
    for key in _in_order(taken, graph):
        leaving.setdefault(graph.connections[key].source, []).append(key)
    for source, keys in leaving.items():
        servers = [key for key in keys if graph.components[graph.connections[key].target].kind in SERVERS]
        if graph.components[source].kind not in CHOOSERS or len(servers) < 2:
            continue
        sorts = by_stem(graph, [graph.connections[key].target for key in servers])
        if len(sorts) < 2:
            continue
        reached = {each: _reached(each, taken, goals, graph) for sort in sorts.values() for each in sort}
        kept, added = set[str](), set[str]()
        all_goals = set().union(*reached.values())
        leading = (
            {}
            if any(found >= all_goals for found in reached.values())
            else _leading(reached, all_goals, asked[1], graph)
        )
        if leading:
            reached = dict.fromkeys(leading, all_goals)
            added = set().union(*leading.values())
        for goal in (each for each in goals if each in all_goals):
            able = [each for each, found in reached.items() if goal in found]
            best = _best_named(able, goal, asked, document, graph)
            ways = by_stem(graph, best)
            if len(ways) > 1:
                question = f"which of {graph.names(best)} answers {asked[0]}"
                unsure[OpenWay(question, tuple(tuple(each) for each in ways.values()))] = None
            kept.update(best)
        taken = (taken | added) - {key for key in servers if graph.connections[key].target not in kept}
    return _still_reached(taken, graph), tuple(unsure)


def _leading(servers: Iterable[str], goals: Collection[str], operation: Operation, graph: Graph) -> dict[str, set[str]]:
    """Services that lead to all of the goals, with their paths; a read does not pass a queue."""
    queues = [each for each in graph.components if graph.components[each].kind in QUEUES] if is_read(operation) else ()
    found = {}
    for each in servers:
        distance = graph.reach([each], without=queues)
        if all(goal in distance for goal in goals):
            found[each] = set[str]().union(*(_shortest(graph, goal, distance) for goal in goals))
    return found


def _best_named(
    able: list[str], goal: str, asked: tuple[str, Operation], document: Document, graph: Graph
) -> list[str]:
    name, operation = asked
    entities = [each for each in {**operation.reads, **operation.writes} if each in graph.components[goal].stores]
    names = [document.data_model.entities[each].name for each in entities if each in document.data_model.entities]
    telling = words_of(name, operation.path, *names)
    scores = {each: len(telling & words_of(graph.components[each].label or each)) for each in able}
    most = max(scores.values(), default=0)
    return [each for each in able if scores[each] == most]


def _reached(start: str, taken: Collection[str], goals: Mapping[str, object], graph: Graph) -> set[str]:
    found, waiting = {start}, [start]
    while waiting:
        for key in graph.outgoing[waiting.pop()]:
            target = graph.connections[key].target
            if key in taken and target not in found:
                found.add(target)
                waiting.append(target)
    return found & set(goals)


def _still_reached(taken: set[str], graph: Graph) -> set[str]:
    """The arrows whose source is still reached."""
    reached = set(graph.entries)
    waiting = list(reached)
    found = set[str]()
    while waiting:
        for key in graph.outgoing[waiting.pop()]:
            if key in taken:
                found.add(key)
                target = graph.connections[key].target
                if target not in reached:
                    reached.add(target)
                    waiting.append(target)
    return found


def _caches_beside(taken: set[str], operation: Operation, graph: Graph) -> set[str]:
    """Arrows to caches directly beside the path that store what is read, or that every write goes to as well."""
    reads = is_read(operation)
    used = operation.reads if reads else operation.writes
    ends = dict.fromkeys(end for key in taken for end in (graph.connections[key].source, graph.connections[key].target))
    found = set[str]()
    for each in ends:
        if graph.components[each].kind in CHOOSERS:
            continue
        for key in graph.outgoing[each]:
            cache = graph.components[graph.connections[key].target]
            if cache.kind == "cache" and keeps(cache, used) and (reads or cache.invalidation in WRITTEN_TO):
                found.add(key)
    return found


def _work_left(taken: Collection[str], asked: tuple[str, Operation], document: Document, graph: Graph) -> set[str]:
    """Arrows from the path of a write into queues, and on from there through the workers to their stores and caches.

    A queue is left out where its stores hold only what other operations write, or where its names tell of another
    write and not of this one.
    """
    operation = asked[1]
    if is_read(operation):
        return set()
    ends = {end for key in taken for end in (graph.connections[key].source, graph.connections[key].target)}
    on_path = [each for each in graph.distance if each in ends]
    others = {
        each.name or key: each
        for key, each in document.api.operations.items()
        if each is not operation and not is_read(each)
    }
    found = set[str]()
    for each in on_path:
        if graph.components[each].kind not in SERVERS | STORES:
            continue
        for key in graph.outgoing[each]:
            queue = graph.connections[key].target
            if queue in ends or graph.components[queue].kind not in QUEUES - CONSUMERS:
                continue
            onward = _onward(queue, {end for end in ends if queue in graph.behind(end)}, graph)
            if not _is_of_others(queue, onward, asked, others, graph):
                found |= {key, *onward}
    return found


def _onward(queue: str, before: Collection[str], graph: Graph) -> set[str]:
    """Arrows that work in a queue takes: to consumers, what these call, and the queues that these fill; none back to
    what comes `before` the queue, and none that closes a circle.
    """
    found, seen, path = set[str](), {queue}, [queue]
    arrows = {queue: iter(graph.outgoing[queue])}  # of the components on the path, those that are left
    while path:
        each = path[-1]
        key = next(arrows[each], None)
        if key is None:
            del arrows[path.pop()]
            continue
        target = graph.connections[key].target
        kind, reached = graph.components[each].kind, graph.components[target].kind
        if kind in CACHES or reached in CHOOSERS - CACHES or (kind in STORES and reached not in QUEUES):
            continue
        if target in before or target in arrows:
            continue
        found.add(key)
        if target not in seen:
            seen.add(target)
            path.append(target)
            arrows[target] = iter(graph.outgoing[target])
    return found


def _is_of_others(
    queue: str, onward: Collection[str], asked: tuple[str, Operation], others: Mapping[str, Operation], graph: Graph
) -> bool:
    """Whether the work in a queue belongs to other writes, by the entities that it ends in or by its names."""
    name, operation = asked
    reached = dict.fromkeys([queue, *(graph.connections[key].target for key in onward)])
    held = {
        entity for each in reached if graph.components[each].kind in STORES for entity in graph.components[each].stores
    }
    own = held & set(operation.writes)
    if not own and any(held & set(each.writes) for each in others.values()):
        return True
    telling = words_of(*(graph.components[each].label for each in reached))
    tells = telling & words_of(name, operation.path)
    return not own and not tells and any(telling & words_of(other, each.path) for other, each in others.items())


def _third_parties(taken: Collection[str], graph: Graph) -> tuple[str, ...]:
    """Third parties that a server on the path may call: no entity says whether this operation does."""
    on_path = {end for key in taken for end in (graph.connections[key].source, graph.connections[key].target)}
    beside = (
        graph.connections[key].target
        for each in on_path
        for key in graph.outgoing[each]
        if graph.connections[key].kind == "sync" and key not in taken
    )
    return tuple(sorted({each for each in beside if graph.components[each].kind == "third_party"}))


def _in_order(taken: Collection[str], graph: Graph) -> tuple[str, ...]:
    if len(taken) * 4 > len(graph.connections):
        return tuple(key for key in graph.connections if key in taken)
    return tuple(sorted(taken, key=lambda key: (graph.distance[graph.connections[key].source], key)))
