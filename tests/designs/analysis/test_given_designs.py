"""Designs that a flattering model got wrong, each with what an engineer expects and the value worked out by hand."""

from __future__ import annotations

import json
import math
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from designs.analysis.latency import latency
from designs.analysis.report import Analysis, analyse
from designs.document.patches import apply
from designs.document.upgrade import upgrade
from tests.designs.analysis.build import figures

DESIGNS = Path(__file__).parent / "designs"
COMMON = 0.1  # the share of outages that hits all servers at once, where the design gives none


@cache
def text(name: str) -> str:
    return (DESIGNS / f"{name}.json").read_text(encoding="utf-8")


def given(name: str, **patch: Any) -> Analysis:
    document = upgrade(json.loads(text(name)))
    return analyse(apply(document, {"diagram": patch}) if patch else document, figures())


def reached(analysis: Analysis, metric: str):
    return next(each for each in analysis.requirements if each.metric == metric)


def used(analysis: Analysis, component: str) -> float:
    found = analysis.model.loads.components[component].utilisation
    assert found is not None
    return found


def peak(analysis: Analysis, component: str) -> float:
    return analysis.model.loads.components[component].peak


def singles(analysis: Analysis, operation: str) -> set[str]:
    return set(analysis.model.cuts[operation].components)


def served(analysis: Analysis, operation: str) -> float:
    found = analysis.model.reach[operation].served
    assert found is not None
    return found.value


def parts(analysis: Analysis, operation: str) -> float:
    found = analysis.model.reach[operation].availability
    assert found is not None
    return found.value


def several(needed: int, count: int, one: float, common: float = COMMON) -> float:
    """At least so many of equal servers, a share of whose outages is common to all: all states added up."""
    at_once = common * (1 - one)
    own = ((1 - one) - at_once) / (1 - at_once)
    ways = sum(math.comb(count, up) * (1 - own) ** up * own ** (count - up) for up in range(needed, count + 1))
    return (1 - at_once) * ways


@pytest.mark.parametrize("path", sorted(DESIGNS.glob("*.json")), ids=lambda path: path.stem)
def test_nothing_is_available_all_of_the_time_and_texts_have_names(path):
    found = analyse(json.loads(path.read_text(encoding="utf-8")), figures())

    for each in found.requirements:
        if each.metric == "availability":
            assert "100 %" not in each.reached
    for finding in found.findings:
        assert finding.proof.endswith(".")


# Copies, shards and instances


def test_every_copy_takes_every_write():
    """25,000 writes a second on three copies of 10,000/s each."""
    assert used(given("writes-to-three-copies"), "db") == pytest.approx(2.5)
    finding = given("writes-to-three-copies").finding("saturated:db")
    assert finding is not None
    assert "shards" in finding.remedies[0].title
    mended = analyse(
        apply(upgrade(json.loads(text("writes-to-three-copies"))), finding.remedies[0].patch or {}), figures()
    )
    assert mended.finding("saturated:db") is None


@pytest.mark.parametrize("copies", [2, 3])
def test_one_digit_makes_nothing_green(copies):
    """A second copy of which nothing is said proves no availability and no recovery point, and doubles no writes."""
    one, more = given("one-database"), given({2: "two-databases", 3: "three-databases"}[copies])

    assert {each.metric: each.verdict for each in one.requirements if each.verdict == "pass"} == {}
    assert [each.metric for each in more.requirements if each.verdict == "pass"] == []
    assert reached(more, "throughput").value == pytest.approx(10_000)
    assert reached(more, "recovery_time").value == 120
    assert "kept the same" in reached(more, "recovery_point").missing[0]


