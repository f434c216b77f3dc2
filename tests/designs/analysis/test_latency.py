"""Latency against closed forms: exponential service, M/M/1, sums, mixtures and the slowest of several."""

from __future__ import annotations

import math

import numpy as np
import pytest

from designs.analysis.draws import Tail, drawn_of
from designs.analysis.latency import MORE_DRAWS, latency
from designs.analysis.latency_bounds import quantile_bound
from designs.analysis.requirements import Meter
from designs.analysis.times import times_of
from tests.designs.analysis.build import READ, WRITE, model, store

ARROWS = "app -> api, api -> db"
MOST_DRAWS = MORE_DRAWS[-1]
NEAR = {"app_api": {"latency": "0 ms"}, "api_db": {"latency": "0 ms"}}


def parts(**changes):
    base = {
        "app": "client",
        "api": {"kind": "service", "latency": "10 ms", "capacity": "10k/s"},
        "db": store(latency="30 ms", capacity="10k/s"),
    }
    return {key: {**each, **changes.get(key, {})} if isinstance(each, dict) else each for key, each in base.items()}


def measured(components, arrows=ARROWS, quantile=None, *, operation="read", draws=MOST_DRAWS, **sections):
    sections = {"operations": {"read": READ, "write": WRITE}, "connections": NEAR, **sections}
    found = model(components, arrows, **sections)
    return latency(found, times_of(found), operation, quantile, draws=draws)


def test_mean_is_the_sum_along_the_path():
    assert measured(parts()).value == pytest.approx(0.040, rel=1e-6)


def test_connection_adds_its_own_and_one_in_a_data_centre_has_a_figure():
    given = {"app_api": {"latency": "40 ms"}}

    found = measured(parts(), connections=given)

    assert found.value == pytest.approx(0.040 + 0.040 + 0.0005, rel=1e-6)
    assert any("2020" in step.working for step in found.steps)


def test_percentile_of_one_exponential_server():
    """M/M/1 with 100/s of 200/s: the response is exponential with rate 100, so p99 = ln(100) / 100."""
    components = {"app": "client", "db": store(capacity="200/s", latency="5 ms")}

    found = measured(components, "app -> db", 0.99, connections={}, operations={"read": READ})

    assert found.value == pytest.approx(math.log(100) / 100, rel=0.04)
    assert found.error < 0.05 * found.value


def test_percentile_of_two_unlike_stages():
    """P(A + B > t) = (a e^(-bt) - b e^(-at)) / (a - b), with rates a = 100 and b = 100/3; solved by bisection."""
    a, b = 100.0, 100.0 / 3

    def tail(t: float) -> float:
        return (a * math.exp(-b * t) - b * math.exp(-a * t)) / (a - b)

    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if tail(middle) > 0.01 else (low, middle)

    assert measured(parts(), quantile=0.99).value == pytest.approx(low, rel=0.03)


def test_cache_takes_most_reads_off_the_slow_store():
    components = {**parts(), "memory": {"kind": "cache", "latency": "1 ms", "cache_hit_ratio": "90%"}}

    found = measured(components, f"{ARROWS}, api -> memory", connections={**NEAR, "api_memory": {"latency": "0 ms"}})

    assert found.value == pytest.approx(0.010 + 0.001 + 0.1 * 0.030, rel=1e-6)


def test_median_does_not_see_what_one_in_ten_waits_for_and_the_tail_does():
    components = {
        **parts(db={"latency": "10 s", "capacity": "100/s"}, api={"latency": "1 ms"}),
        "memory": {"kind": "cache", "latency": "1 ms", "cache_hit_ratio": "95%"},
    }
    options = {
        "connections": {**NEAR, "api_memory": {"latency": "0 ms"}},
        "operations": {"read": {**READ, "rate": "1/s"}},
    }

    median = measured(components, f"{ARROWS}, api -> memory", 0.5, **options)
    tail = measured(components, f"{ARROWS}, api -> memory", 0.99, **options)

    assert median.value < 0.003
    # One in twenty is served in an exponential 10 s; of those, four in five are beyond this.
    assert tail.value == pytest.approx(10 * math.log(5), rel=0.1)


