from __future__ import annotations

import pytest

from calculators.selectors import all_figures
from tests.browser import broken_rules

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


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_breaks_no_accessibility_rule(page, width, scheme):
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    page.goto(ADDRESS)
    page.locator("summary").first.click()

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert broken_rules(page) == []
