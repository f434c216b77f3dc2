"""What of the drawing is in sight, whatever room the window leaves it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from designs.services import interviews
from designs.services.saving import Edit, save_patch
from tests.browser import watched
from tests.designs.browsing import sign_in
from tests.designs.conftest import NOON, loaded
from tests.designs.test_canvas import box, open_canvas

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
HARDLY_HIGH = {"width": 390, "height": 100}
FAR_AWAY = {"diagram": {"components": {"web": {"kind": "service", "label": "Web", "x": 2000, "y": 3000, "order": 1}}}}


@pytest.fixture
def candidate(browser: Browser, live_server, owner):
    """On a phone, in an interview: a hint was taken, six questions were asked, and one box is drawn."""
    interview = interviews.start_interview(loaded(at=NOON), owner=owner, at=NOON)
    save_patch(interview.design, Edit(patch=FAR_AWAY, base_version=0), author=owner, at=NOON)
    interviews.give_hint(interview, next(iter(interview.data.hints)), author=owner, at=NOON)
    for entry in list(interview.data.questions.values())[:6]:
        interviews.ask(interview, entry.question, author=owner, at=NOON)
    context = browser.new_context(base_url=live_server.url, **PHONE)
    page = context.new_page()
    troubles = watched(page, live_server.url)
    sign_in(page, owner)
    yield page, interview.design
    context.close()
    assert troubles == []


@pytest.mark.one_database
def test_a_drawing_that_has_no_room_at_first_is_fitted_as_soon_as_it_has_some(candidate):
    page, design = candidate
    page.set_viewport_size(HARDLY_HIGH)
    open_canvas(page, design)
    assert page.locator("[data-part=stage]").bounding_box()["height"] == 0
    page.keyboard.press("f")
    page.set_viewport_size(PHONE["viewport"])
    expect(box(page, "web")).to_be_in_viewport(ratio=1)


@pytest.mark.one_database
def test_what_was_said_opens_over_the_drawing_and_takes_no_room_from_it(candidate):
    page, design = candidate
    open_canvas(page, design)
    room = page.locator("[data-part=stage]").bounding_box()
    for part in ("The task:", "Asked so far", "Hints", "Mark this moment"):
        details = page.locator(".interview details", has_text=part).first
        details.locator("summary").click()
        expect(details.locator(":scope > :not(summary)")).to_be_in_viewport(ratio=1)
        assert page.locator("[data-part=stage]").bounding_box() == room
        details.locator("summary").click()


@pytest.mark.one_database
def test_a_wide_drawing_opens_on_a_phone_at_its_beginning_with_boxes_for_a_finger(candidate):
    page, design = candidate
    design.refresh_from_db()
    row = {f"c{n}": {"kind": "service", "label": f"C{n}", "x": 240 * n, "y": 0, "order": n} for n in range(9)}
    save_patch(
        design,
        Edit(patch={"diagram": {"components": row | {"web": None}}}, base_version=design.version),
        author=None,
        at=NOON,
    )
    open_canvas(page, design)
    expect(box(page, "c0")).to_be_in_viewport(ratio=1)
    expect(box(page, "c8")).not_to_be_in_viewport()
    assert box(page, "c0").locator(".djs-visual").first.bounding_box()["height"] >= 24  # WCAG 2.2, 2.5.8

    page.get_by_role("button", name="Show all of it").click()
    for key in ("c0", "c8"):
        expect(box(page, key)).to_be_in_viewport(ratio=1)
