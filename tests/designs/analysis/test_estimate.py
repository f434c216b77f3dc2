from __future__ import annotations

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from django.core.management import call_command

from calculators.engine.catalogue.registry import CATALOGUE
from calculators.engine.quantities import Spread
from calculators.engine.sheets import Sheet
from calculators.engine.solve import solve
from calculators.engine.uncertainty import uncertainty
from calculators.engine.wording import format_quantity, readable
from designs.analysis.estimate import FormulaError, solved
from designs.document.estimate import Estimate


def estimate(**rows: str):
    return solved(Estimate.model_validate({"rows": {name: {"formula": formula} for name, formula in rows.items()}}))


def test_rows_rest_on_rows_in_any_order():
    found = estimate(writes="users * per_user", per_user="5 writes/user/day", users="100M users")

    assert found.rate("writes").value == pytest.approx(5_787.037)


def test_units_can_stand_in_a_formula():
    assert estimate(users="86,400").rate("users * 2/day").value == pytest.approx(2)


def test_rate_needs_a_time():
    with pytest.raises(FormulaError, match="a rate needs a time"):
        estimate(users="100M users").rate("users")


def test_bad_row_is_named_and_stops_only_what_rests_on_it():
    found = estimate(bad="1 +", other="2/s", after="bad * 2")

    assert set(found.errors) == {"bad", "after"}
    assert found.rate("other").value == 2
    with pytest.raises(FormulaError, match="bad"):
        found.rate("bad")


def test_rows_in_a_circle_are_named():
    assert "a → b → a" in estimate(a="b", b="a").errors["a"]


def test_ranges_give_samples_whose_median_is_the_value():
    found = estimate(users="50M..200M", per_user="2/day").rate("users * per_user")

    assert float(np.median(found.samples)) == pytest.approx(found.value, rel=0.05)


def started_from(calculator: str, **typed: str):
    return solved(
        Estimate.model_validate(
            {"calculator": calculator, "inputs": {name: {"value": text} for name, text in typed.items()}}
        )
    )


def widened(sheet: Sheet) -> dict[str, str]:
    """Each input as a range of a fifth to either side, as far as its bounds allow."""
    found = {}
    for row in sheet.inputs:
        value, (least, most) = row.default_quantity.value, row.bounds
        spread = Spread(max(value * 0.8, least), min(value * 1.2, most))
        if spread.low < spread.high:
            found[row.name] = format_quantity(replace(row.default_quantity, value=spread.middle, spread=spread))
    return found


@pytest.mark.parametrize("sheet", CATALOGUE.values(), ids=CATALOGUE)
@pytest.mark.parametrize("typed", [dict[str, str], widened], ids=["defaults", "ranges"])
def test_estimate_says_what_the_calculator_says(sheet: Sheet, typed):
    """A number exists once: values, working, quantiles and remarks are the same in both."""
    given = typed(sheet) if typed is widened else {}
    calculator = solve(sheet, given)
    found = started_from(sheet.slug, **given)

    assert calculator.errors == found.errors == {}
    assert found.quantities == {**calculator.inputs, **calculator.results}
    assert found.solution.remarks == calculator.remarks
    assert found.shown == {name: readable(each) for name, each in found.quantities.items()}
    for name, spread in uncertainty(sheet, calculator.inputs).items():
        samples = np.asarray(found.samples[name])
        answered = samples[~np.isnan(samples)]
        method = "linear" if np.isfinite(answered).all() else "higher"
        assert np.quantile(answered, [0.05, 0.5, 0.95], method=method).tolist() == [
            spread.low,
            spread.median,
            spread.high,
        ]


REFUSED = [
    ("queueing", {"arrival_rate": "100k/s"}),
    ("queueing", {"arrival_rate": "100k/s", "service_time": "5 ms..20 ms"}),
    ("availability", {"needed": "9", "copies": "3"}),
    ("quorum", {"copies": "3", "read_quorum": "4"}),
    ("message-queue", {"arrival_rate": "1M/s"}),
]


@pytest.mark.parametrize(("slug", "typed"), REFUSED)
def test_an_estimate_that_the_calculator_refuses_has_its_words_and_none_of_its_results(slug, typed):
    calculator = solve(CATALOGUE[slug], typed)
    found = started_from(slug, **typed)

    assert calculator.errors
    assert calculator.steps == ()
    assert {name: found.errors[name] for name in calculator.errors} == calculator.errors
    assert set(found.values) == CATALOGUE[slug].input_names
    refusal = next(iter(calculator.errors.values()))
    assert {found.errors[row.name] for row in CATALOGUE[slug].formulas} == {refusal}
    assert found.solution.remarks == ()


def test_refused_rows_stop_own_rows_that_rest_on_them_and_no_others():
    document = {
        "calculator": "queueing",
        "inputs": {"arrival_rate": {"value": "100k/s"}},
        "rows": {"three_waits": {"formula": "mean_wait * 3"}, "twice": {"formula": "arrival_rate * 2"}},
    }
    found = solved(Estimate.model_validate(document))

    assert "the queue grows without end" in found.errors["three_waits"]
    assert found.rate("twice").value == 200_000
    with pytest.raises(FormulaError, match="the queue grows without end"):
        found.read("mean_wait")


def test_draws_that_break_a_check_are_no_negative_waits():
    """Of 100 to 250 requests a second at 4 servers of 20 ms, those above 200 are never served."""
    found = started_from("queueing", arrival_rate="100..250/s")
    waits, rates = np.asarray(found.samples["mean_wait"]), np.asarray(found.samples["arrival_rate"])

    assert np.isinf(waits[rates >= 200]).all()
    assert (waits[rates < 200] > 0).all()


def test_rows_replace_those_of_the_calculator():
    document = {"calculator": "capacity", "rows": {"daily_users": {"formula": "10M"}, "servers": {"formula": "7"}}}
    found = solved(Estimate.model_validate(document))

    assert found.errors == {}
    assert found.values["servers"] == 7
    ten_million = solve(CATALOGUE["capacity"], {"daily_users": "10M"})
    assert found.values["peak_requests"] == ten_million.results["peak_requests"].value


def test_a_row_that_does_not_fit_the_one_it_replaces_is_the_error_and_not_a_check_left_out():
    document = {"calculator": "queueing", "rows": {"servers": {"formula": "5 kB"}}}
    found = solved(Estimate.model_validate(document))

    assert "expected a plain number, found byte" in found.errors["servers"]
    assert "servers" not in found.values
    assert "mean_wait" in found.errors
    assert found.values.keys() == {"arrival_rate", "service_time"}


def test_convert_prints_the_refusal_and_no_negative_wait(tmp_path, capsys):
    """The queueing estimate whose arrivals no server can keep up with."""
    estimate = {"calculator": "queueing", "inputs": {"arrival_rate": {"value": "100k/s"}}}
    design = tmp_path / "queue.json"
    design.write_text(json.dumps({"format": 1, "meta": {"title": "Q"}, "estimate": estimate}), encoding="utf-8")

    call_command("convert", str(design), "--to", "markdown")

    printed = capsys.readouterr().out
    assert "2,000 servers are busy all the time, and there are 4: the queue grows without end" in printed
    assert not re.search(r"\| -[0-9]", printed)
