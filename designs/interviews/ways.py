"""Which arrows can carry a request, by the kinds at their ends, and which components a request reaches on them. PURE.

An arrow runs from the caller to the callee. Nothing calls a client. A store calls no service: only a worker or a stream
reads its changes. Load balancers and gateways are called by clients and by servers. A worker gets its work from a
queue, a clock or a server, not from a client. A request reads or writes a store through a component that runs code,
except for files, so no arrow leads from a client, a load balancer or a queue into a database. A caller that waits for
an answer gets none from behind a queue.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from designs.analysis.flow import OperationFlow
from designs.analysis.graph import CACHES, CONSUMERS, QUEUES, SERVERS, STORES, Graph
from designs.document.diagram import Component, Connection

FRONTS = frozenset({"dns", "cdn", "load_balancer", "api_gateway", "reverse_proxy"})
OUTSIDE = frozenset({"client", "third_party"})
BESIDE = frozenset({"client", "dns", "third_party", "scheduler"})  # callers, or components called beside the path
TAKES_FROM_QUEUES = frozenset({"worker", "stream_processor", "gpu_pool"})
HELD_OPEN = frozenset({"object_store", "cdn"})  # stores that clients may read directly
ASK_NO_STORE = FRONTS | {"client", "queue", "pubsub"}  # run no code that could query a database
FOLLOWS = CONSUMERS | QUEUES | {"workflow_engine"}  # what reads the changes of a store


def carries(source: Component, target: Component, connection: Connection) -> bool:
    """Whether a request, or the asynchronous work that it starts, can follow the arrow."""
    if target.kind == "client":
        return False
    if target.kind in FRONTS:
        return source.kind in FRONTS | OUTSIDE | SERVERS
    if source.kind in FRONTS | {"client"} and target.kind in TAKES_FROM_QUEUES:
        return False
    if source.kind in ASK_NO_STORE and target.kind in STORES - HELD_OPEN:
        return False
    if source.kind in CACHES:
        return target.kind in STORES | (SERVERS if source.kind in FRONTS else frozenset())
    if source.kind in STORES:
        return target.kind in FOLLOWS or (
            target.kind in STORES | CACHES and (target.kind == source.kind or connection.kind == "async")
        )
    return source.kind != "third_party" or target.kind in FRONTS | SERVERS


@dataclass(frozen=True)
class Arrival:
    """How a request reaches a component: through something that runs code, and while the caller still waits."""

    is_served: bool
    is_waited_for: bool = True


def way_of(flow: OperationFlow, entries: Iterable[str], graph: Graph) -> dict[str, Arrival]:
    """Components that a request reaches from the entries, in order, each with the best way there."""
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
    """The starts, and every component that requests reach from there by any arrows, or that replication keeps equal."""
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
