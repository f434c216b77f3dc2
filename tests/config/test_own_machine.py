"""The commands of README work after `make run` as they are written, and a site in production still refuses to guess."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands, load_command_class

from tests.migrated import kept

ROOT = settings.BASE_DIR
SECRET_KEY = "made-by-make-run-" * 4
MANAGE = (sys.executable, "manage.py")
OWN_MACHINE = (sys.executable, "-m", "config.own_machine")
SHOW_SETTINGS = (
    "shell",
    "--verbosity=0",
    "--command=from django.conf import settings as s;"
    "print(s.SECRET_KEY, s.ALLOWED_HOSTS, s.SECURE_SSL_REDIRECT, s.DEBUG, s.DATABASES['default']['NAME'])",
)
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("docs/*.md"))]
# A command of manage.py with what calls it, its name and the rest of its line.
MENTION = re.compile(r"([^\s`]+ )?\bmanage\.py ([a-z_]+)([^`\n]*)")


@pytest.fixture
def clone(tmp_path) -> Path:
    """The code in a folder of its own, as git gives it: without a `var/`."""
    shutil.copytree(ROOT / "config", tmp_path / "config")
    shutil.copy(ROOT / "manage.py", tmp_path)
    for app in (
        "accounts",
        "calculators",
        "classrooms",
        "designs",
        "schools",
        "studyguide",
        "web",
        "fixtures",
        "static",
        "templates",
    ):
        (tmp_path / app).symlink_to(ROOT / app)
    return tmp_path


@pytest.fixture
def site(clone) -> Path:
    """The same where `make run` has been, as far as it concerns commands."""
    (clone / "var").mkdir()
    (clone / "var" / "secret_key").write_text(SECRET_KEY + "\n")
    return clone


def run(folder: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], **environment}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def refusal(answer: subprocess.CompletedProcess[str]) -> str:
    """What was refused, said in one line."""
    assert answer.returncode == 1
    [line] = answer.stderr.splitlines()
    return line


def test_commands_work_on_the_site_that_make_run_made(site):
    made = run(site, *OWN_MACHINE, *MANAGE, *SHOW_SETTINGS)
    found = run(site, *MANAGE, *SHOW_SETTINGS)

    assert found.stdout == made.stdout
    assert found.stdout.split()[-2:] == ["False", str(site / "var" / "loadbearing.sqlite3")]
    assert SECRET_KEY in found.stdout
    assert "SECRET_KEY is not set" in found.stderr


@pytest.mark.one_database
def test_notes_are_loaded_into_its_database(site, django_db_setup):
    (site / "mine.md").write_text("# Pigeonholes\n\nMore pigeons than holes.\n")
    shutil.copy(kept(), site / "var" / "loadbearing.sqlite3")

    loaded = run(site, *MANAGE, "load_notes", "mine.md")

    assert loaded.returncode == 0, loaded.stderr
    with closing(sqlite3.connect(site / "var" / "loadbearing.sqlite3")) as database:
        assert database.execute("SELECT title FROM studyguide_topic").fetchall() == [("Pigeonholes",)]


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(("runserver", "--noreload"), id="serving"),
        pytest.param(("testserver",), id="serving fixtures"),
        pytest.param(("check", "--deploy"), id="judging a deployment"),
    ],
)
def test_a_server_is_neither_served_nor_judged_with_settings_of_ones_own_machine(site, command):
    """promise 48"""
    assert refusal(run(site, *MANAGE, *command)).startswith("ImproperlyConfigured: SECRET_KEY")


@pytest.mark.parametrize("name", ["ALLOWED_HOSTS", "BEHIND_PROXY", "DEBUG", "SECRET_KEY"])
def test_an_environment_that_speaks_of_a_site_has_to_say_all(site, name):
    """promise 48: half the settings of production never mean the site that `make run` made."""
    value = {"ALLOWED_HOSTS": "example.org", "BEHIND_PROXY": "1", "DEBUG": "0", "SECRET_KEY": ""}[name]

    assert refusal(run(site, *MANAGE, "showmigrations", **{name: value})).startswith("ImproperlyConfigured: SECRET_KEY")


def test_what_serves_in_production_never_looks_for_what_make_run_made(site):
    """promise 48"""
    served = run(site, sys.executable, "-c", "import config.wsgi")

    assert served.returncode != 0
    assert "ImproperlyConfigured: SECRET_KEY" in served.stderr


def test_before_make_run_a_command_says_what_is_missing(clone):
    assert "`make run`" in refusal(run(clone, *MANAGE, "load_notes", "mine.md"))
    assert not (clone / "var").exists()


def test_the_environment_goes_before_what_make_run_sets_and_empty_counts_as_unset(site):
    given = {"ALLOWED_HOSTS": "example.org", "SECRET_KEY": ""}

    said = run(site, *OWN_MACHINE, *MANAGE, *SHOW_SETTINGS, **given).stdout

    assert said.startswith(f"{SECRET_KEY} ['example.org'] False False ")


def test_what_needs_no_site_runs_before_there_is_one(clone):
    answer = run(clone, *MANAGE, "calculate", "capacity", "daily_users=100M")

    assert (answer.returncode, answer.stderr) == (0, "")
    assert "100,000,000" in answer.stdout or "100M" in answer.stdout


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_documents_call_commands_that_exist_with_options_that_they_take(document):
    for caller, name, rest in MENTION.findall(document.read_text(encoding="utf-8")):
        assert caller in (".venv/bin/python ", "python ")
        parser = load_command_class(get_commands()[name], name).create_parser("manage.py", name)
        assert set(re.findall(r"(?<!\S)-{1,2}[a-z][a-z-]*", rest)) <= set(parser._option_string_actions)
