"""Queues in which only so many may wait: M/M/c/K by its states, the simulation, and what follows for a design."""

from __future__ import annotations

import math

import numpy as np
import pytest

from calculators.engine.queueing import mean_wait
from designs.analysis.bounded import bounded_of
from designs.analysis.closing import changes_of
from designs.analysis.loops import loops_of
from designs.analysis.report import analyse
from designs.analysis.simulation import simulate
from tests.designs.analysis.build import figures, model
from tests.designs.analysis.test_giving_up import line
from tests.designs.analysis.test_two_states import bump, is_down

pytestmark = pytest.mark.one_database

SYSTEMS = [
    (80, 100, 1, 5), (150, 100, 1, 5), (100, 100, 1, 10), (390, 100, 4, 20), (800, 100, 4, 3), (50, 10, 4, 0),
    (99.9999, 100, 1, 8), (100.0001, 100, 1, 8), (99, 100, 1, 300), (101, 100, 1, 300),
]  # fmt: skip


def by_states(rate: float, service: float, servers: int, room: int) -> tuple[float, float, float]:
    """Refused, and of those let in: who waits, and for how long on average. Birth and death, state by state."""
    chances = [1.0]
    for inside in range(1, servers + room + 1):
        chances.append(chances[-1] * rate / (min(inside, servers) * service))
    total = sum(chances)
    refused = chances[-1] / total
    waiting = {inside: chances[inside] / total / (1 - refused) for inside in range(servers, servers + room)}
    mean = sum(chance * (inside - servers + 1) / (servers * service) for inside, chance in waiting.items())
    return refused, sum(waiting.values()), mean


@pytest.mark.parametrize(("rate", "service", "servers", "room"), SYSTEMS)
def test_closed_forms_are_the_sum_over_all_states(rate, service, servers, room):
    found = bounded_of(rate, service * servers, servers, room)
    drawn = found.drawn(np.random.default_rng(3), 100_000)

    assert (found.refused, found.waiting, found.mean_s) == pytest.approx(by_states(rate, service, servers, room))
    assert float(drawn.mean()) == pytest.approx(found.mean_s, rel=0.02)


@pytest.mark.parametrize(("rate", "expected"), [(200, 1e15), (100 * (1 - 1e-6), 1e6), (50, 2)])
def test_a_queue_with_room_for_everybody_costs_no_memory(rate, expected):
    """Above its capacity all places fill; below it, 1 / (1 - r) wait, as without a limit (M/M/1)."""
    found = bounded_of(rate, 100.0, 1, 1e15)

    assert found.mean_s == pytest.approx(found.waiting * expected / 100.0, rel=1e-5)


def boxes(rate: str, room: int, servers: int = 1, **fields):
    """One service of 100/s for each server."""
    parts = {
        "app": "client",
        "api": {
            "kind": "service", "capacity": "100/s", "latency": "10 ms", "instances": servers,
            "balancing": "one_queue", "queue_limit": f"{room / servers:g}", "availability": "100%", **fields,
        },
    }  # fmt: skip
    operations = {"read": {"method": "GET", "rate": rate}}
    return model(
        parts, "app -> api", operations=operations, flows={"read": ["app_api"]},
        connections={"app_api": {"latency": "0 ms"}},
    )  # fmt: skip


@pytest.mark.parametrize(("rate", "servers", "room"), [(80, 1, 5), (150, 1, 5), (390, 4, 20), (800, 4, 4)])
def test_the_simulation_refuses_and_waits_as_the_states_say(rate, servers, room):
    refused, _, mean = by_states(rate, 100, servers, room)
    found = simulate(boxes(f"{rate}/s", room, servers), visits=60_000)
    api = found.stations[0]

    assert api.refused / (api.refused + api.rate * found.duration_s * 0.9) == pytest.approx(refused, abs=0.012)
    assert found.failed["read"] / found.requests == pytest.approx(refused, abs=0.012)
    assert api.mean_wait_s == pytest.approx(mean, rel=0.06)
    assert api.expected_wait_s == pytest.approx(mean, rel=0.06)


