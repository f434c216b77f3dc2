"""The site under granian, with one worker by default, and the CPU time of its requests."""

from __future__ import annotations

import ctypes
import http.client
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from config.serving import SERVER

ROOT = Path(__file__).resolve().parent.parent
# The Accept-Encoding of browsers.
ENCODINGS = "gzip, deflate, br, zstd"


@dataclass(frozen=True)
class Site:
    """A running site with the shipped content, on its own database."""

    port: int
    process: subprocess.Popen[bytes]
    env: Mapping[str, str]

    def client(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def beside(self, code: str, *arguments: str) -> str:
        """The last line that Python code prints, run in a process of its own on the site's database."""
        command = [sys.executable, "-c", code, *arguments]
        done = subprocess.run(command, cwd=ROOT, env=dict(self.env), check=True, stdout=subprocess.PIPE)
        return done.stdout.decode().splitlines()[-1]

    def cpu_seconds(self) -> float:
        """CPU time of the server and its worker up to now."""
        return sum(map(_cpu_seconds, [self.process.pid, *_children(self.process.pid)]))

    def worker_megabytes(self) -> float:
        """Resident memory of all serving processes together."""
        pages = [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in _children(self.process.pid)]
        return sum(pages) * os.sysconf("SC_PAGE_SIZE") / 1_000_000

    def cost_ms(self, request: Callable[[], object], *, calls: int) -> float:
        """Milliseconds of CPU that one of `calls` requests costs the server."""
        begun = self.cpu_seconds()
        for _ in range(calls):
            request()
        return (self.cpu_seconds() - begun) * 1_000 / calls

    def costs_ms(
        self, ours: Callable[[], object], yardstick: Callable[[], object], *, rounds: int = 15, calls: int = 600
    ) -> tuple[float, float]:
        """Both measured in turns; returns the pair with the median ratio, because a machine's speed changes over
        minutes."""
        for warm_up in (ours, yardstick):
            self.cost_ms(warm_up, calls=20)
        pairs = [(self.cost_ms(ours, calls=calls), self.cost_ms(yardstick, calls=calls)) for _ in range(rounds)]
        return sorted(pairs, key=lambda pair: pair[0] / pair[1])[len(pairs) // 2]


@contextmanager
def running_site(*, workers: int = 1) -> Iterator[Site]:
    folder = tempfile.mkdtemp(prefix="loadbearing-bench-")
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        "DATABASE_URL": _database_url(folder),
        "SECRET_KEY": "benchmarks-only-" * 4,
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "HTTPS": "0",
        "LOG_LEVEL": "WARNING",
        "AUDIT_LOG_LEVEL": "WARNING",
    }
    subprocess.run([sys.executable, "manage.py", "prepare"], cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)
    port = _free_port()
    granian = Path(sys.executable).with_name("granian")
    command = [granian, *SERVER, "--workers", str(workers), "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen([*command, "config.wsgi:application"], cwd=ROOT, env=env)
    try:
        _wait_for(port)
        yield Site(port, process, env)
    finally:
        process.terminate()
        process.wait(timeout=20)
        shutil.rmtree(folder, ignore_errors=True)


def _database_url(folder: str) -> str:
    """A new file, or the empty PostgreSQL started by `python -m tests.with_postgres`."""
    given = os.environ.get("DATABASE_URL", "")
    return given if given.startswith("postgres") else f"sqlite:///{folder}/site.sqlite3"


def getter(
    client: http.client.HTTPConnection, path: str, headers: Mapping[str, str] | None = None
) -> Callable[[], bytes]:
    """A function without arguments that sends a GET of the path on a kept connection; raises on anything but 200."""

    def get() -> bytes:
        client.request("GET", path, headers={"Accept-Encoding": ENCODINGS, **(headers or {})})
        response = client.getresponse()
        body = response.read()
        if response.status != 200:
            raise RuntimeError(f"{path} answered {response.status}")
        return body

    return get


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int, *, seconds: float = 240) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the server did not start")


def _children(pid: int) -> list[int]:
    children = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in map(int, (task / "children").read_text().split()):
            children += [child, *_children(child)]
    return children


def _cpu_seconds(pid: int) -> float:
    """From the clock of the process, in nanoseconds: /proc counts hundredths of a second, a fifteenth of a round."""
    clock = ctypes.c_int()
    if error := ctypes.CDLL(None).clock_getcpuclockid(pid, ctypes.byref(clock)):
        raise ProcessLookupError(error, os.strerror(error))
    return time.clock_gettime(clock.value)
