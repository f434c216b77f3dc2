"""Two stable states, held to closed forms, long simulations and simpy (promise 8)."""

from __future__ import annotations

import math
from random import Random

import pytest
import simpy

from calculators.engine.queueing import erlang_c
from designs.analysis.closing import changes_of, closing
from designs.analysis.loops import Loop, loops_of
from designs.analysis.outcomes import Simulation
from designs.analysis.requirements import Meter
from designs.analysis.rules.case import Case
from designs.analysis.rules.registry import BY_ID
from designs.analysis.settling import storm
from designs.analysis.simulation import simulate
from designs.analysis.storms import Storms
from designs.analysis.triggers import spike, stop
from tests.designs.analysis.build import READ, WRITE, model, store
from tests.designs.analysis.test_giving_up import line

pytestmark = pytest.mark.one_database

# A store that serves 200/s and is asked 100/s at today's peak.
ONCE = {"timeout": "1 s", "retries": 1}
TWICE = {"timeout": "500 ms", "retries": 2}


def loop_of(found) -> Loop:
    return next(each for each in loops_of(found).loops if each.component == "db")


def cached(**call):
    parts = {
        "app": "client",
        "api": {"kind": "service", "capacity": "10k/s", "latency": "0.1 ms"},
        "cache": {"kind": "cache", "cache_hit_ratio": "80%", "latency": "0.1 ms", "capacity": "100k/s"},
        "db": store(capacity="200/s", latency="5 ms"),
    }
    near = {"app_api": {"latency": "0 ms"}, "api_cache": {"latency": "0 ms"}, "api_db": {"latency": "0 ms", **call}}
    arrows = "app -> api, api -> cache, api -> db"
    return model(parts, arrows, operations={"read": {**READ, "rate": "500/s"}}, connections=near)


# Steady states


@pytest.mark.parametrize(
    ("call", "work"),
    [(ONCE, 2), (TWICE, 3), ({**TWICE, "retry_budget": "10%"}, 1.1), ({"timeout": "200 ms", "retries": 4}, 5)],
)
def test_it_recovers_below_the_traffic_that_full_retries_bring_to_the_capacity(call, work):
    """200/s divided by 100/s times the tries of a call of which none is answered."""
    assert loop_of(line("100/s", **call)).full.times == pytest.approx(2 / work, rel=0.01)


def test_retries_of_several_layers_multiply():
    parts = {
        "app": "client",
        "lb": {"kind": "load_balancer", "capacity": "100k/s", "latency": "0.1 ms"},
        "api": {"kind": "service", "instances": 3, "capacity": "500/s", "latency": "2 ms"},
        "db": store(capacity="400/s", latency="2.5 ms"),
    }
    near = {"lb_api": {"timeout": "2 s", "retries": 2}, "api_db": {"timeout": "500 ms", "retries": 2}}
    found = model(
        parts, "app -> lb, lb -> api, api -> db", connections=near,
        operations={"read": {**READ, "rate": "100/s"}, "write": {**WRITE, "rate": "30/s"}},
    )  # fmt: skip
    loop = loop_of(found)

    assert loop.full.tries == pytest.approx(9, rel=0.01)
    assert loop.recovers_at == pytest.approx(400 / 130 / 9, rel=0.01)
    assert loop.arrows == ("api_db", "lb_api")


def test_every_steady_state_of_one_server_solves_its_equation():
    """M/M/1 with one retry after T: traffic L makes work a = L (1 + P(late)), and P(late) = exp(-(C - a) T) (the stay).

    The draws know that a retry finds the queue of the first try, so they may differ where many fail; where few do the
    equation is theirs.
    """
    loop, late = loop_of(line("100/s", timeout="50 ms", retries=1)), 0.05
    for point in loop.healthy:
        work = 200 * point.load
        share = math.exp(-(200 - work) * late)
        if share < 0.05:
            assert point.times == pytest.approx(work / (1 + share) / 100, rel=0.01)


def test_of_one_traffic_between_recovery_and_collapse_there_are_three_states():
    loop = loop_of(line("100/s", **TWICE))

    assert [each.kind for each in loop.states(1.0)] == ["healthy", "between", "collapsed"]
    assert [each.kind for each in loop.states(loop.recovers_at * 0.9)] == ["healthy"]
    assert [each.kind for each in loop.states(loop.collapses_at * 1.05)] == ["collapsed"]
    well, _, down = loop.states(1.0)
    assert well.load == pytest.approx(0.5, abs=0.01)
    assert down.load == pytest.approx(1.5, rel=0.01)
    assert (well.failed, down.failed) == (pytest.approx(0, abs=0.001), 1.0)
    assert storm(line("100/s", **TWICE)) == {"db": pytest.approx(down.load)}


