"""Autosave in a real browser: what is typed reaches the server, or is kept and said to be."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from designs.models import Change, Design
from designs.services.saving import create_design
from tests.designs.browsing import document_of, expect_status, open_step, sign_in
from tests.designs.conftest import NOON
from tests.designs.document.examples import complete

ANSWER = '[name="/scope/questions/q1/answer"]'
PATCHES = "**/document"


@pytest.fixture
def ada(transactional_db) -> User:
    return User.objects.create_user("ada")


@pytest.fixture
def sketch(ada) -> Design:
    return create_design(owner=ada, document=complete(), at=NOON)


@pytest.fixture
def tab(page: Page, ada: User, sketch: Design) -> Page:
    sign_in(page, ada)
    open_step(page, sketch, "understand")
    return page


@pytest.fixture
def frail_tab(browser, live_server, ada, sketch):
    """A tab whose network will fail, so that errors in its console are no failure of the test."""
    context = browser.new_context(base_url=live_server.url)
    context.set_default_timeout(15_000)
    page = context.new_page()
    sign_in(page, ada)
    open_step(page, sketch, "understand")
    yield page
    context.close()


def answer_of(design: Design) -> str:
    return document_of(design)["scope"]["questions"]["q1"]["answer"]


def test_what_is_typed_is_saved_without_a_button(tab, sketch):
    with tab.expect_response(PATCHES) as answer:
        tab.fill(ANSWER, "200 million")
    assert answer.value.status == 200
    expect_status(tab, "Saved")
    assert answer_of(sketch) == "200 million"
    change = Change.objects.get()
    assert (change.step, change.author) == ("understand", sketch.owner)


def test_undo_and_redo_are_changes_like_others(tab, sketch):
    tab.fill(ANSWER, "200 million")
    tab.get_by_role("button", name="Undo").click()
    expect(tab.locator(ANSWER)).to_have_value("100 million")
    tab.get_by_role("button", name="Redo").click()
    expect(tab.locator(ANSWER)).to_have_value("200 million")
    expect_status(tab, "Saved")
    assert answer_of(sketch) == "200 million"


def test_another_tab_shows_a_change_without_reloading(tab, sketch):
    other = tab.context.new_page()
    open_step(other, sketch, "understand")
    tab.fill(ANSWER, "300 million")
    expect(other.locator(ANSWER)).to_have_value("300 million", timeout=4_000)


def test_the_same_field_in_two_tabs_is_a_visible_choice(tab, sketch):
    """promise 3: neither value is lost, and nothing is overwritten in silence."""
    other = tab.context.new_page()
    open_step(other, sketch, "understand")
    other.evaluate("Object.defineProperty(document, 'visibilityState', {get: () => 'hidden'})")
    other.route("**/changes?*", lambda route: route.fulfill(status=304))
    tab.fill(ANSWER, "from the first")
    expect_status(tab, "Saved")
    assert answer_of(sketch) == "from the first"
    other.unroute("**/changes?*")
    other.fill(ANSWER, "from the second")

    expect_status(other, "changed elsewhere")
    choice = other.locator("[data-save-more] fieldset")
    expect(choice).to_contain_text("from the first")
    expect(choice).to_contain_text("from the second")
    assert answer_of(sketch) == "from the first"
    other.get_by_role("button", name="Keep mine").click()
    expect_status(other, "Saved")
    assert answer_of(sketch) == "from the second"
    expect(tab.locator(ANSWER)).to_have_value("from the second")
