from __future__ import annotations

import pytest

from calculators.engine.catalogue.dependency_chain import SHEET


def test_one_hundred_servers(results):
    """Dean and Barroso 2013: one slow answer in 100 on each of 100 servers, and 63 % of requests take over a second."""
    assert results(SHEET, needed_in_series="0")["slow_requests"] == pytest.approx(0.63, abs=5e-3)


def test_two_thousand_servers(results):
    """Dean and Barroso 2013: one in 10,000 on each of 2,000 servers, and almost one in five requests is slow."""
    found = results(SHEET, calls="2,000", needed_in_series="0", slow_share="0.01%")

    assert found["slow_requests"] == pytest.approx(0.18, abs=5e-3)


def test_availability_of_thirty_services(results):
    """By hand: 0.9999^30 = 0.997004; 2.19 hours of a month of 730.5."""
    found = results(SHEET, calls="30", needed_in_series="0", availability="99.99%")

    assert found["request_availability"] == pytest.approx(0.997004, abs=1e-6)
    assert found["downtime_month"] / 3600 == pytest.approx(2.19, abs=5e-3)


def test_asking_twice_by_hand(results, remarks):
    """1 - (1 - 0.01^2)^100 = 0.00995."""
    assert results(SHEET, needed_in_series="0")["hedged_requests"] == pytest.approx(0.00995, abs=1e-5)
    assert "Asking a second copy" in remarks(SHEET)


def test_what_each_service_may_be_slow(results):
    """By hand: 1 - 0.99^(1/100) = 0.0001005."""
    assert results(SHEET, needed_in_series="0")["allowed_share"] == pytest.approx(0.0001005, abs=1e-7)


def test_calls_one_after_another_can_be_slow_too(results):
    """By hand: 1 - 0.99^13 = 12.25 %; with 9 at once and 1 before them 1 - 0.99^10 = 9.56 %."""
    chain = results(SHEET, calls="1", needed_in_series="12", slow_share="1%")
    services = results(SHEET, calls="9", needed_in_series="1", slow_share="1%")

    assert chain["slow_requests"] == pytest.approx(0.1225, abs=5e-5)
    assert services["slow_requests"] == pytest.approx(0.0956, abs=5e-5)
    assert chain["allowed_share"] == pytest.approx(1 - 0.99 ** (1 / 13))


def test_the_mean_time_adds_up_by_hand(results):
    """One call at once and two in series, each 10 ms or in 1 % of cases 1 s: 3 x 19.9 ms."""
    found = results(SHEET, calls="1", needed_in_series="2", slow_share="1%", usual_time="10 ms", slow_time="1 s")

    assert found["series_time"] == pytest.approx(3 * 0.0199)
