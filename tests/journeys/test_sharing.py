"""Somebody shares a design by a link; it is opened elsewhere, edited, and revoked. Forms are sent from their pages."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect


def sketch(page: Page, title: str) -> None:
    page.goto("/")
    page.get_by_role("button", name="Sketch a design").click()
    page.get_by_label("What do you design?").fill(title)
    page.get_by_role("button", name="Begin").click()
    expect(page.locator("[data-save-bar] [role=status]")).to_have_text("Saved")


def make_link(page: Page, kind: str) -> str:
    """From the design's page: Share, choose, make; the address that stands there then."""
    page.get_by_role("link", name="Share").first.click()
    page.get_by_role("radio", name=re.compile(f"can {kind}")).check()
    page.get_by_role("button", name="Make a link").click()
    return page.get_by_role("textbox", name=re.compile(f"Link that can {kind}")).first.input_value()


def test_a_link_is_made_opened_elsewhere_and_revoked(transactional_db, somebody):
    """promises 22 and 58"""
    owner, guest = somebody(), somebody(refused_is_fine=True)
    sketch(owner, "Parking garage")
    address = make_link(owner, "edit")

    guest.goto(address)
    expect(guest.get_by_role("heading", level=1)).to_contain_text("Parking garage")

    owner.get_by_role("button", name="Revoke").click()
    expect(owner.get_by_text("No links")).to_be_visible()
    guest.goto(address)
    expect(guest.get_by_role("heading", level=1)).not_to_contain_text("Parking garage")