def test_who_has_waited_longest_may_be_refused_instead_and_as_many_are():
    newest = simulate(boxes("150/s", 20), visits=60_000)
    oldest = simulate(boxes("150/s", 20, sheds="oldest"), visits=60_000)

    assert oldest.failed["read"] == pytest.approx(newest.failed["read"], rel=0.05)
    assert oldest.stations[0].mean_wait_s < 0.75 * newest.stations[0].mean_wait_s


def test_refused_requests_count_as_failed_and_the_rest_is_in_time():
    """A third is refused: the mean is of those that are answered, and 99 % of all requests are never answered."""
    document = boxes("150/s", 5).document
    found = analyse(document, figures())
    refused, _, _ = by_states(150, 100, 1, 5)
    errors = found.meter.measure("error_rate", "read", "<=")
    mean = found.meter.measure("latency_mean", "read", "<=")

    assert errors.value == pytest.approx(refused, abs=0.01)
    assert mean.value == pytest.approx(simulate(found.model, visits=60_000).operations["read"].mean, rel=0.1)
    assert found.meter.measure("latency_p99", "read", "<=").value == math.inf


@pytest.mark.parametrize(("rate", "threads"), [(64, 8), (72, 12)])
def test_threads_fewer_than_the_queue_holds_keep_it_from_refusing_anybody(rate, threads):
    """Ten servers of 100 ms, room for four: with 8 threads it is M/M/8, with 12 it is M/M/10."""
    found = boxes(f"{rate}/s", 4, latency="100 ms", concurrency=f"{threads}")
    measured, wait = simulate(found, visits=60_000), float(mean_wait(rate, 10, min(threads, 10)))
    analysis = analyse(found.document, figures())

    assert measured.failed == {}
    assert analysis.meter.measure("error_rate", "read", "<=").value == pytest.approx(0, abs=1e-12)
    assert analysis.meter.measure("latency_mean", "read", "<=", 60_000).value == pytest.approx(0.1 + wait, rel=0.03)
    assert measured.operations["read"].mean == pytest.approx(0.1 + wait, rel=0.1)


def test_what_an_overload_never_answers_counts_as_failed():
    """By hand: a server of 100/s that is asked for 150/s leaves a third waiting; two of them leave nobody."""
    one, two = (analyse(boxes("150/s", 5, servers, queue_limit="").document, figures()) for servers in (1, 2))

    assert one.meter.measure("error_rate", "read", "<=").value == pytest.approx(1 / 3)
    assert two.meter.measure("error_rate", "read", "<=").value == pytest.approx(0, abs=1e-9)


def test_retries_of_refused_calls_find_the_queue_as_full():
    """They come back at once: of 90/s before room for three, each refused call is refused three times."""
    found = line("180/s", db={"queue_limit": "3"}, retries=2)
    measured = simulate(found, visits=100_000)

    assert found.attempts["api_db"] == pytest.approx(1 + measured.retried["api_db"] / measured.requests, rel=0.05)
    assert found.cut_off["read"] == pytest.approx(measured.failed["read"] / measured.requests, rel=0.15)


@pytest.mark.parametrize(("room", "stays"), [("50", False), ("400", True)])
def test_a_queue_shorter_than_the_patience_ends_the_second_state_and_a_longer_one_does_not(room, stays):
    """50 wait 250 ms of 500 ms; 400 wait 2 s, so that every answer is late."""
    found = line("100/s", timeout="500 ms", retries=2, db={"queue_limit": room})
    loop = next(each for each in loops_of(found).loops if each.component == "db")

    assert loop.is_vulnerable == stays
    assert is_down(simulate(found, curve=bump(1.0, 4.0, 3.0, 80), duration_s=80, visits=10**6)) == stays


def test_refusing_is_proposed_and_closes_the_gap():
    found = line("100/s", timeout="500 ms", retries=2)
    change = next(each for each in changes_of(found, loops_of(found).loops[0]) if each.slug == "queue")

    assert change.patch["diagram"]["components"]["db"] == {"queue_limit": "49"}
    assert change.closes
    assert change.is_safe_today
