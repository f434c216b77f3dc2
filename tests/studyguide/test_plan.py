"""Whoever has an interview types its day on the home page, sees what each day is for, and keeps the day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from studyguide.memory.schedule import Rules
from studyguide.models import SearchEntry, StudySettings, Topic
from studyguide.selectors.plan import plan_until
from studyguide.services.paths import load_paths
from tests.studyguide.build import make_topic

pytestmark = pytest.mark.django_db

PATH = b"""
slug: interview-in-a-week
title: Interview in a week
summary: Two evenings.
steps:
  - {topic: c, because: Begin., evening: The numbers, scenario: url-shortener}
  - {topic: a, because: Then.}
  - {topic: b, because: Last., evening: The parts}
"""


@pytest.fixture
def path(transactional_db):
    for slug in "abc":
        make_topic(slug, title=f"Topic {slug}", body_html="<p>Words.</p>", plain_text="word " * 250)
    SearchEntry.objects.create(
        kind="scenario", key="url-shortener", title="URL shortener", url="/scenarios/url-shortener/"
    )
    return load_paths([("path.yaml", PATH)])[0]


def days_of(left: int, done: frozenset[int] = frozenset()) -> list[tuple[list[str], bool]]:
    """By day the titles of its evenings, and whether a whole interview falls on it."""
    today = timezone.now().date()
    plan = plan_until(today + timedelta(days=left), today=today, done=done)
    assert plan
    return [([part.evening.title for part in day.parts], day.mock is not None) for day in plan.days]


def test_the_last_of_several_days_is_for_a_whole_interview(path):
    assert days_of(4) == [(["The numbers"], False), (["The parts"], False), ([], True), ([], True)]
    assert days_of(2) == [(["The numbers", "The parts"], False), ([], True)]
    assert days_of(1) == [(["The numbers", "The parts"], False)]
    assert days_of(0) == []


def test_what_was_read_is_left_out_and_its_evening_goes(path):
    read = frozenset(Topic.objects.filter(slug__in="ac").values_list("pk", flat=True))

    assert days_of(2, read) == [(["The parts"], False), ([], True)]


def test_minutes_are_those_of_reading_and_of_designing(path):
    """Two topics of two minutes, and a scenario of 45."""
    today = timezone.now().date()
    plan = plan_until(today + timedelta(days=3), today=today, done=frozenset())

    assert plan
    assert [day.minutes for day in plan.days] == [4 + 45, 2, 45]


def test_the_first_days_of_a_long_wait_are_free(path):
    today = timezone.now().date()
    plan = plan_until(today + timedelta(days=30), today=today, done=frozenset())

    assert plan
    assert (plan.free_days, len(plan.days), plan.days[-1].on) == (9, 21, today + timedelta(days=29))


@pytest.mark.parametrize(("typed", "said"), [("2001-01-01", "has passed"), ("soon", "2026-03-31"), ("", "Choose")])
def test_a_day_that_cannot_be_planned_for_is_refused_beside_the_field(client, path, typed, said):
    response = client.get("/plan/", {"interview_on": typed})

    assert response.status_code == 422
    assert said in response.content.decode()
    assert not StudySettings.objects.exists()


@pytest.mark.one_database
def test_from_the_home_page_to_a_plan_that_is_kept(page, live_server, path):
    on = Rules().calendar.day_of(timezone.now()) + timedelta(days=5)  # a day of cards begins in the night
    page.goto(live_server.url)
    page.get_by_label("When is it?").fill(on.isoformat())
    page.get_by_role("button", name="Plan the days until then").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("5 days to your interview")
    expect(page.get_by_role("link", name="Topic c")).to_have_attribute("href", "/topics/c/?path=interview-in-a-week")

    page.get_by_role("button", name="Keep this day").click()
    expect(page.get_by_role("status")).to_contain_text("The day is kept")
    page.goto(live_server.url)
    page.get_by_role("link", name="5 days to your interview").click()
    expect(page.get_by_role("heading", level=2).first).to_contain_text("today")
