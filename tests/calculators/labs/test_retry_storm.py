from __future__ import annotations

import pytest

from calculators.labs.retry_storm import CAPACITY, FAILS_FROM, FAILS_UNTIL, LAB, RATE, SECONDS
from tests.calculators.labs.play import played


def through(**values):
    return played(LAB, *["step"] * SECONDS, **values)


def settled(begin, tries, most):
    """Oracle: each failed try of a second's cohort is sent again; repeat the second until the calls stay the same."""
    calls = begin
    for _ in range(10_000):
        answered = calls if calls <= CAPACITY else CAPACITY * CAPACITY / calls
        failed, cohort, total = 1 - answered / calls, float(RATE), 0.0
        for _ in range(tries):
            total += cohort
            cohort *= failed
        calls = 0.9 * calls + 0.1 * min(total, most)
    return calls


def test_without_retries_the_service_is_back_with_the_end_of_the_fault():
    run = through(retries=0)

    assert [each.calls for each in run.seconds] == [RATE] * SECONDS
    assert [each.served for each in run.seconds] == [
        0 if FAILS_FROM <= second < FAILS_UNTIL else RATE for second in range(SECONDS)
    ]


@pytest.mark.parametrize("retries", [2, 3])
def test_retries_without_a_budget_keep_it_down_after_the_fault(retries):
    run = through(retries=retries)

    assert max(each.calls for each in run.seconds) == RATE * (1 + retries)
    if not run.recovered:
        assert run.seconds[-1].calls == pytest.approx(settled(RATE * (1 + retries), 1 + retries, 10**9), abs=1)


def test_three_retries_never_recover():
    assert not through(retries=3).recovered


@pytest.mark.parametrize("budget", [0, 5, 10, 20])
def test_a_budget_bounds_the_calls_and_lets_it_recover(budget):
    run = through(retries=3, budget=budget)

    assert max(each.calls for each in run.seconds) <= RATE * (100 + budget) / 100 + 1
    assert run.recovered


def test_a_breaker_lets_it_recover_and_is_closed_in_the_end():
    run = through(retries=3, breaker="on")

    assert run.recovered
    assert run.seconds[-1].breaker == "closed"
    assert any(each.breaker == "open" and each.calls == 0 for each in run.seconds)
