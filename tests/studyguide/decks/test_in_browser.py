"""Import and export as people use them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from studyguide.models import Card, Review
from studyguide.services.notes import NoteSource, import_notes
from tests.browser import broken_rules
from tests.studyguide.conftest import NOON, notes
from tests.studyguide.decks.conftest import read
from tests.web.payloads import PAYLOADS

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_package_is_looked_at_and_kept_without_scripts(plain_page: Page, packages):
    file = {"name": "deck.apkg", "mimeType": "application/octet-stream", "buffer": packages["current"]}
    plain_page.goto("/cards/")
    plain_page.get_by_role("link", name="Import").click()
    plain_page.get_by_label("A file of cards").set_input_files(file)
    plain_page.get_by_role("button", name="Look at it").click()
    expect(plain_page.get_by_role("heading", name="deck.apkg")).to_be_visible()
    assert not Card.objects.exists()
    plain_page.get_by_role("button", name="Keep").click()

    expect(plain_page.get_by_text("Kept: 5 new cards in your deck.")).to_be_visible()
    assert (Card.objects.count(), Review.objects.count()) == (5, 2)


def test_the_pages_break_no_rule_and_run_nothing_of_a_file(page: Page):
    """promise 31: the page fails the test if anything logs an error; a dialog would hang it."""
    import_notes(notes(), source=NoteSource(name="demo", is_strict=True), now=NOON)
    lines = "".join(f"Question {number} {payload!r}\t{payload}\t\n" for number, payload in enumerate(PAYLOADS))
    text = f"#separator:tab\n#html:true\n{lines}lonely\n"
    page.goto("/cards/import/")
    assert broken_rules(page) == []
    file = {
        "name": "<img src=x onerror=alert(1)>.txt",
        "mimeType": "text/plain",
        "buffer": text.replace("\\n", " ").encode(),
    }
    page.get_by_label("A file of cards").set_input_files(file)
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_text("Nothing of it is in your deck yet.")).to_be_visible()
    assert broken_rules(page) == []
    expect(page.locator(".deck-samples :is(script, img, iframe, form, style, [hx-get], [onerror])")).to_have_count(0)

    page.goto("/cards/export/?which=topic:hashing")
    assert broken_rules(page) == []
    with page.expect_download() as download:
        page.get_by_role("button", name="Download .apkg").click()
    assert download.value.suggested_filename == "loadbearing-hashing.apkg"
    assert len(read(download.value.path().read_bytes()).cards) == 6