def test_fan_out_waits_for_the_slowest_of_its_calls():
    """The mean of the slowest of 20 exponentials is H(20) = 3.5977 means."""
    found = measured(
        parts(api={"latency": "0 ms"}),
        operations={"read": {**READ, "rate": "1/s"}},
        flows={"read": ["app_api", {"connection": "api_db", "multiplier": "20"}]},
    )

    assert found.value == pytest.approx(0.030 * 3.5977, rel=0.02)


def test_what_is_behind_a_queue_is_not_waited_for():
    components = {
        **parts(),
        "jobs": {"kind": "queue", "latency": "2 ms"},
        "worker": {"kind": "worker", "latency": "5 s"},
    }
    found = measured(
        components,
        "app -> api, api ~> jobs, jobs -> worker, worker -> db",
        operation="write",
        connections={"app_api": {"latency": "0 ms"}, "api_jobs": {"latency": "0 ms"}},
    )

    assert found.value == pytest.approx(0.012, rel=1e-6)


def test_write_waits_for_a_synchronous_follower_and_a_read_does_not():
    components = {**parts(), "copy": store(latency="30 ms", capacity="10k/s")}
    options = {
        "connections": {**NEAR, "db_copy": {"latency": "80 ms", "synchronous": True}},
        "arrows": f"{ARROWS}, db => copy",
    }

    assert measured(components, operation="write", **options).value == pytest.approx(0.150, rel=1e-6)
    assert measured(components, operation="read", **options).value == pytest.approx(0.040, rel=1e-6)


def test_range_is_read_as_a_ninety_per_cent_interval():
    """5 % of requests are beyond its upper end."""
    components = parts(api={"latency": "0 ms"}, db={"latency": "10..90 ms"})

    found = measured(components, quantile=0.95, operations={"read": {**READ, "rate": "1/s"}})

    assert found.value == pytest.approx(0.090, rel=0.03)


def test_saturated_component_makes_the_wait_endless():
    found = measured(parts(db={"capacity": "50/s"}))

    assert found.value == math.inf
    assert "db is asked for more than served" in found.steps[-1].working


def test_missing_latency_leaves_a_lower_bound():
    found = measured(parts(db={"latency": ""}))

    assert (found.bound, found.missing) == ("at least", ("the latency of db",))
    assert found.value >= 0.010


def test_connection_across_regions_has_no_default():
    zones = {"eu": {"kind": "region"}, "us": {"kind": "region"}}
    components = parts(api={"zone": "eu"}, db={"zone": "us"})

    found = measured(components, zones=zones, connections={})

    assert found.missing == ("the latency of api → db",)


def test_draws_are_the_same_each_time():
    assert measured(parts(), quantile=0.99, draws=500) == measured(parts(), quantile=0.99, draws=500)


def test_what_falls_behind_where_nobody_waits_adds_nothing():
    mail = {"mail": {"kind": "service", "capacity": "1/s", "latency": "10 ms"}}
    flows = {"read": ["app_api", "api_db", "api_mail"]}

    found = measured({**parts(), **mail}, f"{ARROWS}, api ~> mail", 0.99, flows=flows, draws=2_000)
    alone = measured(parts(), ARROWS, 0.99, draws=2_000)

    assert found.value == pytest.approx(alone.value, rel=0.05)


@pytest.mark.parametrize("quantile", [0.5, 0.95, 0.99])
@pytest.mark.parametrize(
    ("components", "arrows", "sections"),
    [
        pytest.param(parts(), ARROWS, {}, id="two stages"),
        pytest.param(parts(api={"capacity": "110/s"}), ARROWS, {}, id="a full one"),
        pytest.param(parts(db={"latency": "10..90 ms"}), ARROWS, {}, id="a range"),
        pytest.param(
            {**parts(), "memory": {"kind": "cache", "latency": "1 ms", "cache_hit_ratio": "95%"}},
            f"{ARROWS}, api -> memory",
            {},
            id="a cache",
        ),
        pytest.param(
            parts(),
            ARROWS,
            {"flows": {"read": ["app_api", {"connection": "api_db", "multiplier": "20"}]}},
            id="fan-out",
        ),
        pytest.param(
            parts(db={"availability": "80%"}), ARROWS, {"connections": {"api_db": {"retries": 2}}}, id="retries"
        ),
    ],
)
def test_bound_is_never_below_what_is_drawn(components, arrows, sections, quantile):
    found = model(components, arrows, operations={"read": {**READ, "rate": "100/s"}}, **sections)
    times = times_of(found)
    drawn = latency(found, times, "read", quantile, draws=20_000)

    assert drawn.value is not None
    assert quantile_bound(found, times, "read", quantile) >= drawn.value - drawn.error


