from __future__ import annotations

from contextlib import suppress
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from calculators.labs.vector_clocks import LAB, compare
from tests.calculators.labs.play import played

ACTIONS = st.lists(st.sampled_from([action.name for action in LAB.actions]), max_size=20)


def reached(events):
    """Oracle: happened-before as paths in the graph of program order and messages, by own search."""
    following = {place: set() for place in range(len(events))}
    last = {}
    for place, event in enumerate(events):
        if event.process in last:
            following[last[event.process]].add(place)
        last[event.process] = place
        if event.sent is not None:
            following[event.sent].add(place)
    found = {}
    for start in reversed(range(len(events))):
        found[start] = set(following[start]).union(*(found[each] for each in following[start]))
    return found


@given(actions=ACTIONS)
def test_vectors_tell_exactly_what_happened_before(actions):
    run = LAB.begin(LAB.defaults(), Random(1))
    for action in actions:
        with suppress(ValueError):  # no room for more
            run.act(action)
    after = reached(run.events)

    for one, first in enumerate(run.events):
        for other, second in enumerate(run.events):
            expected = "before" if other in after[one] else "after" if one in after[other] else "concurrent"
            assert compare(first.vector, second.vector) == ("same" if one == other else expected)
            if other in after[one]:
                assert first.lamport < second.lamport


def test_a_smaller_number_does_not_mean_before():
    run = played(LAB, "at-p", "at-q", "at-q")
    [p, _, q] = run.events

    assert p.lamport < q.lamport
    assert compare(p.vector, q.vector) == "concurrent"
    assert dict(run.view().facts)["Of these in order by Lamport's number"] == "1"


def test_a_message_by_hand():
    run = played(LAB, "at-p", "p-to-q")

    assert [each.vector for each in run.events] == [(1, 0, 0), (2, 0, 0), (2, 1, 0)]
    assert [each.lamport for each in run.events] == [1, 2, 3]
