from __future__ import annotations

import pytest

from designs.document import text
from designs.document.limits import MAX_BYTES, MAX_COMPONENTS
from designs.document.problems import DocumentTooLargeError
from tests.designs.document.examples import complete, drawing


def test_dump_and_load_give_the_same_document_and_the_same_bytes():
    """promise 14"""
    once = text.dump(complete())
    assert text.load(once) == complete()
    assert text.dump(text.parse(once)) == once


@pytest.mark.parametrize("value", ["é\u2028</script>\U0001f600", 0.1, 1e22, 5e-324, True, 10**30, "\\u0000"])
def test_every_value_survives(value):
    assert text.load(text.dump({"a": value})) == {"a": value}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        pytest.param("{", "not JSON", id="cut off"),
        pytest.param('{"a": NaN}', "NaN is not a number", id="NaN"),
        pytest.param("[1]", "object was expected", id="a list"),
        pytest.param('{"a":' * 20 + "1" + "}" * 20, "deeper than 16", id="deep"),
        pytest.param('{"a":' * 200_000, "deeper than 16", id="very deep"),
        pytest.param('{"a": ' + "[" * 200_000 + "]" * 200_000 + "}", "deeper than 16", id="deep lists"),
        pytest.param(b'{"a": "\xff"}', "not JSON", id="not UTF-8"),
        pytest.param('{"a": ' + "9" * 5000 + "}", "thousands of digits", id="huge integer"),
    ],
)
def test_what_is_not_a_json_object_is_refused_in_words(given, words):
    with pytest.raises(text.MalformedJsonError, match=words):
        text.parse(given)


def test_sixteen_levels_are_fine():
    assert text.parse('{"a":' * 16 + "1" + "}" * 16)


def test_the_largest_drawing_fits():
    """promise 12"""
    assert len(text.dump(drawing(MAX_COMPONENTS))) < MAX_BYTES


def test_a_larger_document_is_refused_with_both_sizes():
    """promise 12"""
    with pytest.raises(DocumentTooLargeError, match=r"1,000,000 bytes .* 1,000,001") as refused:
        text.dump({"a": "x" * (MAX_BYTES + 1 - len('{"a":""}'))})
    assert (refused.value.size, refused.value.limit) == (1_000_001, 1_000_000)
