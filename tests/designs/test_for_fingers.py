"""On a phone, whatever is pressed in a step has room for a finger, and one sees which step it is."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, expect

from designs.services import interviews
from designs.services.saving import Edit, save_patch
from tests.designs.browsing import sign_in
from tests.designs.conftest import NOON, loaded

FILLED = {
    "data_model": {"entities": {"tweet": {"name": "Tweet", "order": 1}}},
    "api": {"operations": {"post": {"name": "postTweet", "order": 1}}},
}
LEAST_PX = 43.5  # 44, less what rounding takes
PRESSED = "main :is(button, summary, select, label:has([type=checkbox]), .step-facts a, .checklist a)"
TOO_SMALL = """([pressed, least]) => [...document.querySelectorAll(pressed)].filter((each) => {
  const { width, height } = each.getBoundingClientRect();
  return each.checkVisibility({ visibilityProperty: true }) && height > 2 && (height < least || width < least);
}).map((each) => each.outerHTML.slice(0, 80))"""


@pytest.mark.one_database
def test_what_is_pressed_in_a_step_of_an_interview_is_44_px_high_and_wide(browser: Browser, live_server, owner):
    interview = interviews.start_interview(loaded(at=NOON), owner=owner, at=NOON)
    save_patch(interview.design, Edit(patch=FILLED, base_version=0), author=owner, at=NOON)
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    sign_in(page, owner)
    page.goto(reverse("designs:step", args=[interview.design_id, "api"]))
    current = page.locator("#rail [aria-current]").bounding_box()
    assert current is not None
    assert current["x"] >= 0
    assert current["x"] + current["width"] <= 390  # the step's name, in a row of steps that is wider
    reads = page.locator("details.set", has_text="Reads:")
    reads.locator("summary").tap()
    expect(reads.get_by_label("Tweet")).to_be_visible()

    assert page.evaluate(TOO_SMALL, [PRESSED, LEAST_PX]) == []
    context.close()
