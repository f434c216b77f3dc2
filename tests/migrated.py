"""An empty SQLite database with all migrations, kept in var/ from one run of the tests to the next.

Making the tables takes ten seconds, most of what one short test takes. The name of the file has a digest of the
migrations and of the packages, so that another state of the code makes a file of its own.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection


def is_on_a_file() -> bool:
    return connection.vendor == "sqlite"


def kept() -> Path:
    """The file of this state of the code, which may not exist yet."""
    digest = hashlib.sha256()
    for path in [*sorted(settings.BASE_DIR.glob("*/migrations/*.py")), settings.BASE_DIR / "requirements" / "test.txt"]:
        digest.update(str(path.relative_to(settings.BASE_DIR)).encode() + path.read_bytes())
    return Path(settings.VAR_DIR, f"migrated-{digest.hexdigest()[:16]}.sqlite3")


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