def test_waits_of_the_curve_are_those_of_erlang():
    """Four servers of 50/s each: the share that waits longer than T is C(4, a) exp(-(C - a) T)."""
    parts = {
        "app": "client",
        "api": {"kind": "service", "capacity": "10k/s", "latency": "0.1 ms"},
        "db": {"kind": "service", "capacity": "50/s", "latency": "20 ms", "instances": 4, "balancing": "one_queue"},
    }
    near = {"app_api": {"latency": "0 ms"}, "api_db": {"latency": "0 ms", "timeout": "200 ms", "retries": 1}}
    found = model(
        parts, "app -> api, api -> db", operations={"read": {"method": "GET", "rate": "100/s"}}, connections=near,
        flows={"read": ["app_api", "api_db"]},
    )  # fmt: skip
    top = loop_of(found).healthy[-1]
    waits = float(erlang_c(4, 4 * top.load))
    spare, service = 200 * (1 - top.load), 50.0
    # The wait and an exponential service: two exponential stages after one another, or the service alone.
    late = (1 - waits) * math.exp(-service * 0.2) + waits * (
        service * math.exp(-spare * 0.2) - spare * math.exp(-service * 0.2)
    ) / (service - spare)

    assert top.tries - 1 == pytest.approx(late, rel=0.35)


def test_a_cold_cache_keeps_down_what_a_warm_one_spares():
    """500/s, of which 100/s miss; a store of 200/s. With nothing answered in time nothing is cached: 500/s stay."""
    loop = loop_of(cached(timeout="500 ms"))

    assert loop.caches == ("cache",)
    assert loop.cold_load == pytest.approx(2.5)
    assert loop.recovers_at == pytest.approx(200 / 500)
    assert loop.collapses_at > 1.5
    assert loop.warm_full.times == pytest.approx(2.0)
    assert [each.hits for each in loop.curve] == sorted((each.hits for each in loop.curve), reverse=True)


def test_late_answers_fill_a_cache_so_without_a_time_out_there_is_one_state():
    assert loops_of(cached()).loops == ()


def test_without_retries_and_caches_there_is_one_state():
    assert loops_of(line("100/s", timeout="500 ms")).loops == ()
    assert loops_of(line("100/s", retries=3)).loops == ()


def test_a_component_behind_which_another_is_full_first_is_not_blamed():
    found = line("100/s", api={"capacity": "150/s", "latency": "6 ms"}, app_api={"timeout": "1 s", "retries": 2})

    assert {each.component for each in loops_of(found).loops} == {"api"}


# Against long simulations


def bump(base: float, factor: float, seconds: float, whole: float):
    """A curve of traffic with one spike that begins at 10 s."""
    begins, ends, edge = 10 / whole, (10 + seconds) / whole, 1e-6
    return (0, base), (begins, base), (begins + edge, factor), (ends, factor), (ends + edge, base), (1, base)


def is_down(found: Simulation) -> bool:
    """Whether most requests of the last stage failed."""
    last = found.stages[-1]
    came = last.rate * (last.ends_s - last.begins_s)
    assert last.failed < 0.1 * came or last.failed > 0.9 * came
    return last.failed > 0.9 * came


def ends_down(found, curve, duration_s: float) -> bool:
    """Of three runs most: chance moves a system over, too."""
    runs = (simulate(found, curve=curve, duration_s=duration_s, visits=10**6, seed=seed) for seed in (1, 2, 3))
    return sum(is_down(run) for run in runs) >= 2


@pytest.mark.parametrize(("call", "seed"), [(ONCE, 1), (TWICE, 2)])
def test_a_quiet_start_stays_well_below_the_collapse_and_falls_over_above_it(call, seed):
    found = line("100/s", **call)
    edge = loop_of(found).collapses_at
    ends = [
        is_down(simulate(found, curve=((0, edge * part), (1, edge * part)), duration_s=120, visits=10**6, seed=seed))
        for part in (0.93, 1.1)
    ]

    assert ends == [False, True]


@pytest.mark.parametrize("call", [ONCE, TWICE])
def test_once_down_it_comes_back_below_the_recovery_and_stays_down_above_it(call):
    found = line("100/s", **call)
    loop = loop_of(found)
    ends = [
        ends_down(found, bump(base, 3, 3 * loop.patience_s, 120), 120)
        for base in (loop.recovers_at * 0.9, loop.recovers_at * 1.1)
    ]

    assert ends == [False, True]


@pytest.mark.parametrize(
    ("base", "factor", "more"), [(1.2, 2.0, {}), (1.0, 4.0, {}), (1.3, 3.0, {"backoff": "500 ms"})]
)
def test_a_spike_somewhat_longer_than_the_shortest_moves_it_over_and_a_shorter_one_does_not(base, factor, more):
    found = line("100/s", **TWICE, **more)
    shortest = spike(loop_of(found), base, factor).seconds
    ends = [ends_down(found, bump(base, base * factor, shortest * part, 80), 80) for part in (0.5, 1.8)]

    assert ends == [False, True]


def test_a_spike_that_it_bears_and_a_load_that_comes_back_by_itself_have_no_trigger():
    loop = loop_of(line("100/s", **TWICE))

    assert spike(loop, 1.0, 1.25).seconds is None
    assert spike(loop, loop.recovers_at * 0.9, 5.0).seconds is None
    assert spike(loop, 1.2, 3.0).seconds < spike(loop, 1.2, 2.0).seconds


