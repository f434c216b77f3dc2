"""The products that a drawing marks with two or three letters in the corner of a box. PURE.

The letters are ours; no brand's picture is drawn. The canvas gets the same list from the page
(`static/js/design/canvas/technologies.js`) and reads it in the same way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

WORD = re.compile(r"[a-z0-9]+")
TAKEN = " | "  # replaces words that were read, so that the words around them do not become neighbours


@dataclass(frozen=True)
class Technology:
    """`letters` are drawn in the box. `words` are its common spellings, in lower case with single spaces."""

    letters: str
    name: str
    words: tuple[str, ...]


def _known(letters: str, name: str, *words: str) -> Technology:
    return Technology(letters, name, words or (name.lower(),))


TECHNOLOGIES = (
    # Relational databases.
    _known("PG", "PostgreSQL", "postgresql", "postgres", "pgsql", "pgvector"),
    _known("My", "MySQL"),
    _known("Mar", "MariaDB"),
    _known("Lit", "SQLite"),
    _known("MS", "SQL Server", "sql server", "mssql"),
    _known("Or", "Oracle Database", "oracle database", "oracle db", "oracle"),
    _known("Au", "Aurora", "aurora", "aurora postgresql", "aurora mysql"),
    _known("Spn", "Spanner"),
    _known("CR", "CockroachDB", "cockroachdb", "cockroach"),
    _known("YB", "YugabyteDB", "yugabytedb", "yugabyte"),
    _known("Ti", "TiDB"),
    _known("Vit", "Vitess"),
    # Other stores.
    _known("Re", "Redis", "redis", "elasticache for redis", "elasticache redis"),
    _known("Va", "Valkey"),
    _known("Mc", "Memcached", "memcached", "memcache"),
    _known("Dy", "DynamoDB"),
    _known("Ca", "Cassandra"),
    _known("Sc", "ScyllaDB", "scylladb", "scylla"),
    _known("HB", "HBase"),
    _known("BT", "Bigtable"),
    _known("Mo", "MongoDB", "mongodb", "mongo"),
    _known("CB", "Couchbase"),
    _known("Fi", "Firestore"),
    _known("N4", "Neo4j"),
    _known("In", "InfluxDB"),
    _known("TS", "TimescaleDB", "timescaledb", "timescale"),
    _known("Pr", "Prometheus"),
    _known("ES", "Elasticsearch"),
    _known("OS", "OpenSearch"),
    _known("So", "Solr"),
    _known("Pi", "Pinecone"),
    _known("Mi", "Milvus"),
    _known("Qd", "Qdrant"),
    _known("S3", "Amazon S3", "s3"),
    _known("GCS", "Google Cloud Storage", "google cloud storage", "gcs"),
    _known("AzB", "Azure Blob Storage", "azure blob storage", "azure blob"),
    _known("Mn", "MinIO"),
    _known("Ce", "Ceph"),
    _known("HD", "HDFS"),
    _known("BQ", "BigQuery"),
    _known("RS", "Redshift"),
    _known("Sn", "Snowflake"),
    _known("CH", "ClickHouse"),
    _known("Dr", "Druid"),
    # Messages, streams and work.
    _known("Kf", "Kafka"),
    _known("RQ", "RabbitMQ"),
    _known("Pu", "Pulsar"),
    _known("NA", "NATS"),
    _known("Ki", "Kinesis"),
    _known("SQS", "Amazon SQS", "sqs"),
    _known("SNS", "Amazon SNS", "sns"),
    _known("GPS", "Google Pub/Sub", "google pub sub", "google pubsub", "cloud pub sub", "gcp pub sub"),
    _known("Fl", "Flink"),
    _known("Spk", "Spark"),
    _known("Af", "Airflow"),
    _known("Te", "Temporal"),
    _known("Cel", "Celery"),
    _known("ZK", "ZooKeeper"),
    _known("et", "etcd"),
    _known("Co", "Consul"),
    # The edge.
    _known("ngx", "nginx"),
    _known("HA", "HAProxy"),
    _known("Ev", "Envoy"),
    _known("Tr", "Traefik"),
    _known("Cad", "Caddy"),
    _known("Ko", "Kong"),
    _known("Vsh", "Varnish"),
    _known("ALB", "Application Load Balancer", "application load balancer", "alb"),
    _known("CFr", "CloudFront"),
    _known("CFl", "Cloudflare"),
    _known("Fa", "Fastly"),
    _known("Ak", "Akamai"),
    _known("R53", "Route 53", "route 53", "route53"),
    # Frameworks and runtimes of services.
    _known("Go", "Go", "go", "golang"),
    _known("Jv", "Java", "java", "spring boot"),
    _known("Py", "Python", "python", "django", "fastapi", "flask"),
    _known("Nd", "Node.js", "node js", "nodejs"),
    _known("Rs", "Rust"),
    _known("La", "AWS Lambda", "aws lambda", "lambda"),
    _known("vL", "vLLM"),
)
# Longer words first: `Aurora PostgreSQL` is one product.
BY_WORDS = sorted(((words, each) for each in TECHNOLOGIES for words in each.words), key=lambda pair: -len(pair[0]))


def technology_of(text: str) -> Technology | None:
    """The technology that a component's field names; None when it names no known one, or several."""
    rest, found = f" {' '.join(WORD.findall(text.lower()))} ", set()
    for words, technology in BY_WORDS:
        if f" {words} " in rest:
            found.add(technology)
            rest = rest.replace(f" {words} ", TAKEN)
    return found.pop() if len(found) == 1 else None


def for_script() -> list[tuple[str, str, str]]:
    """Words, letters and name of each, in the order in which they are looked for."""
    return [(words, each.letters, each.name) for words, each in BY_WORDS]
