from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.labs.crdt import KINDS, LAB
from tests.calculators.labs.play import played

CHANGES = st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from([1, -1])), max_size=12)
ACTIONS = st.lists(st.sampled_from([action.name for action in LAB.actions]), max_size=30)
each_kind = pytest.mark.parametrize("kind", KINDS)


def made(kind, changes, start):
    value = KINDS[kind]()
    for turn, (side, by) in enumerate(changes, start=start):
        value.change(side, turn, by)
    return value


@each_kind
@given(one=CHANGES, other=CHANGES, third=CHANGES)
def test_merging_has_no_order_and_no_number_of_times(kind, one, other, third):
    """The three laws of a join. Times of different copies never tie: each has turns of its own."""
    a = made(kind, [("A", by) for _, by in one], 1)
    b = made(kind, [("B", by) for _, by in other], 101)
    c = made(kind, [("B", by) for _, by in third], 101) if kind == "counter" else made(kind, third, 201)

    assert a.merge(b) == b.merge(a)
    assert a.merge(b).merge(c) == a.merge(b.merge(c))
    assert a.merge(b).merge(b) == a.merge(b)


@each_kind
@given(actions=ACTIONS)
def test_both_sides_are_alike_after_a_merge(kind, actions):
    assert played(LAB, *actions, "merge", kind=kind).is_same


@given(actions=ACTIONS)
def test_a_counter_comes_to_the_sum_of_all_changes(actions):
    """Oracle: count the words."""
    run = played(LAB, *actions, "merge", kind="counter")

    assert run.sides["A"].shown == str(
        sum(each.startswith("add") for each in actions) - sum(each.startswith("remove") for each in actions)
    )


def test_a_plain_number_loses_what_the_counter_keeps():
    done = ["add-a", "add-a", "add-b", "merge"]

    assert played(LAB, *done, kind="number").sides["A"].shown == "1"
    assert played(LAB, *done, kind="counter").sides["A"].shown == "3"


def test_adding_wins_over_a_removal_that_did_not_see_it():
    done = ["add-a", "merge", "add-a", "remove-b", "merge"]

    assert played(LAB, *done, kind="basket").sides["B"].shown == "milk"
    assert played(LAB, *done, kind="flag").sides["B"].shown == "nothing"


def test_a_change_leaves_other_copies_alone():
    basket = made("basket", [("A", 1)], 1)
    kept = copy.deepcopy(basket)
    basket.merge(made("basket", [("B", 1)], 2))

    assert basket == kept
