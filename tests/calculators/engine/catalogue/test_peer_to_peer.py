from __future__ import annotations

import pytest

from calculators.engine.catalogue.peer_to_peer import SHEET


@pytest.mark.parametrize(
    ("peers", "server_hours", "peer_hours"), [("10", 1.0, 0.5), ("30", 3.0, 0.75), ("35", 3.5, 7 / 9)]
)
def test_kurose_and_ross_figure(results, peers, server_hours, peer_hours):
    """Kurose and Ross, section 2.5, figure of distribution times: F/u = 1 hour, us = 10 u, dmin >= us.

    Server: N F / us = N / 10 hours. Peers: N F / (us + N u) = N / (10 + N) hours.
    """
    found = results(
        SHEET, file_size="3.6 GB", peers=peers, peer_upload="1 MB/s", server_upload="10 MB/s", peer_download="10 MB/s"
    )

    assert found["client_server"] / 3600 == pytest.approx(server_hours)
    assert found["peer_to_peer"] / 3600 == pytest.approx(peer_hours)


@pytest.mark.parametrize(
    ("peers", "server", "together"), [("10", 7_680, 7_680), ("100", 51_200, 25_904), ("1,000", 512_000, 47_559)]
)
def test_homework_of_kurose_and_ross(results, peers, server, together):
    """Kurose and Ross, chapter 2, problem P22 and its solution.

    F = 15 Gbit, us = 30 Mbit/s, di = 2 Mbit/s, u = 300 kbit/s. The solution counts 1,024 Mbit to the
    Gbit and 1,024 kbit to the Mbit.
    """
    found = results(
        SHEET, file_size="15 Gibit", server_upload="30 Mibit/s", peer_download="2 Mibit/s", peer_upload="300 Kibit/s",
        peers=peers,
    )  # fmt: skip

    assert found["client_server"] == pytest.approx(server)
    assert found["peer_to_peer"] == pytest.approx(together, rel=1e-4)


def test_a_few_peers_hardly_gain(remarks):
    assert "Hardly faster" in remarks(SHEET, peers="2", server_upload="10 Gbit/s")
