"""A request played hop by hop, against figures worked out by hand and against the analysis' own mean."""

from __future__ import annotations

import pytest

from designs.analysis.latency import residences
from designs.analysis.playing import play
from designs.analysis.settling import model_of
from designs.analysis.times import times_of
from designs.document.checks import read
from designs.scenarios.reading import read_scenario
from designs.scenarios.reference import reference_of
from tests.designs.analysis.build import READ, WRITE, figures, model, store
from tests.designs.scenarios.examples import ROOT

SCENARIOS = sorted((ROOT / "fixtures" / "scenarios").glob("*.yaml"))
PARTS = {
    "app": "client",
    "api": {"kind": "service", "latency": "10 ms"},
    "cache": {"kind": "cache", "latency": "1 ms", "cache_hit_ratio": "90%"},
    "db": store(latency="30 ms"),
    "log": {"kind": "queue", "latency": "2 ms"},
    "worker": {"kind": "worker", "latency": "50 ms"},
}
ARROWS = "app -> api, api -> cache, api -> db, api -> log, log ~> worker"
NEAR = {"app_api": {"latency": "0 ms"}, **{key: {"latency": "1 ms"} for key in ("api_cache", "api_db", "api_log")}}
FLOWS = {
    "read": ["app_api", "api_cache", "api_db"],
    "write": ["app_api", "api_db", "api_log", {"connection": "log_worker", "multiplier": "3"}],
}


def example(**changes):
    rows = {"peak_factor": {"label": "Peak factor", "formula": "4"}}
    operations = {"read": READ, "write": WRITE}
    given = {"operations": operations, "flows": FLOWS, "connections": NEAR, "rows": rows, **changes}
    return model(PARTS, ARROWS, **given)


def test_a_read_is_answered_by_the_cache_nine_times_in_ten():
    """100 a second, 4 times as many at the peak; the store is asked by the tenth that misses."""
    found = play(example(), "read")
    first, cache, db = found.hops

    assert [(hop.source, hop.target) for hop in found.hops] == [("app", "api"), ("api", "cache"), ("api", "db")]
    assert (first.average, first.peak, first.hit) == (pytest.approx(100), pytest.approx(400), None)
    assert (cache.average, cache.hit, cache.is_hit_given) == (pytest.approx(100), pytest.approx(0.9), True)
    assert (db.calls, db.average, db.peak) == (pytest.approx(0.1), pytest.approx(10), pytest.approx(40))
    # Nothing waits without a capacity: 10 ms in the service, then 1 ms to the cache, and 1 ms in it.
    assert first.arrives_s == 0
    assert cache.arrives_s == pytest.approx(0.010 + 0.001, abs=1e-4)
    assert db.arrives_s == pytest.approx(0.010 + 0.001 + 0.001 + 0.001, abs=1e-4)
    assert found.mean.value == pytest.approx(0.010 + 0.002 + 0.1 * 0.031, abs=1e-4)


def test_what_lies_behind_a_queue_comes_later_at_the_average_rate_and_nobody_waits_for_it():
    """10 writes a second make 30 calls to the worker, at the peak no more: the queue holds the rest back."""
    *_, queue, worker = play(example(), "write").hops

    assert (queue.is_later, queue.peak) == (False, pytest.approx(40))
    assert (worker.is_later, worker.average, worker.peak) == (True, pytest.approx(30), pytest.approx(30))
    assert (worker.wait_s, worker.arrives_s) == (None, None)
    assert worker.hit is None


def test_a_hit_ratio_that_nobody_gave_counts_as_none_and_says_so():
    parts = {**PARTS, "cache": {"kind": "cache", "latency": "1 ms"}}
    found = play(
        model(parts, ARROWS, operations={"read": READ}, flows={"read": FLOWS["read"]}, connections=NEAR), "read"
    )

    cache, db = found.hops[1:]
    assert (cache.hit, cache.is_hit_given, db.calls) == (0.0, False, 1.0)


def test_what_is_not_given_is_named_and_stops_the_clock():
    parts = {**PARTS, "api": {"kind": "service"}}
    found = play(
        model(parts, ARROWS, operations={"read": READ}, flows={"read": FLOWS["read"]}, connections=NEAR), "read"
    )

    assert found.hops[0].missing == ("the latency of api",)
    assert found.hops[0].service_s is None
    assert found.hops[1].arrives_s is None


def test_calls_made_at_once_are_waited_for_as_long_as_the_slowest_so_the_clock_stops():
    flows = {"read": ["app_api", {"connection": "api_cache", "multiplier": "20"}, "api_db"]}
    _, cache, db = play(example(flows=flows, operations={"read": READ}), "read").hops

    assert (cache.at_once, cache.calls) == (20, 20)
    assert cache.arrives_s is not None
    assert db.arrives_s is None


def test_an_operation_without_a_path_says_why():
    found = play(model({"app": "client"}, operations={"read": READ}), "read")

    assert found.hops == ()
    assert found.problem


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_the_hops_of_every_reference_add_up_to_the_mean_of_the_analysis(path):
    """What each hop waited for takes, times its calls, with the entry's own time, is the request's mean; promise 62."""
    scenario = read_scenario(path.read_bytes(), file=path.name).scenario
    found = model_of(read(reference_of(scenario)), figures())
    times = times_of(found)
    for operation, flow in found.flows.items():
        played = play(found, operation)
        assert {hop.connection for hop in played.hops} == {hop.connection for hop in flow.hops if hop.calls > 0}
        calls = {**dict.fromkeys(flow.calls, 0.0)}
        for hop in played.hops:
            calls[hop.connection] += hop.calls
        whole = {key: flow.calls[key] + flow.later_calls[key] for key in calls}
        # Work behind a queue that comes back to where it began is shown once, and goes round more often.
        rounds = {key for key in calls if calls[key] < whole[key] * (1 - 1e-9)}
        assert all(calls[key] > 0 and flow.later_calls[key] > 0 for key in rounds)
        assert {**calls, **{key: whole[key] for key in rounds}} == pytest.approx(whole)
        now = [hop for hop in played.hops if not hop.is_later]
        if played.mean.missing or not flow.is_read:
            continue
        spent = sum(hop.calls * (hop.wire_s + hop.wait_s + hop.service_s) for hop in now)
        spent += sum(times.own[each].mean_s for each in flow.entries) / len(flow.entries)
        means = residences(found, times, flow, flow.callees_first)
        assert spent == pytest.approx(sum(means[each] for each in flow.entries) / len(flow.entries))
