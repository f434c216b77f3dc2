from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command

from designs.document import text
from tests.designs.analysis.attack.test_attack import three_of


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "design.json"
    path.write_text(text.dump(three_of(metric="availability", comparison=">=", quantity="99%")))
    return path


def test_the_smallest_losses_of_a_file_are_told(file, capsys):
    call_command("attack", file)

    said = capsys.readouterr().out
    assert "Smallest losses (2): 2 of the 3 servers of api" in said
    assert "times today's traffic" in said


def test_its_json_says_what_breaks(file, capsys):
    call_command("attack", file, "--json")

    found = json.loads(capsys.readouterr().out)
    assert found["attacked"] == ["r"]
    assert found["losses"]["smallest"][0]["broken"][0]["requirement"] == "r"


def test_a_figure_that_cannot_be_read_ends_with_2(file):
    document = three_of(metric="availability", comparison=">=", quantity="99%")
    document["diagram"]["components"]["api"]["capacity"] = "many"
    file.write_text(text.dump(document))

    with pytest.raises(CommandError, match="/diagram/components/api/capacity") as error:
        call_command("attack", file)

    assert error.value.returncode == 2
