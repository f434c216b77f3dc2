"""A path is a row of evenings, and whoever follows one is led along it from topic to topic."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from studyguide.models import LearningPath, SearchEntry
from studyguide.notes.errors import NoteError
from studyguide.notes.minutes import card_minutes, reading_minutes
from studyguide.selectors.paths import learning_path, place_on_path
from studyguide.services.paths import load_paths, read_path
from tests.studyguide.build import make_topic

pytestmark = pytest.mark.django_db

PATH = b"""
slug: two-evenings
title: Two evenings
summary: A short way.
steps:
  - {topic: c, because: Begin., evening: The numbers, scenario: url-shortener}
  - {topic: a, because: Then.}
  - {topic: b, because: Last., evening: The parts, scenario: gone}
"""


@pytest.fixture
def path(transactional_db) -> LearningPath:
    for slug in "abc":
        make_topic(slug, body_html="<p>Words.</p>", plain_text="word " * 250)
    SearchEntry.objects.create(
        kind="scenario", key="url-shortener", title="URL shortener", url="/scenarios/url-shortener/"
    )
    return load_paths([("path.yaml", PATH)])[0]


def test_evenings_have_their_topics_minutes_and_scenario(path):
    """250 words are two minutes at 200 a minute; a scenario that is not there is not offered."""
    first, second = learning_path("two-evenings", done=frozenset()).evenings

    assert [step.topic.slug for step in first.steps] == ["c", "a"]
    assert (first.number, first.title, first.minutes) == (1, "The numbers", 4)
    assert first.scenario == ("URL shortener", "/scenarios/url-shortener/")
    assert second.scenario is None


def test_a_scenario_without_an_evening_is_refused_with_its_line():
    with pytest.raises(NoteError, match="evening") as refused:
        read_path(b"slug: p\ntitle: P\nsummary: S\nsteps:\n- {topic: a, because: B., scenario: x}\n", path="p.yaml")

    assert refused.value.line == 5


def test_where_one_is_follows_the_path_and_not_the_tree(path):
    from studyguide.models import Topic

    place = place_on_path(Topic.objects.get(slug="a"), "two-evenings", done=frozenset())

    assert place
    assert (place.place, place.count, place.evening, place.evenings) == (2, 3, 1, 2)
    assert place.previous
    assert place.previous.slug == "c"
    assert place.next
    assert place.next.slug == "b"
    assert place.ends
    assert place.ends.title == "The numbers"
    assert place_on_path(Topic.objects.get(slug="a"), "no-such-path", done=frozenset()) is None


@pytest.mark.parametrize(("words", "minutes"), [(0, 1), (200, 1), (201, 2), (700, 4)])
def test_reading_takes_a_minute_for_200_words(words, minutes):
    assert reading_minutes("word " * words) == minutes


def test_a_new_card_takes_half_a_minute():
    assert (card_minutes(0), card_minutes(3)) == (0, 2)


@pytest.mark.one_database
def test_a_reader_goes_along_a_path_from_its_page_to_its_end(page, path):
    page.goto("/learn/")
    page.get_by_role("link", name="Two evenings").click()
    expect(page.get_by_role("heading", name="Evening 1: The numbers")).to_be_visible()
    page.get_by_role("button", name="Begin with C").click()
    expect(page.get_by_label("Your path")).to_contain_text("evening 1 of 2, topic 1 of 3")

    page.get_by_role("button", name="Mark as read").click()
    page.get_by_role("button", name="Next: A").click()
    page.get_by_role("button", name="Mark as read").click()
    expect(page.get_by_text("That was evening 1.")).to_contain_text("URL shortener")
    page.get_by_role("button", name="Next: B").click()
    page.get_by_role("button", name="Mark as read").click()
    page.get_by_role("button", name="The end of Two evenings").click()

    expect(page.get_by_text("You have read all of it.")).to_be_visible()


@pytest.mark.one_database
def test_without_scripts_the_path_is_kept_when_a_topic_is_marked(plain_page, path):
    plain_page.goto("/topics/c/?path=two-evenings")
    plain_page.get_by_role("button", name="Mark as read").click()

    plain_page.get_by_role("button", name="Next: A").click()
    expect(plain_page).to_have_url("/topics/a/?path=two-evenings")
