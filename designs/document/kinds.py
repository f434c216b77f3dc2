"""The kinds of component, connection and zone: what they are called, drawn as and explained by.

The one list that the palette, forms, drawings, texts and exports read. A new kind is one entry here, and its name in
the Literal that types documents.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, get_args

ComponentKind = Literal[
    "client",
    "dns",
    "cdn",
    "load_balancer",
    "api_gateway",
    "reverse_proxy",
    "web_server",
    "service",
    "worker",
    "cache",
    "sql",
    "key_value",
    "document_store",
    "wide_column",
    "graph_store",
    "time_series",
    "search_index",
    "object_store",
    "queue",
    "pubsub",
    "stream",
    "scheduler",
    "third_party",
]
ConnectionKind = Literal["sync", "async", "replication"]
ZoneKind = Literal["region", "zone", "boundary"]
Group = Literal["edge", "compute", "stores", "messaging", "outside"]
Form = Literal["box", "drum", "pipe", "round"]

GROUP_NAMES: dict[Group, str] = {
    "outside": "Outside",
    "edge": "Edge",
    "compute": "Compute",
    "stores": "Stores",
    "messaging": "Messages",
}


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of component. `icon` is a symbol of the sprite, `topic` the slug of the notes that explain it."""

    slug: ComponentKind
    name: str
    group: Group
    icon: str
    about: str
    topic: str
    form: Form = "box"

    @property
    def title(self) -> str:
        """The name as a label: `Load balancer`, `DNS`."""
        return self.name[0].upper() + self.name[1:]


KINDS: tuple[Kind, ...] = (
    Kind(
        slug="client",
        name="client",
        group="outside",
        icon="smartphone",
        about="A browser or an app that people use.",
        topic="high-level-design",
        form="round",
    ),
    Kind(
        slug="third_party",
        name="third party",
        group="outside",
        icon="plug",
        about="A system that somebody else runs: payments, e-mail, maps.",
        topic="webhooks",
        form="round",
    ),
    Kind(
        slug="dns",
        name="DNS",
        group="edge",
        icon="signpost",
        about="Turns names into addresses.",
        topic="dns",
    ),
    Kind(
        slug="cdn",
        name="CDN",
        group="edge",
        icon="globe",
        about="Copies of content close to its readers.",
        topic="cdn",
    ),
    Kind(
        slug="load_balancer",
        name="load balancer",
        group="edge",
        icon="split",
        about="Spreads requests over servers that are up.",
        topic="load-balancing",
    ),
    Kind(
        slug="reverse_proxy",
        name="reverse proxy",
        group="edge",
        icon="shield",
        about="Stands before servers: TLS, compression, routing.",
        topic="reverse-proxy",
    ),
    Kind(
        slug="api_gateway",
        name="API gateway",
        group="edge",
        icon="door-open",
        about="One door to many services: routing, sign-in, limits.",
        topic="api-gateway",
    ),
    Kind(
        slug="web_server",
        name="web server",
        group="compute",
        icon="app-window",
        about="Serves pages and files.",
        topic="http",
    ),
    Kind(
        slug="service",
        name="service",
        group="compute",
        icon="server",
        about="Answers calls with your own code.",
        topic="monolith-vs-microservices",
    ),
    Kind(
        slug="worker",
        name="worker",
        group="compute",
        icon="cog",
        about="Takes work from a queue and does it in its own time.",
        topic="online-vs-offline",
    ),
    Kind(
        slug="scheduler",
        name="scheduler",
        group="compute",
        icon="calendar-clock",
        about="Starts work at set times.",
        topic="online-vs-offline",
    ),
    Kind(
        slug="cache",
        name="cache",
        group="stores",
        icon="zap",
        about="Keeps copies in memory, so that most reads go no further.",
        topic="caching-basics",
    ),
    Kind(
        slug="sql",
        name="SQL database",
        group="stores",
        icon="database",
        about="Rows, joins and transactions.",
        topic="relational-databases",
        form="drum",
    ),
    Kind(
        slug="key_value",
        name="key-value store",
        group="stores",
        icon="key-round",
        about="A value for a key, and little else, fast.",
        topic="document-and-wide-column-stores",
        form="drum",
    ),
    Kind(
        slug="document_store",
        name="document store",
        group="stores",
        icon="file-text",
        about="Nested documents that are read whole.",
        topic="document-and-wide-column-stores",
        form="drum",
    ),
    Kind(
        slug="wide_column",
        name="wide-column store",
        group="stores",
        icon="columns-3",
        about="Rows spread by a partition key and sorted within it; made for many writes.",
        topic="document-and-wide-column-stores",
        form="drum",
    ),
    Kind(
        slug="graph_store",
        name="graph store",
        group="stores",
        icon="waypoints",
        about="Nodes and relations, for questions that walk.",
        topic="graph-databases",
        form="drum",
    ),
    Kind(
        slug="time_series",
        name="time-series store",
        group="stores",
        icon="chart-line",
        about="Measurements by time, thinned out as they age.",
        topic="time-series-databases",
        form="drum",
    ),
    Kind(
        slug="search_index",
        name="search index",
        group="stores",
        icon="text-search",
        about="Finds documents by their words.",
        topic="search-indexes",
        form="drum",
    ),
    Kind(
        slug="object_store",
        name="object store",
        group="stores",
        icon="archive",
        about="Files of any size by key: images, video, backups.",
        topic="blob-storage",
        form="drum",
    ),
    Kind(
        slug="queue",
        name="queue",
        group="messaging",
        icon="list-ordered",
        about="Holds each message until one worker has done it.",
        topic="message-queues",
        form="pipe",
    ),
    Kind(
        slug="pubsub",
        name="pub/sub",
        group="messaging",
        icon="megaphone",
        about="Hands each message to everybody who subscribed.",
        topic="pub-sub",
        form="pipe",
    ),
    Kind(
        slug="stream",
        name="stream",
        group="messaging",
        icon="waves",
        about="A log of events that readers follow at their own pace, again if need be.",
        topic="stream-processing",
        form="pipe",
    ),
)
BY_SLUG: dict[str, Kind] = {kind.slug: kind for kind in KINDS}
KIND_NAMES: dict[ComponentKind, str] = {kind.slug: kind.name for kind in KINDS}
CONNECTION_NAMES: dict[ConnectionKind, str] = {
    "sync": "call",
    "async": "asynchronous",
    "replication": "replication",
}
ZONE_NAMES: dict[ZoneKind, str] = {"region": "region", "zone": "zone", "boundary": "boundary"}


