"""The kinds of component, connection and zone: their names, icons and explanations.

The palette, forms, drawings, texts and exports all use this list. A new kind is one entry here, and its name in the
Literal that types documents.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, get_args

from designs.document.limits import MAX_NAME

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
    "stream_processor",
    "workflow_engine",
    "model_server",
    "gpu_pool",
    "cache",
    "sql",
    "key_value",
    "document_store",
    "wide_column",
    "graph_store",
    "time_series",
    "search_index",
    "vector_index",
    "object_store",
    "data_lake",
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
        about="A system that another company runs: payments, e-mail, maps.",
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
        slug="stream_processor",
        name="stream processor",
        group="compute",
        icon="funnel",
        about="Follows a stream and keeps running results: counts, windows, joins.",
        topic="stream-processing",
    ),
    Kind(
        slug="workflow_engine",
        name="workflow engine",
        group="compute",
        icon="workflow",
        about="Stores each step of a long process and continues after a crash.",
        topic="durable-execution",
    ),
    Kind(
        slug="model_server",
        name="model server",
        group="compute",
        icon="sparkles",
        about="Answers prompts with a language model; its memory bandwidth sets its pace.",
        topic="llm-serving",
    ),
    Kind(
        slug="gpu_pool",
        name="GPU pool",
        group="compute",
        icon="gpu",
        about="Graphics processors that run jobs: embeddings, training, encoding.",
        topic="llm-serving",
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
        about="Nodes and relations, for queries that follow relations.",
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
        slug="vector_index",
        name="vector index",
        group="stores",
        icon="chart-scatter",
        about="Finds the nearest items by meaning, and may miss some.",
        topic="vector-search-and-rag",
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
        slug="data_lake",
        name="data lake",
        group="stores",
        icon="warehouse",
        about="Tables of columns kept as files, for questions over everything.",
        topic="columnar-stores",
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


# Words that name a kind indirectly, including products. The first line that matches decides.
# Third-party services, and names whose last word is in the next line but means something else.
FIRST: tuple[tuple[ComponentKind, str], ...] = (
    (
        "third_party",
        r"third.?party|\bexternal (?:api|service|system|provider)|\bpartners?\b|\bbank\b|stripe|paypal|adyen|braintree"
        r"|twilio|send ?grid|mailgun|mailchimp|auth0|okta|google maps|mapbox|salesforce|\bopenai\b|\bfcm\b|\bapns?\b"
        r"|firebase cloud messaging|\b(?:payment|sms|e ?mail) (?:gateway|provider|processor)s?$|identity provider",
    ),
    ("queue", r"simple queue service|queue (?:server|service)s?$|(?:message|job|task) brokers?$"),
    ("object_store", r"simple storage service|\b(?:blob|object|file) (?:storage )?(?:server|service)s?$"),
    ("pubsub", r"simple notification service|(?:message|event) bus"),
    ("dns", r"\b(?:dns|name) ?servers?$"),
    ("web_server", r"\b(?:web|http|front.?end|static) ?servers?$|\bweb ?(?:app|application|site)$|\bfront.?end$"),
    ("cache", r"\b(?:cache|redis|memcached?) servers?$"),
    ("sql", r"\b(?:database|db|sql|mysql|postgres(?:ql)?) servers?$"),
    ("reverse_proxy", r"\b(?:proxy|database proxy|db proxy) ?(?:server)?s?$|pg ?bouncer|proxysql"),
    ("api_gateway", r"\bapi gateway"),
    ("workflow_engine", r"\bworkflow (?:engine|server)s?$|\btemporal (?:server|cluster)$"),
    ("model_server", r"\b(?:llm|model|inference) servers?$|\bvllm\b|\btriton\b"),
    ("worker", r"\b(?:worker|consumer)s?(?: (?:service|server|node|pool|fleet|group)s?)?$"),
)
# The last word decides: a cache service is a service, a service cache a cache.
SERVICE = re.compile(
    r"\b(?:micro ?)?services?$|\bsvc$|\bservers?$|\bapis?$|\bback.?end$|\bbff$|\bengine$|\bmanager$|\bgenerator$"
    r"|\bhandler$"
    r"|\bresolver$|\bcontroller$|\bcoordinator$|\baggregator$|\borchestrator$|\bdispatcher$|\b(?:rate )?limiter$"
)
HINTS: tuple[tuple[ComponentKind, str], ...] = (
    ("load_balancer", r"load.?balancer|\blb\b|\b[aeng]lb\b|\bgslb\b|haproxy|\bf5\b|maglev|katran"),
    ("cdn", r"\bcdn\b|cloudfront|cloudflare|akamai|fastly|front door|edge (?:cache|network|location)"),
    ("dns", r"\bdns\b|route ?53"),
    (
        "reverse_proxy",
        r"reverse.?proxy|nginx|envoy|traefik|varnish|\bwaf\b|firewall|\bingress\b|side ?car|\bproxy\b|\bcaddy\b",
    ),
    ("api_gateway", r"gateway|\bkong\b|apigee|\bzuul\b"),
    (
        "search_index",
        r"search (?:index|cluster|engine)|elastic ?search|opensearch|\bsolr|lucene|algolia|typesense|meilisearch"
        r"|inverted index|(?:geo|geospatial|spatial|full.?text|text) index",
    ),
    (
        "vector_index",
        r"vector (?:index|store|db|database)|\bpinecone\b|\bqdrant\b|\bmilvus\b|\bweaviate\b|pg ?vector|\bfaiss\b",
    ),
    (
        "time_series",
        r"time.?series|influx|prometheus|timescale|graphite|opentsdb|victoria ?metrics|metrics (?:store|db|database)",
    ),
    ("graph_store", r"graph (?:store|db|database)|neo4j|janus ?graph|neptune|social graph"),
    ("wide_column", r"wide.?column|cassandra|hbase|big ?table|scylla|keyspaces"),
    ("document_store", r"document (?:store|db|database)|mongo|couch|firestore|cosmos ?db|documentdb"),
    ("data_lake", r"data lake|lake ?house|\biceberg\b|delta lake"),
    ("queue", r"queue|\bfrontier$|rabbit ?mq|active ?mq|\bsqs\b|dead letter|\bbroker|service bus"),
    ("pubsub", r"pub.?sub|\bsns\b|publish|\bbus\b|event ?bridge|\bnats\b|\btopics?$"),
    ("workflow_engine", r"workflow|\btemporal\b|step functions|\bcadence\b"),
    ("stream_processor", r"stream processor|flink|kafka streams|spark streaming|\bksql|debezium|\bcdc\b"),
    ("gpu_pool", r"\bgpus?\b"),
    ("model_server", r"\bllm\b|language model"),
    ("scheduler", r"scheduler|\bcron\b|airflow|\btimer\b"),
    ("worker", r"worker|consumer|\bjobs?\b|celery|sidekiq|resque|transcoder|encoder|crawler|indexer|\bspark\b"),
    ("stream", r"\bstreams?\b|kafka|kinesis|pulsar|event (?:log|hubs?)|redpanda"),
    (
        "key_value",
        r"(?:session|feature|token|config|state|metadata) stores?$|key.?value|\bkv\b|dynamo|\betcd\b|zoo ?keeper"
        r"|\bconsul\b|\briak\b|rocks ?db",
    ),
    ("cache", r"cache|redis|valkey|memcache|memorystore|\bcaching\b"),
    (
        "object_store",
        r"object (?:store|storage)|blob|\bs3\b|minio|bucket|\bgcs\b|cloud storage|\bhdfs\b|\bceph\b|glacier"
        r"|(?:file|image|photo|video|media|asset)s? (?:store|storage)",
    ),
    (
        "sql",
        r"sql(?:ite)?\b|postgres|maria ?db|oracle|database|db\b|\bdb\d+\b|\brds\b|aurora|spanner|cockroach|vitess"
        r"|redshift|bigquery|snowflake|warehouse|click ?house|\bdruid\b|\bpinot\b|\bledger$|\btables?$"
        r"|\bleader\b|\bfollower|\bprimary\b|\breplicas?\b|\bmaster\b|\bslave\b"
        r"|\bstandby\b",
    ),
    ("web_server", r"web ?(?:server|app|site|front)|front.?end|\bapache\b|\btomcat\b|\biis\b|next\.?js"),
    (
        "client",
        r"\bclients?$|browsers?\b|\b(?:smart)?phones?$|\b(?:tablet|laptop|desktop)s?$|\b(?:iot |user |edge )?devices?$"
        r"|\b(?:mobile|ios|android|native|phone|desktop)s? app(?:lication)?s?$"
        r"|\b(?:rider|driver|passenger|customer|user|seller|buyer|courier|guest|host|visitor|viewer|reader|player|fan"
        r"|patient|student|teacher|shopper|member|subscriber|merchant)(?:'?s'?)? app(?:lication)?s?$"
        r"|^(?:end )?(?:users?|admins?|administrators?|customers?|visitors?|readers?|riders?|drivers?|people)$|^mobile$"
        r"|\b(?:ios|android)$|single page app|\bspa$",
    ),
)
NUMBERED = re.compile(r"(?<=\w) [a-c]$")  # `Cache a`
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
ASIDE = re.compile(r"\([^()]*\)")


def guess(words: str) -> ComponentKind:
    """The kind that a label or an id suggests; a service when it suggests none.

    Text in brackets counts only when the rest suggests no kind.
    """
    words = words[:MAX_NAME]  # a hundred patterns look at it, and a label holds no more
    main = ASIDE.sub(" ", words)
    spellings = dict.fromkeys((main, CAMEL.sub(" ", main), words))
    return next((kind for kind in map(_hinted, spellings) if kind), "service")


def _hinted(words: str) -> ComponentKind | None:
    text = " ".join(re.sub(r"[-_/()]", " ", words).casefold().split())
    plain = NUMBERED.sub("", text.rstrip("0123456789# "))
    first = next((kind for kind, pattern in FIRST if re.search(pattern, plain)), None)
    if first is None and re.search(r"\bauth0\b", text):  # its number is its name
        return "third_party"
    if first or SERVICE.search(plain):
        return first or "service"
    spellings = {text, plain}
    return next((kind for kind, pattern in HINTS if any(re.search(pattern, each) for each in spellings)), None)


assert set(get_args(ComponentKind)) == set(BY_SLUG)  # noqa: S101  a kind without an entry would fail far from here
