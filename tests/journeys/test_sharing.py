"""Somebody shares a design by a link; it is opened elsewhere, edited, and revoked. Forms are sent from their pages."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect


def sketch(page: Page, title: str) -> None:
    page.goto("/")
    page.get_by_role("button", name="Design in steps").click()
    page.get_by_label("What do you design?").fill(title)
    page.get_by_role("button", name="Begin").click()
    expect(page.locator("[data-save-bar] [role=status]")).to_have_text("Saved")


def make_link(page: Page, kind: str) -> str:
    """From the design's page: Share, choose, make; the address that stands there then."""
    page.get_by_role("link", name="Share").first.click()
    page.get_by_role("radio", name=re.compile(f"^{kind}")).check()
    page.get_by_role("button", name="Make a link").click()
    return page.get_by_role("textbox", name=f"Link that {kind}").first.input_value()


def revoke(page: Page, kind: str) -> None:
    link = page.locator(".link-list > li", has=page.get_by_role("textbox", name=f"Link that {kind}"))
    link.get_by_role("button", name="Revoke").click()
    expect(link).to_have_count(0)


def test_links_are_made_opened_elsewhere_and_revoked(transactional_db, somebody):
    """One to edit, one to look, one that shows a page to anybody. promises 22 and 58"""
    owner, editor, reader, anybody = somebody(), *(somebody(refused_is_fine=True) for _ in range(3))
    sketch(owner, "Parking garage")
    editing, looking = make_link(owner, "can edit"), make_link(owner, "can view")
    showing = make_link(owner, "shows a page")

    editor.goto(editing)
    editor.goto(editor.url.rstrip("/") + "/understand/")
    row = editor.locator('[data-rows="/scope/actors"] > .blank-row')
    row.get_by_label("Name").fill("Driver")
    row.get_by_label("Name").press("Enter")
    expect(editor.locator("[data-save-bar] [role=status]")).to_have_text("Saved")

    reader.goto(looking)
    design = reader.url.rstrip("/")
    reader.goto(design + "/understand/")
    expect(reader.get_by_label("Name of actor 1")).to_have_value("Driver")
    expect(reader.get_by_label("Name of actor 1")).to_be_disabled()

    anybody.goto(showing)
    expect(anybody.get_by_role("heading", level=1)).to_have_text("Parking garage")
    picture = anybody.locator('meta[property="og:image"]').get_attribute("content")
    assert anybody.request.get(picture).headers["content-type"] == "image/png"
    assert anybody.request.get(design + "/").status in {403, 404}  # the page, and nothing else

    for kind in ("can edit", "can view", "shows a page"):
        revoke(owner, kind)
    expect(owner.get_by_text("No links")).to_be_visible()
    assert editor.request.get(design + "/").status == 403
    assert reader.request.get(design + "/").status == 403
    for address in (editing, looking, showing, picture):
        assert anybody.request.get(address).status == 404