def test_shards_divide_by_key_and_the_hottest_decides():
    """Four boxes by key of 1,000/s each take 2,400/s: each 600, and a request fails only with its own shard."""
    by_key = {key: {"relation": "by_key"} for key in json.loads(text("four-boxes-by-key"))["diagram"]["connections"]}
    arrows = json.loads(text("four-boxes-by-key"))["diagram"]["connections"]
    boxes = {key: by_key[key] for key, each in arrows.items() if each["target"].startswith("d")}
    analysis = given("four-boxes-by-key", connections=boxes)

    assert [used(analysis, f"d{n}") for n in range(4)] == pytest.approx([0.6] * 4)
    service = served(analysis, "r") / 0.999
    assert parts(analysis, "r") == pytest.approx(service * 0.999**4)
    assert sorted(analysis.model.structures["r"].lost_shares[f"d{n}"] for n in range(4)) == pytest.approx([0.25] * 4)

    whole = given(
        "four-boxes-by-key",
        components={
            "d0": {"shards": 4, "hottest_shard": "40%"},
            **{f"d{n}": {"stores": {"t": None}} for n in (1, 2, 3)},
        },
        connections={key: None for key, each in arrows.items() if each["target"] in ("d1", "d2", "d3")},
    )
    assert used(whole, "d0") == pytest.approx(2.4 * 0.4)


# Availability


def test_ten_that_are_all_needed():
    """95 % full: ten of ten, of 99 % each, before a store of 99.5 %."""
    analysis = given("ten-of-ten-needed")
    store = analysis.model.server_availability["db"]
    assert store is not None

    assert served(analysis, "r") == pytest.approx(several(10, 10, 0.99) * store.value)
    assert several(10, 10, 0.99, common=0.0) == pytest.approx(0.9044, abs=1e-4)
    assert reached(analysis, "availability").verdict == "fail"


def test_a_quorum_of_three():
    quorum = {"db": {"replication": "quorum", "reads_from": "quorum", "common_cause": "0%"}}
    analysis = given("three-nodes-of-a-quorum", components=quorum)

    assert served(analysis, "r") == pytest.approx(0.99**3 + 3 * 0.99**2 * 0.01)  # 99.97 %, not 99.9999 %
    assert reached(analysis, "availability").verdict == "fail"
    assert not reached(analysis, "availability").missing
    unsaid = given("three-nodes-of-a-quorum")
    assert unsaid.model.reach["r"].missing  # what keeps the copies the same is not said


def test_a_zone_whose_availability_is_not_given_bounds_from_above_only():
    analysis = given("all-in-one-zone")

    assert "the availability of AZ a" in analysis.model.reach["r"].missing
    assert reached(analysis, "availability").reached.startswith("at most")
    assert reached(analysis, "availability").verdict != "pass"
    assert [each.key for each in analysis.findings if each.severity == "high"] == ["zone-alone:z"]


def test_three_zones_are_all_needed_when_two_bear_too_little():
    """2,700/s on three servers of 1,000/s: after the loss of a zone the others are at 135 %."""
    analysis = given("three-zones-without-spare")

    zones, servers = 0.999**3, 0.999**3
    assert served(analysis, "r") <= zones * servers
    assert reached(analysis, "availability").verdict == "fail"
    asked = {"r": {"metric": "zone_loss", "quantity": ""}, "s": {"metric": "spare_utilisation", "quantity": "70%"}}
    document = apply(
        upgrade(json.loads(text("three-zones-without-spare"))), {"scope": {"measurable_requirements": asked}}
    )
    found = analyse(document, figures())
    lost = reached(found, "zone_loss")
    assert lost.verdict == "fail"
    assert [step.result for step in lost.steps] == ["135% of capacity"] * 3
    spare = reached(found, "spare_utilisation")
    assert (spare.verdict, spare.value) == ("fail", pytest.approx(1.35))


def test_two_managed_balancers_share_their_causes():
    """Two of 99.99 % are not 99.999999 %: a tenth of the outages hits both."""
    analysis = given("two-managed-balancers")
    standing = analysis.model.bearing["r"].standings["lb"]

    assert standing.alone == pytest.approx(several(1, 2, 0.9999))
    assert 1 - standing.alone > 9e-6


def brute_circle() -> float:
    """lb asks s0 or s1, both need b, b needs s0 in one request of five and db in each: every state of five parts."""
    total = 0.0
    for lb, s0, s1, b, db in product((True, False), repeat=5):
        works = lb and (s0 or s1) and b and db and s0
        weight = math.prod(0.999 if up else 0.001 for up in (s0, b, db)) * (0.9999 if lb else 0.0001)
        weight *= 0.999 if s1 else 0.001
        total += weight * works
    return total


