"""A calculator in the middle of a topic: a link at first, brought to life when it comes into view."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
import yaml
from django.conf import settings
from django.utils import timezone

from studyguide.models import Topic
from studyguide.notes.fences import calculator_html
from tests.browser import broken_in_light_and_dark

FENCE = "slug: capacity\ndaily_users: 200M\npeak_factor: 3"


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
    assert field.input_value() == "200M"
    assert "12,000 writes/s" in page.locator(".inline-result").inner_text()
    field.fill("100M")
    page.get_by_text("5,800 writes/s").wait_for()
    assert field.input_value() == "100M"
    assert broken_in_light_and_dark(page) == {}
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    page.get_by_text("See the working").click()
    page.wait_for_url("**/calculators/capacity/")


@pytest.mark.one_database
def test_without_scripts_it_is_a_link_to_the_same_result(topic, plain_page):
    plain_page.goto(topic.get_absolute_url())
    plain_page.click(".live-link")
    assert plain_page.url.endswith("/calculators/capacity/?daily_users=200M")


def test_every_fence_in_our_topics_can_be_calculated(client):
    fences = [
        yaml.safe_load(found)
        for path in Path(settings.FIXTURES_DIR).glob("topics/*/*.md")
        for found in re.findall(r"```calculator\n(.*?)```", path.read_text(), re.DOTALL)
    ]
    assert fences
    for fence in fences:
        slug = fence.pop("slug")
        assert client.get(f"/calculators/{slug}.json?{urlencode(fence)}").status_code == 200