def test_operations_that_a_bound_proves_are_not_drawn_and_the_verdict_is_the_same():
    """Twelve operations on one path: only the slow one matters, and it is found."""
    operations = {f"o{n}": {**READ, "rate": "1/s", "order": n} for n in range(12)}
    slow = {"slow": {"reads": {"other": True}, "rate": "1/s"}}
    components = {**parts(), "archive": {"kind": "sql", "stores": {"other": True}, "latency": "1 s", "capacity": "9/s"}}
    found = model(
        components,
        f"{ARROWS}, api -> archive",
        operations=operations | slow,
        requirements={"fast": {"metric": "latency_p99", "quantity": "2 s"}},
    )
    meter = Meter(found)

    result = meter.results()[0]

    assert (result.verdict, result.decided_by) == ("fail", "slow")
    assert sorted(meter._doubtful(list(found.flows), "latency_p99", "<=", 2.0)) == ["o0", "o1", "o2", "slow"]


def test_a_percentile_among_requests_without_an_answer_is_without_end_and_certain():
    """One request in fifty waits for what is asked 2/s and serves 1/s; another call has a timeout."""
    hot = store(latency="1 ms", capacity="1k/s")
    slow = {"kind": "sql", "latency": "30 ms", "capacity": "1/s"}
    hops = ["app_api", "api_db", {"connection": "api_slow", "split": "2%"}]
    ends = {"api_db": {"timeout": "1 s"}}
    flows = {"flows": {"read": hops}, "connections": ends, "operations": {"read": READ}}

    found = measured(parts(db=hot) | {"slow": slow}, f"{ARROWS}, api -> slow", 0.99, **flows)

    assert (found.value, found.error) == (math.inf, 0.0)
    assert measured(parts(db=hot) | {"slow": slow}, f"{ARROWS}, api -> slow", 0.95, **flows).value < 0.2


def test_requests_that_do_not_call_what_is_overloaded_do_not_wait_for_it():
    """One request in fifty waits without end, the others for at most a second; 2 % of 20,000 draws, with four standard
    deviations."""
    slow = {"kind": "sql", "latency": "30 ms", "capacity": "1/s"}
    hops = ["app_api", "api_db", {"connection": "api_slow", "split": "2%"}]
    found = model(parts() | {"slow": slow}, f"{ARROWS}, api -> slow", flows={"read": hops}, operations={"read": READ})
    flow = found.flows["read"]

    answered = drawn_of(found, times_of(found), flow, flow.callees_first, 20_000, Tail(0.5)).answered

    endless = np.isinf(answered)
    assert not np.isnan(answered).any()
    assert abs(endless.mean() - 0.02) < 4 * math.sqrt(0.02 * 0.98 / 20_000)
    assert answered[~endless].max() < 1


def test_an_operation_without_a_rate_leaves_the_waits_of_what_it_visits_open():
    """A bound from below then: constant service (M/D/1), asked by the known operations alone."""
    busy = parts(db={"capacity": "125/s", "latency": "8 ms"})
    unrated = {**READ, "rate": "", "name": "Look"}

    both = measured(busy, operation="write", operations={"read": unrated, "write": WRITE})
    known = measured(busy, operation="write", operations={"read": READ, "write": WRITE})

    assert (both.bound, both.missing) == ("at least", ("the rate of Look",))
    assert (known.bound, known.missing) == ("exact", ())
    assert both.value == pytest.approx(0.010 + 0.008 * (1 + 0.08 / (2 * (1 - 0.08))))
    assert known.value == pytest.approx(0.010 + 1 / (125 - 110), rel=1e-3)
