"""Circuit breakers, bulkheads, rate limits and hedged calls: by hand, by closed forms, and in whole designs."""

from __future__ import annotations

import math

import pytest

from calculators.engine.queueing import erlang_b
from designs.analysis.guards import Breaker, Bucket, Guard
from designs.analysis.plans import Loss
from designs.analysis.simulation import simulate
from tests.designs.analysis.build import figures, model
from tests.designs.analysis.test_giving_up import line

pytestmark = pytest.mark.one_database


def test_a_breaker_opens_at_its_share_waits_tries_ten_and_closes():
    breaker = Breaker(0.5, pause_s=30.0)
    for number in range(100):
        assert breaker.lets(number)
        breaker.saw(breaker.turn, number, is_good=number % 2 == 0)  # 50 of 100 fail with the last
    assert not breaker.lets(100)
    assert not breaker.lets(128.9)
    assert [breaker.lets(129) for _ in range(11)] == [True] * 10 + [False]
    for _ in range(10):
        breaker.saw(breaker.turn, 130, is_good=True)
    assert breaker.lets(131)
    assert breaker.opened == 1


def test_half_open_it_opens_again_when_its_trials_fail_and_late_results_do_not_count():
    breaker, old = Breaker(0.5, pause_s=10.0), 0
    for _ in range(100):
        breaker.lets(0)
        breaker.saw(old, 0, is_good=False)
    assert breaker.lets(10)
    for _ in range(50):
        breaker.saw(old, 11, is_good=True)  # from before it opened
    for _ in range(10):
        breaker.saw(breaker.turn, 12, is_good=False)
    assert not breaker.lets(21.9)
    assert breaker.lets(22)
    assert breaker.opened == 2


def test_a_breaker_spares_a_store_that_is_down_and_lets_it_recover():
    """Without one each request waits 300 ms three times; with one most fail at once and the store gets next to none."""
    loose = line("100/s", timeout="300 ms", retries=2, db={"capacity": "120/s", "latency": "8 ms"})
    bounded = line(
        "100/s", timeout="300 ms", retries=2, breaker="50%", breaker_pause="2 s",
        db={"capacity": "120/s", "latency": "8 ms"},
    )  # fmt: skip
    runs = [
        simulate(each, shape="spike", duration_s=120, event_s=10, visits=10**6, curve=None) for each in (loose, bounded)
    ]

    assert runs[0].stages[-1].failed > 0.5 * runs[0].stages[-1].rate * 10
    assert runs[1].stages[-1].failed < 0.05 * runs[1].stages[-1].rate * 10
    assert runs[1].stopped["api_db"] > 0
    assert runs[0].stopped == {}


def test_a_bucket_lets_its_burst_in_and_then_its_rate():
    bucket = Bucket(10.0, 3.0)

    assert [bucket.lets(0.0) for _ in range(4)] == [True, True, True, False]
    assert [bucket.lets(0.05), bucket.lets(0.1), bucket.lets(0.1)] == [False, True, False]
    assert [bucket.lets(9.0) for _ in range(4)] == [True, True, True, False]


def boxes(rate: str, **fields):
    parts = {"app": "client", "api": {"kind": "service", "capacity": "10k/s", "latency": "0.1 ms", **fields}}
    operations = {"read": {"method": "GET", "rate": rate}}
    return model(
        parts, "app -> api", operations=operations, flows={"read": ["app_api"]},
        connections={"app_api": {"latency": "0 ms"}},
    )  # fmt: skip


@pytest.mark.parametrize(("rate", "limit"), [(100, 100), (300, 100), (50, 200)])
def test_a_limit_without_a_burst_lets_in_what_dead_time_does(rate, limit):
    """One token: after each request that is let in, none for 1/limit; of Poisson arrivals 1 / (1 + rate/limit) pass."""
    found = simulate(boxes(f"{rate}/s", rate_limit=f"{limit}/s", rate_burst="1"), visits=60_000)

    assert found.failed["read"] / found.requests == pytest.approx(1 - 1 / (1 + rate / limit), abs=0.01)
    assert found.stations[0].refused == pytest.approx(0.9 * found.failed["read"], rel=0.03)


