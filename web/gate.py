"""Stands between the server and Django, so that one visitor cannot stop the others.

A request's body is read to its end before Django begins. Many threads may wait for slow bodies, few run Django at once.
One address may have only some of the waiting threads, and a connection whose body stops arriving is closed. A request
that uses too much processor time is ended by an exception in its thread. A process in which no thread makes progress
ends itself, and the server starts another.
"""

from __future__ import annotations

import ctypes
import faulthandler
import logging
import os
import socket
import struct
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, BinaryIO

from django.db import connections

log = logging.getLogger("loadbearing.gate")

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
IN_MEMORY_BYTES = 1_000_000
CHUNK_BYTES = 65_536
WATCH_EVERY_S = 0.5
TCP_INFO_STATE = struct.Struct("8B24I")
LAST_DATA_RECEIVED, UNACKED = 8 + 11, 8 + 4  # fields of Linux's struct tcp_info


class TookTooLong(BaseException):
    """Raised in the thread of a request that has used up its share of the processor.

    It does not derive from Exception, so that handlers of ordinary errors do not catch it.
    """


@dataclass(frozen=True, kw_only=True)
class Limits:
    """`running` requests are in Django at once; `waiting` bodies are read besides, `per_address` of them from one."""

    running: int = 8
    waiting: int = 48
    per_address: int = 16
    cpu_seconds: float = 20
    body_bytes: int = 21_000_000
    silent_seconds: float = 20
    frozen_seconds: float = 0  # 0: it never ends itself


@dataclass(eq=False)
class _Running:
    thread: int
    clock: int
    begun_cpu_seconds: float
    path: str
    is_ended: bool = False


@dataclass(eq=False)
class _Reading:
    address: str
    last_came: float = field(default_factory=time.monotonic)


class Gate:
    """A WSGI application around another one."""

    def __init__(self, application: Application, limits: Limits | None = None) -> None:
        self.application = application
        self.limits = limits or Limits()
        # Its threads keep their connections to the database: as many as may work at once, and not as many as may wait.
        self._pool = ThreadPoolExecutor(self.limits.running, thread_name_prefix="django")
        self._lock = threading.Lock()
        self._running: set[_Running] = set()
        self._readings: set[_Reading] = set()
        self._watch: threading.Thread | None = None

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        self._watched()
        with ExitStack() as opened:
            if _has_body(environ) and not self._is_too_large(environ):
                refused = self._read_body(environ, opened)
                if refused:
                    return _answer(start_response, *refused)
            # Django reads no more of a body once it answers, also where the answer is streamed.
            return self._pool.submit(self._run, environ, start_response).result()

    def _is_too_large(self, environ: dict[str, Any]) -> bool:
        """Whether the stated length is too large: then the body is not read, and Django refuses the request."""
        return int(environ.get("CONTENT_LENGTH") or 0) > self.limits.body_bytes

    def _read_body(self, environ: dict[str, Any], opened: ExitStack) -> tuple[str, str] | None:
        """Puts the whole body in its place, to be closed with `opened`; or answers why not."""
        address = environ.get("REMOTE_ADDR", "")
        with self._place(address) as reading:
            if reading is None:
                return (
                    "503 Service Unavailable",
                    "Many uploads come from where you are. Try again in a moment.",
                )
            body = opened.enter_context(tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES))  # noqa: SIM115
            size = self._copied(environ["wsgi.input"], body, reading)
        if size > self.limits.body_bytes:
            return "413 Content Too Large", "This is more than the site accepts at once."
        if size < int(environ.get("CONTENT_LENGTH") or 0):
            return "408 Request Timeout", "The rest of this request did not come. Send it again."
        environ["wsgi.input"], environ["CONTENT_LENGTH"] = body, str(size)
        return None

    @contextmanager
    def _place(self, address: str) -> Iterator[_Reading | None]:
        with self._lock:
            counts = Counter(each.address for each in self._readings)
            has_room = len(self._readings) < self.limits.waiting and counts[address] < self.limits.per_address
            reading = _Reading(address) if has_room else None
            if reading:
                self._readings.add(reading)
        try:
            yield reading
        finally:
            if reading:
                with self._lock:
                    self._readings.discard(reading)

    def _copied(self, source: BinaryIO, body: IO[bytes], reading: _Reading) -> int:
        size = 0
        with suppress(OSError, RuntimeError):  # a connection that breaks: what is missing tells
            while size <= self.limits.body_bytes and (chunk := source.read(CHUNK_BYTES)):
                size += body.write(chunk)
                reading.last_came = time.monotonic()
        body.seek(0)
        return size

    def _run(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        thread = threading.get_ident()
        clock = _cpu_clock(thread)
        running = _Running(thread, clock, time.clock_gettime(clock) if clock else 0, environ.get("PATH_INFO", ""))
        with self._lock:
            self._running.add(running)
        try:
            return self.application(environ, start_response)
        except TookTooLong:
            log.warning("%s was ended", running.path[:200])
            connections.close_all()  # whatever it had open is rolled back
            return _answer(
                start_response,
                "503 Service Unavailable",
                f"This took more than {self.limits.cpu_seconds:g} seconds of work, and was stopped. Nothing was saved.",
            )
        finally:
            with self._lock:
                self._running.discard(running)
                if running.is_ended:  # it came between the answer and here
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), None)

    def _watched(self) -> None:
        """Begins to watch with the first request, when the process is the one that serves."""
        if self._watch is None:
            with self._lock:
                if self._watch is None:
                    self._watch = threading.Thread(target=self._keep_watch, name="gate", daemon=True)
                    self._watch.start()

    def _keep_watch(self) -> None:
        while True:
            if self.limits.frozen_seconds:
                faulthandler.dump_traceback_later(self.limits.frozen_seconds, exit=True)
            time.sleep(WATCH_EVERY_S)
            try:
                self._end_what_takes_too_long()
                self._close_what_is_silent()
            except Exception:
                log.exception("the watch stumbled")

    def _end_what_takes_too_long(self) -> None:
        with self._lock:
            for each in self._running:
                if each.is_ended or not each.clock:
                    continue
                if time.clock_gettime(each.clock) - each.begun_cpu_seconds > self.limits.cpu_seconds:
                    each.is_ended = True
                    log.error("%s took too much of the processor and is ended", each.path[:200])
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(
                        ctypes.c_ulong(each.thread), ctypes.py_object(TookTooLong)
                    )

    def _close_what_is_silent(self) -> None:
        late = time.monotonic() - self.limits.silent_seconds
        with self._lock:
            addresses = {each.address for each in self._readings if each.last_came < late}
        if addresses:
            close_silent(addresses, self.limits.silent_seconds)


