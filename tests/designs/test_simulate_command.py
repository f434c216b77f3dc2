from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command

from designs.document import text
from tests.designs.analysis.twitter import twitter


@pytest.fixture
def design(tmp_path):
    document = twitter()
    document["diagram"]["components"]["api"]["instances"] = 60
    document["diagram"]["components"]["tweets"]["copies"] = 5
    path = tmp_path / "design.json"
    path.write_text(text.dump(document))
    return path


def test_a_spike_of_a_file_is_simulated_for_as_long_as_asked(design, capsys):
    call_command("simulate", design, "--shape", "spike", "--lasts", "10min", "--json", "--visits", "20000")

    found = json.loads(capsys.readouterr().out)
    assert found["duration_s"] == 600
    assert len(found["stages"]) == 12
    assert found["weight"] > 1


def test_it_is_said_in_words_too(design, capsys):
    call_command("simulate", design, "--lose", "lb", "--visits", "5000")

    said = capsys.readouterr().out
    assert "in about 1 min" in said or "in 1 min" in said
    assert "failed" in said


@pytest.mark.parametrize(
    ("options", "words"),
    [(("--lose", "nothing"), "no component 'nothing'"), (("--lasts", "soon"), "'soon' is no time")],
)
def test_what_cannot_be_simulated_is_said_and_ends_with_2(design, options, words):
    with pytest.raises(CommandError, match=words) as error:
        call_command("simulate", design, *options)

    assert error.value.returncode == 2
