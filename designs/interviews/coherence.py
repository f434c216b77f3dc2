"""Whether a drawing is one system: arrows that no operation takes, and data laid into stores without need. PURE.

A single such arrow or copy is no fault. A drawing in which many arrows lead past all operations, and every store holds
all data, says nothing about how requests travel: operations find their data there by chance.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from designs.analysis.graph import QUEUES, STORES
from designs.interviews.ways import carries

if TYPE_CHECKING:
    from designs.interviews.case import Case

HANDED_ON = QUEUES | {"third_party"}  # what a component on the way of a request gives work to
STARTERS = frozenset({"scheduler", "third_party"})  # begin work that no operation of the API describes
MOST_ARROWS = 3  # for each box; with more, whatever is drawn reaches everything
COPY_WEIGHT = 0.5  # a copy of data that nobody needs weighs half as much as an arrow that nobody takes


def unused_arrows(case: Case) -> list[str]:
    """Arrows that no operation goes along, neither while its caller waits nor later.

    Work that goes on later starts where an operation comes: into a queue, to a third party, or along an asynchronous
    arrow. From there on it may take any arrow. Replication and answers drawn as arrows are used.
    """
    graph, ways = case.analysis.model.graph, case.ways
    components, arrows = graph.components, graph.connections
    on_the_way = {each for way in ways.values() for each in way}
    used = {
        hop.connection
        for operation, way in ways.items()
        for hop in case.analysis.model.flows[operation].hops
        if hop.source in way
    }
    later: set[str] = set()
    waiting = True
    while waiting:
        waiting = False
        for key, each in arrows.items():
            source, target = components[each.source], components[each.target]
            if key in used or not (each.kind == "replication" or carries(source, target, each)):
                continue
            is_handed_on = each.source in on_the_way and (
                target.kind in HANDED_ON or each.kind == "async" or source.kind in QUEUES
            )
            if is_handed_on or each.source in later or each.kind == "replication" or source.kind in STARTERS:
                used.add(key)
                waiting = True
                if each.target not in on_the_way:
                    later.add(each.target)
    answers = {(arrows[key].target, arrows[key].source) for key in used if key in arrows}
    return [key for key, each in arrows.items() if key not in used and (each.source, each.target) not in answers]


def needless_copies(case: Case) -> tuple[int, int]:
    """(copies, all): in how many stores data lies that another store holds as well and no replication brings there, of
    all places in which data lies."""
    graph = case.analysis.model.graph
    followers = {each.target for each in graph.connections.values() if each.kind == "replication"}
    places = [
        (entity, key in followers)
        for key, each in graph.components.items()
        if each.kind in STORES
        for entity in each.stores
        if entity in case.document.data_model.entities
    ]
    first_hand = Counter(entity for entity, is_follower in places if not is_follower)
    return sum(count - 1 for count in first_hand.values()), len(places)


def looseness(case: Case) -> float:
    """The share of the arrows that carry nothing, that nobody takes, or that are too many, and half of the share of
    needless copies."""
    graph = case.analysis.model.graph
    arrows, most = len(graph.connections), MOST_ARROWS * len(graph.components)
    copies, places = needless_copies(case)
    idle = len(unused_arrows(case)) + max(0, len(case.stray) - 1) + max(0, arrows - most)
    return (idle / arrows if arrows else 0.0) + COPY_WEIGHT * (copies / places if places else 0.0)
