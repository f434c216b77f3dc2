from __future__ import annotations

from contextlib import suppress
from itertools import combinations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculators.labs.lab import LabError
from calculators.labs.raft_log import LAB
from tests.calculators.labs.play import played

WISHES = st.lists(st.sampled_from([action.name for action in LAB.actions]), max_size=45)


def followed(wishes, **values):
    """A run that does each wish that makes sense when its turn comes."""
    run = LAB.begin({**LAB.defaults(), **values}, Random(1))
    for wish in wishes:
        with suppress(ValueError):
            run.act(wish)
        yield run


@settings(max_examples=200)
@given(wishes=WISHES, servers=st.sampled_from([3, 4, 5]))
def test_no_leader_lacks_a_write_that_a_client_heard_yes_to(wishes, servers):
    """Leader completeness, section 5.4 of the paper."""
    for run in followed(wishes, servers=servers):
        assert run.lost == []


@settings(max_examples=100)
@given(wishes=WISHES)
def test_two_logs_with_one_entry_in_common_are_the_same_up_to_it(wishes):
    """Log matching, section 5.3 of the paper."""
    for run in followed(wishes, servers=5):
        for one, other in combinations([each.log for each in run.servers], 2):
            shared = [place for place in range(min(len(one), len(other))) if one[place].term == other[place].term]
            for place in shared:
                assert one[: place + 1] == other[: place + 1]


def test_without_the_rule_a_write_is_lost():
    """S1 and S2 have the write; S1 crashes, and S3 with its empty log is elected after S2 has stood."""
    done = ["write", "send", "crash", "return", "elect", "crash", "elect"]

    loose, strict = played(LAB, *done, rule="anybody"), played(LAB, *done, rule="raft")

    assert loose.acknowledged == strict.acknowledged == [1]
    assert loose.lost == [1]
    assert strict.lost == []


def test_a_write_of_an_older_term_does_not_count_by_itself():
    """Section 5.4.2: a majority with an entry of an older term is not enough for a yes."""
    run = played(LAB, "write", "send", "crash", "return", "elect", "send", servers=5)

    assert sum(bool(each.log) for each in run.servers) == 3
    assert run.acknowledged == []
    run.act("write")
    run.act("send")
    run.act("send")
    assert run.acknowledged == [1, 2]


def test_nobody_can_write_without_a_leader():
    with pytest.raises(LabError, match="cannot be done"):
        played(LAB, "crash", "write")
