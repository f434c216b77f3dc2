"""Components that fail, slow down, choose whom they serve, hold callers back and scale: held to theory and to hand."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from designs.analysis.plans import Partition
from designs.analysis.report import analyse
from designs.analysis.scaling import Scaler
from designs.analysis.simulation import simulate
from tests.designs.analysis.build import READ, figures, model, store, two_stations
from tests.designs.analysis.test_full_queues import boxes
from tests.designs.analysis.test_giving_up import line

pytestmark = pytest.mark.one_database


def station(found, name: str = "api"):
    return next(each for each in found.stations if each.component == name)


def test_errors_are_counted_and_tried_again_in_analysis_and_simulation():
    """A fifth of the answers are errors: with two retries 0.2^3 fail, of 1 + 0.2 + 0.04 tries each."""
    found = line("50/s", retries=2, db={"error_rate": "20%", "capacity": "2k/s", "latency": "0.5 ms"})
    run = simulate(found, visits=120_000)

    assert run.failed["read"] / run.requests == pytest.approx(0.008, abs=0.002)
    assert 1 + run.retried["api_db"] / run.requests == pytest.approx(1.24, rel=0.01)
    assert found.attempts["api_db"] == pytest.approx(1.24, rel=0.02)
    assert found.cut_off["read"] == pytest.approx(0.008, abs=0.004)


def test_an_error_rate_fails_the_requirement_on_errors():
    document = line("50/s", db={"error_rate": "2%"}).document
    meter = analyse(document, figures()).meter

    assert meter.measure("error_rate", "read", "<=").value == pytest.approx(0.02, abs=0.004)


def test_one_slow_instance_of_four_at_random_is_a_queue_of_its_own():
    """M/M/1 each: three at 20/s of 100/s, one of 50/s. Mean wait: 3/4 of rho/(mu - lambda), and 1/4 of the slow one."""
    slow = boxes("80/s", 10**6, 4, balancing="random", slow_factor="2", queue_limit="")
    found = simulate(slow, visits=120_000)
    expected = 0.75 * 0.2 / 80 + 0.25 * 0.4 / 30

    assert station(found).mean_wait_s == pytest.approx(expected, rel=0.08)
    assert station(found).utilisation == pytest.approx(0.4, rel=0.05)
    assert station(found).expected_wait_s is None


def test_one_slow_server_behind_one_queue_takes_fewer():
    """Two servers, one at half the speed, chosen at random when both are idle: birth and death by hand.

    lambda = 80, mu = 100 and 50. States 0, fast busy, slow busy, 2, 3...; p1f (180) = 40 p0 + 50 p2,
    p1s (130) = 40 p0 + 100 p2, 80 p0 = 100 p1f + 50 p1s; from 2 on a ratio of 80/150.
    """
    rows = np.array([[40, -180, 0, 50], [40, 0, -130, 100], [80, -100, -50, 0], [1, 1, 1, 1 / (1 - 80 / 150)]], float)
    _, _, _, two = np.linalg.solve(rows, [0, 0, 0, 1])
    ratio = 80 / 150
    waiting = two * ratio / (1 - ratio) ** 2
    found = simulate(boxes("80/s", 10**6, 2, slow_factor="2", queue_limit=""), visits=120_000)

    assert station(found).mean_wait_s == pytest.approx(waiting / 80, rel=0.08)


def test_who_came_last_first_waits_as_long_on_average_and_far_longer_at_worst():
    """M/M/1 at 80 %: the mean is that of first come first served; the square is 1/(1 - rho) times it, so the tail."""
    first = station(simulate(boxes("80/s", 0, queue_limit=""), visits=150_000))
    last = station(simulate(boxes("80/s", 0, queue_limit="", serves="newest"), visits=150_000))

    assert last.mean_wait_s == pytest.approx(0.04, rel=0.1)
    assert last.mean_wait_s == pytest.approx(first.mean_wait_s, rel=0.15)
    assert last.p99_wait_s > 1.5 * first.p99_wait_s


def kept_by_importance(low: float, high: float, service: float, room: int) -> tuple[float, float]:
    """Shares of each class that are lost: all orders of a queue that pushes out the last of less importance."""
    states = [None, *(order for size in range(room + 1) for order in itertools.product("lh", repeat=size))]
    index, rates = {state: number for number, state in enumerate(states)}, np.zeros((len(states), len(states)))
    lost = {"l": np.zeros(len(states)), "h": np.zeros(len(states))}
    for state, number in index.items():
        for kind, rate in (("l", low), ("h", high)):
            if state is None:
                then = ()
            elif len(state) < room:
                then = (*state, kind)
            elif kind == "h" and "l" in state:
                place = len(state) - 1 - state[::-1].index("l")
                then = (*state[:place], *state[place + 1 :], "h")
                lost["l"][number] += rate
            else:
                lost[kind][number] += rate
                continue
            rates[number, index[then]] += rate
        if state is not None:
            rates[number, index[state[1:] if state else None]] += service
    balance = (rates - np.diag(rates.sum(axis=1))).T
    balance[-1] = 1.0
    chances = np.linalg.solve(balance, [*[0.0] * (len(states) - 1), 1.0])
    return float(chances @ lost["l"]) / low, float(chances @ lost["h"]) / high


def test_a_full_queue_keeps_what_matters_more():
    parts = {
        "app": "client",
        "api": {
            "kind": "service", "capacity": "100/s", "latency": "10 ms", "queue_limit": "3", "sheds": "priority",
            "balancing": "one_queue",
        },
    }  # fmt: skip
    operations = {
        "browse": {"method": "GET", "rate": "90/s", "importance": "low"},
        "pay": {"method": "POST", "rate": "40/s", "importance": "high"},
    }
    found = simulate(
        model(parts, "app -> api", operations=operations, flows={"browse": ["app_api"], "pay": ["app_api"]},
              connections={"app_api": {"latency": "0 ms"}}),
        visits=200_000,
    )  # fmt: skip
    low, high = kept_by_importance(90, 40, 100, 3)

    assert found.failed["browse"] / (found.requests * 9 / 13) == pytest.approx(low, abs=0.01)
    assert found.failed["pay"] / (found.requests * 4 / 13) == pytest.approx(high, abs=0.01)
    assert high < low / 3


@pytest.mark.parametrize("room", [0, 3])
def test_back_pressure_holds_the_first_of_two_stations_back(room):
    """A line that is never idle: two exponential servers of the same speed with room for B between them, of which the
    first is blocked after service, do mu (B + 2)/(B + 3) (birth and death of what the first has finished)."""
    found = simulate(two_stations(room), duration_s=250, visits=10**6)

    assert station(found, "second").rate == pytest.approx(100 * (room + 2) / (room + 3), rel=0.03)
    assert found.failed == {}


def test_the_scaler_asks_as_kubernetes_does():
    """Four at 100 % of an aim of 80 %: ceil(4 / 0.8) = 5. Within 10 % nothing; down after 300 s of wanting less."""
    scaler = Scaler(least=2, most=20, boot_s=60, standing=4)
    scaler.standing = 4

    assert scaler.asks(15, 4.0) == 1
    assert scaler.standing == 5
    assert scaler.asks(30, 4.3) == 0  # 86 % of an aim of 80 %
    assert [scaler.asks(45 + 15 * each, 0.5) for each in range(20)][:19] == [0] * 19
    assert scaler.asks(45 + 15 * 21, 0.5) < 0
    assert scaler.standing == 2
    assert Scaler(least=1, most=3, boot_s=1).asks(15, 1.0) == 1
    assert Scaler(least=10, most=12, boot_s=1).asks(15, 10.0) == 2


def test_instances_come_after_their_boot_gap_and_not_beyond_their_most():
    """300/s on two instances of 100/s, each used at most whole: 3, 4 or more, of which four may stand; then 75 %."""
    auto = {"most_instances": 4, "boot_time": "20 s", "scale_at": "80%", "balancing": "one_queue", "queue_limit": ""}
    run = simulate(boxes("300/s", 0, 2, **auto), duration_s=240, visits=10**6)
    standing = run.courses["api"].standing

    assert standing[5] == 2  # 30 s: asked at 15 s, still booting
    assert standing[8] == 3
    assert standing[-1] == 4 == max(standing)
    assert sum(run.courses["api"].used[-10:]) / 10 == pytest.approx(0.75, abs=0.05)
    assert run.stages[-1].took.p99 < run.stages[1].took.p99


def test_autoscaling_without_a_boot_gap_is_not_counted_and_said():
    run = simulate(boxes("150/s", 0, 2, most_instances=4, queue_limit=""), visits=20_000)

    assert max(run.courses["api"].standing) == 2
    assert run.left_out == ("autoscaling of api: how long a new instance takes to boot is not said",)


def test_a_partition_holds_up_calls_between_the_two_zones_and_no_others():
    """The service stands in a and b, the store in b: half of its calls are held up until their timeout."""
    parts = {
        "app": "client",
        "api": {
            "kind": "service",
            "capacity": "10k/s",
            "latency": "0.1 ms",
            "instances": 2,
            "zones": {"a": True, "b": True},
        },
        "db": store(capacity="2k/s", latency="0.5 ms", zone="b"),
    }  # fmt: skip
    near = {"app_api": {"latency": "0 ms"}, "api_db": {"latency": "0 ms", "timeout": "100 ms"}}
    found = model(
        parts, "app -> api, api -> db", operations={"read": READ}, connections=near,
        zones={"a": {"label": "A"}, "b": {"label": "B"}, "c": {"label": "C"}},
    )  # fmt: skip
    cut = simulate(found, duration_s=100, visits=10**6, partitions=[Partition(("a", "b"), begins=0.2, ends=0.7)])
    other = simulate(found, duration_s=100, visits=10**6, partitions=[Partition(("a", "c"), begins=0.2, ends=0.7)])

    assert cut.failed["read"] / cut.requests == pytest.approx(0.5 * 0.5, abs=0.015)
    assert other.failed == {}
    assert cut.stages[-1].failed == 0
