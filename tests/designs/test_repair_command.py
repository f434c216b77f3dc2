from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command

from designs.document import text
from designs.document.patches import apply
from tests.designs.analysis.repair.by_enumeration import weak_variant
from tests.designs.analysis.repair.test_repair import asked, one_server


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "design.json"
    path.write_text(text.dump(weak_variant("url-shortener")))
    return path


def test_a_repair_of_a_file_is_told_with_its_price_and_what_was_searched(file, capsys):
    call_command("repair", file)

    said = capsys.readouterr().out
    assert "The cheapest set that passes all: about $" in said
    assert "No smaller set of our remedies works; the next best" in said
    assert "plans were analysed whole" in said


def test_the_patch_in_its_json_makes_the_design_pass(file, capsys):
    call_command("repair", file, "--json")
    found = json.loads(capsys.readouterr().out)
    mended = text.load(file.read_text())
    file.write_text(text.dump(apply(mended, found["cheapest"]["patch"])))
    call_command("analyse", file)
    call_command("repair", file)

    assert "there is nothing to repair" in capsys.readouterr().out


def test_what_cannot_be_mended_ends_with_1(tmp_path, capsys):
    path = tmp_path / "design.json"
    path.write_text(text.dump(one_server(asked("latency_mean", "<=", "1 ms"))))

    with pytest.raises(CommandError, match="r0") as error:
        call_command("repair", path)

    assert error.value.returncode == 1
    assert "Not mended: mean latency of everything" in capsys.readouterr().out


def test_what_is_no_design_ends_with_2(tmp_path):
    path = tmp_path / "x.json"
    path.write_text("{")

    with pytest.raises(CommandError, match="this is not JSON") as error:
        call_command("repair", path)

    assert error.value.returncode == 2
