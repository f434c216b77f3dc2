"""The connections of this process as Linux counts them, and closing those on which too little comes.

The server cannot make a thread stop reading, but closing the connection ends the reading. It does not say which
connection a request came by, so connections are chosen by address and by what arrived. Elsewhere nothing is closed.
"""

from __future__ import annotations

import os
import socket
import stat
import struct
import sys
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

TCP_INFO = struct.Struct("8B24I4Q")
UNACKED, SENT_MS_AGO, CAME_MS_AGO, BYTES_CAME = 8 + 4, 8 + 9, 8 + 11, 8 + 24 + 3  # fields of struct tcp_info
# Over so long it is measured how much comes in a second.
WINDOW_S = 1.5


@dataclass(frozen=True)
class Connection:
    """`peer` is address and port; `came_ms_ago` and `sent_ms_ago` speak of the last bytes in each direction."""

    link: socket.socket
    peer: tuple[str, int]
    bytes_came: int
    came_ms_ago: int
    sent_ms_ago: int
    is_sending: bool

    @property
    def is_answered(self) -> bool:
        """It is kept open for a next request, as far as one can tell from outside."""
        return self.sent_ms_ago < self.came_ms_ago

    def close(self) -> None:
        with suppress(OSError):
            self.link.shutdown(socket.SHUT_RDWR)


def connections_from(addresses: set[str]) -> Iterator[Connection]:
    """Each is good until the next one is asked for."""
    if sys.platform != "linux":
        return
    for opened in [int(each.name) for each in Path("/proc/self/fd").iterdir()]:
        with suppress(OSError, struct.error), ExitStack() as until_asked_for_the_next:
            # A socket made of anything else fails, and would leave the copy open.
            if not stat.S_ISSOCK(os.fstat(opened).st_mode):
                continue
            link = until_asked_for_the_next.enter_context(socket.socket(fileno=os.dup(opened)))
            if link.family in (socket.AF_INET, socket.AF_INET6) and link.type == socket.SOCK_STREAM:
                host, port = link.getpeername()[:2]
                if host in addresses:
                    facts = TCP_INFO.unpack(link.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, TCP_INFO.size))
                    yield Connection(
                        link=link,
                        peer=(host, port),
                        bytes_came=facts[BYTES_CAME],
                        came_ms_ago=facts[CAME_MS_AGO],
                        sent_ms_ago=facts[SENT_MS_AGO],
                        is_sending=bool(facts[UNACKED]),
                    )


def close_silent(addresses: set[str], seconds: float) -> None:
    """Closes connections from these addresses that have received nothing for so long and are sending nothing.

    Idle kept connections close too, which costs their clients a new one.
    """
    for each in connections_from(addresses):
        if each.came_ms_ago > seconds * 1000 and not each.is_sending:
            each.close()


def close_longest_silent(addresses: set[str], waiting: int, *, seconds: float) -> None:
    """Closes up to `waiting` connections from these addresses that have received nothing for so long, those first that
    have waited longest. Connections that are sending, or kept open for a next request, stay; and as many of the latest
    as wait for a place, since they are silent too, with all that they had to send.
    """
    silent = sorted(
        (
            (each.came_ms_ago, each.peer)
            for each in connections_from(addresses)
            if each.came_ms_ago > seconds * 1000 and not each.is_sending and not each.is_answered
        ),
        reverse=True,
    )
    chosen = {peer for _, peer in silent[: max(0, min(waiting, len(silent) - waiting))]}
    for each in connections_from(addresses) if chosen else ():
        if each.peer in chosen:
            each.close()


class Pace:
    """How much comes by each connection in a second; asked again and again, it measures between the calls."""

    def __init__(self) -> None:
        self._began: dict[tuple[str, int], tuple[float, int]] = {}  # peer -> when, and bytes that had come by then

    def close_slowest(self, addresses: set[str], most: int, *, below: float, waiting: int, now: float) -> None:
        """Closes at most so many connections by which fewer than `below` bytes come in a second, the slowest first and
        those last that seem to be kept open for a next request. The first call for a connection only begins to measure.
        Of those by which nothing comes the latest `waiting` stay: they wait for a place, and have sent all they had.
        """
        measured: dict[tuple[str, int], tuple[bool, float]] = {}
        silent: list[tuple[int, tuple[str, int]]] = []
        began: dict[tuple[str, int], tuple[float, int]] = {}
        for each in connections_from(addresses):
            since, had = began[each.peer] = self._began.get(each.peer, (now, each.bytes_came))
            if now - since >= WINDOW_S:
                measured[each.peer] = each.is_answered, (each.bytes_came - had) / (now - since)
                began[each.peer] = now, each.bytes_came
                if each.bytes_came == had and not each.is_answered:
                    silent.append((each.came_ms_ago, each.peer))
        stay = {peer for _, peer in sorted(silent)[:waiting]}
        self._began = {peer: seen for peer, seen in self._began.items() if peer[0] not in addresses} | began
        slow = sorted((facts, peer) for peer, facts in measured.items() if facts[1] < below and peer not in stay)
        chosen = {peer for _, peer in slow[:most]}
        for each in connections_from(addresses) if chosen else ():
            if each.peer in chosen:
                each.close()

    def forget(self) -> None:
        self._began.clear()
