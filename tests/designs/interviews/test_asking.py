from __future__ import annotations

import pytest

from designs.interviews.asking import find_question, words_of
from tests.designs.interviews.shipped import scenario


@pytest.mark.parametrize("slug", ["twitter", "url-shortener"])
def test_every_question_and_every_synonym_of_a_scenario_finds_itself_or_one_that_shares_its_words(slug):
    data = scenario(slug)
    for key, each in data.questions.items():
        found = find_question(data, each.question)
        assert found is not None, each.question
        assert found.question == key
        for synonym in each.synonyms:
            assert find_question(data, synonym) is not None, synonym


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("How many links do people shorten per month?", "created"),
        ("what's the read/write ratio?", "ratio"),
        ("Do links ever expire?", "keep"),
        ("CAN USERS PICK A CUSTOM ALIAS", "custom"),
        ("should I worry about abuse and robots", "abuse"),
        ("do we need analytics for owners?", "stats"),
    ],
)
def test_questions_in_other_words_find_their_answer(asked, meant):
    found = find_question(scenario("url-shortener"), asked)

    assert found is not None
    assert found.question == meant


@pytest.mark.parametrize(
    ("asked", "meant"),
    [("how many users use it per day?", "users"), ("tweets per day", "tweets"), ("What is the peak?", "peak")],
)
def test_what_is_counted_tells_more_than_how(asked, meant):
    found = find_question(scenario("twitter"), asked)

    assert found is not None
    assert found.question == meant


@pytest.mark.parametrize(
    "asked", ["", "?", "What is your favourite colour?", "Should I use Kubernetes here", "a" * 10_000, "<script>"]
)
def test_what_the_scenario_does_not_know_gets_no_answer(asked):
    assert find_question(scenario("url-shortener"), asked) is None


def test_the_same_question_always_gets_the_same_answer():
    data = scenario("twitter")

    assert len({find_question(data, "how many users and how many tweets") for _ in range(5)}) == 1


def test_words_are_compared_by_what_they_are_about():
    assert words_of("How many of the queries are cached?") == ["query", "cache"]
