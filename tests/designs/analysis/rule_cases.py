"""Examples of every rule: one that it finds, one that it does not, and one that looks like the other kind.

A case is the components, the arrows, the other sections of the document, and the keys of the findings expected.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.designs.analysis.build import READ, WRITE, store


@dataclass(frozen=True)
class Example:
    rule: str
    kind: str  # positive, negative or tricky
    about: str
    components: dict[str, Any]
    arrows: str
    keys: tuple[str, ...] = ()
    sections: dict[str, Any] = field(default_factory=dict)


CASES: list[Example] = []


def case(rule: str, kind: str, about: str, components: dict, arrows: str, *keys: str, **sections: Any) -> None:
    CASES.append(Example(rule, kind, about, components, arrows, tuple(f"{rule}:{key}" for key in keys), sections))


def service(**fields: Any) -> dict[str, Any]:
    return {"kind": "service", **fields}


def keyed(*fields: tuple[str, str, str], **more: Any) -> dict[str, Any]:
    """The entity `thing` with fields of a name, a type and a role."""
    made = {name: {"name": name, "type": kind, "key": role} for name, kind, role in fields}
    return {"thing": {"name": "Thing", "fields": made, **more}}


LINE = "app -> api, api -> db"
BASE = {"app": "client", "api": service(), "db": store()}
READS = {"operations": {"read": READ}}
WRITES = {"operations": {"write": WRITE}}
BOTH = {"operations": {"read": READ, "write": WRITE}}
PEAK = {"rows": {"peak_factor": {"formula": "3"}}}


def base(**changes: Any) -> dict[str, Any]:
    return {
        key: {**(fields if isinstance(fields, dict) else {"kind": fields}), **changes.get(key, {})}
        for key, fields in BASE.items()
    } | {key: value for key, value in changes.items() if key not in BASE}


r = "saturated"
case(r, "positive", "asked 100/s, serves 50/s", base(api={"capacity": "50/s"}), LINE, "api", **READS)
case(r, "negative", "serves what it is asked", base(api={"capacity": "100/s"}), LINE, **READS)
case(r, "tricky", "enough on average but not at peak", base(db={"capacity": "200/s"}), LINE, "db", **READS, **PEAK)

r = "nearly-full"
case(r, "positive", "nine tenths", base(api={"capacity": "111/s"}), LINE, "api", **READS)
case(r, "negative", "half", base(api={"capacity": "200/s"}), LINE, **READS)
case(r, "tricky", "over the edge is saturated, not nearly full", base(api={"capacity": "99/s"}), LINE, **READS)

r = "no-spare-replica"
case(r, "positive", "two for one and a half", base(api={"capacity": "70/s", "instances": 2}), LINE, "api", **READS)
case(r, "negative", "three for one and a half", base(api={"capacity": "70/s", "instances": 3}), LINE, **READS)
case(r, "tricky", "one alone is another rule's", base(api={"capacity": "120/s"}), LINE, **READS)

QUEUED = {**base(), "jobs": "queue", "worker": {"kind": "worker", "capacity": "12/s"}}
THROUGH = "app -> api, api ~> jobs, jobs -> worker, worker -> db"
r = "backlog"
case(r, "positive", "12/s for 30/s at peak", QUEUED, THROUGH, "worker", **WRITES, **PEAK)
case(
    r,
    "negative",
    "keeps up with the peak",
    {**QUEUED, "worker": {"kind": "worker", "capacity": "40/s"}},
    THROUGH,
    **WRITES,
    **PEAK,
)
case(
    r,
    "tricky",
    "below the average it is saturated",
    {**QUEUED, "worker": {"kind": "worker", "capacity": "9/s"}},
    THROUGH,
    **WRITES,
    **PEAK,
)

MEMORY = {"kind": "cache", "cache_hit_ratio": "90%"}
BESIDE = f"{LINE}, api -> memory"
r = "cold-cache"
case(r, "positive", "lives on a tenth", base(db={"capacity": "50/s"}, memory=MEMORY), BESIDE, "db", **READS)
case(r, "negative", "could bear all of it", base(db={"capacity": "500/s"}, memory=MEMORY), BESIDE, **READS)
case(r, "tricky", "already saturated with the cache warm", base(db={"capacity": "9/s"}, memory=MEMORY), BESIDE, **READS)

r = "single-point"
case(r, "positive", "a chain of single boxes", base(), LINE, "api", "db", **READS)
case(r, "negative", "two of each", base(api={"instances": 2}, db={"copies": 2}), LINE, **READS)
case(
    r,
    "tricky",
    "one replica, but with an equal beside it",
    {
        "app": "client",
        "lb": {"kind": "load_balancer", "instances": 2},
        "a": service(),
        "b": service(),
        "db": store(copies=2),
    },
    "app -> lb, lb -> a, lb -> b, a -> db, b -> db",
    **READS,
)

ZONES = {"zones": {"east": {"kind": "zone"}, "west": {"kind": "zone"}}}
r = "zone-alone"
case(r, "positive", "replicas in one zone", base(api={"instances": 3, "zone": "east"}), LINE, "east", **READS, **ZONES)
case(r, "negative", "nothing is in it", base(), LINE, **READS, **ZONES)
case(
    r,
    "tricky",
    "each of two zones holds one of two equals",
    {"app": "client", "lb": "load_balancer", "a": service(zone="east"), "b": service(zone="west"), "db": store()},
    "app -> lb, lb -> a, lb -> b, a -> db, b -> db",
    **READS,
    **ZONES,
)

r = "zone-overload"
BOTH_ZONES = {"east": True, "west": True}
SPREAD = {"capacity": "30/s", "zones": BOTH_ZONES}
case(r, "positive", "four of 30/s for 100/s", base(api={**SPREAD, "instances": 4}), LINE, "api,east", **READS, **ZONES)
case(r, "negative", "eight of 30/s for 100/s", base(api={**SPREAD, "instances": 8}), LINE, **READS, **ZONES)
case(
    r, "tricky", "all in one zone is another rule's", base(api={"instances": 4, "zone": "east"}), LINE, **READS, **ZONES
)

r = "no-zones"
case(r, "positive", "replicas anywhere", base(api={"instances": 3}), LINE, "", **READS)
case(r, "negative", "zones are drawn", base(api={"instances": 3, "zone": "east"}), LINE, **READS, **ZONES)
case(
    r,
    "tricky",
    "a boundary is no zone",
    base(api={"instances": 3, "zone": "team"}),
    LINE,
    "",
    zones={"team": {"kind": "boundary"}},
)

r = "data-copies"
case(r, "positive", "one replica", base(), LINE, "db")
case(r, "negative", "a follower", base(copy=store()), f"{LINE}, db => copy")
case(r, "tricky", "an object store copies by itself", {"files": store("object_store"), "empty": "sql"}, "")

r = "old-backup"
daily = {"copies": 2, "replication": "synchronous", "backup_every": "1 day"}
wrote: dict[str, Any] = {"operations": {"read": READ, "write": WRITE}}
case(r, "positive", "a day between backups of copies", base(db=store(**daily)), LINE, "db", **wrote)
case(r, "negative", "an hour between them", base(db=store(**{**daily, "backup_every": "1 hour"})), LINE, **wrote)
case(r, "tricky", "nothing is written there", base(db=store(**daily)), LINE, operations={"read": READ})

r = "unmonitored"
silent = base(api={"monitored": False}, db={"monitored": False})
case(r, "positive", "nobody watches", silent, LINE, "api,db", **READS)
case(r, "negative", "nothing is said", base(), LINE, **READS)
case(r, "negative", "watched", base(api={"monitored": True}, db={"monitored": True}), LINE, **READS)
case(
    r,
    "tricky",
    "what can be done without need not be watched",
    base(api={"monitored": True}, db={"monitored": True}, memory={"kind": "cache"}),
    BESIDE,
    **READS,
)

r = "no-path"
case(
    r,
    "positive",
    "nobody stores it",
    {"app": "client", "api": service(), "db": "sql"},
    LINE,
    "read",
    **READS,
    entities={"thing": {}},
)
case(r, "negative", "a path", base(), LINE, **READS)
case(r, "tricky", "stored, but no client reaches it", base(), "app -> api", "read", **READS)

r = "client-to-store"
case(r, "positive", "a database", {"app": "client", "db": store()}, "app -> db", "app_db", **READS)
case(r, "negative", "through a service", base(), LINE, **READS)
case(
    r,
    "tricky",
    "files straight from an object store are fine",
    {"app": "client", "files": store("object_store")},
    "app -> files",
    **READS,
)

r = "unsafe-writes"
case(r, "positive", "nothing is said", base(), LINE, "write", **WRITES)
case(r, "negative", "a key", base(), LINE, operations={"write": {**WRITE, "idempotency": "idempotency_key"}})
case(r, "tricky", "PUT is idempotent by itself", base(), LINE, operations={"write": {**WRITE, "method": "PUT"}})

r = "no-consumer"
case(r, "positive", "a dead end", base(jobs="queue"), f"{LINE}, api ~> jobs", "jobs", **WRITES)
case(r, "negative", "a worker takes them", QUEUED, THROUGH, **WRITES)
case(
    r,
    "tricky",
    "another queue takes them",
    base(jobs="pubsub", each="queue", worker="worker"),
    f"{LINE}, api ~> jobs, jobs ~> each, each ~> worker",
)

r = "no-dead-letters"
case(r, "positive", "nothing is set aside", QUEUED, THROUGH, "jobs", **WRITES)
case(r, "negative", "set aside", {**QUEUED, "jobs": {"kind": "queue", "dead_letters": True}}, THROUGH, **WRITES)
case(r, "tricky", "a log is read by position", {**QUEUED, "jobs": "stream"}, THROUGH, **WRITES)

r = "retries-without-budget"
case(r, "positive", "three tries", base(), LINE, "api_db", **READS, connections={"api_db": {"retries": 2}})
case(r, "negative", "a budget", base(), LINE, **READS, connections={"api_db": {"retries": 2, "retry_budget": "10%"}})
case(r, "tricky", "no retries, no budget needed", base(), LINE, **READS, connections={"api_db": {"retries": 0}})

r = "two-stable-states"
HALF_FULL = base(api={"capacity": "10k/s", "latency": "1 ms"}, db={"capacity": "200/s", "latency": "5 ms"})
GIVES_UP = {"timeout": "500 ms", "retries": 2}
case(r, "positive", "half full, three tries", HALF_FULL, LINE, "db", **READS, connections={"api_db": GIVES_UP})
case(r, "negative", "a budget", HALF_FULL, LINE, **READS, connections={"api_db": {**GIVES_UP, "retry_budget": "10%"}})
case(
    r,
    "tricky",
    "three tries of a quarter fit",
    HALF_FULL,
    LINE,
    operations={"read": {**READ, "rate": "50/s"}},
    connections={"api_db": GIVES_UP},
)

r = "idle-balancer"
case(
    r,
    "positive",
    "one backend",
    {"app": "client", "lb": "load_balancer", "api": service()},
    "app -> lb, lb -> api",
    "lb",
)
case(
    r,
    "negative",
    "two backends",
    {"app": "client", "lb": "load_balancer", "a": service(), "b": service()},
    "app -> lb, lb -> a, lb -> b",
)
case(
    r,
    "tricky",
    "one box of three instances",
    {"app": "client", "lb": "load_balancer", "api": service(instances=3)},
    "app -> lb, lb -> api",
)

r = "unbalanced-replicas"
case(r, "positive", "clients choose", base(api={"instances": 3}), LINE, "api", **READS)
case(
    r,
    "negative",
    "a balancer chooses",
    base(api={"instances": 3}, lb="load_balancer"),
    "app -> lb, lb -> api, api -> db",
    **READS,
)
case(r, "tricky", "one replica needs none", base(), LINE, **READS)

BALANCED = "app -> lb, lb -> api, api -> db"
r = "stateful-servers"
case(
    r,
    "positive",
    "three with sessions",
    base(lb="load_balancer", api={"instances": 3, "stateful": True}),
    BALANCED,
    "api",
)
case(r, "negative", "without state", base(lb="load_balancer", api={"instances": 3}), BALANCED)
case(r, "tricky", "state on the only server is no surprise", base(lb="load_balancer", api={"stateful": True}), BALANCED)

r = "stale-cache"
case(r, "positive", "written past it", base(memory=MEMORY), BESIDE, "memory", **BOTH)
case(r, "negative", "entries expire", base(memory={**MEMORY, "invalidation": "ttl"}), BESIDE, **BOTH)
case(r, "tricky", "what never changes is never stale", base(memory=MEMORY), BESIDE, **READS)

FOUR = {"app": "client", "a": service(), "b": service(), "c": service(), "d": service(), "db": store()}
r = "long-chain"
case(r, "positive", "four in a row", FOUR, "app -> a, a -> b, b -> c, c -> d, d -> db", "read", **READS)
case(r, "negative", "two in a row", FOUR, "app -> a, a -> b, b -> db", **READS)
case(
    r,
    "tricky",
    "a queue in the middle ends the wait",
    {**FOUR, "jobs": "queue"},
    "app -> a, a -> b, b ~> jobs, jobs -> c, c -> d, d -> db",
    **WRITES,
)

r = "fan-out-tail"
FAN = ["app_api", {"connection": "api_db", "multiplier": "100"}]
case(r, "positive", "a hundred calls", base(), LINE, "api_db,read", **READS, flows={"read": FAN})
case(r, "negative", "one call", base(), LINE, **READS)
case(
    r,
    "tricky",
    "a hundred calls that nobody waits for",
    base(),
    "app -> api, api ~> db",
    **WRITES,
    flows={"write": FAN},
)

FAR = {"zones": {"eu": {"kind": "region"}, "us": {"kind": "region"}, "eu1": {"kind": "zone", "parent": "eu"}}}
COPIED = f"{LINE}, db => copy"
r = "distant-sync"
SYNC = {"connections": {"db_copy": {"synchronous": True}}}
case(
    r, "positive", "waits for America", base(db={"zone": "eu"}, copy=store(zone="us")), COPIED, "db_copy", **FAR, **SYNC
)
case(r, "negative", "does not wait", base(db={"zone": "eu"}, copy=store(zone="us")), COPIED, **FAR)
case(
    r,
    "tricky",
    "a zone of the same region is near",
    base(db={"zone": "eu"}, copy=store(zone="eu1")),
    COPIED,
    **FAR,
    **SYNC,
)

r = "distant-calls"
case(r, "positive", "asks over the ocean", base(api={"zone": "eu"}, db={"zone": "us"}), LINE, "api_db", **FAR, **READS)
case(r, "negative", "asks at home", base(api={"zone": "eu"}, db={"zone": "eu1"}), LINE, **FAR, **READS)
case(
    r,
    "tricky",
    "clients are always far",
    base(app={"zone": "us"}, api={"zone": "eu"}, db={"zone": "eu"}),
    LINE,
    "app_api",
    **FAR,
    **READS,
)

r = "hot-key"
case(
    r,
    "positive",
    "by day",
    base(),
    LINE,
    "thing",
    entities=keyed(("day", "date", "partition"), ("id", "uuid", "primary")),
)
case(
    r, "negative", "by owner", base(), LINE, entities=keyed(("owner", "uuid", "partition"), ("at", "timestamp", "sort"))
)
case(
    r,
    "tricky",
    "day and owner together",
    base(),
    LINE,
    entities=keyed(("day", "date", "partition"), ("owner", "uuid", "partition")),
)

WIDE = {**BASE, "db": store("wide_column")}
r = "no-partition-key"
case(r, "positive", "a wide-column store without", WIDE, LINE, "db,thing", entities=keyed(("id", "uuid", "primary")))
case(r, "negative", "with", WIDE, LINE, entities=keyed(("id", "uuid", "partition")))
case(r, "tricky", "a relational store needs none", base(), LINE, entities=keyed(("id", "uuid", "primary")))

r = "no-index"
case(r, "positive", "scans", base(), LINE, "thing", **READS, entities=keyed(("text", "text", "")))
case(r, "negative", "an index", base(), LINE, **READS, entities=keyed(("text", "text", "index")))
case(r, "tricky", "nobody asks", base(), LINE, **WRITES, entities=keyed(("text", "text", "")))

SIZED = {"id": {"type": "uuid", "key": "primary"}, "body": {"type": "text", "size": "1 kB"}}
r = "unpartitioned-growth"
case(
    r,
    "positive",
    "a TB a day for ever",
    base(),
    LINE,
    "db",
    entities={"thing": {"fields": SIZED, "rows_per_day": "1 billion"}},
)
case(r, "negative", "a GB a day", base(), LINE, entities={"thing": {"fields": SIZED, "rows_per_day": "1 million"}})
case(
    r,
    "tricky",
    "a TB a day, but only for a week",
    base(),
    LINE,
    entities={"thing": {"fields": SIZED, "rows_per_day": "1 billion", "retention": "7 days"}},
)

r = "blobs-in-database"
case(
    r,
    "positive",
    "5 MB in a row",
    base(),
    LINE,
    "thing",
    entities={"thing": {"fields": {"film": {"type": "bytes", "size": "5 MB"}}}},
)
case(
    r,
    "negative",
    "its address",
    base(),
    LINE,
    entities={"thing": {"fields": {"film": {"type": "url", "size": "100 B"}}}},
)
case(
    r,
    "tricky",
    "bytes may be few: a hash",
    base(),
    LINE,
    entities={"thing": {"fields": {"hash": {"type": "bytes", "size": "32 B"}}}},
)

ROWS = {"entities": {"thing": {"fields": SIZED, "rows_per_day": "1 million", "retention": "10 days"}}}
r = "storage-disagrees"
case(r, "positive", "10 GB against 1 TB", base(), LINE, "stored", **ROWS, rows={"stored": {"formula": "1 TB"}})
case(r, "negative", "10 GB against 12 GB", base(), LINE, **ROWS, rows={"stored": {"formula": "12 GB"}})
case(r, "tricky", "a number that is no amount of data", base(), LINE, **ROWS, rows={"stored": {"formula": "3"}})

ANSWER = {
    "operations": {"read": {**READ, "response": "Thing"}},
    "entities": {"thing": {"name": "Thing", "fields": SIZED}},
}
r = "egress-cost"
case(r, "positive", "100 kB/s against a dollar", base(db={"cost": "$1"}), LINE, "", **ANSWER)
case(r, "negative", "against a thousand", base(db={"cost": "$1000"}), LINE, **ANSWER)
case(r, "tricky", "no cost is given, so nothing to compare with", base(), LINE, **ANSWER)

r = "shared-database"
case(r, "positive", "two services write", base(b=service()), f"{LINE}, app -> b, b -> db", "db", **WRITES)
case(r, "negative", "one does", base(), LINE, **WRITES)
case(
    r,
    "tricky",
    "the second only reads",
    base(b=service()),
    f"{LINE}, app -> b, b -> db",
    operations={"write": WRITE, "read": READ},
    flows={"write": ["app_api", "api_db"], "read": ["app_b", "b_db"]},
)

r = "unread-entity"
case(r, "positive", "only written", base(), LINE, "thing", **WRITES)
case(r, "negative", "read too", base(), LINE, **BOTH)
case(
    r,
    "tricky",
    "another entity refers to it",
    base(),
    LINE,
    **WRITES,
    entities={"thing": {}, "other": {"fields": {"t": {"references": "thing"}}}},
)

r = "unwritten-entity"
case(r, "positive", "only read", base(), LINE, "thing", **READS)
case(r, "negative", "written too", base(), LINE, **BOTH)
case(r, "tricky", "neither read nor written", base(), LINE)

WISHES = {"wish": {"text": "Post"}}
r = "unserved-requirement"


def wished(fields: dict[str, Any], **operation: Any) -> dict[str, Any]:
    scope = {"functional_requirements": {"wish": {"text": "Post", **fields}}}
    return {"scope": scope, "operations": {"write": {**WRITE, **operation}}}


case(r, "positive", "nobody does it", base(), LINE, "wish", **wished({}))
case(r, "negative", "somebody does", base(), LINE, **wished({}, serves={"wish": True}))
case(r, "tricky", "out of scope", base(), LINE, **wished({"in_scope": False}))

r = "unmeasured-requirement"
case(r, "positive", "no number", base(), LINE, "fast", requirements={"fast": {"metric": "latency_p99"}})
case(r, "negative", "a number", base(), LINE, requirements={"fast": {"metric": "latency_p99", "quantity": "1 s"}})
case(r, "tricky", "none is needed", base(), LINE, requirements={"alone": {"metric": "no_single_point"}})

r = "unused-component"
case(r, "positive", "off every path", base(extra=service()), f"{LINE}, app -> extra", "extra", **READS)
case(r, "negative", "all are used", base(), LINE, **READS)
case(
    r,
    "tricky",
    "a follower nobody asks is a copy",
    base(copy=store()),
    COPIED,
    **READS,
    flows={"read": ["app_api", "api_db"]},
)

r = "unknown-copies"
case(r, "positive", "three of it, and nothing more", base(db={"copies": 3}), LINE, "db", **READS)
case(r, "negative", "a majority confirms", base(db={"copies": 3, "replication": "quorum"}), LINE, **READS)
case(r, "tricky", "shards with one copy are another rule's", base(db={"shards": 3}), LINE, **READS)

r = "lost-writes"
late = {"copies": 2, "replication": "asynchronous", "lag": "2 s"}
case(r, "positive", "the copy is behind", base(db=late), LINE, "db", **WRITES)
case(r, "negative", "a copy confirms", base(db={**late, "replication": "synchronous"}), LINE, **WRITES)
case(r, "tricky", "nothing is written", base(db=late), LINE, **READS)

r = "hot-shard"
case(r, "positive", "half full when even", base(db={"shards": 4, "capacity": "50/s"}), LINE, "db", **READS)
measured = {"shards": 4, "capacity": "50/s", "hottest_shard": "30%"}
case(r, "negative", "measured", base(db=measured), LINE, **READS)
case(r, "tricky", "a hot one has room", base(db={"shards": 4, "capacity": "1k/s"}), LINE, **READS)

r = "popular-key"
ROWS = keyed(("owner", "bigint", "partition"), ("at", "timestamp", "sort"), rows_per_day="1M", retention="1 month")
MANY = {"operations": {"read": {**READ, "rate": "100k/s"}}}
wide = base(db={"kind": "wide_column"})
case(r, "positive", "a key with 3 % of the reads is too much", wide, LINE, "db,thing", **MANY, entities=ROWS)
case(r, "negative", "few reads", wide, LINE, **READS, entities=ROWS)
case(r, "tricky", "one machine has no partitions", base(), LINE, **MANY, entities=ROWS)

r = "unbounded-partition"
KEPT = keyed(("owner", "bigint", "partition"), ("at", "timestamp", "sort"), rows_per_day="1M")
case(r, "positive", "kept for ever", wide, LINE, "db,thing", **READS, entities=KEPT)
case(r, "negative", "kept for a month", wide, LINE, **READS, entities=ROWS)
MONTHS = keyed(
    ("owner", "bigint", "partition"), ("month", "integer", "partition"), ("at", "timestamp", "sort"), rows_per_day="1M"
)
case(r, "tricky", "a month is part of the key", wide, LINE, **READS, entities=MONTHS)

r = "celebrity-fan-out"
FANNED = {**base(), "jobs": "queue", "worker": {"kind": "worker", "capacity": "1k/s"}, "feeds": {"kind": "key_value"}}
DELIVERED = "app -> api, api -> db, api ~> jobs, jobs -> worker, worker -> feeds"


def delivered(calls: str) -> dict[str, Any]:
    hops = ["app_api", "api_db", "api_jobs", "jobs_worker", {"connection": "worker_feeds", "multiplier": calls}]
    return {**WRITES, "flows": {"write": hops}, "entities": {"follow": {"name": "Follow"}}}


case(r, "positive", "200 followers on average", FANNED, DELIVERED, "worker_feeds,write", **delivered("200"))
case(r, "negative", "one call", FANNED, DELIVERED, **delivered("1"))
case(r, "tricky", "three copies are no fan-out", FANNED, DELIVERED, **delivered("3"))

r = "reconnect-storm"
held = base(api={"connections_per_instance": "100k", "instances": 4})
case(r, "positive", "holds connections", held, LINE, "api", **READS)
case(r, "negative", "answers and forgets", base(api={"instances": 4}), LINE, **READS)
case(
    r,
    "tricky",
    "state far from clients",
    base(mid="service", api={"stateful": True}),
    "app -> mid, mid -> api, api -> db",
    **READS,
)

r = "slow-dependency"
PAY = {**base(), "pay": {"kind": "third_party", "latency": "2 s"}}
PAYS = "app -> api, api -> db, api -> pay"
PAID = {**READS, "flows": {"read": ["app_api", "api_db", "api_pay"]}}
case(r, "positive", "nothing ends a call", PAY, PAYS, "api,pay", **PAID)
case(r, "negative", "a timeout does", PAY, PAYS, **PAID, connections={"api_pay": {"timeout": "1 s"}})
case(r, "tricky", "nobody waits for it", PAY, "app -> api, api -> db, api ~> pay", **PAID)

r = "full-of-waiting"
pool = base(api={"concurrency": "50", "latency": "1 ms"}, db={"latency": "600 ms", "capacity": "1k/s"})
case(r, "positive", "100/s that wait 600 ms are 60", pool, LINE, "api", **READS)
wider = base(api={"concurrency": "200", "latency": "1 ms"}, db={"latency": "600 ms", "capacity": "1k/s"})
case(r, "negative", "200 may wait", wider, LINE, **READS)
case(r, "tricky", "how many may wait is not said", base(db={"latency": "600 ms"}), LINE, **READS)

r = "patient-caller"
TRIES = {"app_api": {"timeout": "1 s"}, "api_db": {"timeout": "500 ms", "retries": 2}}
case(r, "positive", "three tries of half a second", base(), LINE, "api_db,app_api", **READS, connections=TRIES)
SHORT = {"app_api": {"timeout": "1 s"}, "api_db": {"timeout": "300 ms", "retries": 2}}
case(r, "negative", "three tries fit", base(), LINE, **READS, connections=SHORT)
case(r, "tricky", "the client's patience is not said", base(), LINE, **READS, connections={"api_db": TRIES["api_db"]})

r = "hasty-caller"
SLOW = base(db={"latency": "100 ms", "capacity": "10k/s"})
case(
    r, "positive", "half of the answers come later", SLOW, LINE, "api_db,read", **READS,
    connections={"api_db": {"timeout": "70 ms"}},
)  # fmt: skip
case(r, "negative", "nearly all come in time", SLOW, LINE, **READS, connections={"api_db": {"timeout": "800 ms"}})
case(
    r, "tricky", "what is full is another rule's", base(db={"latency": "1 ms", "capacity": "90/s"}), LINE, **READS,
    connections={"api_db": {"timeout": "20 ms"}},
)  # fmt: skip

r = "only-one"
case(r, "positive", "bare boxes", {"app": "client", "api": "service", "db": "sql"}, LINE, "api", "db")
case(r, "negative", "two servers, three copies", base(api={"instances": 2}, db={"copies": 3}), LINE)
case(r, "tricky", "with an operation other rules say it", base(), LINE, **READS)

r = "bare-drawing"
case(r, "positive", "nothing is asked of it", {"app": "client", "api": "service", "db": "sql"}, LINE, "")
case(r, "negative", "an operation has a path", base(), LINE, **READS)
case(r, "tricky", "nothing is drawn", {"app": "client"}, "")

r = "state-without-log"
COUNTS = {**base(), "in": "queue", "count": {"kind": "stream_processor", "label": "Counter"}}
FED = "app -> api, api ~> in, in ~> count, count -> db"
case(r, "positive", "a queue forgets what was read", COUNTS, FED, "count", **WRITES)
case(r, "negative", "a stream is read again", {**COUNTS, "in": "stream"}, FED, **WRITES)
both = "app -> api, api ~> in, in ~> count, api ~> log, log ~> count, count -> db"
case(r, "tricky", "one of its two inputs can be read again", {**COUNTS, "log": "stream"}, both, **WRITES)

r = "forgetful-workflow"
ORDERS = {**base(), "steps": {"kind": "workflow_engine", "label": "Orders"}}
case(r, "positive", "no store behind it", ORDERS, "app -> api, api -> db, api -> steps", "steps", **WRITES)
case(r, "negative", "its history has a store", ORDERS, "app -> api, api -> steps, steps -> db", **WRITES)
bought = {**ORDERS, "steps": {"kind": "workflow_engine", "label": "Temporal Cloud"}}
case(r, "tricky", "somebody else keeps it", bought, "app -> api, api -> db, api -> steps", **WRITES)
