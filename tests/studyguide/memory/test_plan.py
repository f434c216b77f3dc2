"""Which evening falls on which day before an interview."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyguide.memory.plan import dealt

pytestmark = pytest.mark.one_database


def test_days_enough_give_one_evening_each_and_leave_the_last_free():
    assert dealt([60, 50, 40], 5) == [[0], [1], [2], [], []]


def test_fewer_days_group_neighbours():
    assert dealt([60, 10, 10, 60], 2) == [[0, 1], [2, 3]]
    assert dealt([10, 20, 30], 1) == [[0, 1, 2]]


def test_no_day_takes_nothing():
    assert dealt([60], 0) == []


@given(st.lists(st.integers(1, 90), min_size=2, max_size=8), st.integers(1, 7))
def test_every_evening_comes_once_in_order_and_no_grouping_has_a_shorter_longest_day(minutes, days):
    """Against all ways to cut the evenings."""
    found = dealt(minutes, days)

    assert len(found) == days
    assert [place for day in found for place in day] == list(range(len(minutes)))
    if days < len(minutes):
        ways = [[0, *cuts, len(minutes)] for cuts in combinations(range(1, len(minutes)), days - 1)]
        best = min(max(sum(minutes[a:b]) for a, b in pairwise(way)) for way in ways)
        assert max(sum(minutes[place] for place in day) for day in found) == best
