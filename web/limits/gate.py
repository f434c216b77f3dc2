"""Stands between the server and Django, so that one visitor cannot stop the others.

A request's body is read to its end before Django begins. Many threads may wait for slow bodies, few run Django at once.
When many bodies of one address are slow, the slowest are closed, so that a body that arrives at once always finds a
place. A connection whose body stops arriving is closed. A request that uses too much processor time is ended by an
exception in its thread. A process in which no thread makes progress ends itself, and the server starts another.
"""

from __future__ import annotations

import ctypes
import faulthandler
import logging
import math
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import IO, Any, BinaryIO

from django.db import connections

from web.limits.connections import Pace, close_longest_silent, close_silent

log = logging.getLogger("loadbearing.gate")

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
IN_MEMORY_BYTES = 1_000_000
CHUNK_BYTES = 65_536
WATCH_EVERY_S = 0.5
# A body that has not come whole after so long is a slow one.
SLOW_AFTER_S = 2.0
# While others wait for a place, a body of which nothing came for so long loses its own.
IDLE_AFTER_S = 1.0
TRY_AGAIN_S = 0.2


class TookTooLong(BaseException):
    """Raised in the thread of a request that has used up its share of the processor.

    It does not derive from Exception, so that handlers of ordinary errors do not catch it.
    """


@dataclass(frozen=True, kw_only=True)
class Limits:
    """`running` requests are in Django at once; `waiting` bodies are read besides, `per_address` of them from one.
    `queued` more wait `patience_seconds` for the place of a body that stops coming. Threads are needed for all three.

    Beyond `slow` bodies of one address that take long, those by which fewer than `slow_bytes` a second come are closed,
    and whichever are slowest once the address has no place left.
    """

    running: int = 8
    waiting: int = 200
    per_address: int = 100
    queued: int = 40
    patience_seconds: float = 5
    slow: int = 16
    slow_bytes: float = 4_000
    cpu_seconds: float = 20
    body_bytes: int = 21_000_000
    silent_seconds: float = 20
    frozen_seconds: float = 0  # 0: it never ends itself
    is_behind_proxy: bool = False  # then the address of a person is the last of X-Forwarded-For


@dataclass(eq=False)
class _Running:
    thread: int
    clock: int
    begun_cpu_seconds: float
    path: str
    is_ended: bool = False


@dataclass(eq=False)
class _Reading:
    """`address` is whose body it is, `peer` where its connection comes from: a proxy's, when there is one."""

    address: str
    peer: str
    begun: float = field(default_factory=time.monotonic)
    last_came: float = field(default_factory=time.monotonic)


class Gate:
    """A WSGI application around another one."""

    def __init__(self, application: Application, limits: Limits | None = None) -> None:
        self.application = application
        self.limits = limits or Limits()
        # Its threads keep database connections: one for each thread that may work, not for each that may wait.
        self._pool = ThreadPoolExecutor(self.limits.running, thread_name_prefix="django")
        self._lock = threading.Lock()
        self._is_freed = threading.Condition(self._lock)
        self._closing = threading.Lock()
        self._running: set[_Running] = set()
        self._readings: set[_Reading] = set()
        self._queued = 0
        self._pace = Pace()
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
        with self._place(environ) as reading:
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
            return "408 Request Timeout", "The rest of this request did not arrive. Send it again."
        environ["wsgi.input"], environ["CONTENT_LENGTH"] = body, str(size)
        return None

    @contextmanager
    def _place(self, environ: dict[str, Any]) -> Iterator[_Reading | None]:
        peer = environ.get("REMOTE_ADDR", "")
        said = environ.get("HTTP_X_FORWARDED_FOR", "") if self.limits.is_behind_proxy else ""
        address = said.split(",")[-1].strip() or peer
        reading = self._entered(address, peer) or self._entered_after_waiting(address, peer)
        try:
            yield reading
        finally:
            if reading:
                with self._is_freed:
                    self._readings.discard(reading)
                    self._is_freed.notify_all()

    def _entered(self, address: str, peer: str) -> _Reading | None:
        with self._lock:
            of_address = sum(each.address == address for each in self._readings)
            if len(self._readings) >= self.limits.waiting or of_address >= self.limits.per_address:
                return None
            reading = _Reading(address, peer)
            self._readings.add(reading)
            return reading

    def _entered_after_waiting(self, address: str, peer: str) -> _Reading | None:
        """Waits for a place, and takes one from whoever of that address sends nothing."""
        until = time.monotonic() + self.limits.patience_seconds
        with self._lock:
            if self._queued >= self.limits.queued:
                return None
            self._queued += 1
        try:
            while not (reading := self._entered(address, peer)) and time.monotonic() < until:
                if self._closing.acquire(blocking=False):  # one of those who wait looks, for all of them
                    try:
                        close_longest_silent({peer}, self._queued, seconds=IDLE_AFTER_S)
                    finally:
                        self._closing.release()
                with self._is_freed:
                    self._is_freed.wait(TRY_AGAIN_S)
            return reading
        finally:
            with self._lock:
                self._queued -= 1

    def _copied(self, source: BinaryIO, body: IO[bytes], reading: _Reading) -> int:
        size = 0
        with suppress(OSError, RuntimeError):  # a broken connection: the missing bytes show it
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
                if running.is_ended:  # it arrived after the answer was ready
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
                self._close_the_slowest()
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
            addresses = {each.peer for each in self._readings if each.last_came < late}
        if addresses:
            close_silent(addresses, self.limits.silent_seconds)

    def _close_the_slowest(self) -> None:
        now = time.monotonic()
        with self._lock:
            readings, waiting = list(self._readings), self._queued
        slow = [each for each in readings if now - each.begun > SLOW_AFTER_S]
        crowded = {each for each, count in Counter(each.address for each in slow).items() if count > self.limits.slow}
        peers = {each.peer for each in slow if each.address in crowded}
        excess = sum(each.address in crowded for each in slow) - self.limits.slow * len(crowded)
        counts = Counter(each.address for each in readings)
        is_full = any(counts[each] >= self.limits.per_address for each in crowded)
        if 2 * len(slow) > self.limits.waiting:  # of many addresses, or of many people behind a proxy
            peers, excess = {each.peer for each in slow}, max(excess, len(slow) - self.limits.waiting // 2)
            is_full = is_full or len(readings) >= self.limits.waiting
        if not peers:
            self._pace.forget()
            return
        below = math.inf if is_full else self.limits.slow_bytes
        self._pace.close_slowest(peers, excess, below=below, waiting=waiting, now=now)


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