def _has_body(environ: dict[str, Any]) -> bool:
    return environ.get("CONTENT_LENGTH", "") not in ("", "0") or "HTTP_TRANSFER_ENCODING" in environ


def _answer(start_response: Callable[..., Any], status: str, words: str) -> list[bytes]:
    body = words.encode()
    headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Retry-After", "5"),
        ("Cache-Control", "no-store"),
        ("Content-Security-Policy", "default-src 'none'"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    try:
        start_response(status, headers)
    except AssertionError:  # an answer had begun
        start_response(status, headers, sys.exc_info())
    return [body]


def _cpu_clock(thread: int) -> int:
    """Of one thread; 0 where the system has none."""
    return time.pthread_getcpuclockid(thread) if hasattr(time, "pthread_getcpuclockid") else 0


def close_silent(addresses: set[str], seconds: float) -> None:
    """Closes connections from these addresses that have received nothing for so long and are sending nothing.

    The server cannot make a thread stop reading, but closing the connection ends the reading. Idle kept connections
    close too, which costs their clients a new one. Linux only.
    """
    if sys.platform != "linux":
        return
    for opened in Path("/proc/self/fd").iterdir():
        with suppress(OSError, ValueError), socket.socket(fileno=os.dup(int(opened.name))) as each:
            if _comes_from(each, addresses) and _is_silent(each, seconds):
                each.shutdown(socket.SHUT_RDWR)


def _comes_from(each: socket.socket, addresses: set[str]) -> bool:
    is_tcp = each.family in (socket.AF_INET, socket.AF_INET6) and each.type == socket.SOCK_STREAM
    return is_tcp and each.getpeername()[0] in addresses


def _is_silent(connection: socket.socket, seconds: float) -> bool:
    facts = TCP_INFO_STATE.unpack(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, TCP_INFO_STATE.size))
    return facts[LAST_DATA_RECEIVED] > seconds * 1000 and not facts[UNACKED]
