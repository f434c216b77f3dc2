"""The small Twitter in a real browser: what saturates, what is alone, and the remedies that turn the tests green."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from designs.models import Design
from designs.services.saving import create_design
from tests.browser import at_rest
from tests.designs.analysis.twitter import twitter
from tests.designs.browsing import open_step, sign_in
from tests.designs.conftest import NOON
from tests.servers import work_off


@pytest.fixture
def design(transactional_db, owner) -> Design:
    return create_design(owner=owner, document=twitter(), at=NOON)


def take(page: Page, finding: str, remedy: str) -> None:
    """Tries a remedy of a finding, sees that it helps, and does it."""
    page.wait_for_load_state("load")
    card = page.locator(".finding", has_text=finding)
    if card.locator("details").get_attribute("open") is None:
        card.locator("summary").click()
    card.get_by_role("link", name=re.compile(f"Try it.*{remedy}")).click()
    expect(page.locator(".trial .gone")).to_contain_text(finding)
    page.get_by_role("button", name="Do it").click()
    expect(page.locator(".finding", has_text=finding)).to_have_count(0)


def expect_verdicts(page: Page, *words: str) -> None:
    expect(page.locator(".requirement .verdict")).to_have_text(list(words))


def test_remedies_turn_the_tests_green_and_each_can_be_undone(page, design, owner):
    sign_in(page, owner)
    page.goto(reverse("designs:analysis", args=[design.pk]))

    expect(page.locator(".finding-title").nth(0)).to_have_text("Tweet service saturates at peak")
    expect(page.locator(".finding-title").nth(1)).to_have_text("Tweets saturates at peak")
    expect(page.locator("#reliability")).to_contain_text("It fails when Load balancer or Tweets fails.")
    expect_verdicts(page, "fail", "fail", "fail")

    take(page, "Tweet service saturates at peak", "Run 55 instances")
    take(page, "Tweets saturates at peak", "Split it into 5 shards by a key")
    take(page, "Load balancer is a single point of failure", "Run a second instance")
    take(page, "The loss of one shard of Tweets has nothing in its place", "Keep three copies of it")

    expect_verdicts(page, "pass", "pass", "pass")

    page.get_by_role("button", name=re.compile("Undo$")).last.click()

    expect(page.locator(".finding", has_text="The loss of one shard of Tweets")).to_have_count(1)
    expect(page.locator(".requirement .verdict").first).to_have_text("fail")


def test_traffic_grows_under_the_slider(page, design, owner):
    sign_in(page, owner)
    page.goto(reverse("designs:analysis", args=[design.pk]))
    slider = page.get_by_role("slider")

    slider.fill("-8")

    expect(page.locator("#growth [role=status]")).to_have_text("At ×0.16 nothing is full.")
    slider.fill("10")
    expect(page.locator("#growth [role=status]")).to_contain_text(
        "At ×10 Tweets, Tweet service, Load balancer are full."
    )


def test_findings_stand_on_the_canvas_and_follow_edits(page, design, owner):
    sign_in(page, owner)
    open_step(page, design, "high-level")
    badge = page.locator(".finding + text", has_text=re.compile(r"^\d+$"))
    expect(badge).to_have_count(3)

    page.evaluate(
        """async () => {
          const { store } = await import(document.querySelector('script[src*="design/page"]').src);
          store.patch({ diagram: { components: { lb: { instances: 2, monitored: true } } } });
        }"""
    )

    expect(page.locator("[data-finding='single-point:lb']")).to_have_count(0)
    expect(badge).to_have_count(2)


def test_drill_without_scripts(plain_page, design, owner):
    sign_in(plain_page, owner)
    plain_page.goto(reverse("designs:drill", args=[design.pk]))
    plain_page.get_by_label("What is lost").select_option(label="Load balancer")
    plain_page.get_by_role("button", name="Take this").click()
    for operation in ("postTweet", "getTimeline"):
        plain_page.get_by_role("group", name=operation).get_by_label("fails").check()
    plain_page.get_by_label("90 %").check()
    plain_page.get_by_role("button", name="Take it away").click()

    expect(plain_page.locator("#result")).to_contain_text("2 of 2 right")


@pytest.mark.both_databases
def test_long_simulation_is_followed_to_its_end(page, design, owner, monkeypatch):
    monkeypatch.setattr("designs.services.simulations.LONG_VISITS", 30_000)
    sign_in(page, owner)
    page.goto(reverse("designs:simulation", args=[design.pk]))

    page.get_by_role("button", name=re.compile("A long run")).click()
    expect(page.locator("#run")).to_contain_text("It waits for its turn")
    work_off()

    expect(page.locator("#result-title")).to_be_visible()
    at_rest(page)
    page.get_by_role("button", name="Next stage").click()
    expect(page.locator("[data-stage-table] tr[aria-current]")).to_have_count(1)
