"""What a figure is read as where a rate, a time or a share is asked for."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.engine.quantities import QuantityError, Spread
from calculators.engine.readings import WANTED, read_as

MONTH = 365.25 / 12 * 86_400


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("capacity", "5k/s", 5000),
        ("capacity", "5000 TPS", 5000),
        ("capacity", "5k requests/s", 5000),
        ("availability", "99.95%", 0.9995),
        ("availability", "3 nines", 0.999),
        ("share", "0.2", 0.2),
        ("time", "30m", 1800),
        ("count", "3x", 3),
        ("count", "100%", 1),
        ("money", "$200", 200),
        ("money", "$1/hour", MONTH / 3600),
        ("bandwidth", "10 Gbit/s", 1.25e9),
    ],
)
def test_what_can_be_meant_in_one_way_has_no_remark(kind, text, value):
    reading = read_as(kind, text)

    assert reading.quantity.value == pytest.approx(value, rel=1e-12)
    assert reading.remark == ""


@pytest.mark.parametrize(
    ("kind", "text", "value", "remark"),
    [
        ("capacity", "5000", 5000, "5000 is read as 5,000/s"),
        ("capacity", "5k", 5000, "5k is read as 5,000/s"),
        ("availability", "99.9", 0.999, "99.9 is read as 99.9%"),
        ("share", "90", 0.9, "90 is read as 90%"),
        ("availability", "43 min/month", 1 - 43 * 60 / MONTH, "43 min/month is read as downtime: 99.9019% available"),
        ("availability", "8 hours per year", 1 - 8 / 8766, "read as downtime"),
    ],
)
def test_an_evident_reading_is_taken_and_said(kind, text, value, remark):
    reading = read_as(kind, text)

    assert reading.quantity.value == pytest.approx(value, rel=1e-12)
    assert remark in reading.remark


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("capacity", "fast", "expected a number"),
        ("capacity", "0/s", "nothing at all"),
        ("capacity", "-5/s", "a negative number"),
        ("rate", "500 requests", "expected a rate such as 500/s or 5M/day, found request"),
        ("availability", "99,9%", "write 99.9 with a point"),
        ("availability", "120%", "found 120%"),
        ("availability", "5 users", "found user"),
        ("share", "43 min/month", "expected a share from 0% to 100%"),
        ("time", "5", "5 has no unit"),
        ("size", "500", "500 has no unit"),
        ("count", "30m", "m is minutes, M is million"),
        ("count", "43 min/month", "expected a number such as 200"),
    ],
)
def test_what_can_be_meant_in_several_ways_or_none_is_refused(kind, text, words):
    with pytest.raises(QuantityError, match=words):
        read_as(kind, text)


def test_ranges_keep_their_ends():
    assert read_as("capacity", "500..2000").quantity.spread == Spread(500, 2000)
    downtime = read_as("availability", "10..20 min/month").quantity.spread
    assert downtime is not None
    assert (downtime.low, downtime.high) == (pytest.approx(1 - 1200 / MONTH), pytest.approx(1 - 600 / MONTH))


@given(
    st.sampled_from(list(WANTED)), st.floats(-1e12, 1e12), st.sampled_from(["", "%", "/s", "ms", "kB", "users", "x"])
)
def test_whatever_is_read_lies_where_its_kind_may_lie(kind, number, unit):
    try:
        value = read_as(kind, f"{number!r} {unit}").quantity.value
    except QuantityError:
        return
    assert math.isfinite(value)
    assert value >= 0
    assert value <= 1 or kind not in ("share", "availability")


def test_share_below_agrees_with_the_ends_of_the_interval():
    for spread in (Spread(500, 2000), Spread(90, 110)):
        below = spread.share_below([spread.low, spread.middle, spread.high])
        assert below.tolist() == pytest.approx([0.05, 0.5, 0.95])
