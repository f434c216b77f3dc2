from __future__ import annotations

import pytest

from calculators.engine.catalogue.sharding import SHEET


def test_size_and_rate_by_hand(results):
    """40 TB / 2 TB = 20 shards for the size, 60,000 / 5,000 = 12 for the rate; x 1.5^2 = 90 TB are 45."""
    found = results(SHEET)

    assert found["shards"] == 20
    assert found["by_rate"] == 12
    assert found["in_two_years"] == 45


def test_a_hot_key_by_hand(results):
    """10 shards, 10,000 a second, one key with 20 %: 2,000 + 8,000 / 10 = 2,800, against a mean of 1,000."""
    found = results(SHEET, stored="20 TB", request_rate="10,000", hot_key_share="20%")

    assert found["hot_rate"] == pytest.approx(2_800)
    assert found["hot_skew"] == pytest.approx(2.8)


def test_the_hotel_chapter(results):
    """Alex Xu, vol. 2, hotel reservation: 30,000 QPS over 16 shards are 1,875 each."""
    found = results(SHEET, stored="1 GB", request_rate="30,000", shard_rate="1,875", hot_key_share="0%")

    assert found["shards"] == 16
    assert found["mean_rate"] == pytest.approx(1_875)


def test_moving_keys_from_four_to_five(results):
    """By hand: hash modulo 4 to modulo 5 keeps one key in five; a ring moves one in five."""
    found = results(SHEET, stored="8 TB", request_rate="1")

    assert found["moved_modulo"] == pytest.approx(0.8)
    assert found["moved_ring"] == pytest.approx(0.2)


def test_few_keys_fall_unevenly(remarks):
    assert "pick a finer key" in remarks(SHEET, keys="1,000")
    assert "do not shard yet" in remarks(SHEET, stored="1 TB", request_rate="100")
    assert "split the key" in remarks(SHEET, hot_key_share="10%")
