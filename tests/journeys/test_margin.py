"""A reader marks words of a topic, notes something beside others, finds both again, and takes them along."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from studyguide.services.notes import NoteSource, import_notes
from tests.browser import broken_in_light_and_dark
from tests.studyguide.conftest import HASHING, NOON, notes

SELECT = """([element, from, to]) => {
  const words = document.querySelector(element).firstChild;
  getSelection().setBaseAndExtent(words, from, words, to);
}"""


def select(page: Page, element: str, first: int, last: int) -> None:
    page.wait_for_load_state("load")
    page.evaluate(SELECT, [element, first, last])


@pytest.mark.one_database
def test_a_reader_marks_words_and_notes_something_beside_them(transactional_db, somebody):
    """Without an account, from the topic's page alone. promise 58"""
    import_notes(notes(HASHING), source=NoteSource(name="loadbearing"), now=NOON)
    page = somebody()
    page.goto("/topics/hashing/")
    select(page, "#text p", 2, 15)
    page.get_by_role("button", name="Mark", exact=True).click()
    expect(page.locator("mark.own-mark")).to_have_text("hash function")

    select(page, "#text h2 ~ p", 0, 22)
    page.get_by_role("link", name="Note", exact=True).click()
    page.get_by_label("Your note (may be left empty)").fill("How often? Birthdays.")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("mark.own-mark").last).to_have_text("Two keys with one hash")
    expect(page.locator("#notes")).to_contain_text("How often? Birthdays.")
    page.get_by_role("link", name="Your note on this").click()
    expect(page.locator("#notes li:target")).to_contain_text("Birthdays")
    assert broken_in_light_and_dark(page) == {}

    page.get_by_role("link", name="all your notes").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your notes")
    assert broken_in_light_and_dark(page) == {}
    with page.expect_download() as file:
        page.get_by_role("button", name="All as Markdown").click()
    assert "> hash function" in Path(file.value.path()).read_text(encoding="utf-8")
    page.get_by_role("link", name="Change: How often? Birthdays.").click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("The note is gone.")).to_be_visible()
    expect(page.locator("mark.own-mark")).to_have_text(["hash function"])
