from __future__ import annotations

import pytest

from calculators.engine.catalogue.transfer_time import SHEET


def test_a_terabyte_over_a_gigabit(results):
    """By hand: 8e12 bits / 1e9 bits a second = 8,000 s, 2 h 13 min; in the head at 100 MB/s 10,000 s."""
    found = results(SHEET, size="1 TB", link_speed="1 Gbit/s", efficiency="100%", round_trips="0")

    assert found["over_the_link"] == pytest.approx(8_000)


def test_the_classic_megabyte(results):
    """Jeff Dean 2009 and Jonas Bonér 2012: 1 MB in sequence from memory 250 µs, from an SSD 1 ms, over 1 Gbit/s 10 ms.

    The table rounds: 8 ms of bits, and what goes around them.
    """
    found = results(SHEET, size="1 MB", link_speed="1 Gbit/s", efficiency="80%", round_trips="0")

    assert found["from_memory"] == pytest.approx(250e-6)
    assert found["from_ssd"] == pytest.approx(1e-3)
    assert found["over_the_link"] == pytest.approx(10e-3)


def test_a_truck_full_of_disks(results, remarks):
    """By hand: 1 PB over 1 Gbit/s takes 8e6 s, 92.6 days; a parcel with 2 x 1e15 / 2e8 s of copying takes 116.7."""
    found = results(SHEET, size="1 PB", efficiency="100%")

    assert found["on_the_link"] / 86_400 == pytest.approx(92.59, rel=1e-3)
    assert found["by_parcel"] / 86_400 == pytest.approx(116.74, rel=1e-3)
    assert "A parcel" in remarks(SHEET, size="1 PB", link_speed="100 Mbit/s", parcel_time="2 days")


def test_a_small_file_is_all_round_trips(remarks):
    assert "Most of the time is waiting" in remarks(SHEET, size="10 kB")
