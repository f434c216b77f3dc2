"""Timeouts, retries and threads: closed forms, simpy, and that analysis, drill and simulation say the same."""

from __future__ import annotations

import math
from random import Random

import numpy as np
import pytest
import simpy

from calculators.engine.queueing import mean_wait
from designs.analysis.drill import drill
from designs.analysis.itineraries import NotSimulatedError
from designs.analysis.latency import latency
from designs.analysis.patience import Patience, tried
from designs.analysis.plans import Loss
from designs.analysis.report import analyse
from designs.analysis.requirements import Meter
from designs.analysis.settling import held_of, storm, with_entries
from designs.analysis.simulation import simulate
from designs.analysis.times import times_of
from designs.document.scope import MeasurableRequirement
from tests.designs.analysis.build import READ, design, figures, model, store

pytestmark = pytest.mark.one_database


def line(rate: str = "80/s", api=None, db=None, app_api=None, **call):
    parts = {
        "app": "client",
        "api": {"kind": "service", "capacity": "10k/s", "latency": "0.1 ms", "availability": "100%", **(api or {})},
        "db": store(**{"capacity": "200/s", "latency": "5 ms", "availability": "100%"} | (db or {})),
    }
    near = {"app_api": {"latency": "0 ms", **(app_api or {})}, "api_db": {"latency": "0 ms", **call}}
    return model(parts, "app -> api, api -> db", operations={"read": {**READ, "rate": rate}}, connections=near)


def shares(found, key: str = "read") -> tuple[float, float]:
    """Tries for each call, and the share of requests that fail."""
    return 1 + found.retried.get("api_db", 0) / found.requests, found.failed.get(key, 0) / found.requests


def in_simpy(
    rate: float, capacity: float, timeout: float, retries: int, requests: int, backoff: float = 0.0
) -> tuple[float, float]:
    """The same line in simpy, which follows each call as a process; nobody takes a call back."""
    random, env = Random(7), simpy.Environment()
    server, tried, failed = simpy.Resource(env), [0], [0]

    def work(answer):
        with server.request() as turn:
            yield turn
            yield env.timeout(random.expovariate(capacity))
        answer.succeed()

    def request():
        for number in range(1 + retries):
            if number and backoff:
                yield env.timeout(random.random() * backoff * 2 ** (number - 1))
            tried[0] += 1
            answer = env.event()
            env.process(work(answer))
            yield answer | env.timeout(timeout)
            if answer.triggered:
                return
        failed[0] += 1

    def arrive():
        for _ in range(requests):
            yield env.timeout(random.expovariate(rate))
            env.process(request())

    env.process(arrive())
    env.run()
    return tried[0] / requests, failed[0] / requests


@pytest.mark.parametrize(
    ("rate", "timeout", "retries"), [(60, "20 ms", 0), (60, "20 ms", 1), (60, "30 ms", 1), (40, "25 ms", 2)]
)
def test_simpy_times_out_and_tries_again_as_often(rate, timeout, retries):
    found = shares(simulate(line(f"{rate}/s", timeout=timeout, retries=retries), visits=90_000))
    expected = in_simpy(rate, 200, float(timeout[:2]) / 1e3, retries, 30_000)

    assert found[0] == pytest.approx(expected[0], rel=0.02)
    assert found[1] == pytest.approx(expected[1], abs=0.015)


@pytest.mark.parametrize(("backoff", "timeout", "retries"), [("40 ms", "20 ms", 1), ("90 ms", "20 ms", 1)])
def test_retries_after_a_pause_are_those_of_simpy_and_of_the_analysis(backoff, timeout, retries):
    found = line("60/s", timeout=timeout, retries=retries, backoff=backoff)
    measured = shares(simulate(found, visits=120_000))
    expected = in_simpy(60, 200, float(timeout[:2]) / 1e3, retries, 40_000, float(backoff[:2]) / 1e3)

    assert measured[0] == pytest.approx(expected[0], rel=0.02)
    assert measured[1] == pytest.approx(expected[1], abs=0.01)
    assert found.attempts["api_db"] == pytest.approx(measured[0], rel=0.08)


def test_a_pause_before_a_retry_takes_its_time():
    """Every try times out at once: 0 to 100 ms, then 0 to 200 ms, 150 ms on average, and it is done without."""
    found = line("20/s", timeout="0.001 ms", retries=2, backoff="100 ms", optional=True)
    measured = simulate(found, visits=60_000).operations["read"]

    assert measured.mean == pytest.approx(0.15, rel=0.03)
    assert latency(found, times_of(found), "read", draws=60_000).value == pytest.approx(0.15, rel=0.03)


