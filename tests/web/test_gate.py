"""One visitor stops nobody: slow bodies, endless work and frozen processes (promises 54, 57 and 61)."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from tests.servers import Server, granian, wait_until
from tests.web.gated import answer
from web.limits.connections import connections_from
from web.limits.gate import Gate, Limits

pytestmark = pytest.mark.one_database


@pytest.fixture
def server() -> Iterator[Server]:
    with granian("tests.web.gated:application", workers=1) as running:
        yield running


def begin_a_post(port: int) -> socket.socket:
    """A request whose body never comes."""
    link = socket.create_connection(("127.0.0.1", port))
    link.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc")
    link.settimeout(30)
    return link


def test_unfinished_bodies_stop_nobody_and_are_closed(server):
    """Also more of them than there are places for one address: saves wait for the place of one that sends nothing."""
    with ExitStack() as opened:
        links = [opened.enter_context(begin_a_post(server.port)) for _ in range(45)]

        assert [server.get("/") for _ in range(5)] == [200] * 5
        assert [server.post("/", b"saved") for _ in range(5)] == [(200, b"5")] * 5  # from the same address
        answers = [link.recv(40) for link in links]
    assert [each for each in answers if each and not each.startswith(b"HTTP/1.1 408")] == []
    assert server.post("/", b"x" * 3_000_000) == (200, b"3000000")


def test_whoever_sends_a_byte_now_and_then_makes_room_for_what_comes_whole(server):
    """They fill all places of their address; as soon as they are known to be slow, all but a few are closed."""
    with ExitStack() as opened:
        links = [opened.enter_context(begin_a_post(server.port)) for _ in range(30)]
        for link in links:
            link.settimeout(0.05)
        wait_until(lambda: len(still_open(links)) <= 4, "the slow ones were not closed")

        assert server.post("/", b"saved") == (200, b"5")
        assert still_open(links)  # no more were closed than was needed


def still_open(links: list[socket.socket]) -> list[socket.socket]:
    """Those that take another byte and say nothing."""
    found = []
    for link in links:
        with suppress(OSError):
            link.sendall(b"x")
            with suppress(TimeoutError):
                link.recv(40)
                continue
            found.append(link)
    return found


def test_looking_at_the_connections_leaves_no_file_open(tmp_path):
    with (
        (tmp_path / "no socket").open("w"),
        socket.create_server(("127.0.0.1", 0)) as listening,
        socket.create_connection(listening.getsockname()) as link,
    ):
        before = set(Path("/proc/self/fd").iterdir())
        found = [each.peer for each in connections_from({"127.0.0.1"})]

        assert found.count(link.getpeername()) == 1
        assert set(Path("/proc/self/fd").iterdir()) == before


@pytest.mark.parametrize(
    ("is_behind_proxy", "kept_out"),
    [pytest.param(False, True, id="everybody may claim an address"), pytest.param(True, False, id="the proxy says it")],
)
def test_behind_a_proxy_people_are_counted_and_not_the_proxy(is_behind_proxy, kept_out):
    gate = Gate(answer, Limits(per_address=1, queued=0, is_behind_proxy=is_behind_proxy))
    first = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "1.1.1.1, 2.2.2.2"}
    second = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "2.2.2.2, 3.3.3.3"}

    with gate._place(first), gate._place(second) as place:
        assert (place is None) == kept_out


def test_a_body_beyond_the_limit_is_refused_when_nobody_said_how_long_it_is(server):
    with socket.create_connection(("127.0.0.1", server.port)) as link:
        link.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(6):
            link.sendall(b"f4240\r\n" + b"x" * 1_000_000 + b"\r\n")
        assert link.recv(40).startswith(b"HTTP/1.1 413")


def test_endless_work_is_ended_and_said(server):
    status, words = server.fetch("/spin")

    assert status == 503
    assert b"was stopped" in words
    assert server.get("/") == 200


def test_a_frozen_process_is_replaced(server):
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        server.get("/freeze")

    wait_until(server.answers, "no process came in its place")
    assert server.get("/") == 200


@pytest.mark.parametrize("sent", ["SIGKILL", "SIGTERM"])
def test_a_process_that_dies_is_started_again(server, sent):
    """promise 57"""
    [worker] = server.workers()
    server.signal(worker, sent)

    wait_until(lambda: server.workers() not in ([], [worker]) and server.answers(), "it was not started again")
