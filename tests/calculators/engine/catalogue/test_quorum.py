from __future__ import annotations

import pytest

from calculators.engine.catalogue.quorum import SHEET


def test_dynamos_three_two_two(results):
    """DeCandia et al. 2007: N = 3, R = 2, W = 2 overlap in one copy. By hand: 3 p^2 (1 - p) + p^3 with p = 0.99 is
    0.999702."""
    found = results(SHEET, availability="99%")

    assert found["overlap"] == 1
    assert found["read_availability"] == pytest.approx(0.999702)
    assert found["missed"] == 0
    assert found["stale_chance"] == 0


@pytest.mark.parametrize(("read", "write", "missed"), [("1", "1", 2 / 3), ("1", "2", 1 / 3), ("2", "1", 1 / 3)])
def test_partial_quorums_miss_as_often_as_published(results, read, write, missed):
    """Bailis et al. 2012, section 3.1: p = C(N - W, R) / C(N, R); N = 3, R = W = 1 gives 0.67."""
    found = results(SHEET, read_quorum=read, write_quorum=write)

    assert found["missed"] == pytest.approx(missed)


def test_larger_quorums_miss_less(results):
    """Bailis et al. 2012, section 3.1: N = 100, R = W = 30 gives 1.88e-6."""
    found = results(SHEET, copies="100", read_quorum="30", write_quorum="30")

    assert found["missed"] == pytest.approx(1.88e-6, rel=0.01)


def test_a_stale_read_needs_a_recent_write(results):
    """By hand: R = W = 1 of 3 misses 2 in 3; ten writes a second and 100 ms of lag: 1 - 1/e of reads follow a write."""
    found = results(SHEET, read_quorum="1", write_quorum="1", lag="100 ms", writes_per_key="10")

    assert found["stale_chance"] == pytest.approx(2 / 3 * 0.6321206, rel=1e-6)


def test_remarks_name_overlap_and_conflict(remarks):
    assert "R + W is more than N" in remarks(SHEET)
    assert "confirmed by different copies" in remarks(SHEET, write_quorum="1")
    assert "One copy that fails stops" in remarks(SHEET, write_quorum="3", read_quorum="1")
