from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyguide.search.words import MAX_WORDS, fts5_match, tsquery, words_of


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        pytest.param("Consistent Hash", ["consistent", "hash"], id="lower case"),
        pytest.param('  "drop*" AND (table) ', ["drop", "and", "table"], id="operators are only words"),
        pytest.param("l7-balancer/v2", ["l7", "balancer", "v2"], id="punctuation splits"),
        pytest.param(
            "slow for 1% of us", ["slow", "for", "percentile", "of", "us"], id="a share of all is a percentile"
        ),
        pytest.param("50% off", ["50", "off"], id="and a price is none"),
        pytest.param("___", [], id="nothing to look for"),
        pytest.param("a\x00b", ["a", "b"], id="a NUL byte splits"),
    ],
)
def test_words_of_a_query(typed, words):
    assert words_of(typed) == words


@given(st.text(max_size=400))
def test_no_text_reaches_a_query_as_an_operator(typed):
    words = words_of(typed)

    assert len(words) <= MAX_WORDS
    assert all(character.isalnum() or character == "_" for word in words for character in word)


def test_only_the_last_word_may_be_unfinished():
    assert fts5_match(["load", "bal"]) == '"load" "bal"*'
    assert tsquery(["load", "bal"]) == "'load' & 'bal':*"