def test_a_limit_without_a_stated_burst_saves_a_second():
    """150/s at 100/s: a third is refused in the long run, and of a short one 100 more are let in at its beginning."""
    found = simulate(boxes("150/s", rate_limit="100/s"), duration_s=100, visits=10**6)

    assert found.requests - found.failed["read"] == pytest.approx(100 * 100 + 100, rel=0.005)


def test_a_bulkhead_is_a_share_of_the_callers_threads():
    """M/M/c/c: of 20 threads a quarter may ask the provider, so 5 calls of a second each; the others fail at once."""
    parts = {
        "app": "client",
        "shop": {"kind": "service", "capacity": "1k/s", "latency": "1 ms", "concurrency": "20"},
        "pay": {"kind": "third_party", "latency": "1 s"},
    }
    near = {"app_shop": {"latency": "0 ms"}, "shop_pay": {"latency": "0 ms", "bulkhead": "25%"}}
    found = simulate(
        model(parts, "app -> shop, shop -> pay", operations={"buy": {"method": "POST", "rate": "4/s"}},
              connections=near, flows={"buy": ["app_shop", "shop_pay"]}),
        duration_s=5_000, visits=10**6,
    )  # fmt: skip
    refused = found.failed["buy"] / found.requests

    assert refused == pytest.approx(float(erlang_b(5, 4.0)), abs=0.01)
    assert found.stopped["shop_pay"] == found.failed["buy"]


def test_a_bulkhead_without_threads_says_what_is_missing():
    found = simulate(line("50/s", bulkhead="25%"), visits=20_000)

    assert found.left_out == ("the bulkhead of api → db: how many requests api holds is not said",)
    assert found.failed == {}


def test_a_hedged_read_takes_the_quicker_of_two():
    """Hardly any wait, exponential of mean m: P(T > t) is exp(-t/m) to the delay d, then exp(-(2t - d)/m)."""
    mean, delay = 0.05, 0.03
    found = line("10/s", db={"capacity": "2k/s", "latency": "50 ms", "variation": "1"}, hedge_after="30 ms")
    run = simulate(found, visits=120_000)
    expected = mean * (1 - math.exp(-delay / mean)) + mean / 2 * math.exp(-delay / mean)

    assert run.operations["read"].mean == pytest.approx(expected, rel=0.03)
    assert run.hedged["api_db"] / run.requests == pytest.approx(math.exp(-delay / mean), rel=0.03)
    # exp(-(2t - d)/m) = 0.01
    assert run.operations["read"].p99 == pytest.approx((mean * math.log(100) + delay) / 2, rel=0.06)


def test_a_hedged_call_fails_only_when_both_do():
    """Each of two calls fails with a half at once after 1 ms; the second goes out only while the first is under way."""
    found = line("50/s", db={"error_rate": "50%", "capacity": "2k/s", "latency": "20 ms"}, hedge_after="0 ms")
    run = simulate(found, visits=60_000)

    assert run.failed["read"] / run.requests == pytest.approx(0.25, abs=0.01)


def test_losses_and_breakers_tell_on_the_same_arrow():
    """The store is gone for half of the time: but for trials every call is stopped by the breaker."""
    found = line("50/s", breaker="50%", breaker_pause="5 s")
    run = simulate(found, duration_s=100, visits=10**6, losses=[Loss("db", 1, begins=0.3, ends=0.8)])
    failed = run.failed["read"]

    assert failed == pytest.approx(50 * 50, rel=0.15)
    assert run.stopped["api_db"] > 0.85 * failed


def test_a_guard_counts_what_is_under_way():
    guard = Guard(room=2)
    assert [guard.lets(0) for _ in range(3)] == [True, True, False]
    guard.ends(guard.turn, 1, is_good=False)
    assert guard.lets(1)
    assert guard.stopped == 1
    assert figures()
