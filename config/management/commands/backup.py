"""Copies the database to a file that opens elsewhere, while the site goes on writing."""

from __future__ import annotations

import sqlite3
from argparse import ArgumentParser
from contextlib import closing
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection


class Command(BaseCommand):
    help = "Copies the SQLite database to a file, consistent even while the site writes; checks the copy."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="where the copy goes; it must not exist yet")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        if connection.vendor != "sqlite":
            raise CommandError("This copies SQLite. For PostgreSQL: pg_dump --format=custom --file=FILE $DATABASE_URL")
        if file.exists():
            raise CommandError(f"{file} exists already; a backup never replaces anything.")
        connection.ensure_connection()
        partial = file.with_name(f"{file.name}.partial")
        partial.unlink(missing_ok=True)
        try:
            with closing(sqlite3.connect(partial)) as copy:
                # In one step, which reads one state of the database while others write. In several, each write of
                # somebody else would begin the copy anew.
                connection.connection.backup(copy, pages=-1)
                found = copy.execute("PRAGMA integrity_check").fetchone()[0]
        except (sqlite3.Error, OSError) as error:
            raise CommandError(f"{file}: {error}") from error
        if found != "ok":
            raise CommandError(f"The copy is not whole: {found}")
        partial.rename(file)
        self.stdout.write(
            f"{file}: {file.stat().st_size:,} bytes, checked. To restore, stop the site and put it in place."
        )
