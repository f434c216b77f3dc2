from __future__ import annotations

import re
from html import escape

import pytest

from calculators.charts.figures import ladders
from calculators.engine.figures import THEMES
from calculators.engine.shipped import all_figures
from tests.browser import broken_in_light_and_dark, scrolls_sideways

ADDRESS = "/calculators/figures/"


def test_every_figure_is_shown_with_every_source(client):
    """No `db` fixture: the page asks no database and opens no session."""
    answer = client.get(ADDRESS)
    page = answer.content.decode()

    assert answer.status_code == 200
    assert not answer.cookies
    for figure in all_figures():
        assert f'id="figure-{figure.id}"' in page
        for entry in figure.entries:
            assert entry.said in page
            assert str(entry.source.year) in page


def test_disagreement_is_said(client):
    """Public texts put one relational database at 1,000 and at 50,000 transactions a second."""
    assert "the highest is 50 times the lowest" in client.get(ADDRESS).content.decode()


def test_only_what_can_be_compared_stands_on_one_ladder():
    """Bytes do not stand among rates, nor a lost object among minutes of downtime."""
    charts = [chart for theme in THEMES for chart in ladders(all_figures().of_theme(theme))]
    units: dict[str, set[str]] = {}
    for chart in charts:
        title = re.search(r"<caption>(.*?)</caption>", chart)[1]
        units.setdefault(title, set()).update(each.unit for each in all_figures() if f">{escape(each.title)}<" in chart)

    assert all(unit.endswith("/s") for unit in units.pop("How many a second"))
    assert {title: found for title, found in units.items() if len(found) > 1} == {}
    assert units["What is lost in a year, as a share"] == {"share/year"}


@pytest.mark.one_database
@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_breaks_no_accessibility_rule(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(ADDRESS)
    page.locator("summary").first.click()

    assert not scrolls_sideways(page)
    assert broken_in_light_and_dark(page) == {}
