from __future__ import annotations

import pytest

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
    assert "a, b" in estimate(a="b", b="a").errors["a"]


def test_ranges_give_samples_whose_median_is_the_value():
    import numpy as np

    found = estimate(users="50M..200M", per_user="2/day").rate("users * per_user")

    assert float(np.median(found.samples)) == pytest.approx(found.value, rel=0.05)


def test_calculator_gives_its_rows_and_typed_inputs_replace_defaults():
    few = solved(Estimate.model_validate({"calculator": "capacity", "inputs": {"daily_users": {"value": "1M users"}}}))
    many = solved(
        Estimate.model_validate({"calculator": "capacity", "inputs": {"daily_users": {"value": "10M users"}}})
    )

    rates = [name for name in few.values if few.values[name] * 10 == pytest.approx(many.values[name])]
    assert len(rates) > 3
    assert not few.errors
