from __future__ import annotations

import pytest

from calculators.engine.catalogue.availability import SHEET
from calculators.engine.solve import solve


@pytest.mark.parametrize(
    ("availability", "year_hours", "week_minutes"),
    [
        ("99%", 3.65 * 24, 1.68 * 60),
        ("99.9%", 8.76, 10.1),
        ("99.99%", 52.6 / 60, 1.01),
        ("99.999%", 5.26 / 60, 6.05 / 60),
    ],
)
def test_the_table_of_nines(results, availability, year_hours, week_minutes):
    """Site Reliability Engineering (2016), appendix A, availability table."""
    found = results(SHEET, availability=availability, parts="1", copies="1", shared_causes="0%")

    assert found["downtime_year"] / 3600 == pytest.approx(year_hours, rel=3e-3)
    assert found["downtime_week"] / 60 == pytest.approx(week_minutes, rel=3e-3)


def test_in_series_and_in_parallel_by_hand(results):
    """The System Design Primer, availability in numbers: 99.9 % twice in sequence 99.8 %, in parallel 99.9999 %."""
    series = results(SHEET, availability="99.9%", parts="2", copies="1", shared_causes="0%")
    parallel = results(SHEET, availability="99.9%", parts="1", copies="2", shared_causes="0%")

    assert series["system"] == pytest.approx(0.998001)
    assert parallel["system"] == pytest.approx(0.999999)


def test_two_of_three_by_hand(results):
    """3 x 0.9^2 x 0.1 + 0.9^3 = 0.972."""
    found = results(SHEET, availability="90%", parts="1", copies="3", needed="2", shared_causes="0%")

    assert found["system"] == pytest.approx(0.972)


def test_one_copy_holds_its_shared_causes_already(results):
    """By hand: six parts of 99.9 % in series are 0.999^6 = 99.40 %, whatever hits all copies at once."""
    alone = results(SHEET, availability="99.9%", parts="6", copies="1", shared_causes="0.01%")
    pair = results(SHEET, availability="99.9%", parts="1", copies="2", shared_causes="0.01%")

    assert alone["system"] == alone["in_series"] == pytest.approx(0.994015, abs=1e-6)
    assert pair["system"] == pytest.approx(0.999999 * 0.9999)


def test_more_copies_needed_than_there_are_is_said_beside_the_field(remarks):
    assert solve(SHEET, {"needed": "3", "copies": "2"}).errors == {
        "needed": "expected at most 2, the copies that there are"
    }


def test_a_missed_target_is_said(remarks):
    assert "below its target" in remarks(SHEET, target="99.999%")
    assert "keeps its target" in remarks(SHEET, target="99%")
