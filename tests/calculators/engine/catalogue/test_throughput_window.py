from __future__ import annotations

import pytest

from calculators.engine.catalogue.throughput_window import SHEET


def test_stop_and_wait_from_coast_to_coast(results):
    """Kurose and Ross, section 3.4.2: 1 Gbit/s, 30 ms, packets of 1,000 bytes: 8 µs to send, 0.00027 of the link, 267
    kbit/s."""
    found = results(SHEET)

    assert found["send_time"] == pytest.approx(8e-6)
    assert found["stop_and_wait_use"] == pytest.approx(0.00027, abs=5e-6)
    assert found["stop_and_wait"] * 8 == pytest.approx(267e3, rel=2e-3)


def test_a_window_of_64_kib_by_hand(results):
    """RFC 7323, section 1.1: a window of 2^16 limits a long path; 65,536 B / 100 ms = 655,360 B/s = 5.24 Mbit/s."""
    found = results(SHEET, round_trip="100 ms", loss="0%")

    assert found["throughput"] == pytest.approx(655_360)
    assert found["pipe"] == pytest.approx(12.5e6)


def test_mathis_by_hand(results):
    """Mathis et al. 1997: MSS / RTT x sqrt(3/2) / sqrt(p); 1,460 B, 100 ms, 1 %: 14,600 x 12.247 = 178,813 B/s."""
    found = results(SHEET, packet="1,460 B", round_trip="100 ms", loss="1%")

    assert found["by_loss"] == pytest.approx(178_813, rel=1e-4)


def test_a_large_window_without_loss_fills_the_link(results, remarks):
    found = results(SHEET, window="10 MB", loss="0%")

    assert found["throughput"] == pytest.approx(125e6)
    assert "only a faster link helps" in remarks(SHEET, window="10 MB", loss="0%")
    assert "Scale the window" in remarks(SHEET)
