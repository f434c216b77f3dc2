"""Golden values: the published Erlang B table of T. L. Frankel's "Tables for Traffic Management and Design" (ABC of the
Telephone, 1976), as reprinted in most telephony handbooks: offered load that 1 % blocking allows on n lines."""

from __future__ import annotations

import math
from collections import deque

import ciw
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.engine import queueing


@pytest.mark.parametrize(
    ("lines", "load", "blocking"),
    [
        (1, 0.0101, 0.01),
        (2, 0.153, 0.01),
        (5, 1.36, 0.01),
        (10, 4.46, 0.01),
        (20, 12.0, 0.01),
        (50, 37.9, 0.01),
        (100, 84.1, 0.01),
        (10, 5.08, 0.02),
        (20, 13.2, 0.02),
        (100, 88.0, 0.02),
        (10, 6.22, 0.05),
    ],
)
def test_erlang_b_agrees_with_the_printed_table(lines: int, load: float, blocking: float) -> None:
    # The table prints loads to three figures, which moves the blocking by a few percent of itself.
    assert queueing.erlang_b(lines, load) == pytest.approx(blocking, rel=0.03)


@pytest.mark.parametrize(
    ("servers", "load", "by_hand"),
    [
        (1, 0.5, 0.5),  # C(1, a) = a
        (2, 1.0, 1 / 3),  # C(2, a) = a^2 / (2 + a)
        (2, 1.5, 9 / 14),
        (3, 2.0, 4 / 9),  # (8/6 * 3) / (1 + 2 + 2 + 4)
        (5, 4.0, 0.554113),  # Gross and Harris, Fundamentals of Queueing Theory, tables of M/M/c
    ],
)
def test_erlang_c_agrees_with_hand_work(servers: int, load: float, by_hand: float) -> None:
    assert queueing.erlang_c(servers, load) == pytest.approx(by_hand, rel=1e-6)


def plain_erlang_b(servers: int, load: float) -> float:
    blocking = 1.0
    for n in range(1, servers + 1):
        blocking = load * blocking / (n + load * blocking)
    return blocking


@given(st.integers(0, 3000), st.floats(0.0, 3000.0))
def test_the_late_start_changes_nothing(servers: int, load: float) -> None:
    expected = plain_erlang_b(servers, load)
    assert queueing.erlang_b(servers, load) == pytest.approx(expected, rel=1e-12, abs=1e-300)


@pytest.mark.parametrize("load", [10_000.5, 30_000.0, 100_000.25])
def test_the_closed_form_of_large_loads_agrees_with_the_recursion(load: float) -> None:
    """From all servers lost to hardly any call lost; deviations of the number of calls in a Poisson system."""
    deviations = [-60.0, -30.0, -12.0, -5.0, -1.0, -0.1, -0.005, 0.0, 0.005, 0.1, 1.0, 3.0, 8.0, 20.0, 30.0]
    near = [int(load + each * math.sqrt(load)) for each in deviations]
    for servers in [0, 1, 100, int(load * 0.49), int(load * 0.51), *near]:
        expected = plain_erlang_b(servers, load)
        assert queueing.erlang_b(servers, load) == pytest.approx(expected, rel=1e-6, abs=1e-200), servers
    together = queueing.erlang_b(np.array(near), np.full(len(near), load))
    assert together == pytest.approx([queueing.erlang_b(each, load) for each in near], abs=1e-200)


def test_a_load_without_bounds_is_computed_at_once() -> None:
    """Half of the requests wait near half a deviation of spare servers (S. Halfin and W. Whitt, Operations Research
    29, 1981: the share is 1 / (1 + b cdf(b) / pdf(b)) for b deviations)."""
    load = 1e15
    for spare in (0.1, 0.5, 1.0, 2.0):
        pdf, cdf = math.exp(-(spare**2) / 2) / math.sqrt(2 * math.pi), 0.5 * math.erfc(-spare / math.sqrt(2))
        expected = 1 / (1 + spare * cdf / pdf)
        assert queueing.erlang_c(load + spare * math.sqrt(load), load) == pytest.approx(expected, rel=1e-4)


