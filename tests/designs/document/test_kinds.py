"""The registry of kinds: everything that an entry points at exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designs.document.kinds import KINDS, by_group, guess
from designs.document.limits import MAX_NAME

LABELS = {
    "service": (
        "User service|User profile service|Mobile API|Mobile BFF|App server|Client config service|"
        "Leader election service|Bucket service|Order Service|OrderService|order-service|"
        "orders_svc|Auth|Auth API|REST API|GraphQL API|API|API server|API servers|Backend|"
        "Payment service|Notification service|Search service|Cache service|Feed generator|"
        "Key generation service|Rate limiter|Recommendation engine|Session manager|Chat server|"
        "WebSocket servers|Timeline|Tweet service|Fan-out service|Browser history service|"
        "Database migration service|Queue manager|Stream API|Inventory|Checkout|Pricing|Ranking|"
        "App|app1|Application server|Matching engine|Location service|Trip microservice|Geo|"
        "Url shortener|Web API|Admin API|Customer service|Users service|Phone number service|"
        "Something odd|Foo"
    ),
    "client": (
        "Users|Admin|User|Browser|Web browser|Mobile app|iOS app|Android app|Mobile client|"
        "Client|Clients|Web client|Phone|Rider app|Driver app|Customers|iOS|Android|"
        "IoT devices|Desktop app|End users|Single page app|Guest app|Viewer's app|Players' app"
    ),
    "third_party": (
        "Payment gateway|Stripe|Stripe API|PayPal|Twilio|SendGrid|Third-party API|External API|"
        "SMS gateway|Email provider|Google Maps|Identity provider|Bank|APNs|FCM|Payment processor|Auth0|Okta"
    ),
    "load_balancer": (
        "Load balancer|LB|ALB|NLB|ELB|HAProxy|L7 load balancer|External load balancer|"
        "Load balancer (nginx)|loadbalancer|LB 1"
    ),
    "reverse_proxy": ("nginx|Envoy|Reverse proxy|WAF|Database proxy|PgBouncer|Varnish|Ingress|Proxy|Firewall|DB proxy"),
    "api_gateway": ("API gateway|Gateway|Kong|API Gateway (AWS)|Apigee|api-gateway"),
    "cdn": ("CDN|CloudFront|Cloudflare|Akamai|Fastly|Edge cache|CDN (CloudFront)"),
    "dns": ("DNS|Route 53|DNS server|Route53|Name server"),
    "web_server": (
        "Web server|Web servers|Apache|Web app|Frontend|Frontend server|Website|HTTP server|Next.js|Web frontend"
    ),
    "worker": (
        "Worker|Workers|Email worker|Sidekiq|Celery|Kafka consumer|Consumer|Transcoder|"
        "Video encoder|Crawler|Indexer|Background job|Batch job|Worker pool|Queue consumer|Spark|"
        "Image worker 2"
    ),
    "scheduler": ("Scheduler|Cron|Airflow|Job scheduler"),
    "cache": (
        "Cache|Redis|Memcached|Redis cache|Session cache|Redis (cache)|Cache (Redis)|Valkey|"
        "Cache cluster|Feed cache|ElastiCache"
    ),
    "sql": (
        "Ledger|ClickHouse|Druid|Users table|"
        "RDS|Aurora|BigQuery|Snowflake|PostgreSQL|MySQL|Postgres|Users DB|User database|DB|"
        "Primary|Read replica|MySQL replica|Postgres (leader)|Database|Orders DB (PostgreSQL)|"
        "SQL Server|MariaDB|CockroachDB|Data warehouse|usersdb|db1|Spanner|Redshift|Follower"
    ),
    "key_value": ("Session store|Feature store|etcd|DynamoDB|KV store|Key-value store|ZooKeeper|Consul"),
    "document_store": ("MongoDB|Document DB|Firestore|CouchDB"),
    "wide_column": ("Cassandra|HBase|Bigtable|ScyllaDB|Messages (Cassandra)"),
    "graph_store": ("Neo4j|Graph database|Neptune|Social graph"),
    "time_series": ("InfluxDB|Prometheus|Time-series DB|TimescaleDB|Metrics store"),
    "vector_index": ("Vector index|Vector database|Pinecone|Qdrant|pgvector"),
    "data_lake": ("Data lake|Lakehouse|Iceberg tables"),
    "stream_processor": ("CDC (Debezium)|Flink|Stream processor|Kafka Streams"),
    "workflow_engine": ("Temporal|Workflow engine|Step Functions"),
    "model_server": ("LLM|Model server|Inference servers|vLLM"),
    "gpu_pool": ("GPU pool|GPUs"),
    "search_index": ("Geo index|Elasticsearch|Search index|OpenSearch|Solr|Algolia"),
    "object_store": (
        "S3|S3 bucket|Blob storage|Object storage|MinIO|GCS|HDFS|Image store|Video storage|"
        "Simple Storage Service|Media storage"
    ),
    "queue": (
        "URL frontier|Queue|RabbitMQ|SQS|Message queue|Task queue|Job queue|Message broker|Dead letter queue|"
        "ActiveMQ|Simple Queue Service|Email queue"
    ),
    "pubsub": ("Event bus|SNS|Pub/Sub|Google Pub/Sub|EventBridge|Message bus|NATS"),
    "stream": ("Kafka|Kinesis|Event stream|Event log|Pulsar|Kafka cluster|Event Hubs|Click stream"),
}
CASES = [(label, kind) for kind, labels in LABELS.items() for label in labels.split("|")]
ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
def test_icon_and_topic_exist(kind):
    assert f'<symbol id="{kind.icon}"' in (ROOT / "static" / "icons.svg").read_text()
    assert list((ROOT / "fixtures" / "topics").glob(f"*/{kind.topic}.md")) != []


def test_groups_hold_every_kind_once():
    grouped = [kind for _, kinds in by_group() for kind in kinds]
    assert sorted(kind.slug for kind in grouped) == sorted(kind.slug for kind in KINDS)


def test_titles_begin_large_and_keep_acronyms():
    titles = [kind.title for kind in KINDS]
    assert {"Load balancer", "DNS", "API gateway", "SQL database"} <= set(titles)
    assert all(re.match(r"[A-Z]", title) for title in titles)


@pytest.mark.parametrize(("label", "kind"), CASES)
def test_common_labels_are_guessed_right(label, kind):
    assert guess(label) == kind


def test_the_table_of_labels_is_long_and_holds_none_twice():
    assert len({label for label, _ in CASES}) == len(CASES) >= 250


@given(st.text(max_size=30))
def test_what_is_unknown_is_never_a_client(label):
    """A client draws findings about trust: only words that say so may make one."""
    said = re.search(
        r"client|browser|phone|tablet|laptop|desktop|device|app|user|admin|customer|visitor|reader", label, re.I
    )
    said = said or re.search(r"rider|driver|people|mobile|ios|android|spa", label, re.I)

    assert guess(label) != "client" or said


@given(st.text("abcdefghijklmnopqrstuvwxyz ", min_size=1, max_size=20))
def test_whatever_its_first_words_a_service_is_none_of_the_stores_or_clients(words):
    assert guess(f"{words} microservice") in ("service", "third_party", "pubsub", "api_gateway", "reverse_proxy")


def test_no_more_of_a_label_is_looked_at_than_a_design_keeps():
    """promise 54: 50,000 openings of a tag as one label took five seconds of pattern matching."""
    assert guess("Redis " + "<b " * 100 + " cache") == guess("Redis " + "<b " * 100_000)
    assert guess("x" * MAX_NAME + " database") == "service"
