from __future__ import annotations

import pytest

from calculators.engine.catalogue.capacity import SHEET
from calculators.engine.solve import solve


def test_a_hundred_million_users_with_five_writes():
    """By hand: 5e8 a day / 86,400 s; in the head / 100,000 s; both times 3 at peak."""
    steps = {step.name: step for step in solve(SHEET, {"daily_users": "100M", "writes_per_user": "5"}).steps}

    assert steps["write_rate"].result.value == pytest.approx(5_787.037, rel=1e-6)
    assert steps["peak_write_rate"].result.value == pytest.approx(17_361.11, rel=1e-6)
    assert (steps["write_rate"].exact, steps["peak_write_rate"].exact) == ("5,787 writes/s", "17,361 writes/s")
    assert [steps[name].rounded.text for name in ("write_rate", "peak_write_rate")] == [
        "5,000 writes/s",
        "15,000 writes/s",
    ]


def test_five_years_are_1826_days_against_1800_of_the_shortcut():
    days = next(step for step in solve(SHEET, {"retention": "5 years"}).steps if step.name == "days_kept")

    assert days.exact == "1,826 days"
    assert days.rounded is not None
    assert days.rounded.text == "1,800 days"
    assert days.rounded.error_text == "1.44 % low"


def test_a_small_site_is_told_not_to_shard():
    remarks = [said.text for said in solve(SHEET, {"daily_users": "1,000", "media_share": "0"}).remarks]

    assert any("do not shard for the write rate" in text for text in remarks)
    assert any("do not shard for the size" in text for text in remarks)
