"""An empty database with all migrations, which the first process of the tests makes and the others copy.

Making the tables takes ten seconds, most of what one short test takes. On SQLite it is a file in var/, kept from one
run to the next; on PostgreSQL a database of the same server. Its name has a digest of the migrations and of the
packages, so that another state of the code makes one of its own.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection


def is_on_a_file() -> bool:
    return connection.vendor == "sqlite"


def digest() -> str:
    found = hashlib.sha256()
    for path in [*sorted(settings.BASE_DIR.glob("*/migrations/*.py")), settings.BASE_DIR / "requirements" / "test.txt"]:
        found.update(str(path.relative_to(settings.BASE_DIR)).encode() + path.read_bytes())
    return found.hexdigest()[:16]


def kept() -> Path:
    """The file of this state of the code, which may not exist yet."""
    return Path(settings.VAR_DIR, f"migrated-{digest()}.sqlite3")


@contextmanager
def taken_from_the_kept() -> Iterator[None]:
    """In the block the test database is set up: from the kept file, or by migrations that are then kept.

    Of several processes that begin at once one migrates, and the others wait for its file.
    """
    target = Path(connection.settings_dict["TEST"]["NAME"])
    for suffix in ("", "-wal", "-shm"):
        Path(f"{target}{suffix}").unlink(missing_ok=True)
    source = kept()
    with source.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if source.exists():
            shutil.copyfile(source, target)
            fcntl.flock(lock, fcntl.LOCK_UN)
            yield
            return
        yield
        half = source.with_suffix(f".{os.getpid()}")
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(half)])
        for older in source.parent.glob("migrated-*.sqlite3"):
            older.unlink()
        half.rename(source)


LOCK = 20_261_130


@contextmanager
def copied_from_the_first() -> Iterator[None]:
    """The same on PostgreSQL: in the block Django makes the test database, from the kept one where it exists."""
    name = f"migrated_{digest()}"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as beside:
        beside.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        older = [each for [each] in beside.execute("SELECT datname FROM pg_database WHERE datname LIKE 'migrated_%'")]
        if name in older:
            connection.settings_dict["TEST"]["TEMPLATE"] = name
            yield
            return
        yield
        for each in older:
            beside.execute(f"DROP DATABASE {each}")
        made = connection.settings_dict["NAME"]
        connection.close()
        beside.execute(f"CREATE DATABASE {name} TEMPLATE {made}")
