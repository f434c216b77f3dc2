"""Somebody draws what is inside a box, leaves it again, and finds the way of a request through it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from designs.models import Design
from designs.services.saving import create_design
from tests.browser import broken_rules
from tests.designs.analysis.build import raw
from tests.designs.browsing import sign_in
from tests.designs.conftest import NOON
from tests.designs.pictures.test_levels import ARROWS, PARTS, ZONES

SAVED = "[data-save-bar] [role=status]"
BOX = '[aria-roledescription="component"]'


def add(page: Page, kind: str, name: str) -> None:
    page.locator(f"[data-kind={kind}]").click()
    page.keyboard.type(name)
    page.keyboard.press("Enter")


def box(page: Page, name: str):
    return page.locator(f'{BOX}[aria-label^="{name}"]')


def drawn() -> dict:
    return Design.objects.get().data()["diagram"]


def test_into_a_component_and_back(page: Page, transactional_db):
    page.goto("/")
    page.get_by_role("button", name="Just draw").click()
    page.locator("[data-canvas][data-ready]").wait_for()
    add(page, "client", "Phones")
    for kind, name in (("service", "Shop"), ("sql", "Orders")):
        page.keyboard.press("a")
        page.keyboard.type(kind)
        page.keyboard.press("Enter")
        page.keyboard.type(name)
        page.keyboard.press("Enter")
    expect(page.locator(SAVED)).to_have_text("Saved")

    # Into the shop: its neighbours stand pale around it, and what is drawn here belongs to it.
    box(page, "Shop").click()
    page.get_by_role("button", name="Open its own drawing").click()
    levels = page.get_by_role("navigation", name="Levels of the drawing")
    expect(levels.get_by_role("button")).to_have_text(["Whole drawing", "Shop"])
    expect(page.locator(".is-near")).to_have_count(2)
    box(page, "Shop").click()
    page.keyboard.press("a")
    page.keyboard.type("cache")
    page.keyboard.press("Enter")
    page.keyboard.type("Baskets")
    page.keyboard.press("Enter")
    add(page, "worker", "Mailer")
    expect(page.locator(SAVED)).to_have_text("Saved")
    diagram = drawn()
    [(boundary, zone)] = diagram["zones"].items()
    assert (zone["kind"], zone["label"]) == ("boundary", "Shop")
    inside = {each["label"] for each in diagram["components"].values() if each.get("zone") == boundary}
    assert inside == {"Shop", "Baskets", "Mailer"}
    # The boundary grew, and lies on no box beside it.
    for each in diagram["components"].values():
        if each.get("zone") != boundary:
            right = zone["x"] + zone["width"]
            assert each["x"] >= right or each["x"] + 140 <= zone["x"] or each["y"] >= zone["y"] + zone["height"]

    # Back leads out; folded, the shop is one box at which the arrows end, and what is in it is not there.
    page.go_back()
    expect(levels).to_be_hidden()
    expect(page.locator(f"{BOX}:visible")).to_have_count(5)
    page.locator('[aria-roledescription="zone"]').focus()
    page.keyboard.press("x")
    expect(page.locator(f"{BOX}:visible")).to_have_count(2)
    # A level arrow has no height, and would not count as visible.
    page.wait_for_function(
        """() => [...document.querySelectorAll('[aria-roledescription="connection"]')]
          .filter((each) => getComputedStyle(each).display !== "none").length === 2"""
    )
    assert broken_rules(page) == []
    page.reload()
    page.locator("[data-canvas][data-ready]").wait_for()
    expect(page.locator(f"{BOX}:visible")).to_have_count(2)
    page.locator('[aria-roledescription="zone"]').dblclick()
    expect(page.locator(f"{BOX}:visible")).to_have_count(5)
    page.locator("svg[role=application]").focus()
    page.keyboard.press("u")
    expect(page.locator(f"{BOX}:visible")).to_have_count(2)
    # Nothing of that changed the drawing, whose arrows run through the inner boxes.
    assert drawn() == diagram
    assert {each["target"] for each in diagram["connections"].values()} == {"service", "sql-database", "cache"}


@pytest.mark.one_database
def test_the_same_without_scripts(plain_page: Page, transactional_db):
    page, ada = plain_page, User.objects.create_user("ada")
    whole = raw(PARTS, ARROWS, zones=ZONES)
    design = create_design(owner=ada, document=whole, at=NOON)
    sign_in(page, ada)
    page.goto(f"/designs/{design.pk}/diagram/?face=outline")
    page.get_by_role("link", name="Level by level").click()
    expect(page.get_by_role("img", name="The whole drawing: 3 components, 2 connections")).to_be_visible()
    page.get_by_role("link", name="Shop").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Shop")
    expect(page.get_by_role("img", name="Shop: 5 components")).to_be_visible()
    page.get_by_role("link", name="Whole drawing").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The whole drawing")
