"""`manage.py convert`: any readable file into any writable one, by its own process, with no database anywhere."""

from __future__ import annotations

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from designs.exchange.registry import EXPORTABLE, IMPORTABLE
from tests.designs.document.examples import ROOT
from tests.designs.exchange.examples import EXAMPLES


def converted(*arguments: object) -> str:
    out = StringIO()
    call_command("convert", *map(str, arguments), stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("source", [each for each in IMPORTABLE if each.write], ids=lambda each: each.slug)
def test_everything_that_can_be_read_becomes_everything_that_can_be_written(tmp_path, source):
    """Without the `db` fixture a query would fail the test."""
    given = tmp_path / "given"
    given.write_text(source.write(EXAMPLES["documented"]()), encoding="utf-8")
    for target in EXPORTABLE:
        assert converted(given, "--to", target.slug).strip()


def test_it_runs_without_settings_and_without_a_database(tmp_path):
    given, out = tmp_path / "schema.sql", tmp_path / "schema.dbml"
    given.write_text("CREATE TABLE users (id bigint PRIMARY KEY);")
    environment = {name: value for name, value in os.environ.items() if name not in ("SECRET_KEY", "DEBUG")}
    environment |= {"DATABASE_URL": "sqlite:////nowhere/at/all.sqlite3"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    done = subprocess.run(
        [sys.executable, "manage.py", "convert", str(given), "--to", "dbml", "-o", str(out)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert 'Table "users"' in out.read_text()


def test_remarks_go_to_standard_error(tmp_path):
    given = tmp_path / "dump.sql"
    given.write_text("CREATE TABLE a (x int);\nINSERT INTO a VALUES (1);")
    errors = StringIO()
    call_command("convert", str(given), "--to", "sql", stdout=StringIO(), stderr=errors)
    assert errors.getvalue() == f"{given}: warning: 1 INSERT statement was left out: only tables are read.\n"


@pytest.mark.parametrize(
    ("text", "options", "code", "words"),
    [
        ("flowchart LR\n a -->", ["--to", "sql"], 1, "line 2: "),
        ("hello", ["--to", "sql"], 1, "none of the formats"),
        ("CREATE TABLE a (x int);", ["--to", "sql", "--from", "json"], 1, "line 1: this is not JSON"),
        ("CREATE TABLE a (x int);", ["--to", "sql", "-o", "/nowhere/out.sql"], 2, "cannot be written"),
        (None, ["--to", "sql"], 2, "cannot be read"),
    ],
)
def test_errors_name_the_file_and_the_place(tmp_path, text, options, code, words):
    """promise 15: nothing is written."""
    given = tmp_path / "given.txt"
    if text is not None:
        given.write_text(text)
    with pytest.raises(CommandError) as error:
        converted(given, *options)
    assert error.value.returncode == code
    assert words in str(error.value)


def test_a_failed_conversion_leaves_the_old_file_alone(tmp_path):
    """promise 15"""
    given, out = tmp_path / "given", tmp_path / "out"
    given.write_text("nonsense")
    out.write_text("old")
    with pytest.raises(CommandError):
        converted(given, "--to", "sql", "-o", out)
    assert Path(out).read_text() == "old"
