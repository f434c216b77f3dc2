from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from calculators.labs.cap import LAB
from tests.calculators.labs.play import played

ACTIONS = st.lists(st.sampled_from([action.name for action in LAB.actions]), max_size=40)


@given(actions=ACTIONS)
def test_consistency_never_answers_old_and_never_loses_a_write(actions):
    run = played(LAB, *actions, choice="cp")

    assert (run.stale, run.lost) == (0, 0)


@given(actions=ACTIONS)
def test_availability_never_refuses(actions):
    assert played(LAB, *actions, choice="ap").refused == 0


@given(actions=ACTIONS)
def test_both_sides_hold_the_same_while_the_link_is_whole(actions):
    run = played(LAB, *actions, "heal", choice="ap")

    assert run.copies["A"] == run.copies["B"]


def test_two_writes_across_the_cut_leave_one():
    run = played(LAB, "write-a", "cut", "write-a", "write-b", "read-a", "heal", choice="ap")

    assert run.lost == 1
    assert run.stale == 1
    assert run.copies["A"].value == 3


def test_one_side_alone_writing_loses_nothing():
    run = played(LAB, "write-a", "cut", "write-a", "heal", choice="ap")

    assert run.lost == 0
