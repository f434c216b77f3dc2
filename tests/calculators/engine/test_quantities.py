from __future__ import annotations

import math

import pint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.engine.dimensions import DIMENSIONLESS, counted
from calculators.engine.quantities import QuantityError, parse_quantity
from calculators.engine.units import BYTE, MONEY, SECOND
from calculators.engine.wording import format_quantity

DAY = 86_400
USERS, WRITES = counted("user"), counted("write")


@pytest.mark.parametrize(
    ("text", "value", "dimension"),
    [
        ("100M", 1e8, DIMENSIONLESS),
        ("1.5e6", 1.5e6, DIMENSIONLESS),
        ("1.5 x 10^6", 1.5e6, DIMENSIONLESS),
        ("10^5", 1e5, DIMENSIONLESS),
        ("about 10^5", 1e5, DIMENSIONLESS),
        ("2,000/s", 2000, SECOND**-1),
        ("5 KB", 5000, BYTE),
        ("4 KiB", 4096, BYTE),
        ("8 bits", 1, BYTE),
        ("10 Gbit/s", 1.25e9, BYTE / SECOND),
        ("20 Mbps", 2.5e6, BYTE / SECOND),
        ("150 ms", 0.15, SECOND),
        ("5 years", 5 * 365.25 * DAY, SECOND),
        ("99.95%", 0.9995, DIMENSIONLESS),
        ("3 nines", 0.999, DIMENSIONLESS),
        ("500M/day", 5e8 / DAY, SECOND**-1),
        ("1B users", 1e9, USERS),
        ("1 B", 1, BYTE),
        ("200 million users", 2e8, USERS),
        ("5 writes/user/day", 5 / DAY, WRITES / USERS / SECOND),
        ("5 writes per user per day", 5 / DAY, WRITES / USERS / SECOND),
        ("$0.09/GB", 0.09 / 1e9, MONEY / BYTE),
        ("7 queries", 7, counted("query")),
        ("500 rps", 500, counted("request") / SECOND),
        ("500 qps", 500, counted("query") / SECOND),
        ("5000 TPS", 5000, counted("transaction") / SECOND),
        ("600 rpm", 10, counted("request") / SECOND),
        ("5k req/s", 5000, counted("request") / SECOND),
        ("1/s", 1, SECOND**-1),
        ("3x", 3, DIMENSIONLESS),
        ("3×", 3, DIMENSIONLESS),
        ("1.5 million", 1.5e6, DIMENSIONLESS),
        ("2 Millions", 2e6, DIMENSIONLESS),
        ("10 000 000", 1e7, DIMENSIONLESS),
        ("10\u202f000/day", 1e4 / DAY, SECOND**-1),
        ("10 k", 1e4, DIMENSIONLESS),
        ("5 M users", 5e6, USERS),
        ("30m", 1800, SECOND),
        ("5 gigabytes", 5e9, BYTE),
        ("100 mbps", 12.5e6, BYTE / SECOND),
    ],
)
def test_numbers_are_read_as_people_write_them(text, value, dimension):
    quantity = parse_quantity(text)

    assert quantity.value == pytest.approx(value, rel=1e-12)
    assert quantity.dimension == dimension


