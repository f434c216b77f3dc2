"""Every calculator has its picture, each picture its table, and none of them fails at the ends of its inputs."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from calculators.engine.catalogue.registry import SHEETS
from calculators.labs.registry import LABS
from calculators.pages.sheet import page_of
from calculators.pages.topic_titles import topic_title
from tests.studyguide.content import topics

every_sheet = pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.slug)


@every_sheet
def test_every_calculator_has_a_picture_that_is_a_table_too(sheet):
    charts = page_of(sheet, {}).charts

    assert charts
    assert all("<table" in chart for chart in charts)


@every_sheet
def test_pictures_are_drawn_at_the_bounds_of_every_input(sheet):
    for row in sheet.inputs:
        for bound in filter(None, (row.minimum, row.maximum)):
            page = page_of(sheet, {row.name: bound})
            assert page.problems or not any("nan" in chart for chart in page.charts)


def test_the_hockey_stick_shows_where_one_is(client):
    page = client.get("/calculators/queueing/").content.decode()

    assert "The hockey stick" in page
    assert "You are at 80% busy, 35 ms" in page


def test_draws_without_an_answer_are_counted(client):
    page = client.get("/calculators/queueing/", {"arrival_rate": "150..210"}).content.decode()

    assert "of the draws there is no answer" in page


def test_a_range_of_percents_is_said_in_percents(client):
    page = client.get("/calculators/availability/", {"availability": "99.8%..99.9%"}).content.decode()

    assert "99.4% to 99.71%" in page


def test_topics_are_called_what_their_pages_are_called():
    shown = {slug for each in (*SHEETS, *LABS) for slug in each.topics}

    assert {slug: topic_title(slug) for slug in shown} == {slug: topics()[slug].meta["title"] for slug in shown}


def test_more_than_the_servers_can_serve_is_drawn_and_not_refused(client):
    """250/s for four servers of 20 ms: 5 are busy, which is 125 %; what a queue holds there has no end."""
    page = client.get("/calculators/queueing/", {"arrival_rate": "250/s"})
    text = page.content.decode()

    assert "the queue grows without end" in text
    assert "125 % busy: off the curve" in text or "125% busy: off the curve" in text
    assert text.count("without end</span>") >= 4
    assert client.get("/calculators/queueing.json", {"arrival_rate": "250/s"}).json()["outputs"] == {}


def test_a_figure_that_cannot_be_read_is_no_overload(client):
    text = client.get("/calculators/queueing/", {"arrival_rate": "250/s", "servers": "few"}).content.decode()

    assert "off the curve" not in text
    assert "One thing</h2>" in " ".join(text.split()) or "to put right" in text


@pytest.mark.one_database
def test_in_the_browser_an_overload_comes_and_goes_as_one_types(page):
    page.goto("/calculators/queueing/")
    field = page.get_by_label("Requests that arrive")
    field.fill("250/s")
    expect(page.locator(".spot-label", has_text="off the curve")).to_be_visible()

    field.fill("100/s")
    expect(page.locator(".spot-label", has_text="off the curve")).to_have_count(0)
    expect(page.locator("#working")).to_be_visible()
    field.fill("120/s")
    expect(page.locator("#figure-utilisation")).to_contain_text("60")
