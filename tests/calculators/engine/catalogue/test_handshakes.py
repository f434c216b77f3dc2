from __future__ import annotations

import pytest

from calculators.engine.catalogue.handshakes import SHEET


@pytest.mark.parametrize(
    ("row", "round_trips"),
    [
        ("kept", 1), ("tcp", 2), ("tls12", 4), ("tls12_resumed", 3), ("tls13", 3), ("tls13_early", 2), ("quic", 2),
        ("quic_early", 1),
    ],
)  # fmt: skip
def test_round_trips_to_the_first_byte(results, row, round_trips):
    """RFC 9293 (1 for TCP), RFC 5246 section 7.3 (2 for TLS 1.2, 1 resumed), RFC 8446 section 2 (1 for TLS 1.3, 0
    with early data), RFC 9001 section 4 (QUIC: 1 for both), and one for the request itself."""
    found = results(SHEET, round_trip="1 s", server_time="0 s", dns_time="0 s")

    assert found[row] == pytest.approx(round_trips)


def test_ten_requests_by_hand(results, remarks):
    """New each: 10 x 350 ms + 20 ms of name; kept: 370 ms + 9 x 150 ms."""
    found = results(SHEET)

    assert found["new_each"] == pytest.approx(3.52)
    assert found["one_kept"] == pytest.approx(1.72)
    assert "use a pool" in remarks(SHEET)
