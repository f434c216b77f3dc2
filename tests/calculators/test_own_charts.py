"""Every calculator has its picture, each picture its table, and none of them fails at the ends of its inputs."""

from __future__ import annotations

import pytest

from calculators.engine.catalogue.registry import SHEETS
from calculators.pages.sheet import page_of, topic_title

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


@pytest.mark.parametrize(
    ("slug", "title"),
    [
        ("percentiles-and-littles-law", "Percentiles and Little's law"),
        ("tls-and-https", "TLS and HTTPS"),
        ("pub-sub", "Pub/sub"),
        ("caching-basics", "Caching basics"),
    ],
)
def test_slugs_of_topics_are_said_as_people_write_them(slug, title):
    assert topic_title(slug) == title
