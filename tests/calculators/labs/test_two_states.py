"""The loop of a service that retries keep full: where it collapses, and where it comes back, by hand."""

from __future__ import annotations

import pytest

from calculators.labs.two_states import CAPACITY, LAB, MOST, MOST_MOVES
from tests.calculators.labs.play import played

TO_THE_TOP = ["up"] * 7  # 60 + 70 = 130 a second


def down_to(traffic: int) -> list[str]:
    """So many moves down from 130, and time for a queue of 10 s to empty."""
    return ["down"] * ((130 - traffic) // 10) + ["wait"] * 4


@pytest.mark.parametrize("retries", [0, 1, 2, 3])
def test_it_bears_its_capacity_and_no_more(retries):
    run = played(LAB, *TO_THE_TOP, retries=retries)

    assert [each.is_well for each in run.moves] == [True] * 6 + [False]
    assert run.collapsed_at == 130
    assert run.moves[-1].calls == pytest.approx(130 * (1 + retries), rel=0.01)


@pytest.mark.parametrize(("retries", "back"), [(0, 110), (1, 50), (2, 30), (3, 20)])
def test_the_queue_empties_below_the_capacity_over_all_tries_only(retries, back):
    """120 / (1 + retries): 120, 60, 40, 30. At exactly that it stands still, so ten fewer are needed."""
    assert CAPACITY / (1 + retries) - 10 == back
    assert not played(LAB, *TO_THE_TOP, *down_to(back + 10), retries=retries).moves[-1].is_well
    run = played(LAB, *TO_THE_TOP, *down_to(back), retries=retries)
    assert run.moves[-1].is_well
    assert run.recovered_at == back


def test_one_traffic_has_two_answers_and_a_spike_leads_from_one_to_the_other():
    up = played(LAB, "up", "up")
    spiked = played(LAB, "up", "up", "spike", "wait", "wait")

    assert (up.moves[-1].traffic, spiked.moves[-1].traffic) == (80, 80)
    assert up.moves[-1].answered == pytest.approx(80)
    assert spiked.moves[-1].answered == 0
    assert spiked.moves[-1].calls == pytest.approx(240, rel=0.01)


def test_a_budget_of_a_tenth_brings_it_back_at_a_hundred():
    run = played(LAB, *TO_THE_TOP, *down_to(100), budget=10)

    assert run.recovered_at == 100
    assert played(LAB, *TO_THE_TOP, budget=10).moves[-1].calls == pytest.approx(143, rel=0.01)


def test_a_short_queue_answers_its_capacity_whatever_comes():
    run = played(LAB, *["up"] * 12, queue="short")

    assert run.traffic == MOST
    assert run.moves[-1].answered == pytest.approx(CAPACITY, rel=0.02)
    assert run.moves[-1].wait_s <= 0.5
    assert played(LAB, "up", "up", "spike", queue="short").moves[-1].is_well


def test_what_was_guessed_is_known_once_it_has_come_back():
    assert LAB.asks.answer(played(LAB, *TO_THE_TOP)) == ""
    assert LAB.asks.answer(played(LAB, *TO_THE_TOP, *down_to(30))) == "less"
    assert LAB.asks.answer(played(LAB, *TO_THE_TOP, *down_to(100), budget=10)) == "same"
    assert LAB.asks.answer(played(LAB, *TO_THE_TOP, *down_to(110), queue="short")) == "same"
    assert "130 requests a second and recovered at 30" in LAB.asks.lesson(played(LAB, *TO_THE_TOP, *down_to(30)))


def test_a_run_ends():
    assert played(LAB, *["wait"] * MOST_MOVES).view().can == ()


def test_nothing_is_left_to_chance_so_no_seed_is_asked_for():
    assert played(LAB, *TO_THE_TOP, seed=1).moves == played(LAB, *TO_THE_TOP, seed=2).moves
    assert not LAB.by_chance
