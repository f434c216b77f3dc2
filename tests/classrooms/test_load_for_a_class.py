from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from classrooms.models import Assignment
from classrooms.services.classes import set_archived
from designs.models import Scenario
from tests.classrooms.conftest import after
from tests.designs.scenarios.examples import changed

DUE = "2126-12-01T18:00"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.yaml").write_bytes(changed())
    (tmp_path / "b.yaml").write_bytes(changed(("slug: guest-book", "slug: second"), ("Guest book", "Second book")))
    return tmp_path


def run(*arguments: object) -> str:
    out = StringIO()
    call_command("load_scenarios", *map(str, arguments), stdout=out, no_color=True)
    return out.getvalue()


def test_a_pack_is_given_to_a_class_and_each_scenario_once(classroom, folder):
    said = run(folder, "--class", classroom.join_code, "--due", DUE)
    again = run(folder, "--class", classroom.join_code.lower(), "--due", DUE)

    assert "given     2 to Systems 101, due 2126-12-01 18:00 CET" in said
    assert "given     0" in again
    found = Assignment.objects.filter(classroom=classroom).order_by("title")
    assert [(each.title, each.scenario.slug, each.due_at.isoformat()) for each in found] == [
        ("Guest book", "guest-book", "2126-12-01T17:00:00+00:00"),
        ("Second book", "second", "2126-12-01T17:00:00+00:00"),
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["--class", "NOSUCH", "--due", DUE], "no class with the code 'NOSUCH'", id="no class"),
        pytest.param(["--class", "{code}"], "needs --due", id="no date"),
        pytest.param(["--class", "{code}", "--due", "tomorrow"], "'tomorrow'", id="no ISO date"),
        pytest.param(["--class", "{code}", "--due", "2001-01-01"], "in the past", id="in the past"),
    ],
)
def test_what_cannot_be_given_is_not_loaded_either(classroom, folder, arguments, words):
    """promise 15"""
    with pytest.raises(CommandError, match=words):
        run(folder, *(each.format(code=classroom.join_code) for each in arguments))
    assert not Scenario.objects.exists()


def test_an_archived_class_gets_nothing(classroom, folder):
    set_archived(classroom, is_archived=True, at=after(1))

    with pytest.raises(CommandError, match="no class"):
        run(folder, "--class", classroom.join_code, "--due", DUE)


def test_without_a_class_the_command_only_loads(db, folder):
    assert "given" not in run(folder)
    assert Scenario.objects.count() == 2
    assert not Assignment.objects.exists()
