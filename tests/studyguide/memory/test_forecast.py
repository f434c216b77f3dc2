"""What can be reached by the day of an interview."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from studyguide.memory.interview import forecast

TODAY = date(2026, 3, 1)


def days(ahead: int):
    return forecast(today=TODAY, interview_on=TODAY + timedelta(days=ahead), unseen=500, new_a_day=10)


@pytest.mark.parametrize(("ahead", "reachable"), [(1, 10), (2, 10), (4, 20), (7, 40), (8, 40), (14, 70), (21, 140)])
def test_new_cards_come_for_half_of_a_short_time_and_until_a_week_before_else(ahead, reachable):
    assert days(ahead).reachable == reachable


def test_more_days_never_reach_less():
    reached = [days(ahead).reachable for ahead in range(1, 60)]

    assert reached == sorted(reached)
    assert days(0).reachable == 0