def test_a_circle_is_the_same_whatever_the_order_of_its_arrows():
    first, other = given("circle-of-calls"), given("circle-of-calls-other-order")
    chances = {key: each.availability for key, each in first.document.diagram.components.items()}

    assert singles(first, "r") == singles(other, "r") == {"lb", "s0", "b", "db"}
    assert parts(first, "r") == pytest.approx(parts(other, "r"), abs=1e-12)
    typed = {key: float(value.rstrip("%")) / 100 for key, value in chances.items() if value}
    needed = [typed.get(each, 0.9999) for each in ("lb", "s0", "b", "db")]
    assert parts(first, "r") == pytest.approx(math.prod(needed), abs=1e-9)
    # One request in five needs s0, and half of the others come by s1.
    assert parts(first, "r") < served(first, "r") < 1


def test_one_request_in_twenty_needs_what_one_request_in_twenty_asks():
    analysis = given("one-request-in-twenty")

    assert parts(analysis, "r") == pytest.approx(0.99)
    assert served(analysis, "r") == pytest.approx(1 - 0.05 * 0.01)
    finding = analysis.finding("single-point:x")
    assert finding is not None
    assert finding.severity != "high"
    assert "5 %" in finding.title


def test_a_limiter_that_fails_open_stops_nothing():
    asked, open_one = (
        given("limiter-that-fails-open"),
        given("limiter-that-fails-open", connections={"x": {"optional": True}}),
    )

    assert "rl" in singles(asked, "r")
    assert "rl" not in singles(open_one, "r")
    assert served(open_one, "r") == pytest.approx(served(asked, "r") / 0.99)


def test_hits_and_stores_are_told_apart():
    """Behind two caches 2 % of reads need the store, which works 99.9 % of the time."""
    reach = given("two-caches-in-a-row").model.reach["r"]
    assert reach.warm is not None and reach.served is not None  # noqa: PT018
    servers = reach.served.value / 0.999

    assert reach.warm.value == pytest.approx(servers * (1 - 0.02 * 0.001))


# What goes where


def test_a_cache_takes_reads_of_what_it_stores():
    """The session cache holds no orders: the database gets all 5,000/s."""
    assert peak(given("session-cache-beside-orders"), "db") == pytest.approx(5000)


def test_a_second_cache_gets_what_the_first_misses():
    analysis = given("two-caches-in-a-row")

    assert [peak(analysis, each) for each in ("l1", "l2", "db")] == pytest.approx([5000, 500, 100])


def test_different_services_behind_a_gateway_answer_what_they_are_named_for():
    analysis = given("two-services-one-database")

    assert peak(analysis, "orders") == pytest.approx(900)
    assert peak(analysis, "users") == pytest.approx(100)
    assert {"orders", "db"} <= singles(analysis, "getOrder")


@pytest.mark.parametrize(
    "name",
    [
        "gateway-joins-two-services",
        "gateway-joins-two-services-drawn",
        "gateway-joins-two-services-with-shares",
    ],
)
def test_a_gateway_that_joins_two_services_needs_both(name):
    analysis = given(name)

    assert [peak(analysis, each) for each in ("users", "orders", "udb", "odb")] == pytest.approx([900] * 4)
    assert {"users", "orders", "udb", "odb"} <= singles(analysis, "home")
    assert served(analysis, "home") == pytest.approx(0.999**4)


def test_a_client_that_asks_two_services_asks_both():
    analysis = given("client-asks-auth-and-chat")

    assert [peak(analysis, each) for each in ("auth", "chat")] == pytest.approx([900, 900])
    assert singles(analysis, "send") == {"auth", "chat", "db"}


# Time


def closed_form_of_the_slowest(calls: int, quantile: float, mean_s: float) -> float:
    return -mean_s * math.log1p(-(quantile ** (1 / calls)))


@pytest.mark.parametrize("calls", [20, 50, 100, 200, 1000])
@pytest.mark.parametrize("metric", ["latency_p50", "latency_p95", "latency_p99"])
def test_the_slowest_of_many_calls(calls, metric):
    """Exponential calls of 10 ms at once: the quantile of the slowest is -10 ms x ln(1 - q^(1/m))."""
    document = upgrade(json.loads(text("thousand-calls-at-once")))
    change = {
        "flows": {"f": {"hops": {"h2": {"multiplier": str(calls)}}}},
        "scope": {"measurable_requirements": {"x": {"metric": metric, "quantity": "60 ms", "operation": "read"}}},
    }
    result = next(each for each in analyse(apply(document, change), figures()).requirements if each.requirement == "x")
    truth = closed_form_of_the_slowest(
        calls, {"latency_p50": 0.5, "latency_p95": 0.95, "latency_p99": 0.99}[metric], 0.01
    )

    assert result.value == pytest.approx(truth, rel=0.05)
    assert result.verdict == ("pass" if truth < 0.06 else "fail") or abs(truth - 0.06) < 0.004
    assert "±" in result.reached


