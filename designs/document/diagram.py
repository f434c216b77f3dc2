"""Step 6: the drawing: components, the connections between them, and the zones that they fail with."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from designs.document.basics import Coordinate, Id, IdSet, Item, Length, Model, Name, Quantity, Reference, Text
from designs.document.kinds import ComponentKind, ConnectionKind, ZoneKind
from designs.document.limits import MAX_COMPONENTS, MAX_CONNECTIONS, MAX_ITEMS

Invalidation = Literal["", "ttl", "on_write", "write_through", "write_behind"]


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
    replicas: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    capacity: Annotated[Quantity, Field(description="What one replica serves: `5k/s`.")] = ""
    latency: Annotated[Quantity, Field(description="Time that it takes itself to serve one request.")] = ""
    availability: Annotated[Quantity, Field(description="Of one replica: `99.9%`.")] = ""
    cost: Annotated[Quantity, Field(description="Of one replica and month.")] = ""
    cache_hit_ratio: Annotated[Quantity, Field(description="Share of requests that go no further: `80%`.")] = ""
    stateful: Annotated[bool, Field(description="Whether a lost replica loses something.")] = False
    stores: Annotated[IdSet, Field(description="Ids of `data_model.entities`.")] = {}
    monitored: Annotated[bool, Field(description="Whether somebody is alerted when it fails.")] = False
    recovery_time: Annotated[Quantity, Field(description="Until a lost one works again, or another in its place.")] = ""
    backup_every: Annotated[Quantity, Field(description="Stores: how often a copy is put away elsewhere.")] = ""
    invalidation: Annotated[Invalidation, Field(description="Caches: how an entry that grew old goes.")] = ""
    dead_letters: Annotated[bool, Field(description="Queues: whether what fails again and again is set aside.")] = False
    technology: Annotated[Name, Field(description="The product, when one was chosen: `PostgreSQL`.")] = ""
    note: Text = ""


class Connection(Item):
    """An arrow, from whoever asks to whoever answers; for replication, from leader to follower."""

    source: Annotated[Id, Field(description="An id of `diagram.components`.")]
    target: Annotated[Id, Field(description="An id of `diagram.components`.")]
    kind: ConnectionKind = "sync"
    label: Name = ""
    latency: Annotated[Quantity, Field(description="Of the network between the two, there and back.")] = ""
    retries: Annotated[int, Field(ge=0, le=100, description="How often a failed call is tried again.")] = 0
    retry_budget: Annotated[Quantity, Field(description="The share of calls that may be retries: `10%`.")] = ""
    synchronous: Annotated[bool, Field(description="Replication: whether a write waits for the follower.")] = False
    lag: Annotated[Quantity, Field(description="Replication: how far behind the follower may be.")] = ""
    bends: Annotated[list[Point], Field(max_length=100, description="Bend points from source to target.")] = []
    note: Text = ""


class Zone(Item):
    """What fails together (a region, a zone in it) or what merely belongs together (a boundary)."""

    kind: ZoneKind = "zone"
    label: Name = ""
    parent: Annotated[Reference, Field(description="The zone around it: an id of `diagram.zones`.")] = ""
    availability: Quantity = ""
    x: Coordinate = 0
    y: Coordinate = 0
    width: Length = 400
    height: Length = 300
    note: Text = ""


class Diagram(Model):
    components: Annotated[dict[Id, Component], Field(max_length=MAX_COMPONENTS)] = {}
    connections: Annotated[dict[Id, Connection], Field(max_length=MAX_CONNECTIONS)] = {}
    zones: Annotated[dict[Id, Zone], Field(max_length=MAX_ITEMS)] = {}
