from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studyguide.memory.days import Calendar

ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "America/Sao_Paulo"]


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        pytest.param("2026-03-10T02:59+00:00", date(2026, 3, 9), id="late at night is the day before"),
        pytest.param("2026-03-10T03:00+00:00", date(2026, 3, 10), id="04:00 in Berlin begins the day"),
        pytest.param("2024-02-29T12:00+00:00", date(2024, 2, 29), id="leap day"),
        pytest.param("2026-10-25T02:30+00:00", date(2026, 10, 24), id="03:30 after the clocks went back"),
    ],
)
def test_a_day_begins_at_four_in_berlin(moment, day):
    assert Calendar(zone=ZoneInfo("Europe/Berlin")).day_of(datetime.fromisoformat(moment)) == day


@settings(max_examples=150)
@given(
    zone=st.sampled_from(ZONES),
    hour=st.integers(0, 23),
    moment=st.datetimes(datetime(2011, 12, 20), datetime(2028, 3, 5)),
    later=st.integers(0, 5_000),
)
def test_every_moment_lies_in_the_day_that_it_is_given(zone, hour, moment, later):
    """promise 11: days neither overlap nor leave gaps, across changes of the clocks and skipped days."""
    calendar, at = Calendar(zone=ZoneInfo(zone), day_starts_at=hour), moment.replace(tzinfo=UTC)
    day = calendar.day_of(at)

    assert calendar.start_of(day) <= at < calendar.start_of(day + timedelta(days=1))
    assert calendar.day_of(at + timedelta(minutes=later)) >= day
