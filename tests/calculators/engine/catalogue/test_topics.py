"""A number exists once: what a topic says in words is what the calculator in it computes from the same figures."""

from __future__ import annotations

import pytest

from calculators.engine.catalogue.registry import CATALOGUE
from calculators.engine.solve import solve
from tests.calculators.engine.catalogue.test_registry import FENCE, TOPICS, typed_in


@pytest.mark.parametrize(
    ("topic", "slug", "row", "value", "said"),
    [
        ("estimation/throughput-estimation", "capacity", "peak_write_rate", 17_361, "**17,361 a second**"),
        ("estimation/storage-estimation", "capacity", "stored", 273.9e12, "273.9 TB"),
        ("estimation/storage-estimation", "capacity", "stored_with_copies", 822e12, "822 TB"),
        ("estimation/cost-estimation", "bandwidth", "monthly_cost", 769_600, "a bill of 770,000 USD"),
        ("storage/distributed-file-systems", "blob", "metadata", 30e9, "need about 30 GB"),
        ("storage/choosing-storage", "blob", "object_cost", 35.65, "about 36 USD a month"),
        ("storage/choosing-storage", "blob", "file_cost", 465, " 465."),
        ("copies-and-shards/replication", "recovery", "lost_writes", 1_000, "may lose 1,000 writes"),
        ("resiliency/chaos-testing", "availability", "in_series", 0.994, "give 99.4 %"),
        ("resiliency/chaos-testing", "availability", "system", 0.994, "give 99.4 %"),
        ("estimation/storage-estimation", "storage", "provisioned", 2.27e15, "2.27 PB of disk"),
        ("estimation/percentiles-and-littles-law", "dependency-chain", "slow_requests", 0.634, "63 %"),
        ("estimation/percentiles-and-littles-law", "queueing", "mean_response", 0.1, "| 90 % | 100 ms |"),
        ("caching/caching-basics", "cache", "effective_time", 1.5e-3, "| 90 % | 1.5 ms | 1,000/s |"),
        ("caching/caching-basics", "cache", "database_load", 1_000, "| 90 % | 1.5 ms | 1,000/s |"),
        ("consistency/quorums-and-pacelc", "quorum", "read_availability", 0.9997, "together 0.9997"),
        ("copies-and-shards/failover", "recovery", "recovery_time", 30, "5 s of reconnection: 30 s"),
        ("p2p/peer-to-peer", "peer-to-peer", "client_server", 8_000, "8,000 s, over two hours"),
        ("p2p/peer-to-peer", "peer-to-peer", "peer_to_peer", 79.2, "(1 + 100) Gbit/s = 79 s"),
        ("realtime/polling", "polling", "poll_rate", 200_000, "| 5 s | 200,000 requests/s |"),
        ("messaging/message-queues", "message-queue", "backlog", 30_000, "the backlog reaches 30,000"),
        ("messaging/message-queues", "message-queue", "drain_time", 60, "drains in 60 s"),
        ("protection/rate-limiting", "rate-limit", "counter_load", 50_000, "50,000 operations on the store"),
        ("protection/rate-limiting", "rate-limit", "counter_memory", 1e9, "about 100 bytes are 1 GB"),
        ("ai/llm-serving", "llm-serving", "machine_pace", 3_952, "about 4,000 tokens a second together"),
        ("ai/vector-search-and-rag", "vector-index", "raw", 61.44e9, "| 4 bytes a number | 61 GB |"),
        ("failures/overload-control", "autoscaling", "worst", 1.06, "106 % busy"),
        ("estimation/cost-estimation", "price-tiers", "bill", 1.83e6, "| 1.83 million USD |"),
        ("databases/indexing", "index", "height", 4, "| 1 billion | 500 million | 30 | 4 |"),
        ("databases/indexing", "index", "binary_steps", 30, "| 1 billion | 500 million | 30 | 4 |"),
        ("networking/tcp", "throughput-window", "by_window", 3.5e6 / 8, "allows 3.5 Mbit/s"),
        ("networking/tcp", "throughput-window", "pipe", 18.75e6, "18.75 MB must be in flight"),
        ("failures/retries-and-circuit-breakers", "retries", "worst", 64, "4 x 4 x 4 = **64** calls"),
    ],
)
def test_a_topic_and_its_calculator_agree(topic, slug, row, value, said):
    text = (TOPICS / f"{topic}.md").read_text(encoding="utf-8")
    typed = next(given for named, given in map(typed_in, FENCE.findall(text)) if named == slug)

    found = solve(CATALOGUE[slug], typed)

    assert said in text
    assert found.results[row].value == pytest.approx(value, rel=6e-3)