def test_without_retries_the_share_that_times_out_is_the_tail_of_the_time():
    """M/M/1: a call takes longer than T with exp(-(200 - 80) T), 9.07 % at 20 ms; the rest is a cut exponential."""
    found = line("80/s", timeout="20 ms")
    late = math.exp(-120 * 0.02)
    times = times_of(found)

    assert found.cut_off["read"] == pytest.approx(late, abs=0.01)
    assert shares(simulate(found, visits=300_000))[1] == pytest.approx(late, abs=0.01)
    median = -math.log(1 - (1 - late) * 0.5) / 120
    assert latency(found, times, "read", 0.5, draws=60_000).value == pytest.approx(median + 0.1e-3, rel=0.05)


def test_a_share_from_draws_states_its_error_and_more_draws_decide_near_a_target():
    """M/M/1: exp(-2.4) = 9.07 % of calls take longer than 20 ms, so 90.93 % are answered in time."""
    found = Meter(line("80/s", timeout="20 ms"))
    rough = found.measure("availability", "read", ">=")
    exact = found.measure("availability", "read", ">=", 60_000)

    assert 0.005 < rough.error < 0.012
    assert exact.error < 0.003
    assert abs(rough.value - (1 - math.exp(-2.4))) <= rough.error
    assert abs(exact.value - (1 - math.exp(-2.4))) <= exact.error
    near = MeasurableRequirement(metric="availability", comparison=">=", quantity="90.6%")
    assert found.result("up", near).verdict == "pass"
    assert found.model.cut_off_doubt["read"].said == "9.1 % ± 0.9 %"


def test_a_timeout_beyond_all_draws_is_no_error_but_one_near_them_is_bounded():
    """At 60/s a call takes longer than T with exp(-140 T): e^-140 for 1 s, and 8.3e-7 for 100 ms, unseen in 4,000."""
    far, near = line("60/s", timeout="1 s"), line("60/s", timeout="100 ms")

    assert far.cut_off_doubt["read"].error == 0
    assert math.exp(-14) < near.cut_off_doubt["read"].error < 1e-3
    assert near.cut_off["read"] == 0


def test_a_quiet_state_that_chance_ends_is_an_upper_bound_only():
    """100/s of 200/s, and each late call comes again: the simulation fills up by chance and stays full."""
    found = line("100/s", timeout="40 ms", retries=1)
    meter = Meter(found)
    up, errors = (meter.measure(metric, "read", ">=") for metric in ("availability", "error_rate"))
    failed = shares(simulate(found, visits=60_000))[1]

    assert (up.bound, errors.bound) == ("at most", "at least")
    assert "retries keep db full" in up.missing[0]
    assert failed > 0.1
    assert up.value >= 1 - failed
    assert errors.value <= failed


def test_what_waits_for_a_full_component_without_a_timeout_is_never_answered():
    """A third of 300/s at 200/s, and 1 % of errors before: 1 - 0.99 x 2/3; with 6 threads of 1 s for 9/s a third."""
    full, threads = Meter(line("300/s", api={"error_rate": "1%"})), Meter(slow("6", availability="100%"))

    assert full.measure("error_rate", "read", "<=").value == pytest.approx(1 - 0.99 * 2 / 3, abs=0.004)
    assert threads.measure("error_rate", "buy", "<=").value == pytest.approx(1 - 0.995 * 6 / 9.009, rel=0.01)


def test_time_outs_count_as_failed_requests():
    """Everything is always up, and 9 % get no answer: availability 91 %, not 100 %."""
    document = design(
        {"app": "client", "api": {"kind": "service", "availability": "100%", "capacity": "10k/s", "latency": "0.1 ms"},
         "db": store(capacity="200/s", latency="5 ms", availability="100%")},
        "app -> api, api -> db",
        operations={"read": {**READ, "rate": "80/s"}},
        connections={"app_api": {"latency": "0 ms"}, "api_db": {"latency": "0 ms", "timeout": "20 ms"}},
        requirements={
            "up": {"metric": "availability", "comparison": ">=", "quantity": "99%"},
            "errors": {"metric": "error_rate", "comparison": "<=", "quantity": "1%"},
        },
    )  # fmt: skip
    found = {each.requirement: each for each in analyse(document, figures()).requirements}
    up, errors = found["up"], found["errors"]

    assert (up.verdict, errors.verdict) == ("fail", "fail")
    assert up.value == pytest.approx(1 - math.exp(-2.4), abs=0.01)
    assert errors.value == pytest.approx(math.exp(-2.4), abs=0.01)


