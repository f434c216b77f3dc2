from __future__ import annotations

import pytest

from calculators.engine.catalogue.retries import SHEET


def test_sixty_four_attempts(results):
    """Site Reliability Engineering, chapter 22: three layers with three retries each make 4^3 = 64 attempts."""
    assert results(SHEET)["worst"] == 64


def test_a_budget_of_ten_percent(results):
    """Site Reliability Engineering, chapter 21: with a retry budget of 10 % load grows 1.1 times, not 3 times."""
    found = results(SHEET, layers="1", attempts="3")

    assert found["worst"] == 3
    assert found["budgeted"] == pytest.approx(1.1)


def test_failures_by_chance_by_hand(results):
    """Half of the calls fail, three attempts: 1 + 1/2 + 1/4 = 1.75 attempts, and one request in eight still fails."""
    found = results(SHEET, failure_share="50%", attempts="3")

    assert found["one_layer"] == pytest.approx(1.75)
    assert found["still_failing"] == pytest.approx(0.125)


def test_everything_fails(results):
    assert results(SHEET, failure_share="100%")["one_layer"] == 4


def test_backoff_by_hand(results, remarks):
    """100 + 200 + 400 ms of waits, and 4 timeouts of 1 s."""
    found = results(SHEET)

    assert found["waiting"] == pytest.approx(0.7)
    assert found["longest"] == pytest.approx(4.7)
    assert "cannot recover" in remarks(SHEET)
