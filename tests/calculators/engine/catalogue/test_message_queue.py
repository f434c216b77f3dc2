from __future__ import annotations

import pytest

from calculators.engine.catalogue.message_queue import SHEET
from calculators.engine.solve import solve


def test_a_burst_by_hand(results):
    """60 consumers at 20 ms handle 3,000/s; ten minutes of 8,000/s leave 5,000 x 600 = 3 million, drained at 1,000/s in
    3,000 s; the last message waits 3 million / 3,000 = 1,000 s."""
    found = results(SHEET)

    assert found["service_rate"] == pytest.approx(3_000)
    assert found["backlog"] == pytest.approx(3e6)
    assert found["drain_time"] == pytest.approx(3_000)
    assert found["oldest"] == pytest.approx(1_000)
    assert found["consumers_for_burst"] == 160


def test_a_week_of_the_log(results):
    """By hand: 2,000/s x 1 kB x 604,800 s x 3 = 3.6288 TB."""
    assert results(SHEET)["log_size"] == pytest.approx(3.6288e12)


def test_consumers_that_never_catch_up_are_refused_with_the_number_that_would():
    assert "Expected more than 40" in solve(SHEET, {"consumers": "40"}).errors["consumers"]


def test_no_backlog_is_said(remarks):
    assert "keep up with the burst" in remarks(SHEET, burst_rate="2,500")
