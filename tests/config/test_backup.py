from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import User
from studyguide.models import SearchEntry

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL has pg_dump"),
]


def test_a_backup_taken_while_the_site_writes_opens_elsewhere_and_is_whole(tmp_path):
    """promise 16: the copy holds every row that was there before, and whole transactions only."""
    User.objects.bulk_create([User(username=f"before-{number}") for number in range(500)])
    is_over = threading.Event()

    def write() -> None:
        number = 0
        while not is_over.is_set():
            SearchEntry.objects.bulk_create(
                [SearchEntry(kind="pair", key=f"{number}-{side}", title="t", url="/") for side in ("a", "b")]
            )
            number += 1
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    copy = tmp_path / "copy.sqlite3"
    try:
        call_command("backup", copy, stdout=StringIO())
    finally:
        is_over.set()
        writer.join()

    with closing(sqlite3.connect(copy)) as restored:
        assert restored.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert restored.execute("SELECT count(*) FROM accounts_user").fetchone() == (500,)
        pairs = restored.execute("SELECT count(*) FROM studyguide_searchentry WHERE kind = 'pair'").fetchone()[0]
    assert pairs % 2 == 0
    assert not list(tmp_path.glob("*.partial"))


def test_a_backup_never_replaces_a_file(tmp_path):
    there = tmp_path / "there"
    there.write_text("mine")

    with pytest.raises(CommandError, match="exists already"):
        call_command("backup", there)
    assert there.read_text() == "mine"
