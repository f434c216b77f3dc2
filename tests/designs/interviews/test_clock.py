from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designs.interviews.clock import Pause, elapsed_seconds, stage_at, stages_of, time_spent
from designs.selectors.methods import method_called

BEGAN = datetime(2026, 3, 1, 12, tzinfo=UTC)


def after(minutes: float) -> datetime:
    return BEGAN + timedelta(minutes=minutes)


def stages(minutes: int):
    return stages_of(method_called("scope-sketch-bottleneck"), minutes)


def test_our_method_takes_ten_twenty_and_thirteen_minutes_of_forty_five():
    assert [(each.title, each.minutes) for each in stages(45)] == [("Scope", 10), ("Sketch", 20), ("Bottlenecks", 13)]
    assert stages(45)[-1].ends_s == 43 * 60


def test_other_lengths_keep_the_proportions():
    assert [each.budget_s for each in stages(90)] == [2 * each.budget_s for each in stages(45)]


def test_the_clock_stands_still_while_it_is_paused():
    first, second = Pause(after(10), after(15)), Pause(after(20))

    assert elapsed_seconds(BEGAN, [Pause(after(10))], after(12)) == 10 * 60
    assert elapsed_seconds(BEGAN, [first], after(18)) == 13 * 60
    assert elapsed_seconds(BEGAN, [first, second], after(30)) == 15 * 60


def test_a_clock_that_was_set_back_shows_no_negative_time():
    """promise 11"""
    assert elapsed_seconds(BEGAN, [], after(-60)) == 0


@pytest.mark.parametrize(("second", "title"), [(0, "Scope"), (599, "Scope"), (600, "Sketch"), (2_579, "Bottlenecks")])
def test_each_second_belongs_to_the_stage_of_the_plan(second, title):
    found = stage_at(stages(45), second)

    assert found is not None
    assert found.title == title


def test_the_slack_belongs_to_no_stage():
    assert stage_at(stages(45), 43 * 60) is None


def test_time_goes_to_the_stage_of_the_edit_that_ends_it():
    """Ten minutes until the first edit of the sketch belong to the sketch; the rest after the last edit, too."""
    spent = time_spent(stages(45), [("scope", 240), ("scope", 300), ("sketch", 900)], ended_s=1_000)

    assert [each.seconds for each in spent] == [300, 700, 0]


@given(st.lists(st.tuples(st.sampled_from(["scope", "sketch", "bottleneck"]), st.integers(0, 5_000)), min_size=1))
def test_all_time_belongs_to_some_stage(edits):
    edits.sort(key=lambda edit: edit[1])

    spent = time_spent(stages(45), edits, ended_s=6_000)

    assert sum(each.seconds for each in spent) == 6_000
