from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.engine.sheets import Check, Formula, Input, Remark, Sheet, SheetError
from calculators.engine.solve import solve
from calculators.engine.uncertainty import samples_of, uncertainty

SHEET = Sheet(
    slug="test",
    title="Test",
    summary="A small sheet",
    inputs=(
        Input(name="users", label="users", default="100M", unit="user", minimum="1"),
        Input(name="writes", label="writes each", default="5", unit="write/user/day"),
        Input(name="size", label="size", default="1 kB", unit="byte/write"),
    ),
    formulas=(
        Formula(name="volume", label="volume", expression="daily * size"),
        Formula(name="daily", label="daily writes", expression="users * writes * 1 day", unit="write"),
        Formula(name="rate", label="rate", expression="daily / 1 day", rounded="daily / 100,000 s", unit="write/s"),
    ),
    outputs=("rate", "volume"),
    remarks=(Remark(when="volume > 100 GB", text="That is {volume} a day.", topic="storage-estimation"),),
)


def with_formula(expression: str, **changes: str) -> Sheet:
    return replace(
        SHEET, formulas=(*SHEET.formulas, Formula(name="extra", label="extra", expression=expression, **changes))
    )


def test_rows_are_solved_in_the_order_of_their_dependencies():
    solution = solve(SHEET)

    assert [step.name for step in solution.steps] == ["daily", "volume", "rate"]
    assert solution.results["volume"].value == pytest.approx(5e11)


def test_a_worked_step_shows_words_figures_and_what_rounding_costs():
    rate = next(step for step in solve(SHEET).steps if step.name == "rate")

    assert rate.words == "daily writes ÷ 1 day"
    assert rate.figures == "500,000,000 writes ÷ 1 day"
    assert (rate.exact, rate.said) == ("5,787 writes/s", "about 5,800 writes/s")
    assert rate.rounded is not None
    assert (rate.rounded.text, rate.rounded.error_text) == ("5,000 writes/s", "13.6 % low")


def test_remarks_speak_only_when_they_hold():
    assert [said.text for said in solve(SHEET).remarks] == ["That is 500 GB a day."]
    assert solve(SHEET, {"users": "1M"}).remarks == ()


@pytest.mark.parametrize(
    ("sheet", "words"),
    [
        (lambda: with_formula("users + size"), "extra: cannot add user and byte/write"),
        (lambda: with_formula("unknown * 2"), "there is no 'unknown'"),
        (lambda: with_formula("extra + 1"), "extra → extra"),
        (lambda: with_formula("users *"), "found the end"),
        (lambda: with_formula("users", unit="byte"), "gives user, its unit is byte"),
        (lambda: with_formula("users", rounded="size"), "its rounded form byte/write"),
        (lambda: replace(SHEET, outputs=("nothing",)), "there is no 'nothing'"),
        (lambda: replace(SHEET, formulas=(SHEET.formulas[1], SHEET.formulas[1])), "stands twice"),
        (lambda: replace(SHEET, inputs=(replace(SHEET.inputs[0], default="x"),)), "default 'x'"),
        (lambda: replace(SHEET, inputs=(replace(SHEET.inputs[0], name="2bad"),)), "a name is a letter"),
    ],
)
def test_a_sheet_that_cannot_be_solved_is_refused_when_it_is_made(sheet, words):
    with pytest.raises(SheetError) as caught:
        sheet()

    assert words in str(caught.value)


def test_a_cycle_is_named():
    a = Formula(name="a", label="a", expression="b + 1")
    b = Formula(name="b", label="b", expression="c + 1")
    c = Formula(name="c", label="c", expression="a + 1")

    with pytest.raises(SheetError, match="a → b → c → a"):
        replace(SHEET, formulas=(a, b, c), outputs=(), remarks=())


def test_errors_name_the_input_and_nothing_is_computed_from_half():
    solution = solve(SHEET, {"users": "5 MB", "writes": "many", "wirtes": "1"})

    assert solution.steps == ()
    assert "expected user, found byte" in solution.errors["users"]
    assert "expected a number" in solution.errors["writes"]
    assert "there is no input 'wirtes'" in solution.errors["wirtes"]
    assert "at least 1" in solve(SHEET, {"users": "0.5"}).errors["users"]


def test_what_is_counted_may_be_left_out_of_an_input():
    assert solve(SHEET, {"size": "2 kB"}).results == solve(SHEET, {"size": "2 kB/write"}).results
    assert solve(SHEET, {"writes": "10/day"}).results == solve(SHEET, {"writes": "10"}).results