@given(st.integers(1, 200), st.floats(0.001, 0.99))
def test_more_servers_wait_less_and_more_load_waits_more(servers: int, share: float) -> None:
    load = servers * share
    waiting = queueing.erlang_c(servers, load)
    assert 0 <= waiting <= 1
    assert queueing.erlang_b(servers, load) <= waiting + 1e-12
    assert queueing.erlang_c(servers + 1, load) <= waiting + 1e-12
    assert queueing.mean_wait(load * 1.005, 1.0, servers) >= queueing.mean_wait(load, 1.0, servers)


def test_arrays_give_what_floats_give() -> None:
    servers, load = np.array([1.0, 5.0, 40.0, 900.0]), np.array([0.5, 4.0, 36.0, 950.0])
    apart = [queueing.erlang_c(float(c), float(a)) for c, a in zip(servers, load, strict=True)]
    assert queueing.erlang_c(servers, load) == pytest.approx(apart)
    assert isinstance(queueing.erlang_c(2, 1.0), float)


def test_one_server_has_the_forms_of_every_textbook() -> None:
    """M/M/1 at 80 %: rho/(mu - lambda) waits, 1/(mu - lambda) responds; Kleinrock 1975, section 3.2."""
    assert queueing.mean_wait(80, 100) == pytest.approx(0.8 / 20)
    assert queueing.mean_response(80, 100) == pytest.approx(1 / 20)
    assert queueing.mean_queue_length(80, 100) == pytest.approx(0.8**2 / 0.2)
    assert queueing.wait_percentile(0.99, 80, 100) == pytest.approx(math.log(80) / 20)
    assert queueing.response_percentile(0.99, 80, 100) == pytest.approx(math.log(100) / 20)
    assert queueing.wait_percentile(0.1, 80, 100) == 0  # one in five does not wait at all


def test_a_saturated_queue_waits_for_ever() -> None:
    assert queueing.mean_wait(100, 100) == math.inf
    assert queueing.wait_percentile(0.5, 250, 100, 2) == math.inf
    assert queueing.erlang_c(2, 2.5) == 1.0
    assert queueing.utilisation(250, 100, 2) == 1.25


def test_littles_law_ties_queue_and_wait() -> None:
    assert queueing.in_system(5800, 0.2) == pytest.approx(1160)


@given(st.floats(0.1, 500.0), st.floats(0.5, 50.0), st.floats(1e-4, 10.0))
def test_the_fewest_servers_are_enough_and_one_fewer_is_not(arrivals: float, service: float, longest: float) -> None:
    servers = queueing.servers_for_wait(arrivals, service, longest)
    assert queueing.mean_wait(arrivals, service, servers) <= longest
    assert servers == 1 or queueing.mean_wait(arrivals, service, servers - 1) > longest


def test_hopeless_demands_and_bad_numbers_are_named() -> None:
    with pytest.raises(ValueError, match="10 servers are not enough"):
        queueing.servers_for_wait(1000, 1, 0.1, most=10)
    with pytest.raises(ValueError, match="service rate"):
        queueing.mean_wait(1, 0)
    with pytest.raises(ValueError, match="load"):
        queueing.erlang_b(2, math.nan)
    with pytest.raises(ValueError, match="quantile"):
        queueing.wait_percentile(1.0, 1, 2)


def test_a_part_of_a_server_serves_nobody() -> None:
    assert queueing.erlang_b(2.9, 1.0) == queueing.erlang_b(2, 1.0)


def test_a_simulation_waits_as_long_as_the_formula_says() -> None:
    """`ciw` is an independent simulator: 3 servers at 83 %, 40,000 requests after warm-up."""
    arrivals, service, servers = 2.5, 1.0, 3
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(rate=arrivals)],
        service_distributions=[ciw.dists.Exponential(rate=service)],
        number_of_servers=[servers],
    )
    ciw.seed(7)
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_customers(40_000)
    waits = deque(record.waiting_time for record in simulation.get_all_records() if record.arrival_date > 500)
    assert np.mean(waits) == pytest.approx(queueing.mean_wait(arrivals, service, servers), rel=0.1)
    assert np.quantile(waits, 0.9) == pytest.approx(queueing.wait_percentile(0.9, arrivals, service, servers), rel=0.1)
