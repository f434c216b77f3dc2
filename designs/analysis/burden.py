"""How requests of a component fall on its busiest server.

Instances share requests. A store divides them by shard, and the hottest shard takes its own share; a write goes to
every copy of its shard, and a read to whichever copies answer reads. Where the design does not say how, the worst case
counts: the leader alone answers reads. Keys count as evenly spread, and `missing` says so where the design does not
state it.
"""

from __future__ import annotations

from dataclasses import dataclass

from designs.analysis import values
from designs.analysis.graph import STORES
from designs.document.diagram import Component


@dataclass(frozen=True)
class Burden:
    """The load of one read and of one write on the busiest server, as shares. `stations` are servers of one queue.

    `missing` are facts without which the true share may be larger (`skew`) or smaller (`copies`).
    """

    read: float
    write: float
    stations: int
    servers: int
    words: str
    skew_unknown: bool = False
    copies_unknown: bool = False


def burden_of(component: Component) -> Burden:
    if component.kind not in STORES:
        # Every copy of a stream's partitions takes every message, so copies add no capacity.
        count = component.instances * component.shards
        words = f"{count} {'partitions' if component.shards > 1 else 'instances'}" if count > 1 else "one instance"
        return Burden(1 / count, 1 / count, count, count, words)
    copies, shards = copies_of(component), component.shards
    hottest = hottest_of(component)
    share = 1 / shards if hottest is None else max(hottest, 1 / shards)
    reading = _reading(component, copies)
    unknown = copies > 1 and not component.replication and not component.reads_from
    words = f"{shards} shards" if shards > 1 else ""
    if copies > 1:
        words = f"{words} of {copies} copies" if words else f"{copies} copies, each of which takes every write"
    return Burden(
        read=share * reading,
        write=share,
        stations=1,
        servers=copies * shards,
        words=words or "one copy",
        skew_unknown=shards > 1 and hottest is None,
        copies_unknown=unknown,
    )


def copies_of(component: Component) -> int:
    """Copies of each shard. Instances of a store count as copies whose kind is not known."""
    return component.copies * component.instances


def hottest_of(component: Component) -> float | None:
    return values.share(component.hottest_shard)


def quorum(component: Component, typed: int) -> int:
    """How many copies have to answer: as typed, else a majority."""
    copies = copies_of(component)
    return min(typed, copies) if typed else copies // 2 + 1


def _reading(component: Component, copies: int) -> float:
    if copies == 1:
        return 1.0
    if component.reads_from == "any":
        return 1 / copies
    if component.reads_from == "followers":
        return 1 / (copies - 1)
    if component.reads_from == "quorum" or (component.replication == "quorum" and not component.reads_from):
        return quorum(component, component.read_quorum) / copies
    return 1.0
