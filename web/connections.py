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


class Pace:
    """How much comes by each connection in a second; asked again and again, it measures between the calls."""

    def __init__(self) -> None:
        self._began: dict[tuple[str, int], tuple[float, int]] = {}  # peer -> when, and bytes that had come by then

    def close_slowest(self, addresses: set[str], most: int, *, below: float, now: float) -> None:
        """Closes at most so many connections by which fewer than `below` bytes come in a second, the slowest first and
        those last that seem to be kept open for a next request. The first call for a connection only begins to measure.
        """
        measured: dict[tuple[str, int], tuple[bool, float]] = {}
        began: dict[tuple[str, int], tuple[float, int]] = {}
        for each in connections_from(addresses):
            since, had = began[each.peer] = self._began.get(each.peer, (now, each.bytes_came))
            if now - since >= WINDOW_S:
                measured[each.peer] = each.is_answered, (each.bytes_came - had) / (now - since)
                began[each.peer] = now, each.bytes_came
        self._began = {peer: seen for peer, seen in self._began.items() if peer[0] not in addresses} | began
        slow = sorted((facts, peer) for peer, facts in measured.items() if facts[1] < below)
        chosen = {peer for _, peer in slow[:most]}
        for each in connections_from(addresses) if chosen else ():
            if each.peer in chosen:
                each.close()

    def forget(self) -> None:
        self._began.clear()
