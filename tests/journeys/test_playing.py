"""Somebody follows a request through a drawing: by clicks, by playing, on the still page without scripts."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import User
from designs.services.saving import create_design
from tests.browser import broken_in_light_and_dark, stop_clock
from tests.designs.analysis.build import READ, WRITE, raw
from tests.designs.analysis.test_playing import ARROWS, FLOWS, NEAR, PARTS
from tests.designs.browsing import sign_in
from tests.designs.conftest import NOON

HERE = "[data-panel]:not([hidden])"


@pytest.fixture
def designed(db) -> tuple[User, str]:
    ada = User.objects.create_user("ada")
    operations = {"read": {"name": "read", **READ}, "write": {"name": "write", **WRITE}}
    document: dict[str, Any] = raw(PARTS, ARROWS, operations=operations, flows=FLOWS, connections=NEAR)
    places = zip(document["diagram"]["components"].values(), range(0, 2000, 240), strict=False)
    for component, x in places:
        component |= {"x": x, "y": x % 480}
    design = create_design(owner=ada, document=document, at=NOON)
    return ada, reverse("designs:play", args=[design.pk])


def marked(page: Page, name: str) -> set[str]:
    return set(page.eval_on_selector_all(f".drawing .is-{name}", "found => found.map(each => each.dataset.element)"))


@pytest.mark.one_database
def test_stepped_and_played(page: Page, designed):
    ada, address = designed
    sign_in(page, ada)
    page.emulate_media(reduced_motion="reduce")
    page.clock.install()
    page.goto(address)
    expect(page.locator(HERE)).to_contain_text("read comes in here")
    for _ in range(2):
        page.get_by_role("link", name="Next hop").click()
    expect(page.locator("[data-place]")).to_have_text("Hop 2 of 3")
    expect(page.locator(HERE)).to_contain_text("90 %; 10 % miss")
    assert marked(page, "here") == {"/diagram/connections/api_cache", "/diagram/components/cache"}
    assert marked(page, "passed") >= {"/diagram/components/app", "/diagram/connections/app_api"}
    expect(page).to_have_url(re.compile(r"\?operation=read&hop=2$"))
    assert broken_in_light_and_dark(page) == {}

    # Played to the end, it says so and can begin again; with less motion no dot runs.
    stop_clock(page)
    page.get_by_role("button", name="Play").click()
    page.clock.run_for(10_000)
    expect(page.locator("[data-place]")).to_have_text("Hop 3 of 3")
    expect(page.get_by_role("button", name="Play")).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".play-dot")).to_have_count(0)
    page.emulate_media(reduced_motion="no-preference")
    page.get_by_role("button", name="Play").click()
    page.clock.run_for(500)
    expect(page.locator(".play-dot")).to_be_visible()
    page.clock.run_for(1_000)
    expect(page.locator("[data-place]")).to_have_text("Hop 1 of 3")
    page.get_by_role("button", name="Pause").click()


@pytest.mark.one_database
def test_the_same_still_and_without_scripts(plain_page: Page, designed):
    ada, address = designed
    sign_in(plain_page, ada)
    plain_page.goto(address)
    plain_page.get_by_label("Operation").select_option("write")
    plain_page.get_by_role("button", name="Show its way").click()
    for _ in range(4):
        plain_page.get_by_role("link", name="Next hop").click()
    expect(plain_page.locator("[data-place]")).to_have_text("Hop 4 of 4")
    expect(plain_page.locator(HERE)).to_contain_text("later: nobody waits for it")
    rows = plain_page.locator(".play-table tbody tr")
    expect(rows).to_have_count(5)
    expect(rows.nth(4)).to_have_attribute("aria-current", "step")
    expect(rows.nth(4)).to_contain_text("3 a request")
    expect(plain_page.get_by_role("link", name="Next hop")).to_have_count(0)
    expect(plain_page.get_by_role("button", name="Play")).to_be_hidden()
