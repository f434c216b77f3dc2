"""Entities as people type them, and examples that give no scenario away."""

from __future__ import annotations

import re

import pytest

from designs.document.describe import place_words
from designs.document.lines import LineError, parse_entity
from designs.workbench import areas
from designs.workbench.fields import Column, Table
from tests.designs.interviews.shipped import FIXTURES, scenario


def test_a_name_and_its_fields_after_a_colon():
    entity = parse_entity("Tweet: id, author_id, text, created_at")

    assert entity.name == "Tweet"
    assert [(each.name, each.type, each.key) for each in entity.fields] == [
        ("id", "id", "primary"),
        ("author_id", "id", ""),
        ("text", "", ""),  # a name that says nothing of a type gets none
        ("created_at", "timestamp", ""),
    ]


@pytest.mark.parametrize("line", ["Tweet(id, author uuid pk)", "Tweet: id partition, x", "Tweet: identity, x"])
def test_id_is_the_key_unless_another_field_is_said_to_be(line):
    keys = [each.name for each in parse_entity(line).fields if each.key == "primary"]

    assert "id" not in keys


def test_a_line_that_cannot_be_read_says_what_was_expected():
    with pytest.raises(LineError, match="Expected a name and brackets, such as Loan"):
        parse_entity("Tweet id text")


def test_a_place_is_named_in_words_and_not_by_its_id():
    document = {"data_model": {"entities": {"k05f3c1f727": {"name": "Tweet"}}}}

    words = place_words(document, "/data_model/entities/k05f3c1f727/rows_per_day")
    assert words == "data model, entity 'Tweet', rows per day"
    assert "k9" not in place_words(document, "/data_model/entities/k9/name")
    words = place_words(document, "/estimate/inputs/daily_users/value")
    assert words == "estimate, estimate input 'daily users', value"
    assert place_words(document, "") == ""


def placeholders() -> set[str]:
    found = set()
    for value in vars(areas).values():
        columns = value.columns if isinstance(value, Table) else value if isinstance(value, tuple) else (value,)
        found |= {each.placeholder for each in columns if isinstance(each, Column) and each.placeholder}
    return found


def test_examples_in_fields_give_no_scenario_away():
    """A library of books is no scenario."""
    said = re.findall(r"[a-z]{5,}", " ".join(placeholders()).casefold())
    subjects = ("tweet", "timeline", "follow", "video", "photo", "ride", "driver", "hotel", "payment", "leaderboard")

    assert any(word.startswith("borrow") for word in said)
    assert not [word for word in said if word.startswith(subjects)]
    for path in sorted((FIXTURES / "scenarios").glob("*.yaml")):
        assert "librar" not in scenario(path.stem).prompt.casefold()