@pytest.mark.parametrize(
    ("rate", "timeout", "retries"),
    [("60/s", "20 ms", 1), ("80/s", "20 ms", 1), ("60/s", "30 ms", 2), ("40/s", "15 ms", 3)],
)
def test_tries_are_what_the_simulation_counts(rate, timeout, retries):
    """Within 8 %; of the share that fails for good the analysis knows the size only, and says between which bounds."""
    found = line(rate, timeout=timeout, retries=retries)
    tries, failed = shares(simulate(found, visits=200_000))

    assert found.attempts["api_db"] == pytest.approx(tries, rel=0.08)
    assert found.cut_off_doubt["read"].factor == 2
    assert found.cut_off_doubt["read"].least <= failed <= found.cut_off_doubt["read"].most
    assert found.loads.components["db"].utilisation == pytest.approx(float(rate[:-2]) * tries / 200, rel=0.08)


def test_a_saturated_target_is_asked_once_for_each_try():
    """250/s at 200/s: nobody gets an answer in time, so each call is made three times, and 750/s come."""
    found = line("250/s", timeout="50 ms", retries=2)

    assert found.attempts["api_db"] == pytest.approx(3.0)
    assert found.loads.components["db"].peak == pytest.approx(750, rel=1e-6)
    assert found.cut_off["read"] == pytest.approx(1.0)
    assert found.loads.components["api"].peak == pytest.approx(250, rel=1e-6)


def test_a_budget_bounds_retries():
    found = line("250/s", timeout="50 ms", retries=2, retry_budget="10%")
    measured = simulate(found, visits=100_000)

    assert found.attempts["api_db"] == pytest.approx(1.1, abs=0.015)
    assert measured.retried["api_db"] <= 0.1 * measured.requests + 1
    assert Patience(1.0, 3, 0.2).tries(1.0) == pytest.approx(1.2)
    assert Patience(1.0, 3, 0.2).tries(0.1) == pytest.approx(1.111)


def test_retries_keep_down_what_a_spike_brought_down():
    """Half of the capacity is used; three tries of each call are 150 % of it: found first, then simulated."""
    calm = {"timeout": "100 ms", "retries": 2}
    loose, bounded = line("100/s", **calm), line("100/s", **calm, retry_budget="10%")

    assert loose.loads.components["db"].utilisation == pytest.approx(0.5, abs=0.01)
    assert storm(loose) == {"db": pytest.approx(1.5)}
    assert storm(bounded) == {}
    spikes = {"shape": "spike", "duration_s": 120.0, "event_s": 10.0, "visits": 10**6, "seed": 3}
    # A spike reaches 2.5 times the peak; the rest of the time half of the peak is asked, so the peak is 200/s.
    after = [simulate(line("200/s", **calm, **more), **spikes).stages[-1] for more in ({}, {"retry_budget": "10%"})]
    assert after[0].failed > 0.9 * (after[0].rate * 10)
    assert after[1].failed < 0.1 * (after[1].rate * 10)


def test_the_finding_says_that_it_stays_down():
    document = line("100/s", timeout="100 ms", retries=2).document
    found = analyse(document, figures()).finding("retries-without-budget:api_db")

    assert found.severity == "high"
    assert "50% full" in found.proof
    assert "150%: it stays down" in found.proof


def test_a_call_that_is_optional_costs_its_time_out_at_most():
    found = line("250/s", timeout="50 ms", optional=True)
    whole = latency(found, times_of(found), "read", 0.99)
    measured = simulate(found, duration_s=60, visits=10**6)

    assert whole.value == pytest.approx(0.0505, abs=0.002)
    assert found.cut_off["read"] == 0
    assert measured.failed == {}
    assert measured.operations["read"].p99 == pytest.approx(0.0505, abs=0.002)


def slow(concurrency: str, **provider):
    """Little: 9 requests a second that wait a second for somebody else hold 9 threads."""
    parts = {
        "app": "client",
        "shop": {"kind": "service", "capacity": "1k/s", "latency": "1 ms", "concurrency": concurrency},
        "pay": {"kind": "third_party", "latency": "1 s", **provider},
    }
    near = {"app_shop": {"latency": "0 ms"}, "shop_pay": {"latency": "0 ms"}}
    operations = {"buy": {"method": "POST", "rate": "9/s"}}
    flows = {"buy": ["app_shop", "shop_pay"]}
    return model(parts, "app -> shop, shop -> pay", operations=operations, connections=near, flows=flows)


