"""One visitor stops nobody: slow bodies, endless work and frozen processes (promises 54, 57 and 61)."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.servers import Server, granian, wait_until

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
    with ExitStack() as opened:
        links = [opened.enter_context(begin_a_post(server.port)) for _ in range(24)]

        assert [server.get("/") for _ in range(5)] == [200] * 5
        answers = [link.recv(40) for link in links]
    refused = [each for each in answers if each.startswith(b"HTTP/1.1 503")]
    assert len(refused) == 20  # four of one address may wait
    assert all(not each or each.startswith(b"HTTP/1.1 408") for each in answers if each not in refused)
    assert server.post("/", b"x" * 3_000_000) == (200, b"3000000")


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
