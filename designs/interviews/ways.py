"""Which arrows can carry a request, by what stands at their ends, and where a request comes to on them. PURE.

An arrow runs from who asks to who is asked. Nobody asks a client. A store asks no service: what follows its changes is
a worker or a stream. What spreads requests over servers is asked by clients and by servers. A worker takes its work
from a queue, a clock or a server, and not from a client. A request reads or writes a store through something that runs
code, apart from files; and nobody who waits for an answer is answered by what stands behind a queue.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from designs.analysis.flow import OperationFlow
from designs.analysis.graph import CACHES, CONSUMERS, QUEUES, SERVERS, STORES, Graph
from designs.document.diagram import Component, Connection

FRONTS = frozenset({"dns", "cdn", "load_balancer", "api_gateway", "reverse_proxy"})
OUTSIDE = frozenset({"client", "third_party"})
BESIDE = frozenset({"client", "dns", "third_party", "scheduler"})  # what asks, or is asked beside the way
TAKES_FROM_QUEUES = frozenset({"worker", "stream_processor", "gpu_pool"})
HELD_OPEN = frozenset({"object_store", "cdn"})  # what clients may read without a server between
FOLLOWS = CONSUMERS | QUEUES | {"workflow_engine"}  # what takes up the changes of a store


def carries(source: Component, target: Component, connection: Connection) -> bool:
    """Whether a request, or the work that it leaves, can take the arrow."""
    if target.kind == "client":
        return False
    if target.kind in FRONTS:
        return source.kind in FRONTS | OUTSIDE | SERVERS
    if source.kind in FRONTS | {"client"} and target.kind in TAKES_FROM_QUEUES:
        return False
    if source.kind in CACHES:
        return target.kind in STORES | (SERVERS if source.kind in FRONTS else frozenset())
    if source.kind in STORES:
        return target.kind in FOLLOWS or (
            target.kind in STORES | CACHES and (target.kind == source.kind or connection.kind == "async")
        )
    return not (source.kind == "third_party" and target.kind in STORES)


@dataclass(frozen=True)
class Arrival:
    """How a request comes to a component: through something that runs code, and while whoever asks waits for it."""

    is_served: bool
    is_waited_for: bool = True


def way_of(flow: OperationFlow, entries: Iterable[str], graph: Graph) -> dict[str, Arrival]:
    """Components that a request comes to from the entries, in order, each with the best way there."""
    components = graph.components
    found = {each: Arrival(components[each].kind in SERVERS) for each in entries}
    waiting = list(found)
    while waiting:
        at = waiting.pop(0)
        for hop in flow.hops:
            arrow = graph.connections[hop.connection]
            target = components[hop.target]
            if hop.source != at or not carries(components[at], target, arrow):
                continue
            before, known = found[at], found.get(hop.target)
            is_waited_for = before.is_waited_for and target.kind not in QUEUES - {"scheduler"}
            new = Arrival(before.is_served or target.kind in SERVERS, is_waited_for)
            if known is not None:
                new = Arrival(known.is_served or new.is_served, known.is_waited_for or new.is_waited_for)
            if new != known:
                found[hop.target] = new
                waiting.append(hop.target)
    return found


def behind(starts: Iterable[str], graph: Graph) -> set[str]:
    """The starts, and what requests can come to from there by any arrows, or is kept equal to it."""
    components, found = graph.components, set(starts)
    waiting = list(found)
    while waiting:
        at = waiting.pop()
        for key, each in graph.connections.items():
            if each.source != at or each.target in found:
                continue
            if each.kind == "replication" or carries(components[at], components[each.target], graph.connections[key]):
                found.add(each.target)
                waiting.append(each.target)
    return found
