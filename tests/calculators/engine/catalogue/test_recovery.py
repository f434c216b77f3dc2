from __future__ import annotations

import pytest

from calculators.engine.catalogue.recovery import SHEET


def test_a_failover_by_hand(results):
    """3 heartbeats of 10 s, 30 s to promote, 60 s of DNS: 120 s; half a second of 1,000 writes is lost.

    Four times a year are 480 s, so 1 - 480 / 31,557,600.
    """
    found = results(SHEET)

    assert found["recovery_time"] == pytest.approx(120)
    assert found["lost_writes"] == pytest.approx(500)
    assert found["downtime_year"] == pytest.approx(480)
    assert found["availability"] == pytest.approx(1 - 480 / 31_557_600, rel=1e-9)


def test_a_backup_by_hand(results):
    """2 TB at 200 MB/s are 10,000 s, with 30 s to notice and 60 s to redirect; a day of 1,000 writes/s is lost."""
    found = results(SHEET)

    assert found["restore_time"] == pytest.approx(10_090)
    assert found["backup_lost_writes"] == pytest.approx(86.4e6)


def test_a_write_that_waits_for_its_copy_is_never_lost(results, remarks):
    assert results(SHEET, lag="0 s")["lost_writes"] == 0
    assert "loses up to" not in remarks(SHEET, lag="0 s")
    assert "noticing it" in remarks(SHEET, redirection="0 s", promotion="5 s")