def stands_still(seconds: float, rate: float, requests: int) -> float:
    """simpy: a server of 200/s that stands still for so long once. The share of the last requests that fail."""
    random, env = Random(5), simpy.Environment()
    server, failed = simpy.Resource(env), []

    def work(answer, takes):
        with server.request() as turn:
            yield turn
            yield env.timeout(takes)
        if answer is not None:
            answer.succeed()

    def request(number):
        for _ in range(3):
            answer = env.event()
            env.process(work(answer, random.expovariate(200)))
            yield answer | env.timeout(0.5)
            if answer.triggered:
                return
        if number > requests * 0.9:
            failed.append(number)

    def arrive():
        for number in range(requests):
            yield env.timeout(random.expovariate(rate))
            if number == requests // 10:
                env.process(work(None, seconds))
            env.process(request(number))

    env.process(arrive())
    env.run()
    return len(failed) / (requests * 0.1)


def test_a_server_that_stands_still_as_long_as_said_stays_down_in_simpy_and_for_less_does_not():
    shortest = stop(loop_of(line("100/s", **TWICE)), 1.2).seconds

    assert stands_still(shortest * 0.6, 120, 6_000) < 0.1
    assert stands_still(shortest * 1.6, 120, 6_000) > 0.9


# Changes


def test_a_budget_brings_todays_peak_back_and_the_simulation_agrees():
    """The shape of a metastable failure (Bronson and others, HotOS 2021): well, a spike, and down for good."""
    found = line("100/s", **TWICE)
    chosen = closing(changes_of(found, loop_of(found)))
    curve = bump(1.0, 4.0, 3.0, 90)

    assert chosen.slug == "budget"
    assert chosen.is_safe_today
    assert chosen.after.gap < 1.1
    assert is_down(simulate(found, curve=curve, duration_s=90, visits=10**6))
    better = line("100/s", **TWICE, retry_budget="10%")
    assert not is_down(simulate(better, curve=curve, duration_s=90, visits=10**6))


def test_timeouts_and_pauses_move_the_collapse_or_the_trigger_and_not_the_recovery():
    found = line("100/s", **TWICE)
    loop = loop_of(found)
    after = {each.slug: each.after for each in changes_of(found, loop)}

    assert after["half"].recovers_at == pytest.approx(loop.recovers_at)
    assert after["half"].collapses_at < loop.collapses_at < after["double"].collapses_at
    assert after["backoff"].recovers_at == pytest.approx(loop.recovers_at)
    assert spike(after["backoff"], 1.2, 3.0).seconds > spike(loop, 1.2, 3.0).seconds
    assert after["servers"].recovers_at == pytest.approx(2 * loop.recovers_at, rel=0.01)


def test_all_that_a_page_shows_of_a_loop_fits_together():
    found = line("100/s", **TWICE)
    storms = Storms(found).at(loop_of(found), 1.2)

    assert storms.spikes_do
    assert [each.factor for each in storms.triggers if each.seconds is None] == [1.25, 1.5]
    assert storms.stop.seconds > loop_of(found).patience_s * 0.8


def test_a_breaker_leaves_no_second_state_and_the_simulation_agrees():
    found = line("100/s", **TWICE)
    change = next(each for each in changes_of(found, loop_of(found)) if each.slug == "breaker")
    better = line("100/s", **TWICE, breaker="50%", breaker_pause="10 s")
    curve = bump(1.2, 4.0, 8.0, 120)

    assert change.closes
    assert change.patch["diagram"]["connections"]["api_db"] == {"breaker": "50%", "breaker_pause": "10 s"}
    assert ends_down(found, curve, 120)
    assert not ends_down(better, curve, 120)


def test_a_cache_that_holds_all_that_is_asked_for_is_a_change():
    parts = {
        "app": "client",
        "api": {"kind": "service", "capacity": "20k/s", "latency": "0.1 ms"},
        "cache": {
            "kind": "cache", "capacity": "50k/s", "latency": "0.1 ms", "working_set": "10k", "entries": "4k",
            "skew": "0.8",
        },
        "db": store(capacity="200/s", latency="5 ms"),
    }  # fmt: skip
    near = {"api_db": {"latency": "0 ms", "timeout": "500 ms", "retries": 1}}
    found = model(
        parts, "app -> api, api -> cache, api -> db", operations={"read": {**READ, "rate": "400/s"}}, connections=near
    )
    loop = next(each for each in loops_of(found).loops if each.component == "db")
    change = next(each for each in changes_of(found, loop) if each.slug == "entries")

    assert "breaker" not in [each.slug for each in changes_of(found, loop)]
    assert change.patch["diagram"]["components"] == {"cache": {"entries": "10k"}}
    assert change.after is None or change.after.collapses_at > 1.5 * loop.collapses_at


def test_the_finding_offers_no_change_that_leaves_a_cold_store_full():
    """500/s of which all miss are 2.5 times what the store serves, with or without retries."""
    cold = cached(**ONCE)
    [found] = BY_ID["two-stable-states"].check(Case(cold, Meter(cold)))

    assert found.title == "db stays down once the entries of cache are lost"
    assert [each.title.split()[0:2] for each in found.remedies] == [["Let", "at"], ["Run", "6"]]
