from __future__ import annotations

import pytest

from calculators.engine.catalogue.polling import SHEET


def test_polling_by_hand(results):
    """100,000 clients every 5 s are 20,000/s; news is 2.5 s + a round trip old on average, 5 s and a half at worst."""
    found = results(SHEET, round_trip="0 ms")

    assert found["poll_rate"] == pytest.approx(20_000)
    assert found["poll_mean_staleness"] == pytest.approx(2.5)
    assert found["poll_worst_staleness"] == pytest.approx(5)


def test_empty_polls_by_hand(results):
    """One event a minute, a poll a minute: e^-1 of the polls find nothing."""
    found = results(SHEET, events_per_client="60/hour", interval="60 s")

    assert found["empty_share"] == pytest.approx(0.3678794, rel=1e-6)


def test_nearby_friends(results):
    """Alex Xu, vol. 2, ch. 2: 10 million users that report each 30 s are 334,000 a second."""
    found = results(SHEET, clients="10M", interval="30 s")

    assert found["poll_rate"] == pytest.approx(333_333, rel=1e-4)


def test_connections_by_hand(results, remarks):
    """A million connections of 20 kB are 20 GB, on 10 servers of 100,000."""
    found = results(SHEET, clients="1M")

    assert found["stream_memory"] == pytest.approx(20e9)
    assert found["stream_servers"] == 10
    assert "bring nothing" in remarks(SHEET)
    assert "simplest thing that works" in remarks(SHEET, clients="100")
