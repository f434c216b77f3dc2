"""A calculator in the middle of a topic: made on the server, brought to life by a script, and about the topic."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from calculators.engine.catalogue.registry import CATALOGUE
from calculators.engine.sheets import Sheet
from calculators.pages.inline import calculator_in_text, inline_from_query
from studyguide.models import Topic
from studyguide.notes.errors import FenceError
from studyguide.notes.fences import calculator_html
from tests.browser import broken_in_light_and_dark, scrolls_sideways
from tests.studyguide.content import topics
from web.shown.embeds import LIVE, filled

FENCE = "slug: capacity\ndaily_users: 200M\npeak_factor: 3\nshow: [write_rate, peak_write_rate]"


@pytest.fixture
def topic(transactional_db):
    return Topic.objects.create(
        slug="rates",
        title="Rates",
        body_html=f"<p>Try it.</p>{calculator_html(FENCE)}",
        source_name="test",
        source_hash="0",
        content_hash="0",
        changed_at=timezone.now(),
    )


@pytest.mark.one_database
def test_a_fence_becomes_a_live_calculator(topic, page):
    page.goto(topic.get_absolute_url())
    field = page.get_by_label("Daily active users")
    expect(field).to_have_value("200M")
    expect(page.locator(".inline-title")).to_have_text(CATALOGUE["capacity"].title)
    expect(page.locator(".inline-result")).to_contain_text("12,000 writes/s")
    field.fill("100M")
    page.get_by_text("5,800 writes/s").wait_for()
    expect(page.locator(".inline-results dt")).to_have_count(2)
    expect(field).to_have_value("100M")
    assert broken_in_light_and_dark(page) == {}
    assert not scrolls_sideways(page)
    page.get_by_text("See the working").click()
    expect(page).to_have_url(re.compile("/calculators/capacity/$"))


@pytest.mark.one_database
def test_without_scripts_it_is_a_form_that_leads_to_the_whole_calculator(topic, plain_page):
    plain_page.goto(topic.get_absolute_url())
    expect(plain_page.locator(".inline-result")).to_contain_text("12,000 writes/s")
    plain_page.get_by_label("Daily active users").fill("300M")
    plain_page.get_by_role("button", name="Calculate").click()
    expect(plain_page).to_have_url(re.compile("daily_users=300M"))


def test_a_name_of_a_result_that_is_none_is_refused_in_the_fence():
    with pytest.raises(FenceError, match="expected `show"):
        calculator_html("slug: capacity\nshow: 5")
    with pytest.raises(FenceError, match="expected `hold"):
        calculator_html("slug: capacity\nhold: [peak_factor]")


def test_a_calculator_that_does_not_exist_stays_a_link():
    link = calculator_html("slug: no-such-thing\nspeed: 5")

    assert filled(link) == link


def test_without_a_wish_it_shows_results_that_its_inputs_move():
    """The storage alone depends on the copies, which is not among the first results of the sheet."""
    inline = inline_from_query(CATALOGUE["capacity"], [("copies", ["4"]), ("writes_per_user", ["5"])])

    assert "stored_with_copies" in [each.name for each in inline.headlines]


class Inputs(HTMLParser):
    """Of an inline calculator: shown inputs by name, and the held ones."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.shown: dict[str, str] = {}
        self.held: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "input":
            (self.held if found.get("type") == "hidden" else self.shown)[found["name"]] = found["value"]


NUMBER = re.compile(r"\s*([\d.,]+)(.*)")


def other_values(text: str) -> list[str]:
    """What a reader would try instead: twice, ten times, half, a tenth; of nothing, a little."""
    found = NUMBER.fullmatch(text)
    assert found, text
    number, unit = float(found[1].replace(",", "")), found[2]
    tried = [number * factor for factor in (2, 10, 0.5, 0.1)] if number else [1, 10, 50]
    if unit.startswith("%"):
        tried += [100 - (100 - number) * factor for factor in (0.1, 2, 5)]
    tried += [number + 1, number + 2]
    return [f"{each:.9f}".rstrip("0").rstrip(".") + unit for each in tried if each > 0]


def results(sheet: Sheet, values: dict[str, str], show: list[str]) -> dict[str, str] | None:
    inline = inline_from_query(sheet, [*((name, [text]) for name, text in values.items()), ("show", show)])
    return None if inline.page.problems else {each.name: each.said for each in inline.headlines}


def embedded() -> list[Any]:
    return [
        pytest.param(source, id=f"{slug} {number}")
        for slug, topic in topics().items()
        for number, source in enumerate(topic.fences("calculator"), start=1)
    ]


@pytest.mark.parametrize("source", embedded())
def test_each_shown_input_moves_a_shown_result(source):
    found = LIVE.search(calculator_html(source))
    assert found
    sheet, show = CATALOGUE[found[2]], (found[5] or "").split()
    assert show, "say in the fence what to show"
    assert set(show) <= set(sheet.outputs)
    inputs = Inputs(filled(found[0]))
    values = inputs.held | inputs.shown
    usual = results(sheet, values, show)
    assert usual
    assert list(usual) == [name for name in show if name in usual]
    assert len(usual) == len(show)

    dead = [
        name
        for name, text in inputs.shown.items()
        if all(results(sheet, values | {name: other}, show) in (usual, None) for other in other_values(text))
    ]

    assert dead == [], "what moves nothing stands under `hold` in the fence"


def test_a_calculator_in_a_text_names_what_cannot_be_read():
    html = calculator_in_text("capacity", {"daily_users": "many"}, [], [])

    assert html
    assert 'aria-invalid="true"' in html
    assert "Daily active users" in html


@pytest.mark.one_database
@pytest.mark.django_db
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_jumps_while_one_scrolls_through_calculators(page, width):
    """Layout shift is what Chromium itself measures, added up over the whole page; 0.02 is the budget."""
    sources = [
        source for slug in ("storage-estimation", "websockets") for source in topics()[slug].fences("calculator")
    ]
    Topic.objects.create(
        slug="rates",
        title="Rates",
        body_html="".join(f"<p>{'Words to read. ' * 80}</p>{calculator_html(source)}" for source in sources),
        source_name="test",
        source_hash="0",
        content_hash="0",
        changed_at=timezone.now(),
    )
    page.set_viewport_size({"width": width, "height": 800})
    page.add_init_script(
        "window.shift = 0;"
        "new PerformanceObserver((list) => { for (const each of list.getEntries()) shift += each.value; })"
        ".observe({type: 'layout-shift', buffered: true});"
    )
    page.goto("/topics/rates/")
    height = page.evaluate("document.documentElement.scrollHeight")
    for top in range(0, height, 400):
        page.evaluate("top => new Promise((done) => { scrollTo(0, top); requestAnimationFrame(() => done()); })", top)

    assert page.evaluate("document.documentElement.scrollHeight") == height
    assert page.evaluate("shift") < 0.02
