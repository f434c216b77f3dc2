"""A number exists once: a numeric card expects the value that the calculator with the same formula computes."""

from __future__ import annotations

import re

import pytest

from calculators.engine.catalogue.registry import CATALOGUE
from calculators.engine.solve import solve
from tests.studyguide.content import topics

CHAIN = {"copies": "1", "shared_causes": "0%"}
FOUR_TO_FIVE = {"stored": "8 TB", "request_rate": "1,000"}
THREE_TO_FOUR = {"stored": "6 TB", "request_rate": "1,000"}
SHARING = {"file_size": "1 GB", "peer_upload": "100 Mbit/s", "peer_download": "1 Gbit/s"}


@pytest.mark.parametrize(
    ("card", "calculator", "typed", "row", "unit"),
    [
        ("throughput-estimation-average", "capacity", {}, "write_rate", 1),
        ("throughput-estimation-peak", "capacity", {}, "peak_write_rate", 1),
        ("storage-estimation-daily", "capacity", {"media_share": "0%"}, "daily_volume", 1e9),
        ("caching-basics-mean", "cache", {"read_rate": "10,000"}, "effective_time", 1e-3),
        ("cdn-offload", "cache", {"read_rate": "1M", "hit_ratio": "95%"}, "database_load", 1),
        ("quorums-and-pacelc-avail", "quorum", {"availability": "99%"}, "read_availability", 0.01),
        (
            "failover-outage",
            "recovery",
            {"heartbeat": "3 s", "missed": "5", "promotion": "10 s", "redirection": "5 s"},
            "recovery_time",
            1,
        ),
        ("replication-loss", "recovery", {"lag": "200 ms", "write_rate": "5,000"}, "lost_writes", 1),
        ("backups-copy", "recovery", {}, "restore_time", 1),
        ("sharding-modulo", "sharding", FOUR_TO_FIVE, "moved_modulo", 0.01),
        ("hashing-basics-modulo", "sharding", THREE_TO_FOUR, "moved_modulo", 0.01),
        ("consistent-hashing-moved", "sharding", THREE_TO_FOUR, "moved_ring", 0.01),
        ("sharding-tail", "dependency-chain", {"needed_in_series": "0", "slow_share": "0.1%"}, "slow_requests", 0.01),
        ("percentiles-and-littles-law-fanout", "dependency-chain", {"needed_in_series": "0"}, "slow_requests", 0.01),
        ("search-indexes-shards", "dependency-chain", {"needed_in_series": "0", "calls": "20"}, "slow_requests", 0.01),
        ("quorums-and-pacelc-slow", "dependency-chain", {"needed_in_series": "0", "calls": "3"}, "slow_requests", 0.01),
        ("availability-nines-serial", "availability", CHAIN | {"parts": "10"}, "in_series", 0.01),
        ("chaos-testing-optional", "availability", CHAIN | {"parts": "6"}, "in_series", 0.01),
        ("sagas-and-outbox-availability", "availability", CHAIN | {"parts": "3"}, "in_series", 0.01),
        ("availability-nines-three", "availability", {}, "downtime_one", 3600),
        ("availability-nines-four", "availability", {"availability": "99.99%"}, "downtime_one", 60),
        ("availability-nines-parallel", "availability", {"shared_causes": "0%"}, "copied_part", 0.01),
        (
            "percentiles-and-littles-law-in-progress",
            "queueing",
            {"arrival_rate": "2,000", "service_time": "50 ms", "servers": "200"},
            "load",
            1,
        ),
        (
            "login-and-credentials-cores",
            "queueing",
            {"arrival_rate": "200", "service_time": "50 ms", "servers": "16"},
            "load",
            1,
        ),
        (
            "latency-numbers-10g",
            "transfer-time",
            {"size": "1 GB", "link_speed": "10 Gbit/s", "efficiency": "100%"},
            "on_the_link",
            1,
        ),
        ("latency-numbers-disk", "transfer-time", {}, "from_disk", 1),
        ("tcp-limit", "throughput-window", {"round_trip": "150 ms"}, "by_window", 1e6 / 8),
        ("tcp-stop-and-wait", "throughput-window", {"round_trip": "150 ms", "packet": "1,460 B"}, "stop_and_wait", 125),
        (
            "http-first-request",
            "handshakes",
            {"round_trip": "150 ms", "server_time": "0 s", "dns_time": "0 s"},
            "tls13",
            1e-3,
        ),
        ("peer-to-peer-time", "peer-to-peer", SHARING, "peer_to_peer", 1),
        ("peer-to-peer-server", "peer-to-peer", SHARING, "client_server", 1),
        ("polling-load", "polling", {"clients": "1M"}, "poll_rate", 1),
        ("detailed-design-fanout", "fan-out", {"post_rate": "5,787", "followers": "200"}, "on_write", 1),
        ("retries-and-circuit-breakers-amplification", "retries", {}, "worst", 1),
        ("rate-limit-algorithms-minute", "rate-limit", {"bucket_size": "20", "client_rate": "100"}, "allowed", 1),
        ("rate-limiting-memory", "rate-limit", {"active_clients": "10M"}, "counter_memory", 1e9),
        (
            "distributed-file-systems-blocks",
            "blob",
            {"files": "1", "file_size": "1 TB", "chunk_size": "128 MiB"},
            "chunks",
            1,
        ),
        ("mapreduce-tasks", "blob", {"files": "1", "file_size": "1 TB"}, "chunks", 1),
        ("cost-estimation-storage", "blob", {"files": "457,000", "file_size": "1 GB"}, "object_cost", 1),
        ("indexing-probes", "index", {"records": "1,000,000,000"}, "binary_steps", 1),
        ("indexing-million", "index", {"records": "1M"}, "binary_steps", 1),
        (
            "bandwidth-estimation-pictures",
            "bandwidth",
            {"write_rate": "1,736", "overhead": "0%"},
            "ingress",
            1e9 / 8,
        ),
    ],
)
def test_a_card_expects_what_the_calculator_works_out(card, calculator, typed, row, unit):
    """`unit` is the unit of the card's answer in the calculator's: 0.01 where the card uses per cent and the calculator
    a share."""
    asked = next(each for topic in topics().values() for each in topic.cards if each["id"] == card)
    answer = float(re.match(r"[\d,.]+", asked["answer"]).group().replace(",", ""))
    tolerance = float(asked["tolerance"].partition("%")[0]) / 100

    solution = solve(CATALOGUE[calculator], typed)

    assert solution.errors == {}
    # A calculator may count something that the card leaves out; a difference over half a percent means another formula.
    assert answer * unit == pytest.approx(solution.results[row].value, rel=min(max(tolerance, 1e-3), 0.012))
