"""The simulation against closed forms and against simpy, which follows every request as a process."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import simpy

from calculators.engine.queueing import erlang_c, mean_wait
from designs.analysis.itineraries import NotSimulatedError
from designs.analysis.latency import latency
from designs.analysis.plans import Loss
from designs.analysis.queues import Outage, starts
from designs.analysis.settling import model_of
from designs.analysis.simulation import simulate
from designs.analysis.times import times_of
from designs.document.checks import read
from designs.scenarios.reading import read_scenario
from designs.scenarios.reference import reference_of
from tests.designs.analysis.build import READ, WRITE, figures, model, store

SCENARIOS = Path(__file__).resolve().parents[3] / "fixtures" / "scenarios"
NEAR = {"app_api": {"latency": "0 ms"}, "api_db": {"latency": "0 ms"}}
LINE = "app -> api, api -> db"


def line(rate: str = "100/s", **changes):
    parts = {
        "app": "client",
        "api": {"kind": "service", "capacity": "125/s", "latency": "8 ms"},
        "db": store(capacity="200/s", latency="15 ms"),
    }
    parts = {key: {**each, **changes.get(key, {})} if isinstance(each, dict) else each for key, each in parts.items()}
    return model(parts, LINE, operations={"read": {**READ, "rate": rate}}, connections=NEAR)


def simpy_starts(arrivals, holding, servers):
    """The same station in simpy."""
    env = simpy.Environment()
    resource = simpy.Resource(env, capacity=servers)
    found = [0.0] * len(arrivals)

    def request(number):
        yield env.timeout(arrivals[number])
        with resource.request() as turn:
            yield turn
            found[number] = env.now
            yield env.timeout(holding[number])

    for number in range(len(arrivals)):
        env.process(request(number))
    env.run()
    return np.array(found)


@pytest.mark.parametrize(("variation", "seed"), [("0", 1), ("0.5", 2), ("2", 3)])
@pytest.mark.parametrize("latency", ["10 ms", "0 ms"])
def test_waits_follow_the_spread_of_the_service_time(variation, seed, latency):
    """Pollaczek and Khinchine at 70 %: rho s / (1 - rho) times (1 + c^2) / 2, one after another and event by event."""
    box = {"kind": "service", "capacity": "100/s", "latency": latency, "variation": variation}
    expected = 0.7 * 0.01 / 0.3 * (1 + float(variation) ** 2) / 2
    for more in ({}, {"timeout": "1 hour"}):
        found = model(
            {"app": "client", "api": box}, "app -> api", operations={"read": {"method": "GET", "rate": "70/s"}},
            flows={"read": ["app_api"]}, connections={"app_api": {"latency": "0 ms", **more}},
        )  # fmt: skip
        api = simulate(found, visits=300_000, seed=seed).stations[0]
        assert api.mean_wait_s == pytest.approx(expected, rel=0.1)
        assert api.expected_wait_s == pytest.approx(expected, rel=0.05)


@pytest.mark.parametrize("servers", [1, 2, 5])
def test_station_is_the_one_that_simpy_follows_request_by_request(servers):
    rng = np.random.default_rng(3)
    arrivals = np.cumsum(rng.exponential(1.0, 2_000))
    holding = rng.exponential(0.9 * servers, 2_000)

    ours = starts(arrivals, holding, servers)

    assert ours == pytest.approx(simpy_starts(arrivals.tolist(), holding.tolist(), servers), abs=1e-6)


def test_lindleys_closed_form_is_the_recursion_taken_literally():
    rng = np.random.default_rng(4)
    arrivals, holding = np.cumsum(rng.exponential(1.0, 500)), rng.exponential(0.95, 500)
    free, expected = 0.0, []
    for arrival, held in zip(arrivals, holding, strict=True):
        expected.append(max(free, arrival))
        free = expected[-1] + held

    assert starts(arrivals, holding, 1) == pytest.approx(expected)


def test_waits_agree_with_erlang_c():
    """M/M/1 at 80 %, and behind it M/M/3 at 50 %: what leaves M/M/1 is Poisson again (Burke), so both are exact."""
    found = simulate(line(), visits=400_000)

    api, db = found.stations
    assert (api.component, db.component) == ("api", "db")
    assert api.utilisation == pytest.approx(0.8, rel=0.03)
    assert api.mean_wait_s == pytest.approx(float(mean_wait(100, 125, 1)), rel=0.12)
    assert db.mean_wait_s == pytest.approx(float(mean_wait(100, 200 / 3, 3)), rel=0.12)
    assert db.expected_wait_s == pytest.approx(float(mean_wait(100, 200 / 3, 3)), rel=0.05)
    assert found.sweeps == 1


def test_share_that_waits_is_erlangs():
    rng = np.random.default_rng(5)
    arrivals, holding = np.cumsum(rng.exponential(1.0, 200_000)), rng.exponential(2.4, 200_000)

    waits = starts(arrivals, holding, 3) - arrivals

    assert float(np.mean(waits > 0)) == pytest.approx(float(erlang_c(3, 2.4)), abs=0.02)


def test_percentiles_agree_with_the_analysis():
    found = line()
    measured = simulate(found, visits=400_000).operations["read"]

    worked_out = latency(found, times_of(found), "read", 0.99, draws=60_000)
    assert measured.p99 == pytest.approx(worked_out.value, rel=0.12)


def test_same_seed_gives_the_same_and_another_does_not():
    assert simulate(line(), visits=5_000, seed=1) == simulate(line(), visits=5_000, seed=1)
    assert simulate(line(), visits=5_000, seed=1) != simulate(line(), visits=5_000, seed=2)


def test_ramp_ends_with_ten_times_the_rate_it_began_with():
    stages = simulate(line(rate="10/s"), shape="ramp", visits=100_000).stages

    assert stages[0].rate == pytest.approx(10 * (0.2 + 1.8 / 24), rel=0.1)
    assert stages[-1].rate == pytest.approx(10 * (2.0 - 1.8 / 24), rel=0.05)


def test_spike_makes_requests_wait_and_then_the_queue_drains():
    stages = simulate(line(), shape="spike", visits=100_000).stages

    before, after = stages[2], stages[6]
    assert after.took is not None and before.took is not None  # noqa: PT018
    assert after.took.p50 > 5 * before.took.p50
    assert stages[6].inside > stages[-1].inside


def test_day_is_quietest_at_its_ends():
    parts = {"app": "client", "db": store(capacity="200/s", latency="5 ms")}
    rows = {"peak_factor": {"formula": "2"}}
    found = model(parts, "app -> db", operations={"read": {**READ, "rate": "10/s"}}, rows=rows)

    stages = simulate(found, shape="daily", visits=50_000).stages

    assert max(range(12), key=lambda number: stages[number].rate) in (5, 6)
    assert stages[0].rate < 0.1 * stages[5].rate
    assert sum(stage.rate for stage in stages) / 12 == pytest.approx(10, rel=0.05)  # the average of the estimate


def test_lost_replica_fills_the_other_until_it_is_back():
    found = simulate(
        line(api={"instances": 2, "capacity": "80/s"}), visits=100_000, losses=[Loss("api", 1, begins=0.4, ends=0.6)]
    )

    quiet, during, end = found.stages[3], found.stages[6], found.stages[11]
    assert during.inside > 20 * max(quiet.inside, 1)
    assert during.took is not None and end.took is not None  # noqa: PT018
    assert during.took.p50 > end.took.p50


def test_lost_servers_serve_nobody_until_they_are_back():
    arrivals, holding = np.arange(1.0, 7.0), np.full(6, 0.5)

    assert starts(arrivals, holding, 1, [Outage(1, 2.5, 10.0)]).tolist() == [1.0, 2.0, 10.0, 10.5, 11.0, 11.5]


def test_cache_keeps_its_hits_from_the_store():
    parts = {
        "app": "client",
        "api": {"kind": "service", "capacity": "1k/s", "latency": "1 ms"},
        "memory": {"kind": "cache", "capacity": "1k/s", "latency": "1 ms", "cache_hit_ratio": "75%"},
        "db": store(capacity="1k/s", latency="1 ms"),
    }
    found = simulate(
        model(parts, f"{LINE}, api -> memory", operations={"read": READ}, connections=NEAR), visits=100_000
    )

    rates = {each.component: each.rate for each in found.stations}
    assert rates["db"] == pytest.approx(0.25 * rates["api"], rel=0.03)
    assert rates["memory"] == pytest.approx(rates["api"], rel=0.01)


def test_fan_out_takes_as_long_as_its_slowest_call():
    """The mean of the slowest of four exponentials of 15 ms is 15 ms x (1 + 1/2 + 1/3 + 1/4); nobody waits here."""
    parts = {
        "app": "client",
        "api": {"kind": "service", "latency": "0 ms"},
        "db": store("graph_store", latency="15 ms"),
    }
    found = model(
        parts, LINE, operations={"read": READ}, connections=NEAR,
        flows={"read": ["app_api", {"connection": "api_db", "multiplier": "4"}]},
    )  # fmt: skip

    assert simulate(found, visits=200_000).operations["read"].mean == pytest.approx(0.015 * 25 / 12, rel=0.03)


@pytest.mark.parametrize("calls", ["1e7", "1e30"])
def test_one_request_of_more_calls_than_memory_holds_is_refused_in_words(calls):
    parts = {"app": "client", "api": {"kind": "service", "latency": "0 ms"}, "db": store(latency="15 ms")}
    found = model(
        parts, LINE, operations={"read": READ}, connections=NEAR,
        flows={"read": ["app_api", {"connection": "api_db", "multiplier": calls}]},
    )  # fmt: skip

    with pytest.raises(NotSimulatedError, match="calls; at most 2,000,000"):
        simulate(found)


def fan(connection: str, calls: int) -> dict[str, str]:
    return {"connection": connection, "multiplier": str(calls)}


def test_fan_outs_follow_each_other():
    """Five calls of 10 ms at once, then three of 10 ms: 10 ms x H(5) + 10 ms x H(3)."""
    slow = {"kind": "graph_store", "latency": "10 ms"}
    parts = {"app": "client", "api": {"kind": "service", "latency": "0 ms"}, "a": slow, "b": slow}
    found = model(
        parts, "app -> api, api -> a, api -> b", operations={"read": {"rate": "10/s"}},
        connections={"api_a": {"latency": "0 ms"}, "api_b": {"latency": "0 ms"}},
        flows={"read": ["app_api", fan("api_a", 5), fan("api_b", 3)]},
    )  # fmt: skip

    expected = 0.010 * (1 + 1 / 2 + 1 / 3 + 1 / 4 + 1 / 5) + 0.010 * (1 + 1 / 2 + 1 / 3)
    assert simulate(found, visits=200_000).operations["read"].mean == pytest.approx(expected, rel=0.03)


def test_nobody_waits_for_what_is_behind_a_queue():
    parts = {
        "app": "client",
        "api": {"kind": "service", "capacity": "1k/s", "latency": "1 ms"},
        "jobs": {"kind": "queue", "latency": "1 ms"},
        "worker": {"kind": "worker", "capacity": "20/s", "latency": "50 ms"},
        "db": store(capacity="1k/s", latency="1 ms"),
    }
    found = simulate(
        model(
            parts, "app -> api, api ~> jobs, jobs -> worker, worker -> db", operations={"write": WRITE},
            connections={"api_jobs": {"latency": "0 ms"}},
        ),
        visits=50_000,
    )  # fmt: skip

    assert found.operations["write"].mean < 0.01
    worker = next(each for each in found.stations if each.component == "worker")
    assert worker.rate == pytest.approx(10, rel=0.06)
    assert worker.utilisation == pytest.approx(0.5, rel=0.06)


def test_stations_passed_in_different_orders_settle():
    parts = {
        "app": "client",
        "a": {"kind": "service", "capacity": "300/s", "latency": "3 ms"},
        "b": {"kind": "service", "capacity": "300/s", "latency": "3 ms"},
    }
    operations = {"one": {"rate": "100/s"}, "two": {"rate": "100/s"}}
    found = simulate(
        model(
            parts, "app -> a, app -> b, a -> b, b -> a", operations=operations,
            flows={"one": ["app_a", "a_b"], "two": ["app_b", "b_a"]},
            connections={"a_b": {"latency": "0 ms"}, "b_a": {"latency": "0 ms"}},
        ),
        visits=40_000,
    )  # fmt: skip

    assert found.sweeps > 1
    assert found.is_settled
    # A Jackson network: each station sees 200 of 300 a second, M/M/1.
    for station in found.stations:
        assert station.mean_wait_s == pytest.approx(float(mean_wait(200, 300, 1)), rel=0.15)


@pytest.mark.parametrize(
    ("made", "words"),
    [
        pytest.param(lambda: line(db={"latency": ""}), "read needs the latency of db", id="a latency is missing"),
        pytest.param(lambda: line(rate=""), "No operation has both a rate and a path", id="no rate"),
    ],
)
def test_what_is_missing_is_named(made, words):
    with pytest.raises(NotSimulatedError, match=words):
        simulate(made(), visits=1_000)


def test_circle_is_refused_by_name():
    parts = {key: {"kind": "service", "latency": "1 ms"} for key in ("a", "b")} | {"app": "client"}
    found = model(
        parts, "app -> a, a -> b, b -> a", operations={"read": {"rate": "1/s"}},
        flows={"read": ["app_a", "a_b", {"connection": "b_a", "split": "10%"}]},
    )  # fmt: skip

    with pytest.raises(NotSimulatedError, match="read goes in a circle through a"):
        simulate(found, visits=1_000)


def test_unknown_traffic_is_refused():
    with pytest.raises(NotSimulatedError, match="no traffic called 'tidal'"):
        simulate(line(), shape="tidal")


def test_progress_rises_to_its_end():
    seen: list[float] = []
    simulate(line(), visits=2_000, progress=seen.append)

    assert seen == sorted(seen)
    assert 0 < seen[0] < seen[-1] <= 1


def test_operation_that_nobody_asks_for_in_the_time_is_left_out():
    """A hundred reads a second, and a write once a month with a fan-out."""
    parts = {
        "app": "client",
        "api": {"kind": "service", "latency": "1 ms"},
        "db": store(latency="1 ms", capacity="9k/s"),
    }
    found = simulate(
        model(
            parts, LINE, operations={"read": READ, "write": {**WRITE, "rate": "1/month"}}, connections=NEAR,
            flows={"write": ["app_api", fan("api_db", 75)], "read": ["app_api", "api_db"]},
        ),
        visits=2_000,
    )  # fmt: skip

    assert list(found.operations) == ["read"]


def test_saturated_station_has_no_expected_wait():
    found = simulate(line(rate="150/s"), visits=20_000)

    assert found.stations[0].expected_wait_s is None
    assert math.isfinite(found.operations["read"].p99)


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.yaml")), ids=lambda path: path.stem)
def test_reference_of_every_scenario_can_be_followed(path):
    scenario = read_scenario(path.read_bytes(), file=path.name).scenario
    found = simulate(model_of(read(reference_of(scenario)), figures()), visits=3_000)

    assert found.requests > 0
    assert found.is_settled
