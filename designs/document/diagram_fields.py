"""The fields of components, connections and zones that people fill in: the one table of them. PURE.

The forms of the outline and of the canvas' dialog, the columns of the table face, what a typed figure is read as, and
the list in docs/drawing.md all come from here; the default of a field is that of the schema in `diagram`. A new field
is one line there and one here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from pydantic import BaseModel

from calculators.engine.readings import Kind as Quantity
from designs.document.diagram import (
    Balancing,
    Component,
    Connection,
    Invalidation,
    Readers,
    Relation,
    Replication,
    Serving,
    Shedding,
    Zone,
)
from designs.document.kinds import KINDS

Collection = Literal["components", "connections", "zones"]
# How a field is typed: `entities`, `component` and `zone` name something that the document holds.
Entry = Literal[
    "name", "note", "quantity", "flag", "number", "kind", "choice", "zone", "zones", "component", "entities"
]
View = Literal["work", "failure"]
Choices = Mapping[str, str]

CACHES = frozenset({"cache", "cdn"})
QUEUES = frozenset(kind.slug for kind in KINDS if kind.group == "messaging")
STORES = frozenset(kind.slug for kind in KINDS if kind.group == "stores") - CACHES
# Kinds without a waiting caller: their work comes from a queue, a stream or a clock.
CONSUMERS = frozenset({"worker", "scheduler", "stream_processor", "gpu_pool"})
SERVERS = CONSUMERS | {"web_server", "service", "model_server", "workflow_engine"}
REPLICATION = frozenset({"replication"})
CALLS = frozenset({"sync", "async"})
MOST = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Field:
    """`label` is used in forms, `column` in the table face when it is shorter there; `view` is the half of the table
    that shows the field, none when the table does not; `only_for` are the kinds that have it, all when it is empty. A
    field that `is_simulated` has an effect in simulations only: the analysis does not count it.
    """

    name: str
    label: str
    entry: Entry
    column: str = ""
    view: View | Literal["both"] | None = None
    quantity: Quantity | None = None
    example: str = ""
    choices: Choices | None = None
    only_for: frozenset[str] = frozenset()
    low: int = 1
    high: int = MOST
    is_simulated: bool = False

    @property
    def title(self) -> str:
        return self.column or self.label


INVALIDATIONS: Choices = {
    "ttl": "they expire",
    "on_write": "deleted when the data is written",
    "write_through": "written through the cache",
    "write_behind": "written to the cache, to the store later",
}
REPLICATIONS: Choices = {
    "synchronous": "all copies",
    "quorum": "a quorum of them",
    "asynchronous": "the leader alone",
}
READERS: Choices = {
    "leader": "the leader",
    "followers": "followers",
    "any": "any copy",
    "quorum": "a quorum of copies",
}
BALANCINGS: Choices = {
    "one_queue": "one queue before all of them",
    "least_connections": "fewest open connections",
    "two_choices": "the better of two at random",
    "round_robin": "in turn",
    "random": "at random",
}
SHEDDING: Choices = {
    "newest": "who comes",
    "oldest": "who has waited longest",
    "priority": "whose operation matters least",
    "nobody": "nobody: callers wait for room",
}
SERVINGS: Choices = {
    "newest": "who came last",
}
RELATIONS: Choices = {
    "all": "all of them, one after another",
    "one_of": "one of them",
    "by_key": "the one that the key says",
    "parallel": "all of them at once",
}
CONNECTION_KINDS: Choices = {
    "sync": "call, waits for the answer",
    "async": "asynchronous, does not wait",
    "replication": "replication, leader to follower",
}
ZONE_KINDS: Choices = {
    "region": "region",
    "zone": "zone that fails together",
    "boundary": "boundary that only groups",
}


def _quantity(name: str, label: str, kind: Quantity, example: str, **more: Any) -> Field:
    return Field(name=name, label=label, entry="quantity", quantity=kind, example=example, **more)


def _choice(name: str, label: str, choices: Choices, **more: Any) -> Field:
    return Field(name=name, label=label, entry="choice", choices=choices, **more)


COMPONENT_FIELDS: tuple[Field, ...] = (
    Field(name="label", label="Name", entry="name", view="both"),
    Field(name="kind", label="Kind", entry="kind", view="both"),
    Field(name="zone", label="In zone", column="Zone", entry="zone", view="both"),
    Field(name="technology", label="Technology", entry="name", view="work"),
    Field(name="instances", label="Instances", entry="number", view="both"),
    Field(name="shards", label="Shards", entry="number", view="work", only_for=STORES),
    Field(name="copies", label="Copies of each shard", column="Copies", entry="number", view="both", only_for=STORES),
    _quantity("capacity", "Capacity per instance", "capacity", "5k/s", view="work"),
    _quantity("latency", "Latency", "time", "20 ms", view="work"),
    _quantity("variation", "Latency varies by (deviation over mean)", "count", "1"),
    _quantity("concurrency", "Requests that one holds at once", "count", "200"),
    _quantity("queue_limit", "Requests that wait before one at most", "count", "100", only_for=SERVERS | STORES),
    _choice("sheds", "A full queue refuses", SHEDDING, only_for=SERVERS | STORES),
    _choice("serves", "Serves first", SERVINGS, only_for=SERVERS | STORES, is_simulated=True),
    _quantity("error_rate", "Answers with an error", "share", "0.1%"),
    _quantity("rate_limit", "Lets in at most (rate limit)", "rate", "5k/s"),
    _quantity("rate_burst", "At once (empty: a second’s worth)", "count", "500"),
    _quantity("slow_factor", "One is slower by the factor", "count", "5", is_simulated=True),
    Field(
        name="most_instances", label="Scales by itself to at most (0: it does not)", entry="number", low=0,
        only_for=SERVERS, is_simulated=True,
    ),
    _quantity("scale_at", "It scales to be used (empty: 80 %)", "share", "60%", only_for=SERVERS, is_simulated=True),
    _quantity("boot_time", "A new one serves after", "time", "2 min", only_for=SERVERS, is_simulated=True),
    _quantity("connections_per_instance", "Connections that one bears", "count", "100k"),
    _choice("balancing", "Requests go to", BALANCINGS, only_for=SERVERS),
    _quantity("cost", "Cost per instance a month", "money", "120 USD", column="Cost a month", view="work"),
    _quantity("cache_hit_ratio", "Hit ratio", "share", "80%", view="work", only_for=CACHES),
    _quantity("working_set", "Different entries asked for", "count", "10M", only_for=CACHES),
    _quantity("entries", "Entries that it holds", "count", "1M", only_for=CACHES),
    _quantity("skew", "Zipf exponent of popularity (empty: 0, all alike)", "count", "0.8", only_for=CACHES),
    Field(name="stores", label="Stores", entry="entities", view="work"),
    Field(name="shard_key", label="Split by the field", entry="name", example="author_id", only_for=STORES),
    _quantity("hottest_shard", "Share of the busiest shard", "share", "30%", only_for=STORES),
    _quantity("availability", "Availability per instance", "availability", "99.9%", view="failure"),
    _quantity("common_cause", "Outages that hit all at once", "share", "10%"),
    Field(
        name="monitored", label="Its failure raises an alert", column="Raises an alert", entry="flag",
        view="failure",
    ),
    _quantity("recovery_time", "Recovery time after a loss", "time", "10 min", view="failure"),
    _quantity("failover_time", "Another takes over within", "time", "30 s"),
    Field(
        name="stateful", label="A lost instance loses something", column="Loses data", entry="flag", view="failure",
        only_for=SERVERS | STORES,
    ),
    _choice("replication", "A write waits for", REPLICATIONS, only_for=STORES),
    Field(name="write_quorum", label="Copies that confirm a write (0: most)", entry="number", low=0, only_for=STORES),
    Field(name="read_quorum", label="Copies that a read asks (0: most)", entry="number", low=0, only_for=STORES),
    _choice("reads_from", "Reads are answered by", READERS, only_for=STORES),
    _quantity("lag", "Copies are behind by up to", "time", "1 s", only_for=STORES),
    _quantity("backup_every", "Backed up every", "time", "1 day", view="failure", only_for=STORES),
    _choice("invalidation", "How old entries go", INVALIDATIONS, view="failure", only_for=CACHES),
    Field(
        name="dead_letters", label="Sets failing messages aside", column="Sets failures aside", entry="flag",
        view="failure", only_for=QUEUES,
    ),
    Field(name="zones", label="Spread over zones", entry="zones"),
    Field(name="note", label="Note", entry="note"),
)  # fmt: skip
CONNECTION_FIELDS: tuple[Field, ...] = (
    Field(name="source", label="From", entry="component", view="both"),
    Field(name="target", label="To", entry="component", view="both"),
    Field(name="kind", label="How", entry="choice", choices=CONNECTION_KINDS, view="both"),
    Field(name="label", label="Says", entry="name", view="work"),
    _choice("relation", "Of the arrows of its source it takes", RELATIONS),
    Field(name="group", label="Group of arrows", entry="name"),
    Field(name="optional", label="The source answers without it", entry="flag"),
    Field(name="fallback", label="What is answered instead", entry="name", example="an empty list"),
    _quantity("timeout", "The source waits for at most", "time", "500 ms"),
    _quantity("latency", "Latency of the network", "time", "20 ms", column="Latency", view="work"),
    Field(name="retries", label="Retries", entry="number", low=0, high=100, view="both"),
    _quantity("retry_budget", "Retries are at most", "share", "10%", view="failure"),
    _quantity("backoff", "Before a retry it waits up to (then twice that)", "time", "200 ms"),
    _quantity("breaker", "Circuit breaker opens at failed calls of", "share", "50%", is_simulated=True),
    _quantity("breaker_pause", "It tries again after (empty: 60 s)", "time", "30 s", is_simulated=True),
    _quantity("bulkhead", "Holds of the source’s threads at most", "share", "25%", is_simulated=True),
    _quantity("hedge_after", "A second call is made after", "time", "50 ms", is_simulated=True),
    Field(
        name="synchronous", label="Replication: writes wait for the follower", column="Writes wait", entry="flag",
        view="failure", only_for=REPLICATION,
    ),
    _quantity(
        "lag", "Replication: the follower is behind by up to", "time", "1 s", column="Follower is behind by",
        view="failure", only_for=REPLICATION,
    ),
    Field(name="note", label="Note", entry="note"),
)  # fmt: skip
ZONE_FIELDS: tuple[Field, ...] = (
    Field(name="label", label="Name", entry="name", view="both"),
    Field(name="kind", label="Kind", entry="choice", choices=ZONE_KINDS, view="both"),
    Field(name="parent", label="Inside", entry="zone", view="both"),
    _quantity("availability", "Availability", "availability", "99.99%", view="both"),
    Field(name="note", label="Note", entry="note"),
)
FIELDS: Mapping[Collection, tuple[Field, ...]] = {
    "components": COMPONENT_FIELDS,
    "connections": CONNECTION_FIELDS,
    "zones": ZONE_FIELDS,
}
MODELS: dict[Collection, type[BaseModel]] = {"components": Component, "connections": Connection, "zones": Zone}
# Fields that the canvas sets by itself.
GEOMETRY = frozenset({"x", "y", "width", "height", "bends", "order"})
TYPED_CHOICES = {
    "invalidation": Invalidation,
    "replication": Replication,
    "reads_from": Readers,
    "balancing": Balancing,
    "relation": Relation,
    "sheds": Shedding,
    "serves": Serving,
}


def default_of(collection: Collection, name: str) -> Any:
    """The meaning of a field that is left out of the document, by the schema; None where it must be given."""
    field = MODELS[collection].model_fields[name]
    return None if field.is_required() else field.get_default(call_default_factory=True)


def quantities_of(collection: Collection) -> dict[str, Quantity]:
    """How the typed figures of such an object are read."""
    return {field.name: field.quantity for field in FIELDS[collection] if field.quantity}


def choices_of(name: str) -> tuple[str, ...]:
    """The values that the schema allows, without the empty one."""
    return tuple(choice for choice in get_args(TYPED_CHOICES[name]) if choice)


TABLE = re.compile(r"(### Fields of (\w+)\n\n\|[^\n]*\n\|[^\n]*\n)(?:\|[^\n]*\n)*+")


def with_tables(text: str) -> str:
    """The text of docs/drawing.md with the rows of its tables of fields as they are here."""
    rows: dict[str, str] = {collection: "".join(map(_documented, fields)) for collection, fields in FIELDS.items()}
    return TABLE.sub(lambda table: table[1] + rows[table[2]], text)


def _documented(field: Field) -> str:
    written = (field.example and f"as `{field.example}`") or field.entry
    kinds = ", ".join(sorted(field.only_for)) or "all"
    acts = "simulation" if field.is_simulated else "both"
    return f"| `{field.name}` | {field.label} | {written} | {kinds} | {acts} |\n"
