"""Dimensions are a group: what is multiplied can be divided again, in any order."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from calculators.engine.dimensions import DIMENSIONLESS, Dimension

POWERS = st.one_of(st.integers(-6, 6), st.fractions(-3, 3, max_denominator=4))
DIMENSIONS = st.dictionaries(st.sampled_from(["byte", "s", "USD", "user", "write", "request"]), POWERS).map(
    Dimension.of
)


@given(DIMENSIONS, DIMENSIONS, DIMENSIONS)
def test_they_multiply_in_any_order(a, b, c):
    assert a * b == b * a
    assert (a * b) * c == a * (b * c)
    assert a * DIMENSIONLESS == a


@given(DIMENSIONS, DIMENSIONS)
def test_division_takes_multiplication_back(a, b):
    assert a * b / b == a
    assert a / a == DIMENSIONLESS
    assert hash(a * b / b) == hash(a)


@given(DIMENSIONS, DIMENSIONS, st.integers(-4, 4))
def test_powers_spread_over_products_and_roots_undo_squares(a, b, power):
    assert (a * b) ** power == a**power * b**power
    assert (a**2) ** Fraction(1, 2) == a