def test_who_waits_holds_a_thread_and_others_wait_for_it():
    """M/M/12 with 1 s each: Erlang C, in the analysis and in the simulation."""
    found = slow("12")
    times = with_entries(times_of(found), found)
    held = held_of(found, times)["shop"]
    wait = float(mean_wait(9, 1 / 1.001, 12))
    measured = simulate(found, visits=300_000)
    shop = next(each for each in measured.stations if each.component == "shop")

    assert held.inside == pytest.approx(9 * 1.001, rel=1e-3)
    assert held.utilisation == pytest.approx(9 * 1.001 / 12, rel=1e-3)
    assert times.own["shop"].entry.mean_s == pytest.approx(wait, rel=0.01)
    assert shop.mean_wait_s == pytest.approx(wait, rel=0.12)
    assert latency(found, times, "buy").value == pytest.approx(measured.operations["buy"].mean, rel=0.03)


def test_too_few_threads_bound_the_throughput_and_break_first():
    analysis = analyse(slow("6").document, figures())
    throughput = analysis.meter.measure("throughput", "", ">=")

    assert throughput.value == pytest.approx(6 / 1.001, rel=1e-3)
    assert analysis.breaks_first[0].component == "shop"
    assert analysis.breaks_first[0].times == pytest.approx(6 / 9.009, rel=1e-3)
    assert math.isinf(latency(analysis.model, analysis.meter.times, "buy", 0.99).value)
    assert "full-of-waiting:shop" in [each.key for each in analysis.findings]
    grows = simulate(slow("6"), duration_s=300, visits=10**6)
    assert grows.stages[-1].inside > 0.8 * (9 - 6) * 300


def test_retries_multiply_the_load_before_what_is_lost():
    """The store is gone: each request comes to the service four times, in the drill and in the simulation."""
    found = line("50/s", app_api={"retries": 3})
    moved = {each.component: each for each in drill(found, "db").moved}
    measured = simulate(found, duration_s=60, losses=[Loss("db", 1, begins=0.2, ends=1.0)], visits=10**6)
    api = next(each for each in measured.stations if each.component == "api")

    assert moved["api"].before == pytest.approx(50, rel=1e-6)
    assert moved["api"].after == pytest.approx(200, rel=1e-6)
    # Measured from 10 % of the time on: 1/9 of it once, 8/9 of it four times.
    assert api.rate == pytest.approx(50 * (1 / 9 + 4 * 8 / 9), rel=0.05)


def test_a_day_with_time_outs_is_scaled_down_or_refused_with_the_time_that_can_be_had():
    many = line("8000/s", api={"instances": 100}, db={"copies": 1}, timeout="1 s")
    with pytest.raises(NotSimulatedError, match="ask for"):
        simulate(many, duration_s=86_400)
    wide = model(
        {"app": "client", "api": {"kind": "service", "capacity": "1k/s", "latency": "10 ms", "instances": 20}},
        "app -> api", operations={"read": {"method": "GET", "rate": "14k/s"}}, flows={"read": ["app_api"]},
        connections={"app_api": {"timeout": "50 ms", "latency": "0 ms"}},
    )  # fmt: skip
    found = simulate(wide, duration_s=120, visits=200_000)

    assert found.is_scaled
    assert found.weight == pytest.approx(14_000 * 120 * 2 / 200_000, rel=0.05)
    assert found.requests == pytest.approx(14_000 * 120, rel=0.05)
    assert found.stations[0].utilisation == pytest.approx(0.7, rel=0.05)
    # Exponential service of 10 ms, hardly a wait: 5 of a thousand take longer than 50 ms... and a few more that wait.
    assert found.failed["read"] / found.requests == pytest.approx(math.exp(-5), abs=0.01)


def test_a_queue_without_end_has_none_for_the_second_try_either():
    """A caller without a timeout, whose first try fails; nothing is served from such a queue meanwhile."""
    endless, lost = np.array([math.inf, 1.0]), np.array([True, True])
    found = tried(endless, endless, lost, Patience(retries=1), np.random.default_rng(1), servers=1.0)

    assert found.took.tolist() == [math.inf, 1.0]
    assert found.count.tolist() == [2.0, 2.0]
