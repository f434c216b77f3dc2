"""Two people draw one design at the same time: each sees who is there and where, and no edit is lost."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from designs.models import Design

SAVED = "[data-save-bar] [role=status]"
BOX = '[aria-roledescription="component"]'


def canvas(page: Page) -> Page:
    page.goto(f"/designs/{Design.objects.get().pk}/high-level/")
    page.locator("[data-canvas][data-ready]").wait_for()
    return page


def add(page: Page, kind: str, name: str) -> None:
    page.locator(f"[data-kind={kind}]").click()
    page.keyboard.type(name)
    page.keyboard.press("Enter")


def names(page: Page) -> set[str]:
    return {
        label.split(",")[0].split(";")[0]
        for label in page.eval_on_selector_all(BOX, "all => all.map(each => each.ariaLabel)")
    }


@pytest.mark.both_databases
def test_two_people_on_one_design(transactional_db, somebody):
    """promise 3"""
    owner, friend = somebody(), somebody()
    asked: list[str] = []
    owner.on("request", lambda request: asked.append(request.url) if request.url.endswith("/presence") else None)
    owner.goto("/")
    owner.get_by_role("button", name="Just draw").click()
    owner.locator("[data-canvas][data-ready]").wait_for()
    add(owner, "service", "Shop")
    expect(owner.locator(SAVED)).to_have_text("Saved")
    # Whoever draws alone asks nobody.
    assert asked == []

    owner.locator("[data-fold=menu] > summary").click()
    owner.get_by_role("link", name="Share").click()
    owner.get_by_role("radio", name=re.compile("^can edit")).check()
    owner.get_by_role("button", name="Make a link").click()
    address = owner.get_by_role("textbox", name="Link that can edit").input_value()
    canvas(owner)
    friend.goto(address)
    canvas(friend)
    friend.locator(BOX).click()
    expect(owner.get_by_role("list", name="Also here")).to_contain_text("Somebody, at Shop")
    expect(owner.locator(".person-name")).to_have_text("Somebody")
    expect(friend.get_by_role("list", name="Also here")).to_contain_text("A guest")

    # Both draw at once; each page comes to show what both did, and so does the server.
    wanted = {"Shop"}
    for number in range(3):
        for page, kind, name in ((owner, "cache", f"Cache {number}"), (friend, "sql", f"Store {number}")):
            add(page, kind, name)
            wanted.add(name)
    for page in (owner, friend):
        expect(page.locator(BOX)).to_have_count(len(wanted))
        expect(page.locator(SAVED)).to_have_text("Saved")
        # A box of the other comes with its kind's name, and the name that was typed in the next answer.
        for name in wanted:
            expect(page.locator(f'{BOX}[aria-label^="{name}"]')).to_have_count(1)
        assert names(page) == wanted
    drawn = Design.objects.get().data()["diagram"]["components"].values()
    assert {each["label"] for each in drawn} == wanted

    # Whoever leaves is gone at once; and nobody asks oftener than every two seconds, whatever they do.
    friend.close()
    expect(owner.get_by_role("list", name="Also here")).to_be_hidden()
    expect(owner.locator(".person-frame")).to_have_count(0)
    assert len(asked) <= 3 + owner.evaluate("performance.now()") / 2000
