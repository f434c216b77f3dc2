"""How the pages of calculators and labs name the topics that they lead to."""

from __future__ import annotations

# Words of slugs that are written differently in text.
WORDS = {
    "littles": "Little's", "cdn": "CDN", "dns": "DNS", "tcp": "TCP", "tls": "TLS", "http": "HTTP", "https": "HTTPS",
    "grpc": "gRPC", "cap": "CAP", "pacelc": "PACELC", "api": "API", "pub": "pub/",
}  # fmt: skip


# Titles of topics that are not the words of their slugs.
TOPIC_TITLES = {
    "availability-nines": "Availability and nines",
    "backups": "Backups, RPO and RTO",
    "blob-storage": "Blob (object) storage",
    "bottleneck-review": "Step 8: find and fix bottlenecks",
    "cache-eviction": "Cache eviction and stampedes",
    "cache-write-policies": "Cache invalidation and write policies",
    "choosing-storage": "Choosing storage for static data",
    "collaborative-editing": "Collaborative editing: OT and CRDT",
    "consensus-log": "Consensus after the election: log, commit and membership",
    "delivery-guarantees": "Delivery guarantees and idempotency",
    "estimate-scale": "Step 2: rough estimate of scale",
    "fencing": "Leases and fencing tokens",
    "http-versions-and-grpc": "HTTP/2, HTTP/3 and gRPC",
    "indexing": "Indexes",
    "layer-4-vs-layer-7": "Layer 4 and layer 7 balancing",
    "leader-election": "Leader election and consensus",
    "linearizability-and-causality": "Linearizability and causal consistency",
    "llm-serving": "Serving a language model",
    "load-balancing": "Load balancer basics",
    "mapreduce": "MapReduce",
    "monolith-vs-microservices": "Monolith or microservices",
    "online-vs-offline": "Online, offline and streaming systems",
    "overload-control": "Overload control and autoscaling",
    "partitioning-schemes": "Horizontal and vertical partitioning",
    "peer-to-peer": "Peer-to-peer distribution",
    "polling": "Polling and long polling",
    "pub-sub": "Publish/subscribe",
    "queue-durability": "Storing the queue",
    "rate-limit-algorithms": "Rate-limit algorithms",
    "rate-limiting": "Rate limiting and denial of service",
    "retries-and-circuit-breakers": "Retries, backoff and circuit breakers",
    "server-selection": "Server-selection strategies",
    "spatial-indexes": "Spatial databases and quad trees",
    "storage-engines": "Storage engines: B-tree and LSM tree",
    "tcp": "TCP/IP",
    "throughput-estimation": "Throughput (QPS) estimation",
    "time-and-order": "Time, clocks and ids",
    "transactions-and-isolation": "Transactions and isolation levels",
    "two-choices": "Least connections and two choices",
    "vector-search-and-rag": "Vector search and retrieval-augmented generation",
    "websockets": "WebSockets",
    "zookeeper": "ZooKeeper in detail",
}


def topic_title(slug: str) -> str:
    """`TLS and HTTPS`: calculators know topics by their slugs alone."""
    if title := TOPIC_TITLES.get(slug):
        return title
    title = " ".join(WORDS.get(word, word) for word in slug.split("-")).replace("/ ", "/")
    return title[:1].upper() + title[1:]
