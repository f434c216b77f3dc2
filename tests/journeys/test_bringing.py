"""A reader signs up, brings an Obsidian vault and an Anki deck, reads, finds, answers, takes the notes out again."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.studyguide.test_own_notes import zipped


@pytest.mark.one_database
def test_a_reader_brings_a_vault_and_a_deck(transactional_db, somebody, tmp_path: Path):
    """From the home page by links and forms alone. promise 58"""
    vault, deck = tmp_path / "vault.zip", tmp_path / "deck.txt"
    vault.write_bytes(zipped())
    deck.write_text("What is 2<sup>10</sup>?\t1,024\nWhat is an index?\tA copy, sorted\n", encoding="utf-8")
    page, stranger = somebody(), somebody(refused_is_fine=True)
    page.goto("/")
    page.get_by_role("link", name="Sign in").first.click()
    page.locator("main a[href*='/accounts/signup/']").first.click()
    page.fill("#id_username", "ada")
    page.fill("#id_password1", "correct horse battery")
    page.click("main button[type=submit]")
    expect(page.locator("header")).to_contain_text("ada")

    page.goto("/topics/")
    page.get_by_role("button", name="Notes of your own").click()
    page.get_by_label("Title").fill("My vault")
    page.get_by_label("ZIP or Markdown files").set_input_files(vault)
    page.get_by_role("button", name="Bring them").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My vault")
    expect(page.locator("#state")).to_contain_text("4 topics, 4 of them new")
    page.get_by_text("1 file that cannot be read").click()
    expect(page.get_by_text("bad.md:1")).to_be_visible()
    body = page.url

    page.goto("/search/?q=quorumlessness")
    page.get_by_role("link", name="Rings of mine").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Rings of mine")
    address = page.url
    page.goto("/topics/")
    page.get_by_role("link", name="Sharding", exact=True).last.click()
    picture = page.locator("img[src^='/topics/images/']")
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("naturalWidth", 3)
    stranger.goto(address)
    expect(stranger.locator(".error-status")).to_have_text("404")

    page.goto("/cards/import/")
    page.locator("input[type=file]").set_input_files(deck)
    page.get_by_role("button", name="Look at it").click()
    expect(page.locator(".deck-samples sup")).to_have_text("10")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_text("Kept: 2 new cards in your deck.")).to_be_visible()
    page.goto("/cards/review/")
    page.keyboard.press("Space")
    expect(page.locator("#card-back")).to_be_focused()
    page.keyboard.press("3")
    expect(page.locator("#review-said")).to_contain_text("noted")

    page.goto(body)
    page.get_by_role("button", name="Remove these notes").click()
    expect(page.get_by_text("Removed: My vault.")).to_be_visible()
