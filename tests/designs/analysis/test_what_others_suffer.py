"""Designs in which one part makes another one slow, full or lost; each value worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from designs.analysis.drill import drill
from designs.analysis.latency import latency
from designs.analysis.report import Analysis, analyse
from designs.analysis.residuals import variation_of_waits, waits_of
from designs.analysis.simulation import simulate
from tests.designs.analysis.build import READ, WRITE, design, figures, store

pytestmark = pytest.mark.one_database

TEN_TIMES = math.log(0.01), math.log(100) / (2 * 1.6449)  # 1 to 100 ms for nine of ten requests
ZONES = {each: {"kind": "zone", "label": each, "availability": "99.99%"} for each in ("a", "b")}


def service(**fields):
    return {"kind": "service", "capacity": "1k/s", "latency": "5 ms", "availability": "99.9%", **fields}


def analysed(parts, arrows, **sections) -> Analysis:
    return analyse(design({"app": "client", **parts}, arrows, **sections), figures())


def measured(found: Analysis, metric: str, operation: str = "") -> float:
    return found.meter.measure(metric, operation, "<=").value


def test_a_lost_cache_fails_the_reads_that_its_store_cannot_bear():
    """The cache is down 1 % of the time; 2,000/s at a store of 400/s leave four of five reads without an answer."""
    cache = {"kind": "cache", "cache_hit_ratio": "90%", "capacity": "50k/s", "latency": "1 ms", "availability": "99%"}
    found, enough = (
        analysed(
            {"api": service(capacity="10k/s"), "cache": cache,
             "db": store(capacity=capacity, latency="5 ms", availability="99.9%")},
            "app -> api, api -> cache, api -> db", operations={"read": {**READ, "rate": "2k/s"}},
        )
        for capacity in ("400/s", "2k/s")
    )  # fmt: skip
    lost = 1 - 0.01 * 0.8

    assert measured(found, "availability", "read") == pytest.approx(0.999**2 * lost)
    assert measured(found, "error_rate", "read") == pytest.approx(1 - 0.999 * (1 - 0.1 * 0.001) * lost)
    assert measured(enough, "availability", "read") == pytest.approx(0.999**2)
    steps = found.meter.measure("availability", "read", ">=").steps
    assert [each.result for each in steps if each.label == "cache"] == ["80 % of requests fail then"]


def test_a_long_operation_lengthens_the_waits_of_a_short_one():
    """40/s of 10 ms and 10/s of 100 ms on two servers: 70 % busy, 28 ms on average, E[S^2] / E[S]^2 = 5.31.

    M/M/2 of that mean waits 26.9 ms; by (1 + cv^2) / 2 that is 71.3 ms, before the 10 ms of the short one.
    """
    found = analysed(
        {"api": service(capacity="100/s", latency="10 ms", instances=2, balancing="one_queue")}, "app -> api",
        operations={"short": {"method": "GET", "rate": "40/s"}, "long": {"method": "GET", "rate": "10/s"}},
        flows={"short": ["app_api"], "long": [{"connection": "app_api", "service_time": "100 ms"}]},
        connections={"app_api": {"latency": "0 ms"}},
    )  # fmt: skip
    whole = simulate(found.model, visits=150_000)

    assert measured(found, "latency_mean", "short") == pytest.approx(0.01 + 0.0269 * 5.31 / 2, rel=0.01)
    assert whole.operations["short"].mean == pytest.approx(measured(found, "latency_mean", "short"), rel=0.2)


@pytest.mark.parametrize(
    ("fields", "rate", "served"),
    [
        ({"latency": "1..100 ms", "capacity": "37.54/s"}, 26.3, lambda random, n: random.lognormal(*TEN_TIMES, n)),
        ({"variation": "0"}, 80.0, lambda _, n: np.full(n, 0.01)),
        ({"variation": "2"}, 70.0, lambda random, n: random.standard_gamma(0.25, n) * 0.04),
    ],
    ids=["a range", "constant", "twice the mean"],
)
def test_the_tail_of_waits_follows_the_spread_of_service_times(fields, rate, served):
    """One server by Lindley's recursion, 600,000 requests: each waits for what those before it have left."""
    random = np.random.default_rng(4)
    times = served(random, 600_000)
    moves = times - random.exponential(1 / rate, len(times))
    total = np.cumsum(np.concatenate([[0.0], moves[:-1]]))
    took = total - np.minimum.accumulate(total) + times
    found = analysed(
        {"api": service(**{"capacity": "100/s", "latency": "10 ms"} | fields)}, "app -> api",
        operations={"get": {"method": "GET", "rate": f"{rate}/s"}}, flows={"get": ["app_api"]},
        connections={"app_api": {"latency": "0 ms"}},
    )  # fmt: skip
    said = latency(found.model, found.meter.times, "get", 0.99, draws=60_000)

    assert said.value == pytest.approx(float(np.quantile(took, 0.99)), rel=0.05)