@pytest.mark.parametrize(
    ("text", "low", "high", "shape"),
    [
        ("50M..200M", 5e7, 2e8, "lognormal"),
        ("50M to 200M", 5e7, 2e8, "lognormal"),
        ("50..200 ms", 0.05, 0.2, "lognormal"),
        ("50..200M users", 5e7, 2e8, "lognormal"),
        ("90..110", 90, 110, "normal"),
        ("20M - 80M", 2e7, 8e7, "lognormal"),
        ("20-80M", 2e7, 8e7, "lognormal"),
        ("5 ms - 10 ms", 0.005, 0.01, "normal"),
        ("20M — 80M", 2e7, 8e7, "lognormal"),
        ("1e-3 - 1e-2", 1e-3, 1e-2, "lognormal"),
        ("-5..20", -5, 20, "normal"),
        ("10 +- 2", 8, 12, "normal"),
        ("100 ± 10%", 90, 110, "normal"),
        ("10 +- 2 ms", 0.008, 0.012, "normal"),
        ("$20/hour +- 10%", 18 / 3600, 22 / 3600, "normal"),
    ],
)
def test_ranges_are_ninety_percent_intervals_with_a_stated_shape(text, low, high, shape):
    spread = parse_quantity(text).spread

    assert spread is not None
    assert (spread.low, spread.high) == (pytest.approx(low), pytest.approx(high))
    assert spread.shape == shape


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        ("", 0, "expected a number"),
        ("abc", 0, "expected a number"),
        ("NaN", 0, "expected a number"),
        ("٣", 0, "expected a number"),
        ("--5", 0, "expected a number"),
        ("5 Mb", 2, "Mbit or MB"),
        ("5 mb", 2, "Mbit or MB"),
        ("1,5 million", 0, "write 1.5 with a point, or 15"),
        ("99,9%", 0, "write 99.9 with a point, or 999"),
        ("1,50,000", 0, "write 150,000"),
        ("10.000.000", 0, "write 10,000,000"),
        ("300k/fortnight", 5, "did you mean 2 weeks?"),
        ("300k/mounth", 5, "did you mean month?"),
        ("5 milisecond", 2, "did you mean millisecond?"),
        ("20M - 5M", 5, "lower to the higher"),
        ("5 €", 2, "USD"),
        ("1e999", 0, "too large"),
        ("1e308 TB", 0, "too large"),
        ("9**9**9", 4, "unit"),
        ("5 KB + 3", 5, "'+'"),
        ("5 /", 3, "unit at the end"),
        ("5 GB//s", 5, "unit"),
        ("12.3.4", 0, "unclear"),
        ("5..", 3, "nothing"),
        ("10..2", 4, "lower to the higher"),
        ("5 s..3 B", 5, "s against byte"),
        ("x" * 10_000, 200, "200 characters"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_position(text, position, words):
    """Promise 36: a clear message at once."""
    with pytest.raises(QuantityError) as caught:
        parse_quantity(text)

    assert caught.value.position == position
    assert words in str(caught.value)


UNITS = ["", "kB", "GiB", "Mbit/s", "ms", "day", "%", "user", "writes/user/day", "USD/GB/month", "req/s"]


# Nothing is smaller than 1e-60 in base units but nothing itself.
WRITTEN = st.floats(min_value=-1e15, max_value=1e15, allow_nan=False).filter(
    lambda each: each == 0 or abs(each) > 1e-30
)


@given(WRITTEN, st.sampled_from(UNITS))
def test_what_is_written_reads_back_the_same(number, unit):
    original = parse_quantity(f"{number!r} {unit}")

    again = parse_quantity(format_quantity(original))

    assert again.dimension == original.dimension
    assert again.value == pytest.approx(original.value, rel=1e-10, abs=1e-18)


@given(st.floats(min_value=1e-6, max_value=1e6), st.floats(min_value=1.01, max_value=1e4), st.sampled_from(UNITS))
def test_a_range_that_is_written_reads_back_the_same(low, ratio, unit):
    original = parse_quantity(f"{low!r}..{low * ratio!r} {unit}")

    again = parse_quantity(format_quantity(original))

    assert again.spread is not None
    assert original.spread is not None
    assert again.spread.low == pytest.approx(original.spread.low, rel=1e-10)
    assert again.spread.high == pytest.approx(original.spread.high, rel=1e-10)


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text):
    """Promise 36."""
    try:
        quantity = parse_quantity(text)
    except QuantityError:
        return
    assert math.isfinite(quantity.value)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("3.7 GB", "3.7 gigabyte"), ("2 KiB", "2 kibibyte"), ("10 Gbit/s", "10 gigabit/second"), ("5 weeks", "5 week"),
        ("90 min", "90 minute"), ("7 TB/day", "7 terabyte/day"), ("2.5 hours", "2.5 hour"), ("12 us", "12 microsecond"),
        ("1 year", "1 julian_year"), ("3 Mbit", "3 megabit"),
    ],
)  # fmt: skip
def test_units_agree_with_pint(ours, theirs):
    registry = pint.UnitRegistry()
    expected = registry(theirs)
    base = "byte" if expected.check("[]") or "byte" in str(expected.to_base_units()) else None
    wanted = {BYTE: "byte", SECOND: "second", BYTE / SECOND: "byte/second"}[parse_quantity(ours).dimension]

    assert base in ("byte", None)
    assert parse_quantity(ours).value == pytest.approx(expected.to(wanted).magnitude, rel=1e-12)


@given(st.integers(min_value=0, max_value=10**12), st.sampled_from([",", " ", "_", "\u202f", "\u00a0"]))
def test_thousands_may_be_parted_by_any_usual_mark(number, mark):
    assert parse_quantity(f"{number:,}".replace(",", mark)).value == number


@given(
    st.integers(min_value=0, max_value=999),
    st.integers(min_value=0, max_value=99),
    st.sampled_from(["", "%", " million", " ms"]),
)
def test_a_comma_that_may_be_a_decimal_point_is_asked_about(whole, part, unit):
    with pytest.raises(QuantityError, match="unclear"):
        parse_quantity(f"{whole},{part}{unit}")


@given(st.text(max_size=60))
def test_no_message_counts_characters_from_the_start(text):
    message = ""
    try:
        parse_quantity(text)
    except QuantityError as error:
        message = str(error)
    assert "at character" not in message


@pytest.mark.parametrize(("text", "value"), [("10⁴/s", 1e4), ("3 x 10⁶", 3e6), ("2 × 10⁻³ s", 2e-3), ("1.500", 1.5)])
def test_small_raised_digits_are_a_power(text, value):
    assert parse_quantity(text).value == pytest.approx(value)


@pytest.mark.parametrize("text", ["5.000/s", "10.000 rps", "-1.000"])
def test_three_zeros_behind_a_point_are_asked_about(text):
    """Five thousand to half of the world, and five to the other half."""
    with pytest.raises(QuantityError, match=r"is unclear: write -?\d+, or -?\d+,000"):
        parse_quantity(text)


def test_a_share_may_end_in_zeros():
    assert parse_quantity("99.000%").value == pytest.approx(0.99)
