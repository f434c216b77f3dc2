"""Quantities as people read them."""

from __future__ import annotations

import pytest

from calculators.engine.quantities import Quantity, Spread, parse_quantity
from calculators.engine.units import BYTE, SECOND, parse_unit
from calculators.engine.wording import format_quantity, number_text, readable, say


@pytest.mark.parametrize(
    ("text", "read", "said"),
    [
        ("5787.037 writes/s", "5,787 writes/s", "about 5,800 writes/s"),
        ("150 GB", "150 GB", "150 GB"),
        ("1,826.25 days", "1,826 days", "about 1,800 days"),
        ("99.95%", "99.95%", "99.95%"),
        ("99.9999%", "99.9999%", "99.9999%"),
        ("99.9999999%", "99.9999999%", "99.9999999%"),
        ("345,000 writes/s", "345,000 writes/s", "about 350,000 writes/s"),
        ("90.72 Gbit/s", "90.72 Gbit/s", "about 91 Gbit/s"),
        ("2,000/s", "2,000/s", "2,000/s"),
        ("500M writes", "500,000,000 writes", "500 million writes"),
        ("1 server", "1 server", "1 server"),
        ("$1,073,810", "$1,073,810", "about $1.1 million"),
        ("50M..200M users", "50 to 200 million users", "100 million users"),
    ],
)
def test_results_are_said_as_one_would_say_them(text, read, said):
    quantity = parse_quantity(text)

    assert (readable(quantity), say(quantity)) == (read, said)


def test_bytes_are_scaled_to_what_suits_their_size():
    assert readable(Quantity(1.515e13, BYTE)) == "15.15 TB"
    assert say(Quantity(1.75e9, BYTE / SECOND)) == "about 1.8 GB/s"
    assert readable(Quantity(3600.0, SECOND)) == "1 hour"


@pytest.mark.parametrize(
    ("low", "high", "read"),
    [
        ("50M users", "200M users", "50 to 200 million users"),
        ("500 users", "2M users", "500 users to 2 million users"),
        ("1 write/s", "30 writes/s", "1 to 30 writes/s"),
        ("$5", "$12M", "$5 to $12 million"),
        ("1%", "5%", "1% to 5%"),
        ("1 hour", "3 days", "1 hour to 3 days"),
    ],
)
def test_of_a_range_the_unit_stands_once_where_both_ends_share_it(low, high, read):
    first, second = parse_quantity(low), parse_quantity(high)
    spread = Spread(first.value, second.value)
    unit = second.unit if second.unit in ("%", "USD") else ""
    assert readable(Quantity(spread.middle, second.dimension, spread, unit)) == read


@pytest.mark.parametrize(
    ("unit", "value", "read"), [("USD/hour", 5 / 3600, "$5/hour"), ("/s", 20, "20/s"), ("days", 86_400, "1 day")]
)
def test_a_unit_stands_where_it_is_written(unit, value, read):
    assert readable(Quantity(value, parse_unit(unit).dimension, unit=unit)) == read


def test_what_has_no_unit_is_written_in_base_units_that_read_back():
    quantity = Quantity(20.0, parse_unit("/s").dimension)
    assert format_quantity(quantity) == "20/s"
    assert parse_quantity("20/s").dimension == quantity.dimension


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.0, 6, "0"),
        (0.1 + 0.2, 12, "0.3"),
        (345, 2, "350"),
        (998.6, 3, "999"),
        (999.9996, 6, "1,000"),
        (-1234.5, 12, "-1,234.5"),
        (2e-5, 6, "2e-05"),
        (1e15, 6, "1e+15"),
    ],
)
def test_numbers_have_their_thousands_apart_and_no_noise(value, digits, text):
    assert number_text(value, digits=digits) == text
