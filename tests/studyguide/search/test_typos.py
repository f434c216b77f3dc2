from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyguide.search.typos import TitleIndex, trigrams

TITLES = TitleIndex(
    [
        (1, "Consistent hashing"),
        (2, "Rendezvous hashing"),
        (3, "Load balancer basics"),
        (4, "Latency numbers"),
        (5, "Quorums"),
    ]
)


def test_trigrams_are_those_of_pg_trgm():
    """The example of PostgreSQL's manual, appendix F.35: show_trgm('cat')."""
    assert trigrams("cat") == {"  c", " ca", "cat", "at "}


def test_a_misspelt_title_is_found_and_the_closest_comes_first():
    assert TITLES.alike("consistant hasing", limit=5)[0] == 1


@pytest.mark.parametrize(
    ("typed", "key"),
    [("latancy", 4), ("qourum", 5), ("consitent", 1), ("rendesvous", 2), ("blancer", 3), ("hashing consistnet", 1)],
)
def test_one_misspelt_word_finds_a_title_of_several(typed, key):
    assert TITLES.alike(typed, limit=5)[0] == key


def test_the_shorter_title_comes_first_among_equals():
    assert TitleIndex([(1, "Caching at the edge"), (2, "Caching")]).alike("cachin", limit=5) == [2, 1]


def test_what_resembles_nothing_finds_nothing():
    assert TITLES.alike("zzzz qqqq", limit=5) == []


@given(st.lists(st.text(alphabet="abc ", min_size=1, max_size=12).filter(str.strip), min_size=1, max_size=20))
def test_every_title_is_found_by_itself(titles):
    index = TitleIndex(enumerate(titles))

    for key, title in enumerate(titles):
        assert any(titles[found].split() == titles[key].split() for found in index.alike(title, limit=len(titles)))
