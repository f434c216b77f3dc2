from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.designs.analysis.twitter import twitter

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "design.json"
    path.write_text(json.dumps(twitter()))
    return path


def test_failing_requirement_ends_with_1_after_the_report(file, capsys):
    with pytest.raises(CommandError, match="up, fast, alone") as error:
        call_command("analyse", file)

    assert error.value.returncode == 1
    assert "**Tweets saturates at peak** (high)" in capsys.readouterr().out


def test_nothing_that_must_hold_fails_ends_with_0(file, capsys):
    document = twitter()
    for requirement in document["scope"]["measurable_requirements"].values():
        requirement["priority"] = "should"
    file.write_text(json.dumps(document))

    call_command("analyse", file, json=True)

    assert json.loads(capsys.readouterr().out)["requirements"][0]["verdict"] == "fail"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param("{", "this is not JSON", id="not JSON"),
        pytest.param('{"format": 3}', "/format: ", id="not a design"),
        pytest.param(None, "cannot be read", id="no file"),
    ],
)
def test_what_is_no_design_ends_with_2(tmp_path, content, words):
    path = tmp_path / "x.json"
    if content is not None:
        path.write_text(content)

    with pytest.raises(CommandError, match=words) as error:
        call_command("analyse", path)

    assert error.value.returncode == 2


def test_it_needs_no_database(file):
    """pytest forbids the database here; a process of its own has none to forbid."""
    env = {**os.environ, "DATABASE_URL": "sqlite:////nowhere/at/all.sqlite3", "DEBUG": "1"}

    done = subprocess.run(
        [sys.executable, "manage.py", "analyse", str(file), "--json"], cwd=ROOT, env=env, capture_output=True
    )

    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout)["breaks_first"][0] == "tweets"


def test_it_reads_what_can_be_imported(tmp_path, capsys):
    path = tmp_path / "shop.mmd"
    path.write_text("flowchart LR\n  phone[Phone app] --> api[API] --> db[(Orders)]\n")

    call_command("analyse", path)

    assert capsys.readouterr().out.startswith("# Analysis")
