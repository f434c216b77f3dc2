from __future__ import annotations

import pytest

from calculators.engine.catalogue.dependency_chain import SHEET


def test_one_hundred_servers(results):
    """Dean and Barroso 2013: one slow answer in 100 on each of 100 servers, and 63 % of requests take over a second."""
    assert results(SHEET)["slow_requests"] == pytest.approx(0.63, abs=5e-3)


def test_two_thousand_servers(results):
    """Dean and Barroso 2013: one in 10,000 on each of 2,000 servers, and almost one in five requests is slow."""
    found = results(SHEET, calls="2,000", slow_share="0.01%")

    assert found["slow_requests"] == pytest.approx(0.18, abs=5e-3)


def test_availability_of_thirty_services(results):
    """By hand: 0.9999^30 = 0.997004; 2.19 hours of a month of 730.5."""
    found = results(SHEET, calls="30", needed_in_series="0", availability="99.99%")

    assert found["request_availability"] == pytest.approx(0.997004, abs=1e-6)
    assert found["downtime_month"] / 3600 == pytest.approx(2.19, abs=5e-3)


def test_asking_twice_by_hand(results, remarks):
    """1 - (1 - 0.01^2)^100 = 0.00995."""
    assert results(SHEET)["hedged_requests"] == pytest.approx(0.00995, abs=1e-5)
    assert "Asking a second copy" in remarks(SHEET)


def test_what_each_service_may_be_slow(results):
    """By hand: 1 - 0.99^(1/100) = 0.0001005."""
    assert results(SHEET)["allowed_share"] == pytest.approx(0.0001005, abs=1e-7)
