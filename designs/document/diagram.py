"""Step 6: the drawing: components, the connections between them, and the zones that they fail with."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from designs.document.basics import Coordinate, Id, IdSet, Item, Length, Model, Name, Quantity, Reference, Text
from designs.document.kinds import ComponentKind, ConnectionKind, ZoneKind
from designs.document.limits import MAX_COMPONENTS, MAX_CONNECTIONS, MAX_ZONES

Invalidation = Literal["", "ttl", "on_write", "write_through", "write_behind"]
Replication = Literal["", "synchronous", "quorum", "asynchronous"]
Readers = Literal["", "leader", "followers", "any", "quorum"]
Balancing = Literal["", "one_queue", "least_connections", "two_choices", "round_robin", "random"]
Shedding = Literal["", "newest", "oldest", "priority", "nobody"]
Serving = Literal["", "newest"]
Relation = Literal["", "all", "one_of", "by_key", "parallel"]


class Point(Model):
    x: Coordinate
    y: Coordinate


class Component(Item):
    """A box. Geometry is in pixels, x and y at its top left corner, whatever zone it is in."""

    kind: ComponentKind
    label: Name = ""
    x: Coordinate = 0
    y: Coordinate = 0
    width: Length = 140
    height: Length = 64
    zone: Annotated[Reference, Field(description="The innermost zone it is in: an id of `diagram.zones`.")] = ""
    zones: Annotated[
        IdSet, Field(description="Zones over which its instances or copies are spread evenly; empty: all in `zone`.")
    ] = {}
    instances: Annotated[
        int, Field(ge=1, le=1_000_000, description="Servers that share its requests. A store has shards and copies.")
    ] = 1
    shards: Annotated[int, Field(ge=1, le=1_000_000, description="Stores: parts that the rows are split into.")] = 1
    shard_key: Annotated[Name, Field(description="Stores: the field by which rows are split: `author_id`.")] = ""
    hottest_shard: Annotated[Quantity, Field(description="Share of requests at the busiest shard: `30%`.")] = ""
    copies: Annotated[
        int,
        Field(ge=1, le=1_000_000, description="Stores: copies of each shard, leader included; all take a write."),
    ] = 1
    replication: Annotated[
        Replication, Field(description="Stores: what a write waits for: all copies, a quorum, or the leader alone.")
    ] = ""
    write_quorum: Annotated[
        int, Field(ge=0, le=1_000_000, description="Quorum: copies that confirm a write; 0 is a majority.")
    ] = 0
    read_quorum: Annotated[
        int, Field(ge=0, le=1_000_000, description="Quorum: copies that a read needs; 0 is a majority.")
    ] = 0
    reads_from: Annotated[Readers, Field(description="Stores: which copies answer reads; empty is not known.")] = ""
    lag: Annotated[Quantity, Field(description="Stores: how far behind an asynchronous copy may be: `1 s`.")] = ""
    failover_time: Annotated[Quantity, Field(description="Until another copy or instance takes over: `30 s`.")] = ""
    capacity: Annotated[Quantity, Field(description="What one instance, or copy of a shard, serves: `5k/s`.")] = ""
    latency: Annotated[Quantity, Field(description="Time that it takes itself to serve one request.")] = ""
    variation: Annotated[
        Quantity,
        Field(description="Standard deviation of the service time over its mean: `0` is constant, `1` exponential."),
    ] = ""
    concurrency: Annotated[
        Quantity, Field(description="Requests that one instance holds at once: its threads or connections: `200`.")
    ] = ""
    queue_limit: Annotated[
        Quantity, Field(description="Requests that wait before one instance at most; others are refused: `100`.")
    ] = ""
    sheds: Annotated[
        Shedding,
        Field(
            description="Which request a full queue refuses: the new one (empty), the one that waited longest, or the "
            "one whose operation matters least. `nobody` is back-pressure: callers wait for room."
        ),
    ] = ""
    serves: Annotated[
        Serving, Field(description="Which waiting request it serves next; empty is the first that arrived.")
    ] = ""
    error_rate: Annotated[
        Quantity, Field(description="Share of requests that it answers with an error after its own work: `0.1%`.")
    ] = ""
    rate_limit: Annotated[
        Quantity, Field(description="Requests a second that all its instances let in together (token bucket): `5k/s`.")
    ] = ""
    rate_burst: Annotated[
        Quantity, Field(description="Requests that the rate limit lets in at once; empty is one second's worth.")
    ] = ""
    slow_factor: Annotated[
        Quantity, Field(description="One instance or copy takes this many times as long as the others: `5`.")
    ] = ""
    most_instances: Annotated[
        int,
        Field(
            ge=0, le=1_000_000, description="Autoscaling: the most instances; 0 is none. `instances` are the fewest."
        ),
    ] = 0
    scale_at: Annotated[
        Quantity,
        Field(description="Autoscaling: the target utilisation; empty is 80 %, the default of Kubernetes."),
    ] = ""
    boot_time: Annotated[Quantity, Field(description="Autoscaling: until a new instance serves requests: `2 min`.")] = (
        ""
    )
    connections_per_instance: Annotated[
        Quantity, Field(description="Open client connections that one instance can hold: `100k`.")
    ] = ""
    balancing: Annotated[
        Balancing, Field(description="How requests are spread over its instances; empty is not known.")
    ] = ""
    availability: Annotated[Quantity, Field(description="Of one instance or copy: `99.9%`.")] = ""
    common_cause: Annotated[
        Quantity, Field(description="Share of its outages that hit all instances or copies at once: `10%`.")
    ] = ""
    cost: Annotated[Quantity, Field(description="Of one instance or copy and month.")] = ""
    cache_hit_ratio: Annotated[Quantity, Field(description="Share of requests that go no further: `80%`.")] = ""
    working_set: Annotated[
        Quantity, Field(description="Caches: different entries that are read: `10M`. Empty, it is warm at once.")
    ] = ""
    entries: Annotated[
        Quantity, Field(description="Caches: entries that all instances hold together, LRU eviction: `1M`.")
    ] = ""
    skew: Annotated[
        Quantity,
        Field(description="Caches: Zipf's exponent of how often entries are read: `0.8`; empty is all alike (0)."),
    ] = ""
    stateful: Annotated[bool, Field(description="Whether a lost instance loses state.")] = False
    stores: Annotated[IdSet, Field(description="Ids of `data_model.entities`.")] = {}
    monitored: Annotated[bool, Field(description="Whether a person is alerted when it fails.")] = False
    recovery_time: Annotated[Quantity, Field(description="Until a lost instance works again or is replaced.")] = ""
    backup_every: Annotated[Quantity, Field(description="Stores: how often a backup is made.")] = ""
    invalidation: Annotated[Invalidation, Field(description="Caches: how stale entries are removed.")] = ""
    dead_letters: Annotated[bool, Field(description="Queues: whether poison messages are set aside.")] = False
    technology: Annotated[Name, Field(description="The product, when one was chosen: `PostgreSQL`.")] = ""
    note: Text = ""


class Connection(Item):
    """An arrow from the caller to the callee; for replication, from leader to follower."""

    source: Annotated[Id, Field(description="An id of `diagram.components`.")]
    target: Annotated[Id, Field(description="An id of `diagram.components`.")]
    kind: ConnectionKind = "sync"
    label: Name = ""
    relation: Annotated[
        Relation,
        Field(description="How the source uses its group: all of them, one of them, by key, or in parallel."),
    ] = ""
    group: Annotated[Name, Field(description="Distinguishes groups of arrows of one source.")] = ""
    optional: Annotated[bool, Field(description="Whether the source can answer without it (`fallback`).")] = False
    fallback: Annotated[Name, Field(description="What is answered instead: `an empty list`.")] = ""
    timeout: Annotated[Quantity, Field(description="How long the source waits for an answer: `500 ms`.")] = ""
    latency: Annotated[Quantity, Field(description="Network round trip between the two.")] = ""
    retries: Annotated[int, Field(ge=0, le=100, description="How often a failed call is tried again.")] = 0
    retry_budget: Annotated[Quantity, Field(description="The share of calls that may be retries: `10%`.")] = ""
    backoff: Annotated[
        Quantity,
        Field(description="The longest random wait before the first retry, doubled before each next: `200 ms`."),
    ] = ""
    breaker: Annotated[
        Quantity, Field(description="Circuit breaker: opens when this share of the last 100 calls failed: `50%`.")
    ] = ""
    breaker_pause: Annotated[
        Quantity, Field(description="Circuit breaker: until ten calls are tried again; empty is 60 s.")
    ] = ""
    bulkhead: Annotated[
        Quantity,
        Field(description="Share of the source's threads (`concurrency`) that its calls hold at most: `25%`."),
    ] = ""
    hedge_after: Annotated[
        Quantity, Field(description="Reads: a second call is made when there is no answer after this time: `50 ms`.")
    ] = ""
    synchronous: Annotated[bool, Field(description="Replication: whether a write waits for the follower.")] = False
    lag: Annotated[Quantity, Field(description="Replication: how far behind the follower may be.")] = ""
    bends: Annotated[list[Point], Field(max_length=100, description="Bend points from source to target.")] = []
    note: Text = ""


class Zone(Item):
    """A failure domain (a region, a zone in it), or a boundary that only groups components."""

    kind: ZoneKind = "zone"
    label: Name = ""
    parent: Annotated[Reference, Field(description="The zone around it: an id of `diagram.zones`.")] = ""
    availability: Annotated[Quantity, Field(description="Of the zone itself, whatever is in it.")] = ""
    x: Coordinate = 0
    y: Coordinate = 0
    width: Length = 400
    height: Length = 300
    note: Text = ""


class Diagram(Model):
    components: Annotated[dict[Id, Component], Field(max_length=MAX_COMPONENTS)] = {}
    connections: Annotated[dict[Id, Connection], Field(max_length=MAX_CONNECTIONS)] = {}
    zones: Annotated[dict[Id, Zone], Field(max_length=MAX_ZONES)] = {}
