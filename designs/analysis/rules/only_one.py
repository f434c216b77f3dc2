"""Findings of a drawing without operations: the only entry, the only copy of data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from designs.analysis.burden import copies_of
from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.graph import STORES, Graph
from designs.analysis.rules.bare_drawing import is_bare
from designs.analysis.rules.case import Case


def check(case: Case) -> Iterator[Finding]:
    if not is_bare(case):
        return
    graph = case.graph
    stores = [key for key, each in graph.components.items() if each.kind in STORES]
    goals = [each for each in stores if each in graph.distance] or _ends(graph)
    for each, component in graph.components.items():
        count = component.instances * component.shards * component.copies
        if component.kind in ("client", "cache", "cdn", "dns") or count > 1 or each in graph.followed:
            continue
        is_copied = component.kind in STORES and (copies_of(component) > 1 or each in graph.replica_group)
        if is_copied or each not in graph.distance:
            continue
        lost = _lost_without(graph, each, goals)
        if not lost:
            continue
        name = graph.name(each)
        if each not in goals:
            what, words = "it is the only way in", f"No client reaches {graph.names(lost[:3])} without {name}"
        elif component.kind in STORES:
            what, words = "it is the only copy of its data", f"One {name} is drawn, without a copy"
        else:
            what, words = "nothing replaces it", f"One {name} is drawn, without a second"
        yield Finding(
            rule=RULE.id,
            severity="medium",
            elements=(case.component(each),),
            title=f"There is one {name}, and {what}",
            proof=f"{words}. Its load is not given.",
            why="A single instance stops everything behind it when it fails or is updated.",
            topic="node-failures",
            remedies=(
                Remedy(
                    "Keep three copies, and let two confirm each write"
                    if component.kind in STORES
                    else "Run a second instance",
                    "one may fail",
                    "money, and something that notices the failure",
                    "failover",
                    case.scaled(3 if component.kind in STORES else 2, each),
                ),
                Remedy(
                    "Say that its outages are accepted",
                    "nothing to build",
                    "everything behind it waits until it has restarted",
                    "understand-the-question",
                ),
            ),
        )


def _ends(graph: Graph) -> list[str]:
    """The targets of arrows, when no store is drawn."""
    return [each for each in graph.distance if not graph.outgoing[each] and graph.components[each].kind != "client"]


def _lost_without(graph: Graph, gone: str, goals: Sequence[str]) -> list[str]:
    """The goals that nobody reaches without a component; of one that calls nothing only itself."""
    if not graph.outgoing[gone]:
        return [goal for goal in goals if goal == gone or goal not in graph.distance]
    reached = _reached_without(graph, gone)
    return [goal for goal in goals if goal == gone or goal not in reached]


def _reached_without(graph: Graph, gone: str) -> set[str]:
    found = {each for each in graph.entries if each != gone}
    waiting = list(found)
    while waiting:
        for key in graph.outgoing[waiting.pop()]:
            target = graph.connections[key].target
            if target != gone and target not in found:
                found.add(target)
                waiting.append(target)
    return found


RULE = Rule("only-one", "A single instance of what everything needs", check)
