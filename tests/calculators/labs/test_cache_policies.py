from __future__ import annotations

from functools import lru_cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.labs.cache_policies import LAB
from tests.calculators.labs.play import played


@given(seed=st.integers(0, 500), capacity=st.integers(1, 8))
def test_lru_hits_as_often_as_the_standard_library_does(seed, capacity):
    run = played(LAB, "run", seed=seed, policy="lru", writes="through", capacity=capacity)

    fetch = lru_cache(maxsize=capacity)(lambda key: key)
    hits = 0
    for key, is_write in run.accesses:
        before = fetch.cache_info().hits
        fetch(key)
        hits += (fetch.cache_info().hits - before) if not is_write else 0
    assert run.hits == hits


def test_a_loop_over_one_more_than_fits_never_hits():
    """The classic worst case of LRU and FIFO: six keys in a circle, room for five."""
    for policy in ("lru", "fifo"):
        run = played(LAB, "run", policy=policy, trace="loop", capacity=5, writes="through")
        assert run.hits == 0


def test_fewest_uses_go_first_under_lfu():
    run = played(LAB, policy="lfu", capacity=2, writes="through")
    run.accesses = [("A", False), ("A", False), ("B", False), ("C", False), ("A", False)]
    for _ in run.accesses:
        run.act("step")

    assert list(run.held) == ["C", "A"]


@given(seed=st.integers(0, 500), steps=st.integers(0, 60))
def test_write_through_loses_nothing_in_a_crash(seed, steps):
    run = played(LAB, *["step"] * steps, "crash", seed=seed, writes="through")

    assert run.lost == 0


@pytest.mark.parametrize("flushes", [False, True])
def test_write_back_loses_exactly_what_was_not_yet_written(flushes):
    run = played(LAB, writes="back", capacity=8)
    run.accesses = [("A", True), ("B", True), ("A", True)]
    for _ in run.accesses:
        run.act("step")
    if flushes:
        run.act("flush")
    run.act("crash")

    assert run.lost == (0 if flushes else 3)
    assert run.stored["A"] == (2 if flushes else 0)
