"""A candidate without a mouse: another scenario from the home page to the result, by keys alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.designs.conftest import NOON, loaded

STATUS = "[data-save-bar] [role=status]"
MOST_STEPS = 150


def reach(page: Page, role: str, name: str) -> None:
    """Goes on with Tab until the focus is there; whoever cannot see where that is cannot go on."""
    wanted = page.get_by_role(role, name=name).first
    expect(wanted).to_be_visible()
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"Tab does not come to {role} {name!r}.")


def press(page: Page, role: str, name: str) -> None:
    reach(page, role, name)
    page.keyboard.press("Enter")


@pytest.mark.one_database
def test_an_interview_by_keyboard_alone(transactional_db, somebody):
    """promise 50"""
    loaded("url-shortener", at=NOON)
    me = somebody()
    me.goto("/")
    press(me, "link", "Scenarios")
    expect(me.get_by_role("heading", name="Scenarios")).to_be_visible()
    reach(me, "textbox", "Words")
    me.keyboard.type("tinyurl")
    expect(me).to_have_url(re.compile("q=tinyurl"))
    expect(me.locator(".htmx-request")).to_have_count(0)
    press(me, "link", re.compile("URL shortener"))
    expect(me.get_by_role("heading", level=1)).to_have_text("URL shortener")
    press(me, "button", "Start the interview")
    expect(me.locator(STATUS)).to_have_text("Saved")

    reach(me, "textbox", "Ask the interviewer")
    for question, answer in (
        ("How long do we store the links?", "10 years"),
        ("do users need to log in?", "signing in exist"),
        ("can people find somebody else's links by guessing?", "Preferably not"),
    ):
        me.keyboard.type(question)
        me.keyboard.press("Enter")
        expect(me.locator("#interview-news")).to_contain_text(answer)
        expect(me.get_by_label("Ask the interviewer")).to_be_focused()

    press(me, "link", re.compile("Model the data"))
    expect(me.get_by_role("heading", level=1)).to_have_text("Model the data")
    reach(me, "textbox", "Add entities, one a line")
    me.keyboard.type("Link: id, owner_id, target, created_at")
    me.keyboard.press("Enter")
    expect(me.locator("section.entity")).to_have_count(1)

    press(me, "button", "Hand in")
    press(me, "button", "Hand in now")
    expect(me.get_by_role("heading", name="URL shortener: the result")).to_be_visible()
    asked = me.locator("section", has=me.locator("#unasked"))
    expect(asked).to_contain_text("How often is a short address opened?")
    expect(asked).not_to_contain_text("How long must a link work?")
    press(me, "button", "Make cards of what you missed")
    expect(me.locator("#cards ~ ul li").first).to_be_visible()
