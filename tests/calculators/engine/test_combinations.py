from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.engine.combinations import at_least, choose, levels, zipf_share
from calculators.engine.expressions import evaluate, parse_expression
from calculators.engine.reliability import k_of_n


@given(st.integers(0, 50), st.integers(0, 50))
def test_choose_is_pascals_triangle(n, k):
    assert choose(n + 1, k + 1) == choose(n, k) + choose(n, k + 1) == math.comb(n + 1, k + 1)


@given(st.integers(0, 60), st.integers(0, 60), st.floats(0, 1))
def test_samples_of_k_of_n_are_those_of_single_numbers(one, other, share):
    needed, parts = sorted((one, other))

    found = at_least(np.array([float(needed)]), float(parts), share)

    assert found[0] == pytest.approx(k_of_n(needed, parts, share), rel=1e-9, abs=1e-12)


@given(st.integers(0, 40), st.integers(0, 40))
def test_samples_of_choose_are_those_of_single_numbers(n, k):
    assert np.asarray(choose(np.array([float(n)]), k))[0] == pytest.approx(choose(n, k), rel=1e-12)


@given(st.integers(2, 300), st.integers(1, 6))
def test_exact_powers_need_no_further_level_and_one_more_entry_does(fan_out, height):
    assert levels(float(fan_out**height), fan_out) == height
    assert levels(float(fan_out**height + 1), fan_out) == height + 1


@given(st.integers(1, 3000), st.integers(1, 3000), st.sampled_from([0.0, 0.64, 0.8, 1.0, 1.2, 2.5]))
def test_the_share_of_the_popular_is_the_sum_that_it_abbreviates(top, things, exponent):
    terms = [rank**-exponent for rank in range(1, things + 1)]

    assert zipf_share(top, things, exponent) == pytest.approx(sum(terms[:top]) / sum(terms), rel=1e-9)


def test_samples_outside_of_the_domain_become_no_number_and_spoil_no_others():
    assert choose(np.array([3.0, -1.0]), 2) == pytest.approx([3, math.nan], nan_ok=True)
    assert levels(np.array([1e6, 0.0]), 100.0) == pytest.approx([3, math.nan], nan_ok=True)
    assert zipf_share(np.array([2.0, 2.0]), np.array([4.0, 0.0]), 1.0) == pytest.approx([0.72, math.nan], nan_ok=True)


@pytest.mark.parametrize("bad", [lambda: choose(-1, 0), lambda: levels(0, 10), lambda: zipf_share(1, 0, 1)])
def test_single_numbers_outside_of_the_domain_are_named(bad):
    with pytest.raises(ValueError, match="expected"):
        bad()


@pytest.mark.parametrize("formula", ["erlang_c(x, y)", "erlang_b(x, y)", "k_of_n(x, 3, y)", "k_of_n(2, x, y)"])
def test_one_bad_sample_spoils_no_others(formula):
    node = parse_expression(formula)

    found = np.asarray(evaluate(node, {"x": np.array([2.0, -1.0, 3.0]), "y": np.array([0.9, 0.5, 0.8])}))

    assert np.isnan(found[1])
    assert found[0] == pytest.approx(evaluate(node, {"x": 2.0, "y": 0.9}))
    assert found[2] == pytest.approx(evaluate(node, {"x": 3.0, "y": 0.8}))
