from __future__ import annotations

import pytest

from calculators.engine.catalogue.rate_limit import SHEET


def test_a_bucket_by_hand(results):
    """50 tokens and 10 a second: 50 + 600 in a minute; at 30/s the bucket is empty after 50 / 20 = 2.5 s; 650 of 1,800
    get through."""
    found = results(SHEET)

    assert found["allowed"] == pytest.approx(650)
    assert found["burst_time"] == pytest.approx(2.5)
    assert found["refused_share"] == pytest.approx(1 - 650 / 1800)


def test_a_fixed_window_lets_twice_the_limit_through(results):
    """Alex Xu, vol. 1, ch. 4: a limit of 5 a minute, 10 requests between 2:00:30 and 2:01:30."""
    found = results(SHEET, refill_rate="5/min", window="1 min")

    assert found["fixed_window_slip"] == pytest.approx(10)


def test_the_shared_counter_by_hand(results, remarks):
    """200,000 requests x 2 operations on stores of 100,000 are 4; 19 other gateways x 10/s x 1 s are 190 too many."""
    found = results(SHEET)

    assert found["counter_nodes"] == 4
    assert found["overshoot"] == pytest.approx(190)
    assert "4 nodes" in remarks(SHEET)


def test_a_client_below_its_limit_is_never_refused(results, remarks):
    assert results(SHEET, client_rate="10")["burst_time"] == 0
    assert results(SHEET, client_rate="5")["refused_share"] == 0
    assert "never refused" in remarks(SHEET, client_rate="5")