def test_calls_at_once_take_as_long_as_the_slowest():
    """Six of 10 ms: one after another 60 ms on average, at once 10 ms x (1 + 1/2 + ... + 1/6) = 24.5 ms."""
    one_by_one = given("six-calls")
    at_once = given("six-calls", connections={f"k{n}": {"relation": "parallel"} for n in range(6)})

    assert reached(one_by_one, "latency_mean").value == pytest.approx(0.060, rel=0.02)
    assert reached(at_once, "latency_mean").value == pytest.approx(0.01 * sum(1 / n for n in range(1, 7)), rel=0.02)
    assert reached(at_once, "latency_mean").verdict == "pass"
    assert reached(at_once, "latency_p99").value == pytest.approx(closed_form_of_the_slowest(6, 0.99, 0.01), rel=0.05)


# By own event simulation, 10 servers of 10 ms, 90 % busy; a queue for each at random is M/M/1: 10 ms x ln(100) / 0.1.
SIMULATED_P99 = {"one_queue": 0.063, "two_choices": 0.107, "round_robin": 0.246, "random": 0.1 * math.log(100)}


@pytest.mark.parametrize(("balancing", "p99_s"), SIMULATED_P99.items())
def test_how_requests_are_spread_decides_the_tail(balancing, p99_s):
    analysis = given("ten-servers-nearly-full", components={"s": {"balancing": balancing}})
    found = latency(analysis.model, analysis.meter.times, "r", 0.99, draws=60_000)

    assert found.value == pytest.approx(p99_s, rel=0.08)


def test_unless_it_is_said_how_requests_are_spread_both_ends_are_told():
    result = reached(given("ten-servers-nearly-full"), "latency_p99")

    assert result.verdict == "cannot tell"
    assert "balancing" in result.missing[0]


def test_a_lower_bound_is_one():
    """A server that takes 100 ms each time has a 99th percentile of 100 ms; nothing says that it varies."""
    result = reached(given("constant-server-with-unknown-latency"), "latency_p99")

    assert result.verdict == "cannot tell"
    assert result.value == pytest.approx(0.102, rel=0.01)


def test_a_failover_takes_its_time():
    assert reached(given("failover-takes-two-minutes"), "recovery_time").value == 120
    assert reached(given("failover-takes-two-minutes"), "recovery_time").verdict == "fail"


def test_a_slow_provider_fills_its_caller():
    """900/s that wait 2 s are 1,800 requests inside, by Little's law; a server holds 200 as it is delivered."""
    finding = given("slow-payment-provider").finding("slow-dependency:pay,s")

    assert finding is not None
    assert finding.severity == "high"
    assert "1,8" in finding.proof


# Requirements


def test_requirements_that_flattered():
    found = {(each.metric, each.asked): each for each in given("many-requirements").requirements}

    def verdict(metric: str) -> set[str]:
        return {each.verdict for (name, _), each in found.items() if name == metric}

    assert verdict("no_single_point") == {"fail"}  # everything stands in one zone
    assert verdict("recovery_time") == {"fail"}
    assert verdict("storage") == {"fail"}  # two copies of 740 GB are more than 1 TB
    assert verdict("cost_per_month") == {"pass"}


# Real architectures: what their own engineers reported is found.


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("twitter-2013", ["celebrity-fan-out", "unknown-copies", "fan-out-tail"]),
        ("instagram-2011", ["zone-alone", "lost-writes", "unknown-copies"]),
        ("stack-overflow-2016", ["single-point", "zone-alone", "lost-writes"]),
    ],
)
def test_known_weaknesses_of_real_architectures_are_found(name, keys):
    rules = [each.rule for each in given(name).findings]

    assert [key for key in keys if key not in rules] == []
    assert not {"unwritten-entity", "unmonitored"} & set(rules)
