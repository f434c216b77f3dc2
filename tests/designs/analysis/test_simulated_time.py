"""A simulation lasts as long as it was asked to, and what is lost is lost as the drill of the design says."""

from __future__ import annotations

import pytest

from calculators.engine.queueing import mean_wait
from designs.analysis.drill import drill
from designs.analysis.itineraries import NotSimulatedError
from designs.analysis.plans import Loss
from designs.analysis.simulation import simulate
from tests.designs.analysis.build import READ, model, store
from tests.designs.analysis.test_simulation import NEAR, line


def crowd(times: int):
    """The same design, so many times as large: requests, servers and capacities."""
    return line(
        rate=f"{100 * times}/s",
        api={"instances": 2 * times, "capacity": "75/s"},
        db={"capacity": f"{200 * times}/s"},
    )


def cached(hits: str = "95%"):
    parts = {
        "app": "client",
        "api": {"kind": "service", "capacity": "5k/s", "latency": "1 ms", "instances": 2},
        "cache": {"kind": "cache", "capacity": "50k/s", "latency": "0.2 ms", "cache_hit_ratio": hits, "instances": 2},
        "db": store(capacity="400/s", latency="5 ms"),
    }
    near = {**NEAR, "api_cache": {"latency": "0 ms"}}
    arrows = "app -> api, api -> cache, api -> db"
    return model(parts, arrows, operations={"read": {**READ, "rate": "1000/s"}}, connections=near)


@pytest.mark.parametrize("duration_s", [30.0, 600.0, 86_400.0])
def test_the_time_is_the_time_that_was_asked_for(duration_s):
    found = simulate(line(), duration_s=duration_s, visits=20_000)

    assert found.duration_s == duration_s
    assert found.requests == pytest.approx(100 * duration_s, rel=0.05)
    assert sum(stage.rate for stage in found.stages) / len(found.stages) == pytest.approx(100, rel=0.05)


def test_a_hundredfold_design_in_a_spike_waits_as_long_as_the_small_one():
    """Ten seconds at 250/s before 150/s are 1,000 requests too many: 6.7 s at the worst moment, at any size."""
    small, large = (
        simulate(crowd(times), shape="spike", duration_s=60, event_s=12, visits=40_000) for times in (1, 100)
    )
    worst = [max(stage.took.p99 for stage in found.stages if stage.took) for found in (small, large)]

    assert worst[1] == pytest.approx(worst[0], rel=0.1)
    assert worst[1] == pytest.approx(6.7, rel=0.15)


@pytest.mark.parametrize("rate", ["60/s", "90/s", "110/s"])
def test_a_sample_waits_as_erlang_c_says(rate):
    """M/M/1 at up to 88 %: a sample of one in fifty against the closed form."""
    found = simulate(line(rate=rate), duration_s=3_600, visits=int(float(rate[:-2]) * 3 * 3_600 / 50))
    api = next(station for station in found.stations if station.component == "api")

    assert found.weight == pytest.approx(50, rel=0.1)
    assert api.mean_wait_s == pytest.approx(float(mean_wait(float(rate[:-2]), 125, 1)), rel=0.12)


def test_a_sample_agrees_with_every_request_in_overload():
    """Ten minutes above the capacity: the backlog grows by 25 a second, whoever is followed."""
    every = simulate(line(rate="150/s"), duration_s=600, visits=10**6)
    sample = simulate(line(rate="150/s"), duration_s=600, visits=20_000)

    assert every.weight == 1
    assert sample.weight > 10
    for one, other in zip(every.stages[2:], sample.stages[2:], strict=True):
        assert other.took.p50 == pytest.approx(one.took.p50, rel=0.12)
        assert other.inside == pytest.approx(one.inside, rel=0.12)
    assert every.stages[-1].inside == pytest.approx(25 * 600, rel=0.1)


def test_a_lost_cache_sends_its_reads_to_the_store():
    """1,000 reads a second before a store of 400/s: 600 too many each second, as the drill says (250 %)."""
    found = simulate(cached(), duration_s=60, losses=[Loss("cache", 2, begins=0.4, ends=0.6)], visits=10**6)
    drilled = next(moved for moved in drill(cached(), "cache").moved if moved.component == "db")
    during = next(stage for stage in found.stages if stage.begins_s >= 30)

    assert drilled.after == pytest.approx(1_000)
    assert found.stages[3].took.p99 < 0.1
    assert during.took.p99 > 1
    assert during.inside == pytest.approx(600 * (during.ends_s - 24), rel=0.1)
    assert found.failed == {}


def test_requests_fail_at_once_while_the_only_service_is_lost():
    found = simulate(line(), duration_s=60, losses=[Loss("api", 1, begins=0.4, ends=0.6)], visits=10**6)

    assert found.failed["read"] == pytest.approx(100 * 12, rel=0.15)
    assert sum(stage.failed for stage in found.stages) == found.failed["read"]
    assert max(stage.took.p99 for stage in found.stages if stage.took) < 1
    assert drill(line(), "api").outcomes[0].outcome == "fails"


def test_a_station_is_measured_within_the_time():
    """Overloaded to the end: what it serves is its capacity, and never more than all of its time."""
    found = simulate(line(rate="150/s"), duration_s=60, visits=10**6)
    api, db = found.stations

    assert api.utilisation == pytest.approx(1.0, abs=0.02)
    assert api.utilisation <= 1
    assert db.rate == pytest.approx(125, rel=0.05)


def test_what_happens_meanwhile_fits_into_the_time():
    with pytest.raises(NotSimulatedError, match="more than 55% of the whole time"):
        simulate(line(), shape="spike", duration_s=10, event_s=9)
