from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.labs.rate_limiters import (
    LAB,
    LIMITERS,
    WINDOW_S,
    FixedWindow,
    LeakyBucket,
    SlidingCounter,
    SlidingLog,
    TokenBucket,
    fullest_window,
    most_in_a_window,
)
from tests.calculators.labs.play import played

TIMES = st.lists(st.floats(0, 60), max_size=120).map(sorted)


def passed(limiter, times):
    return [at for at in times if limiter.allows(at)]


@given(times=TIMES, limit=st.integers(1, 20))
def test_no_ten_seconds_see_more_than_each_limiter_promises(times, limit):
    """The log is exact; a fixed window doubles at its edge; a token bucket adds a full bucket to the refill."""
    assert most_in_a_window(passed(SlidingLog(limit), times)) <= limit
    assert most_in_a_window(passed(FixedWindow(limit), times)) <= 2 * limit
    assert most_in_a_window(passed(TokenBucket(limit), times)) <= 2 * limit
    assert most_in_a_window(passed(LeakyBucket(limit), times)) <= limit + max(1, limit / 4)


@given(times=TIMES, limit=st.integers(1, 20))
def test_the_sliding_counter_never_counts_more_than_the_limit_in_one_window_of_the_clock(times, limit):
    windows = [int(at // WINDOW_S) for at in passed(SlidingCounter(limit), times)]

    assert all(windows.count(window) <= limit for window in set(windows))


def test_a_token_bucket_by_hand():
    """Two tokens, one back every five seconds: at 0, 0 and 0 two pass; at 5 one more; at 9.9 none is back yet."""
    assert [TokenBucket(2).allows(0)] == [True]
    bucket = TokenBucket(2)
    assert [bucket.allows(at) for at in (0, 0, 0, 5, 5, 9.9, 10)] == [True, True, False, True, False, False, True]


def test_the_window_forgets_at_its_edge_and_the_log_does_not():
    times = [9.8, 9.9, 10.0, 10.1]

    assert passed(FixedWindow(2), times) == times
    assert passed(SlidingLog(2), times) == [9.8, 9.9]


@pytest.mark.parametrize("kind", ["edge", "burst", "steady", "busy"])
def test_every_request_is_judged_by_every_limiter(kind):
    run = played(LAB, "run", trace=kind)

    assert run.seen == len(run.times)
    assert len(run.view().tables[0].rows) == len(LIMITERS)


def test_bursts_at_the_edges_show_the_fixed_window_at_up_to_twice_the_limit():
    run = played(LAB, "run", trace="edge", limit=10)

    assert 10 < most_in_a_window(run.passed["fixed"]) <= 20
    assert most_in_a_window(run.passed["log"]) == 10


@given(times=TIMES, limit=st.integers(1, 20))
def test_what_a_limiter_keeps_tells_whether_the_next_may_pass(times, limit):
    """From 0 to 1: a bucket with less than one token, and a full window or log, refuse; asking changes nothing."""
    token, window, log = TokenBucket(limit), FixedWindow(limit), SlidingLog(limit)
    for at in times:
        had, counted, remembered = token.share(at), window.share(at), log.share(at)
        assert all(0 <= share <= 1 for share in (had, counted, remembered))
        assert token.allows(at) == (had * limit >= 1 - 1e-6)
        assert window.allows(at) == (counted * limit < limit - 1e-6)
        assert log.allows(at) == (remembered * limit < limit - 1e-6)


def test_the_fullest_window_is_found_with_its_beginning():
    assert fullest_window([]) == (0, 0.0)
    assert fullest_window([0, 1, 20, 21, 22, 29.9, 30]) == (4, 20)  # at 30 the request of 20 has left the window
