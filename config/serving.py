"""Serves the site: `python -m config.serving [--host HOST] [--port PORT] [--with-worker]`.

The server's options stand here once, for a developer's machine and for a container. Serving processes are restarted
when they die or grow too large; with `--with-worker` the task worker runs beside them and is restarted too.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

# Threads that may wait for a slow body, begun when they are needed. web.limits.gate lets eight of them work at once,
# since hundreds would wait for each other (p99 of 300 writers 113 ms, with eight 12 ms; `make bench`).
SERVER = (
    *("--interface", "wsgi"),
    *("--workers", os.environ.get("WEB_WORKERS") or "2"),
    *("--blocking-threads", "256"),
    "--respawn-failed-workers",
    *("--respawn-interval", "0.5"),
    *("--workers-max-rss", os.environ.get("WEB_WORKER_MEGABYTES") or "1000"),
    *("--workers-kill-timeout", "30"),
    *("--http1-header-read-timeout", "10000"),
    *("--log-level", "error"),
)
LOOK_EVERY_S = 0.2
WAIT_BEFORE_AGAIN_S = 1.0
END_WITHIN_S = 35


class Kept:
    """A process that is started again whenever it ends."""

    def __init__(self, command: Sequence[str]) -> None:
        self.command = command
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(self.command)  # noqa: S603  (our own words)
        self.started = time.monotonic()

    def look(self) -> None:
        """Restarts the process if it has ended, at most once a second, so that one that cannot run does not use up the
        machine."""
        code = self.process.poll()
        if code is not None and time.monotonic() - self.started > WAIT_BEFORE_AGAIN_S:
            sys.stderr.write(f"{' '.join(self.command[-2:])} ended with {code} and is started again\n")
            self.start()

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()

    def wait(self, until: float) -> None:
        """Until this time of the monotonic clock."""
        try:
            self.process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()


def serve(commands: Sequence[Sequence[str]]) -> None:
    """Keeps the commands running until SIGTERM or SIGINT."""
    is_ending = False

    def end(_signal: int, _frame: FrameType | None) -> None:
        nonlocal is_ending
        is_ending = True

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, end)
    kept = [Kept(command) for command in commands]
    while not is_ending:
        time.sleep(LOOK_EVERY_S)
        for process in kept:
            process.look()
    for process in kept:
        process.end()
    until = time.monotonic() + END_WITHIN_S
    for process in kept:
        process.wait(until)


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m config.serving", description="Serves the site.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", default="8000")
    parser.add_argument("--with-worker", action="store_true", help="run the task worker beside the server")
    parser.add_argument("--application", default="config.wsgi:application", help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    granian = str(Path(sys.executable).with_name("granian"))
    server = [granian, *SERVER, "--host", asked.host, "--port", asked.port, asked.application]
    if not asked.with_worker:
        os.execv(granian, server)  # noqa: S606  (no shell is the point)
    manage = str(Path(__file__).resolve().parent.parent / "manage.py")
    serve([server, [sys.executable, manage, "work"]])


if __name__ == "__main__":
    main(sys.argv[1:])