@given(st.floats(min_value=1, max_value=1e9), st.floats(min_value=1.0, max_value=10.0))
def test_more_users_never_mean_less_load(users, times):
    fewer, more = (solve(SHEET, {"users": repr(count)}).results["rate"].value for count in (users, users * times))

    assert more >= fewer


def test_uncertainty_agrees_with_the_closed_form_of_a_product_of_lognormals():
    solution = solve(SHEET, {"users": "50M..200M", "writes": "2..12"})

    found = uncertainty(SHEET, solution.inputs, seed=1, size=200_000)["rate"]

    spread = np.hypot(np.log(4) / 2, np.log(6) / 2)
    middle = np.sqrt(50e6 * 200e6) * np.sqrt(2 * 12) / 86_400
    assert found.median == pytest.approx(middle, rel=0.01)
    assert found.low == pytest.approx(middle * np.exp(-spread), rel=0.02)
    assert found.high == pytest.approx(middle * np.exp(spread), rel=0.02)
    shares = {influence.name: influence.share for influence in found.influences}
    assert shares["writes"] == pytest.approx(np.log(6) ** 2 / (np.log(4) ** 2 + np.log(6) ** 2), abs=0.02)


def test_the_same_seed_gives_the_same_worlds_and_certain_inputs_none():
    inputs = solve(SHEET, {"users": "50M..200M"}).inputs

    assert uncertainty(SHEET, inputs, seed=7) == uncertainty(SHEET, inputs, seed=7)
    assert uncertainty(SHEET, inputs, seed=7) != uncertainty(SHEET, inputs, seed=8)
    assert uncertainty(SHEET, solve(SHEET).inputs, seed=7) == {}


def test_declared_correlation_is_found_in_the_samples():
    sheet = replace(SHEET, correlations={("users", "writes"): 0.8})
    inputs = solve(sheet, {"users": "50M..200M", "writes": "2..12"}).inputs

    values = samples_of(sheet, inputs, seed=3, size=50_000)

    ranks = [np.argsort(np.argsort(values[name])) for name in ("users", "writes")]
    assert np.corrcoef(ranks)[0, 1] == pytest.approx(0.8, abs=0.02)


CHECKED = replace(SHEET, checks=(Check(must="rate < 10,000 write / 1 s", text="{rate} is too much", input="users"),))


def test_a_check_that_does_not_hold_is_an_error_beside_its_input():
    assert solve(CHECKED).errors == {}
    assert solve(CHECKED, {"users": "1 billion"}).errors == {"users": "57,870 writes/s is too much"}
    assert solve(CHECKED, {"users": "1 billion"}).steps == ()


def test_worlds_in_which_a_check_fails_have_no_answer():
    found = uncertainty(CHECKED, solve(CHECKED, {"users": "100M..250M"}).inputs, seed=1)["volume"]

    assert 0 < found.unusable < 10_000
    assert found.high <= 10_000 * 86_400 * 1_000


@pytest.mark.parametrize(
    ("check", "words"),
    [
        (Check(must="users > size", text="", input="users"), "cannot compare user and byte/write"),
        (Check(must="users > 0", text="", input="rate"), "no input 'rate'"),
        (Check(must="users > 0", text="{nothing}", input="users"), "no 'nothing'"),
    ],
)
def test_a_check_that_cannot_be_made_is_refused_when_the_sheet_is_made(check, words):
    with pytest.raises(SheetError, match=words):
        replace(SHEET, checks=(check,))


def test_a_range_must_lie_within_the_bounds_and_samples_are_kept_within_them():
    bounded = replace(SHEET, inputs=(replace(SHEET.inputs[0], minimum="50M", maximum="200M"), *SHEET.inputs[1:]))
    assert solve(bounded, {"users": "40M..100M"}).errors == {"users": "expected at least 50M"}
    assert solve(bounded, {"users": "60M..300M"}).errors == {"users": "expected at most 200M"}

    users = samples_of(bounded, solve(bounded, {"users": "50M..200M"}).inputs, seed=1)["users"]

    assert (np.min(users), np.max(users)) == (50e6, 200e6)


def test_figures_show_the_branch_that_was_taken():
    sheet = with_formula("if(users > 10 user, floor(users), 1 / 0 * users)")

    assert next(step for step in solve(sheet).steps if step.name == "extra").figures == "100,000,000 users"
