"""A change to a YAML file touches its own place: comments, blank lines, quotes and order stay, byte for byte."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from web.reading.safe_yaml import YamlError, read_yaml
from web.reading.yaml_edits import edited, renamed, same, written

SHIPPED = sorted((Path(__file__).parents[2] / "fixtures" / "scenarios").glob("*.yaml"))
TEXT = """\
# at the top
slug: pastes   # the address
title: "A title"

# Above the questions.
questions:
  users:
    question: How many? # asked first
    synonyms: [users, 'people',  dau]
  reads:
    question: >-
      A question that
      is folded.

figures: {daily: {label: users, value: 10M/day}, size: {value: 5 kB}} # all of them
prompt: |
  First line.

  Second paragraph.
# Behind the prompt.
grades:
  - {text: one, cost: 1}   # cheap
  - text: two
    cost: 2
last: 3
"""


def value_of(text: str) -> Any:
    return read_yaml(text.encode(), file="").value


def changed(value: Any, place: tuple[str | int, ...], new: Any) -> Any:
    key, *rest = place
    if isinstance(value, list):
        inner = [changed(each, tuple(rest), new) if rest and at == key else each for at, each in enumerate(value)]
        return [new if at == key and not rest else each for at, each in enumerate(inner)]
    return {**value, key: changed(value[key], tuple(rest), new) if rest else new}


def lines_changed(text: str, value: Any) -> list[str]:
    made = edited(text, value)
    assert same(value_of(made), value)
    found = difflib.unified_diff(text.splitlines(), made.splitlines(), n=0, lineterm="")
    return [line for line in found if line[0] in "+-" and line[:3] not in ("---", "+++")]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_file_whose_value_is_the_same_comes_back_byte_for_byte(path):
    text = path.read_text(encoding="utf-8")

    assert edited(text, value_of(text)) == text


def test_a_value_is_replaced_where_it_stands():
    value = value_of(TEXT)

    for place, new, lines in [
        (("slug",), "texts", ["-slug: pastes   # the address", "+slug: texts   # the address"]),
        (("title",), 'He said "yes"', ['-title: "A title"', '+title: "He said \\"yes\\""']),
        (("figures", "size", "value"), "6 kB: or so", [
            "-figures: {daily: {label: users, value: 10M/day}, size: {value: 5 kB}} # all of them",
            '+figures: {daily: {label: users, value: 10M/day}, size: {value: "6 kB: or so"}} # all of them',
        ]),
        (("prompt",), "First line.\n\nAnother paragraph.\n", ["-  Second paragraph.", "+  Another paragraph."]),
        (("last",), "no: it is not", ["-last: 3", '+last: "no: it is not"']),
        (("last",), None, ["-last: 3", "+last: null"]),
        (("last",), "12", ["-last: 3", '+last: "12"']),
    ]:  # fmt: skip
        assert lines_changed(TEXT, {**changed(value, place, new)}) == lines


def test_entries_come_and_go_beside_their_neighbours():
    value = value_of(TEXT)

    more = {**value, "questions": {"first": {"question": "Who?"}, **value["questions"]}}
    assert lines_changed(TEXT, more) == ["+  first:", "+    question: Who?"]
    less = {**value, "questions": {"reads": value["questions"]["reads"]}}
    assert lines_changed(TEXT, less) == [
        "-  users:", "-    question: How many? # asked first", "-    synonyms: [users, 'people',  dau]",
    ]  # fmt: skip
    grades = [*value["grades"], {"text": "three", "cost": 4}]
    assert lines_changed(TEXT, {**value, "grades": grades}) == ["+  - text: three", "+    cost: 4"]
    assert lines_changed(TEXT, {**value, "grades": grades[1:]})[0] == "-  - {text: one, cost: 1}   # cheap"
    words = {**value["questions"]["users"], "synonyms": ["users", "dau", "x, y"]}
    assert lines_changed(TEXT, changed(value, ("questions", "users"), words)) == [
        "-    synonyms: [users, 'people',  dau]", "+    synonyms: [users, 'dau',  \"x, y\"]",
    ]  # fmt: skip


def test_entries_move_with_the_comments_above_them():
    value = value_of(TEXT)
    keys = ["slug", "title", "figures", "questions", "prompt", "grades", "last"]

    made = edited(TEXT, {key: value[key] for key in keys})

    assert "# all of them\n# Above the questions.\nquestions:\n" in made
    assert sorted(made.splitlines()) == sorted(TEXT.splitlines())


def test_a_key_gets_another_name_and_nothing_else_changes():
    assert renamed(TEXT, ("questions", "users"), "people") == TEXT.replace("  users:\n", "  people:\n")
    with pytest.raises(KeyError):
        renamed(TEXT, ("questions", "nobody"), "people")


def test_line_breaks_of_windows_stay():
    text = TEXT.replace("\n", "\r\n")

    made = edited(text, {**value_of(text), "title": "Other", "new": {"a": ["b"]}})

    assert "\n" not in made.replace("\r\n", "")
    assert value_of(made)["new"] == {"a": ["b"]}


@pytest.mark.parametrize("text", ["a: [", "- a\n- b\n", "", "a: 1\na: 2\n"])
def test_what_is_no_mapping_is_refused(text):
    with pytest.raises(YamlError):
        edited(text, {"a": 1})


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ["a: b", "x # y", "- z", "two\nlines\n", " lead", "trail ", "yes", "null", "0x1f", "1e3",
     "12:30", "{a}", "'", '"', "|"]
)  # fmt: skip
scalars = words | st.integers(-5, 10**6) | st.booleans() | st.none() | st.floats(0, 1e6).map(lambda x: round(x, 3))
keys = st.sampled_from(["a", "b-c", "d_e", "slug", "title", "yes", "with blank", "x: y"])
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3), max_leaves=6
)
places = st.sampled_from([
    ("slug",), ("title",), ("questions",), ("questions", "users"), ("questions", "users", "synonyms"),
    ("questions", "reads", "question"), ("figures", "daily", "value"), ("figures", "size"), ("prompt",), ("grades", 0),
    ("grades", 1, "text"), ("last",),
])  # fmt: skip


@settings(max_examples=150, deadline=None, derandomize=True)
@given(places, values, st.permutations(list(value_of(TEXT))))
def test_whatever_is_put_wherever_reads_as_what_was_put(place, new, order):
    value = changed(value_of(TEXT), place, new)

    made = edited(TEXT, {key: value[key] for key in order})

    assert same(value_of(made), {key: value[key] for key in order})


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.dictionaries(keys, values, min_size=1, max_size=4))
def test_what_is_written_anew_reads_as_it_was(value):
    assert same(value_of(written(value)), value)
