"""Links of topics, over all apps: calculators and labs with parameters that work, figures with their sources, and a
path from the home page to each topic.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.utils import timezone

from calculators.engine.catalogue.registry import CATALOGUE
from calculators.engine.shipped import all_figures
from calculators.labs.registry import BY_SLUG
from calculators.pages.lab import lab_page
from studyguide.notes.fences import figures_html
from studyguide.services.shipped import load_shipped
from tests.studyguide.content import categories, topics
from web.reading.safe_yaml import own_yaml
from web.shown.embeds import filled
from web.shown.typography import set_well

FURTHER = re.compile(r"/(?:topics|learn)/(?:[-\w]+/)?")


def embedded(language: str) -> list[tuple[str, dict[str, str]]]:
    """Every fence of this kind: the topic that contains it, and its text."""
    return [
        (slug, {name: str(value) for name, value in own_yaml(source).items()})
        for slug, topic in topics().items()
        for source in topic.fences(language)
    ]


@pytest.mark.parametrize(("topic", "fence"), embedded("lab"), ids=lambda part: part if isinstance(part, str) else "")
def test_a_lab_in_a_topic_exists_and_takes_its_parameters(topic, fence):
    lab = BY_SLUG[fence.pop("slug")]

    assert lab_page(lab, fence, address="/").problems == []


def test_the_latency_numbers_are_drawn_as_a_ladder_in_their_topic():
    """A rung for each figure, in the order that the text gives; a figure that does not exist leaves the link."""
    [source] = topics()["latency-numbers"].fences("figures")
    show = own_yaml(source)["show"]
    drawn = filled(figures_html(source))

    rungs = re.findall(r'<th scope="row">(.*?)<', drawn)
    assert rungs == [set_well(all_figures()[name].title) for name in show]
    assert drawn.count("<svg") == len(show) + 1  # and the axis
    unknown = figures_html("slug: latency\nshow: [speed-of-thought]")
    assert filled(unknown) == unknown
    assert 'href="/calculators/figures/#latency"' in unknown


def test_every_calculator_and_every_lab_stands_in_a_topic():
    assert set(CATALOGUE) - {fence["slug"] for _, fence in embedded("calculator")} == set()
    assert set(BY_SLUG) - {fence["slug"] for _, fence in embedded("lab")} == set()


class Addresses(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        address = dict(attrs).get("href") or ""
        if tag == "a":
            self.found.add(address)


@pytest.mark.one_database
@pytest.mark.django_db
def test_topics_are_near_and_their_figures_have_sources(client):
    """One load of the content for all three checks, because it takes a second."""
    load_shipped(settings.FIXTURES_DIR, now=timezone.now())

    def seen(address: str) -> set[str]:
        return Addresses(client.get(address).content.decode()).found

    near: dict[str, int] = {"/": 0}
    for click in (1, 2, 3):
        at = [address for address, clicks in near.items() if clicks == click - 1 and click < 3]
        for address in at:
            near |= {to: click for to in seen(address) if FURTHER.fullmatch(to) and to not in near}
    wanted = {f"/topics/{slug}/" for slug in {**topics(), **categories()}}
    assert wanted - set(near) == set()

    on_the_map = {address.partition("#")[0] for address in seen("/topics/map/")}
    assert {f"/topics/{slug}/" for slug in topics()} - on_the_map == set()

    shown = client.get("/calculators/figures/").content.decode()
    used = {name.partition("#")[0] for topic in topics().values() for name in topic.figures}
    assert {name for name in used if f'id="figure-{name}"' not in shown} == set()
    page = client.get("/topics/latency-numbers/").content.decode()
    assert 'href="/calculators/figures/#figure-disk-seek"' in page