@pytest.mark.parametrize(("busy", "variation"), [(0.7, 0.0), (0.5, 2.0), (0.9, 0.5)])
def test_waits_have_the_moments_that_bounds_count_with(busy, variation):
    waits = waits_of(np.random.default_rng(2), 100_000, busy, variation, None)

    assert waits.mean() == pytest.approx(1.0, abs=0.01)
    assert waits.var() == pytest.approx(variation_of_waits(busy, variation, None), rel=0.03)


def test_a_rate_limit_below_the_peak_refuses_the_rest():
    gate = {"kind": "api_gateway", "capacity": "10k/s", "latency": "1 ms", "availability": "100%"}
    found, near = (
        analysed(
            {"gate": {**gate, "rate_limit": limit, "rate_burst": "10"}, "api": service(availability="100%")},
            "app -> gate, gate -> api", operations={"get": {"method": "GET", "rate": "200/s"}},
            flows={"get": ["app_gate", "gate_api"]},
        )
        for limit in ("100/s", "220/s")
    )  # fmt: skip
    whole = simulate(found.model, visits=40_000)

    assert measured(found, "error_rate", "get") == pytest.approx(0.5)
    assert whole.failed["get"] / whole.requests == pytest.approx(0.5, abs=0.01)
    assert "bursts" in near.meter.measure("error_rate", "get", "<=").missing[0]


def test_what_stands_behind_a_box_of_its_own_takes_over_too():
    """1,500/s over two zones of boxes: the service of the zone that is left bears them, and its store does not."""
    found = analysed(
        {"lb": {"kind": "load_balancer", "technology": "ALB"},
         **{f"api{n}": service(label=f"API {n}", zone=zone, capacity="2k/s") for n, zone in ((1, "a"), (2, "b"))},
         **{f"db{n}": store(zone=zone, capacity="1k/s", latency="2 ms") for n, zone in ((1, "a"), (2, "b"))}},
        "app -> lb, lb -> api1, lb -> api2, api1 -> db1, api2 -> db2, db1 => db2", zones=ZONES,
        operations={"read": {**READ, "rate": "1.5k/s"}},
    )  # fmt: skip

    assert measured(found, "zone_loss", "read") == 2
    assert measured(found, "spare_utilisation") == pytest.approx(1.5)
    reasons = next(each for each in drill(found.model, "a").outcomes if each.operation == "read").reasons
    assert "db2 would need 150% of its capacity" in reasons


def test_a_service_that_is_optional_is_no_cache_in_a_drill():
    found = analysed(
        {"api": service(), "ads": service()}, "app -> api, api -> ads", connections={"api_ads": {"optional": True}},
        operations={"get": {"method": "GET", "rate": "10/s"}}, flows={"get": ["app_api", "api_ads"]},
    )  # fmt: skip

    assert drill(found.model, "ads").outcomes[0].reasons == ("it is answered without ads",)


def test_one_confirmation_of_a_quorum_loses_what_the_others_lack():
    fields = {"copies": 3, "replication": "quorum", "read_quorum": 3, "lag": "2 s"}
    found = analysed({"db": store(**fields, write_quorum=1)}, "app -> db", operations={"write": WRITE})
    two = analysed({"db": store(**fields, write_quorum=2)}, "app -> db", operations={"write": WRITE})

    assert measured(found, "recovery_point") == 2
    assert measured(two, "recovery_point") == 0


def test_a_name_service_that_somebody_else_runs_is_no_single_server():
    found = analysed(
        {"dns": {"kind": "dns", "availability": "99.99%"}, "api": service(instances=2)}, "app -> dns, dns -> api",
        operations={"get": {"method": "GET", "rate": "10/s"}}, flows={"get": ["app_dns", "dns_api"]},
    )  # fmt: skip

    assert measured(found, "no_single_point", "get") == 0
    assert found.finding("single-point:dns") is None
