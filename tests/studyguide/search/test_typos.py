from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyguide.search.typos import WordIndex, trigrams

WORDS = WordIndex(["consistent", "hashing", "rendezvous", "balancer", "latency", "quorum", "gateway", "caching"])


def test_trigrams_are_those_of_pg_trgm():
    """The example of PostgreSQL's manual, appendix F.35: show_trgm('cat')."""
    assert trigrams("cat") == {"  c", " ca", "cat", "at "}


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("latancy", "latency"),
        ("qourum", "quorum"),
        ("consitent", "consistent"),
        ("consistnet", "consistent"),
        ("rendesvous", "rendezvous"),
        ("blancer", "balancer"),
        ("gatway", "gateway"),
    ],
)
def test_a_misspelt_word_finds_the_right_one(typed, word):
    found = dict(WORDS.alike(typed))

    assert max(found, key=lambda each: found[each]) == word


@pytest.mark.parametrize("typed", ["zzzz", "latte", "balance sheet", "hat"])
def test_what_resembles_nothing_finds_nothing(typed):
    assert dict(WORDS.alike(typed)) == {}


@given(st.lists(st.text(alphabet="abcd", min_size=1, max_size=12), min_size=1, max_size=20))
def test_every_word_is_most_like_itself(words):
    index = WordIndex(words)

    assert all(dict(index.alike(word))[word] == 1.0 for word in words)
