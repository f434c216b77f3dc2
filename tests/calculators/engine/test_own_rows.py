from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.engine.catalogue.capacity import SHEET
from calculators.engine.own_rows import BLANK, NAME, OwnRow, named, with_rows
from calculators.engine.solve import solve


def test_rows_are_quantities_or_formulas_over_them():
    rows = [
        OwnRow("photos", "photos a day", "2M/day"),
        OwnRow("size", "bytes each", "3 MB"),
        OwnRow("daily", "bytes a day", "photos * size * 1 day", "TB"),
    ]

    sheet, problems = with_rows(BLANK, "Photos", rows)

    assert problems == ()
    daily = solve(sheet).steps[0]
    assert (daily.exact, daily.words) == ("6 TB", "photos a day × bytes each × 1 day")


def test_rows_stand_below_a_calculator_and_use_its_rows():
    sheet, problems = with_rows(
        SHEET, "Mine", [OwnRow("per_user", "a user's bytes", "stored / daily_users", "MB/user")]
    )

    assert problems == ()
    outputs = [step.name for step in solve(sheet).outputs]
    assert outputs == ["per_user", *SHEET.outputs]


@pytest.mark.parametrize(
    ("row", "field", "words"),
    [
        (OwnRow("x", "", "daily_users + record_size"), "formula", "cannot add user and byte/write"),
        (OwnRow("x", "", "nothing * 2"), "formula", "there is no 'nothing'"),
        (OwnRow("x", "", "1 +"), "formula", "found the end"),
        (OwnRow("x", "", ""), "formula", "expected a quantity"),
        (OwnRow("x", "", "9**9**9 + 1"), "", ""),
        (OwnRow("x", "", "daily_users", "byte"), "unit", "gives user, its unit is byte"),
        (OwnRow("x", "", "5 kB", "s"), "unit", "expected s, found byte"),
        (OwnRow("x", "", "5", "Mb"), "unit", "Mbit or MB"),
        (OwnRow("X", "", "5"), "name", "lower-case"),
        (OwnRow("daily_users", "", "5"), "name", "already"),
        (OwnRow("x", "", "x + 1"), "formula", "x → x"),
    ],
)
def test_what_is_wrong_with_a_row_is_said_at_its_field(row, field, words):
    sheet, problems = with_rows(SHEET, "Mine", [row])

    if not field:
        assert "too large" in solve(sheet).errors["x"]
        return
    assert [(problem.row, problem.field) for problem in problems] == [(0, field)]
    assert words in problems[0].message
    assert solve(sheet).errors == {}


def test_a_row_that_rests_on_a_wrong_one_says_so_and_others_go_on():
    rows = [OwnRow("a", "", "1 +"), OwnRow("b", "", "a * 2"), OwnRow("c", "", "3 * 2")]

    sheet, problems = with_rows(BLANK, "", rows)

    assert [problem.message for problem in problems][1] == "the row 'a' has to be put right first"
    assert solve(sheet).steps[0].exact == "6"


@given(st.text(max_size=80))
def test_a_name_made_from_a_label_is_a_name_or_nothing(label):
    name = named(label)

    assert name == "" or NAME.fullmatch(name)


@given(st.lists(st.builds(OwnRow, *[st.text(max_size=8)] * 4), max_size=4))
def test_no_rows_break_a_sheet(rows):
    """promise 36"""
    sheet, problems = with_rows(BLANK, "", rows)

    solve(sheet)
    assert len({problem.row for problem in problems}) + len(sheet.by_name) == len(rows)
