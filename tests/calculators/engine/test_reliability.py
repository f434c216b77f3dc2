from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.engine import reliability

shares = st.floats(0.0, 1.0)


def test_the_table_of_nines_is_that_of_the_sre_book() -> None:
    """Site Reliability Engineering (2016), appendix A: 99.9 % allows 8.76 hours a year, 10.1 minutes a week."""
    minutes = {name: seconds / 60 for name, seconds in reliability.downtime_table(0.999).items()}
    assert minutes["year"] / 60 == pytest.approx(8.76, rel=2e-3)
    assert minutes["week"] == pytest.approx(10.1, rel=5e-3)
    assert minutes["day"] == pytest.approx(1.44)
    assert minutes["month"] == pytest.approx(43.8, rel=1e-3)


def test_two_parts_of_three_nines() -> None:
    """Worked by hand: in series 0.999^2, in parallel 1 - 0.001^2."""
    assert reliability.in_series(0.999, 0.999) == pytest.approx(0.998001)
    assert reliability.in_parallel(0.999, 0.999) == pytest.approx(0.999999)


def test_two_of_three_by_hand() -> None:
    """3 p^2 (1 - p) + p^3 with p = 0.9: 0.243 + 0.729."""
    assert reliability.k_of_n(2, 3, 0.9) == pytest.approx(0.972)


@given(st.integers(1, 30), shares)
def test_the_ends_of_k_of_n_are_parallel_and_series(parts: int, availability: float) -> None:
    assert reliability.k_of_n(1, parts, availability) == pytest.approx(
        reliability.in_parallel(*[availability] * parts), abs=1e-9
    )
    assert reliability.k_of_n(parts, parts, availability) == pytest.approx(
        reliability.in_series(*[availability] * parts), abs=1e-9
    )
    assert reliability.k_of_n(0, parts, availability) == pytest.approx(1.0)


@given(st.integers(1, 60), st.integers(0, 60), shares)
def test_needing_more_is_never_more_available(parts: int, needed: int, availability: float) -> None:
    needed = min(needed, parts)
    now = reliability.k_of_n(needed, parts, availability)
    assert 0 <= now <= 1
    if needed < parts:
        assert reliability.k_of_n(needed + 1, parts, availability) <= now + 1e-9


@given(st.floats(0, 12))
def test_nines_go_there_and_back(count: float) -> None:
    assert reliability.nines(reliability.from_nines(count)) == pytest.approx(count, abs=1e-3)


def test_nines_of_certainty_and_of_an_array() -> None:
    assert reliability.nines(1.0) == math.inf
    assert reliability.nines(np.array([0.9, 0.999])) == pytest.approx([1, 3])


def test_a_part_that_fails_monthly_and_takes_an_hour() -> None:
    assert reliability.from_failures(719.0, 1.0) == pytest.approx(719 / 720)


@pytest.mark.parametrize("bad", [-0.1, 1.1, math.nan])
def test_what_is_no_share_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        reliability.in_series(0.9, bad)


def test_more_parts_needed_than_there_are_is_refused() -> None:
    with pytest.raises(ValueError, match="4 of 3"):
        reliability.k_of_n(4, 3, 0.9)
