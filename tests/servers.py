"""Real processes on the database of a test: the site under its server, and the task worker."""

from __future__ import annotations

import http.client
import itertools
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

PATIENCE_SECONDS = 120


def database_url() -> str:
    """The address of this test's database, for another process."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{Path(name).resolve()}"
    url, _, query = os.environ["DATABASE_URL"].partition("?")
    return f"{url.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")


@contextmanager
def empty_database(folder: Path) -> Iterator[str]:
    """The address of a new, empty database; on SQLite a file of this folder."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{folder / 'empty.sqlite3'}"
        return
    name = f"empty_{os.getpid()}"
    server_url, _, query = os.environ["DATABASE_URL"].partition("?")
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as beside:
        beside.execute(f"CREATE DATABASE {name}")
        try:
            yield f"{server_url.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")
        finally:
            beside.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def connected_to(url: str) -> Iterator[None]:
    """In the block this process works on another database of the same kind; no transaction may be open."""
    kept = connection.settings_dict["NAME"]
    connection.close()
    is_a_file = connection.vendor == "sqlite"
    connection.settings_dict["NAME"] = (
        url.removeprefix("sqlite:///") if is_a_file else url.partition("?")[0].rpartition("/")[2]
    )
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = kept


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "tests.settings", **more}


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    give_up = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < give_up, what
        time.sleep(0.05)


@dataclass
class Server:
    port: int
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """SIGKILL for the server and all of its workers at once."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def workers(self) -> list[int]:
        """Process ids of the processes that answer requests."""
        found = subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True, check=False)
        return [int(each) for each in found.stdout.split()]

    def signal(self, process_id: int, name: str) -> None:
        os.kill(process_id, signal.Signals[name])

    def get(self, path: str = "/designs/none", **headers: str) -> int:
        """Status of the response; OSError when there is none."""
        return self.fetch(path, headers=headers)[0]

    def post(self, path: str, body: bytes) -> tuple[int, bytes]:
        return self.fetch(path, method="POST", body=body)

    def fetch(
        self, path: str, *, method: str = "GET", body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        try:
            link.request(method, path, body, headers or {})
            response = link.getresponse()
            return response.status, response.read()
        finally:
            link.close()

    def answers(self) -> bool:
        try:
            return bool(self.get())
        except (OSError, http.client.HTTPException):
            return False


# Below the range of ports for outgoing connections, one of which could take a port before its server does. Each test
# process begins at another port.
PORTS = itertools.cycle(range(10_000, 32_000))
for _ in range(os.getpid() * 101 % 22_000):
    next(PORTS)


def free_port() -> int:
    """A port that nobody listens on, and that no other test of this process has received."""
    return next(filter(_is_free, PORTS))


def _is_free(port: int) -> bool:
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


@contextmanager
def server(**variables: str) -> Iterator[Server]:
    """The site as `config.serving` serves it, with these environment variables."""
    with _running(["-m", "config.serving"], environment(**variables)) as running:
        yield running


@contextmanager
def granian(application: str, *, workers: int) -> Iterator[Server]:
    """Another application, served with the same options as the site."""
    variables = {**os.environ, "WEB_WORKERS": str(workers)}
    with _running(["-m", "config.serving", "--application", application], variables) as running:
        yield running


@contextmanager
def _running(command: list[str], variables: dict[str, str]) -> Iterator[Server]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, *command, "--port", str(port)], cwd=settings.BASE_DIR, env=variables, start_new_session=True
    )
    running = Server(port, process)
    try:
        wait_until(running.answers, "the server did not start")
        yield running
    finally:
        if process.poll() is None:
            running.kill()


def work_off() -> None:
    """Does all waiting work of the task worker, in processes with their limits, as the worker does.

    It runs in a thread of its own: a browser keeps an event loop in the thread of the tests, and Django has one
    database connection inside a loop and another outside. A forked process is outside, so it would use the socket of
    its parent.
    """
    with ThreadPoolExecutor(max_workers=1) as beside:
        beside.submit(_work_off).result()


def _work_off() -> None:
    try:
        call_command("work", once=True, stdout=StringIO())
    finally:
        connections.close_all()


@contextmanager
def worker() -> Iterator[subprocess.Popen[bytes]]:
    """The task worker as a process of its own."""
    process = subprocess.Popen([sys.executable, "manage.py", "work"], cwd=settings.BASE_DIR, env=environment())
    try:
        yield process
    finally:
        process.kill()
        process.wait()
