from __future__ import annotations

import pytest

from web.sent.typed import LARGEST, LARGEST_KEY, whole_number


@pytest.mark.parametrize(
    ("typed", "number"),
    [("0", 0), ("007", 7), (str(LARGEST), LARGEST), (str(LARGEST + 1), None), ("9" * 5_000, None), ("", None)]
    + [(text, None) for text in ("-1", "+1", "1.0", " 1", "1 ", "1e3", "٣", "²", "0x1", "\x001")],
)
def test_only_plain_digits_up_to_the_largest_number_are_a_whole_number(typed, number):
    assert whole_number(typed) == number


def test_a_key_may_be_as_large_as_the_database_holds():
    assert whole_number(str(LARGEST_KEY), most=LARGEST_KEY) == LARGEST_KEY
    assert whole_number(str(LARGEST_KEY + 1), most=LARGEST_KEY) is None
