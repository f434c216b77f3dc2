"""What a reader sees at a glance: a header in one row, a page that stays where it is, and drawings whose edges tell."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from accounts.models import User
from calculators.labs.lab import read_done, write_done
from calculators.labs.registry import LABS
from classrooms.services import classes
from designs.services.saving import create_design
from tests.browser import at_rest
from tests.calculators.labs.play import played
from tests.calculators.labs.test_questions import SETTLED
from tests.classrooms.conftest import MONDAY
from tests.designs.browsing import sign_in
from tests.designs.document.examples import complete

pytestmark = pytest.mark.one_database
ONE_ROW_PX, TWO_ROWS_PX = 64, 128
WIDTHS = (320, 390, 600, 768, 1024, 1280, 1377, 1440, 1920, 2560)


def test_the_header_never_breaks_into_more_rows(page):
    """On a phone the sections have a row of their own."""
    page.goto("/calculators/")
    heights = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        heights[width] = page.locator(".site-header").bounding_box()["height"]

    most = {width: ONE_ROW_PX if width >= 1024 else TWO_ROWS_PX for width in WIDTHS}
    assert {width: height for width, height in heights.items() if height > most[width]} == {}


def test_a_phone_shows_the_section_one_is_in(page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/labs/")

    current = page.locator(".site-nav [aria-current]").bounding_box()

    assert current["x"] >= 0
    assert current["x"] + current["width"] <= 390


PLACES = """[scrollY, ...[...document.querySelectorAll(
    ".lab-question > *, #actions > .lab-button, .lab-tools, #said"
)].map(
    each => each.getBoundingClientRect().top)]"""


def test_a_step_of_a_lab_leaves_the_page_and_its_buttons_where_they_are(page):
    """At each width one step further."""
    moved = {}
    for lab in LABS:
        page.goto(f"/labs/{lab.slug}/")
        for width in (320, 390, 768, 1280):
            page.set_viewport_size({"width": width, "height": 844})
            action = page.locator("#actions .lab-button:not(.off)").first
            action.evaluate("button => scrollTo(0, button.getBoundingClientRect().top + scrollY - 400)")
            before, address = page.evaluate(PLACES), page.url
            action.click()
            expect(page).not_to_have_url(address)
            at_rest(page)
            after = page.evaluate(PLACES)
            if any(abs(new - old) > 2 for new, old in zip(after, before, strict=True)):
                moved[lab.slug, width] = (before, after)

    assert moved == {}


def test_an_answer_of_a_lab_takes_no_other_room_than_its_question(page):
    """On the smallest phone, from the first state with a guess to the last with an answer."""
    page.set_viewport_size({"width": 320, "height": 844})
    moved = {}
    for lab in LABS:
        page.goto(f"/labs/{lab.slug}/")
        asked = page.evaluate(PLACES)
        guess = lab.asks.options(played(lab, *read_done(lab.opens)))[-1][0]
        page.goto(f"/labs/{lab.slug}/?guess={guess}&do={write_done(SETTLED.get(lab.slug, ['run']))}")
        expect(page.locator("#verdict")).to_have_count(1)
        answered = page.evaluate(PLACES)
        if any(abs(new - old) > 2 for new, old in zip(answered, asked, strict=True)):
            moved[lab.slug] = (asked, answered)

    assert moved == {}


def test_on_a_phone_each_row_of_a_wide_table_is_a_block_of_its_own(page):
    """Nothing of a roster, of the table of a drawing or of its analysis lies beyond the right edge."""
    grace = User.objects.create_user("grace", password="correct horse battery")
    classroom = classes.create_classroom("Systems 101", owner=grace, time_zone="Europe/Berlin", at=MONDAY)
    student = User.objects.create_user("ada-of-the-engines")
    classes.join(classroom.join_code, user=student, name="Ada Lovelace", at=MONDAY)
    design = create_design(owner=grace, document=complete(), at=MONDAY)
    sign_in(page, grace)
    page.set_viewport_size({"width": 390, "height": 844})
    counts = {}
    for address in (
        f"/classes/{classroom.pk}/settings/",
        f"/designs/{design.pk}/diagram/?face=table",
        f"/designs/{design.pk}/analysis/",
        f"/designs/{design.pk}/play/",
    ):
        page.goto(address)
        tables = page.locator(".stacked")
        expect(tables.first).to_be_attached()
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
        beyond = "tables => tables.flatMap(each => [...each.querySelectorAll('td, td *')]).filter(each => "
        beyond += "each.getBoundingClientRect().right > innerWidth).length"
        counts[address] = tables.evaluate_all(beyond)

    assert set(counts.values()) == {0}


def test_on_a_phone_undo_stands_in_the_row_of_the_title(page):
    """However long the title is: the bar stays in sight, and each further row of it hides work."""
    grace = User.objects.create_user("grace", password="correct horse battery")
    document = complete()
    title = "A library that lends books to all of Europe"
    design = create_design(owner=grace, document={**document, "meta": {**document["meta"], "title": title}}, at=MONDAY)
    sign_in(page, grace)
    rows = {}
    for width in (320, 390):
        page.set_viewport_size({"width": width, "height": 844})
        for part in ("", "analysis/", "estimate/"):
            page.goto(f"/designs/{design.pk}/{part}")
            boxes = [page.locator(f".save-bar {each}").bounding_box() for each in (".crumbs", "[data-redo]")]
            if boxes[1]["y"] > boxes[0]["y"] + boxes[0]["height"]:
                rows[width, part] = boxes

    assert rows == {}