def by_group() -> list[tuple[str, list[Kind]]]:
    """The groups in order, each by its name with its kinds."""
    return [(name, [kind for kind in KINDS if kind.group == group]) for group, name in GROUP_NAMES.items()]


# Words by which people name a kind without naming it, products among them. The first line that matches decides.
HINTS: tuple[tuple[ComponentKind, str], ...] = (
    ("load_balancer", r"load.?balancer|\blb\b|\b[an]lb\b|haproxy|\belb\b"),
    ("reverse_proxy", r"reverse.?proxy|nginx|envoy|traefik"),
    ("api_gateway", r"gateway|\bkong\b"),
    ("cdn", r"\bcdn\b|cloudfront|akamai|fastly|edge cache|front door"),
    ("dns", r"\bdns\b|route ?53"),
    ("search_index", r"search index|elastic ?search|opensearch|solr|lucene|meilisearch|typesense"),
    ("time_series", r"time.?series|influx|prometheus|timescale|victoriametrics"),
    ("graph_store", r"graph (?:store|db|database)|neo4j|neptune"),
    ("wide_column", r"wide.?column|cassandra|hbase|bigtable|scylla|keyspaces"),
    ("document_store", r"document (?:store|db|database)|mongo|couch|firestore|documentdb|cosmos ?db"),
    ("key_value", r"key.?value|\bkv\b|dynamo|\betcd\b|consul"),
    ("object_store", r"object (?:store|storage)|blob|\bs3\b|minio|bucket|\bgcs\b|cloud storage"),
    ("cache", r"cache|redis|memcache|valkey|elasticache|memorystore"),
    ("pubsub", r"pub.?sub|\bsns\b|publish"),
    ("stream", r"\bstream\b|kafka|kinesis|pulsar|event log|redpanda|event ?hub"),
    ("queue", r"queue|rabbit ?mq|\bsqs\b|broker|\bnats\b|activemq|service bus"),
    ("scheduler", r"scheduler|\bcron|event ?bridge"),
    ("worker", r"worker|consumer|\bjob\b"),
    (
        "sql",
        r"\bsql\b|postgres|mysql|mariadb|oracle|database|\bdb\b|leader|follower|replica\b|\brds\b|aurora|spanner|sqlite|cockroach",
    ),
    ("web_server", r"web ?server|front.?end server|apache"),
    ("third_party", r"third.?party|external|stripe|paypal|twilio"),
    ("client", r"client|browser|phone|mobile|\bapp\b|\buser\b|desktop"),
)


def guess(words: str) -> ComponentKind:
    """The kind that a label or an id hints at; a service when it hints at nothing."""
    lowered = words.replace("_", " ").replace("-", " ").casefold()
    return next((kind for kind, pattern in HINTS if re.search(pattern, lowered)), "service")


assert set(get_args(ComponentKind)) == set(BY_SLUG)  # noqa: S101  a kind without an entry would fail far from here
