from __future__ import annotations

import pytest

from calculators.engine.catalogue.queueing import SHEET
from calculators.engine.solve import solve


def test_one_server_at_eighty_percent(results):
    """Kleinrock 1975, section 3.2, M/M/1 with 80 arrivals and 100 services a second: rho 0.8, N = rho / (1 - rho) = 4,
    T = 1 / (mu - lambda) = 50 ms, waiting 40 ms."""
    found = results(SHEET, arrival_rate="80", service_time="10 ms", servers="1")

    assert found["utilisation"] == pytest.approx(0.8)
    assert found["mean_wait"] == pytest.approx(0.040)
    assert found["mean_response"] == pytest.approx(0.050)
    assert found["in_system"] == pytest.approx(4)
    assert found["separate_response"] == pytest.approx(found["mean_response"])


def test_five_servers_with_four_erlangs(results):
    """Gross and Harris, Fundamentals of Queueing Theory, tables of M/M/c: C(5, 4) = 0.5541; Wq = C / (5 - 4)."""
    found = results(SHEET, arrival_rate="4", service_time="1 s", servers="5")

    assert found["waiting_chance"] == pytest.approx(0.5541, abs=1e-4)
    assert found["mean_wait"] == pytest.approx(0.5541, abs=1e-4)
    assert found["queue_length"] == pytest.approx(2.2165, abs=1e-3)


def test_littles_law_of_notes(results):
    """Shared notes: 5,800 requests a second that take 200 ms are 1,160 in flight (no waiting: servers to spare)."""
    found = results(SHEET, arrival_rate="5,800", service_time="200 ms", servers="2,000")

    assert found["in_system"] == pytest.approx(1_160, rel=1e-6)


def test_a_queue_that_cannot_keep_up_says_what_would_do():
    solution = solve(SHEET, {"arrival_rate": "1,000", "service_time": "50 ms", "servers": "50"})

    assert solution.steps == ()
    assert "grows without end. Expected at least 51" in solution.errors["servers"]


def test_a_busy_queue_is_told_to_add_a_server(remarks):
    assert "One more server cuts it" in remarks(SHEET, arrival_rate="190", service_time="20 ms", servers="4")
    assert "Almost nobody waits" in remarks(SHEET, arrival_rate="10", service_time="20 ms", servers="4")
