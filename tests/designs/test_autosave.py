"""Autosave in a real browser: what is typed reaches the server, or is kept and said to be."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from playwright.sync_api import Page, expect

from accounts.models import User
from designs.models import Change, Design, ShareLink
from designs.services.saving import Edit, save_patch
from designs.services.sharing import create_link
from designs.views import documents
from tests.browser import watched
from tests.designs.browsing import STATUS, document_of, expect_status, open_step, sign_in, sign_out
from tests.designs.conftest import NOON

ANSWER = '[name="/scope/questions/q1/answer"]'
PATCHES = "**/document"


@pytest.fixture
def tab(page: Page, owner: User, design: Design) -> Page:
    sign_in(page, owner)
    open_step(page, design, "understand")
    return page


@pytest.fixture
def frail_tab(browser, live_server, owner, design):
    """A tab whose network will fail, so that errors in its console are no failure of the test."""
    context = browser.new_context(base_url=live_server.url)
    page = context.new_page()
    sign_in(page, owner)
    open_step(page, design, "understand")
    yield page
    context.close()


def answer_of(design: Design) -> str:
    return document_of(design)["scope"]["questions"]["q1"]["answer"]


def test_what_is_typed_is_saved_without_a_button(tab, design):
    with tab.expect_response(PATCHES) as answer:
        tab.fill(ANSWER, "200 million")
    assert answer.value.status == 200
    expect_status(tab, "Saved")
    assert answer_of(design) == "200 million"
    change = Change.objects.get()
    assert (change.step, change.author) == ("understand", design.owner)


def test_undo_and_redo_are_changes_like_others(tab, design):
    tab.fill(ANSWER, "200 million")
    tab.get_by_role("button", name="Undo").click()
    expect(tab.locator(ANSWER)).to_have_value("100 million")
    tab.get_by_role("button", name="Redo").click()
    expect(tab.locator(ANSWER)).to_have_value("200 million")
    expect_status(tab, "Saved")
    assert answer_of(design) == "200 million"


def test_another_tab_shows_a_change_without_reloading(tab, design):
    other = tab.context.new_page()
    open_step(other, design, "understand")
    tab.fill(ANSWER, "300 million")
    expect(other.locator(ANSWER)).to_have_value("300 million")


@pytest.mark.both_databases
def test_the_same_field_in_two_tabs_is_a_visible_choice(tab, design):
    """promise 3: neither value is lost, and nothing is overwritten in silence."""
    other = tab.context.new_page()
    open_step(other, design, "understand")
    other.evaluate("Object.defineProperty(document, 'visibilityState', {get: () => 'hidden'})")
    other.route("**/changes?*", lambda route: route.fulfill(status=304))
    tab.fill(ANSWER, "from the first")
    expect_status(tab, "Saved")
    assert answer_of(design) == "from the first"
    other.unroute("**/changes?*")
    other.fill(ANSWER, "from the second")

    expect_status(other, "changed elsewhere")
    choice = other.locator("[data-save-more] fieldset")
    expect(choice).to_contain_text("from the first")
    expect(choice).to_contain_text("from the second")
    assert answer_of(design) == "from the first"
    other.get_by_role("button", name="Keep mine").click()
    expect_status(other, "Saved")
    assert answer_of(design) == "from the second"
    expect(tab.locator(ANSWER)).to_have_value("from the second")


@pytest.mark.both_databases
def test_changes_of_different_fields_merge_without_a_question(tab, design):
    other = tab.context.new_page()
    open_step(other, design, "understand")
    tab.fill(ANSWER, "1 billion")
    other.fill('[name="/scope/actors/reader/note"]', "reads")
    expect_status(tab, "Saved")
    expect_status(other, "Saved")
    scope = document_of(design)["scope"]
    assert (scope["questions"]["q1"]["answer"], scope["actors"]["reader"]["note"]) == ("1 billion", "reads")
    expect(other.locator(ANSWER)).to_have_value("1 billion")
    expect(tab.locator('[name="/scope/actors/reader/note"]')).to_have_value("reads")


def test_a_server_that_is_down_is_said_and_the_text_is_saved_when_it_is_back(frail_tab, design):
    """promise 5"""
    frail_tab.context.route("**/designs/**", lambda route: route.abort())
    frail_tab.fill(ANSWER, "while the server is down")
    expect(frail_tab.locator(STATUS)).to_have_text("Offline: 1 change kept")
    frail_tab.fill('[name="/scope/actors/reader/note"]', "second change")
    expect(frail_tab.locator(STATUS)).to_have_text("Offline: 2 changes kept")
    assert Change.objects.count() == 0
    expect(frail_tab.locator(ANSWER)).to_have_value("while the server is down")

    frail_tab.context.unroute("**/designs/**")
    frail_tab.evaluate("window.dispatchEvent(new Event('online'))")
    expect_status(frail_tab, "Saved")
    assert answer_of(design) == "while the server is down"
    assert Change.objects.count() == 2


def test_a_server_that_answers_nonsense_is_not_called_saved(frail_tab, design):
    """promise 5"""
    frail_tab.route(PATCHES, lambda route: route.fulfill(status=502, body="Bad gateway"))
    frail_tab.fill(ANSWER, "behind a broken proxy")
    expect(frail_tab.locator(STATUS)).to_contain_text("Not saved")
    frail_tab.unroute(PATCHES)
    expect_status(frail_tab, "Saved")
    assert answer_of(design) == "behind a broken proxy"


def test_a_closed_tab_leaves_its_changes_to_the_next_one(frail_tab, design, monkeypatch):
    """promise 6: leaving is warned of, and what was not saved comes back by itself and can be taken back."""
    context = frail_tab.context
    # The server itself refuses: what a test holds back in the browser would go out as the tab closes.
    monkeypatch.setattr(documents, "_patch", lambda request, design_id: HttpResponse(status=503))
    frail_tab.fill(ANSWER, "typed just before the crash")
    expect_status(frail_tab, "Not saved")
    warned = []
    frail_tab.on("dialog", lambda dialog: (warned.append(dialog.type), dialog.accept()))
    frail_tab.close(run_before_unload=True)
    frail_tab.wait_for_event("close")
    assert warned == ["beforeunload"]
    assert Change.objects.count() == 0

    again = context.new_page()
    again.goto(f"/designs/{design.pk}/understand/")
    monkeypatch.undo()
    expect(again.locator(ANSWER)).to_have_value("typed just before the crash")
    expect(again.locator("[data-save-more]")).to_contain_text("Brought back 1 change")
    expect_status(again, "Saved")
    assert answer_of(design) == "typed just before the crash"
    again.get_by_role("button", name="Take back").click()
    expect(again.locator(ANSWER)).to_have_value("100 million")
    expect_status(again, "Saved")
    assert answer_of(design) == "100 million"


def test_a_change_made_while_the_tab_was_closed_is_not_overwritten_on_return(frail_tab, design, owner, monkeypatch):
    """promises 3 and 6"""
    # The server itself refuses: a request that is held back in the browser goes out as the page is left.
    monkeypatch.setattr(documents, "_patch", lambda request, design_id: HttpResponse(status=503))
    frail_tab.fill(ANSWER, "mine, never saved")
    expect_status(frail_tab, "Not saved")
    frail_tab.once("dialog", lambda dialog: dialog.accept())  # the warning that something is not saved
    frail_tab.goto("about:blank")
    theirs = {"scope": {"questions": {"q1": {"answer": "theirs, meanwhile"}}}}
    save_patch(design, Edit(patch=theirs, base_version=0), author=owner, at=NOON)
    monkeypatch.undo()
    frail_tab.goto(f"/designs/{design.pk}/understand/")
    choice = frail_tab.locator("[data-save-more] fieldset")
    expect(choice).to_contain_text("mine, never saved")
    expect(choice).to_contain_text("theirs, meanwhile")
    assert answer_of(design) == "theirs, meanwhile"
    frail_tab.get_by_role("button", name="Take theirs").click()
    expect_status(frail_tab, "Saved")
    expect(frail_tab.locator(ANSWER)).to_have_value("theirs, meanwhile")


def test_an_expired_session_keeps_the_text_and_signing_in_elsewhere_saves_it(frail_tab, design, owner):
    """promise 7"""
    sign_out(frail_tab)
    frail_tab.fill(ANSWER, "typed after the session ended")
    expect_status(frail_tab, "signed out")
    link = frail_tab.get_by_role("link", name="Sign in", exact=True).last
    expect(link).to_have_attribute("target", "_blank")
    expect(frail_tab.locator(ANSWER)).to_have_value("typed after the session ended")
    assert Change.objects.count() == 0

    sign_in(frail_tab, owner)
    expect_status(frail_tab, "Saved")
    assert answer_of(design) == "typed after the session ended"


@pytest.mark.both_databases
def test_a_change_whose_answer_was_lost_is_saved_once(frail_tab, design):
    """promise 8"""
    seen = []

    def lose_the_first_answer(route) -> None:
        seen.append(route.request.headers["sequence"])
        if len(seen) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    frail_tab.context.route("**/document", lose_the_first_answer)
    frail_tab.context.route("**/changes?*", lambda route: route.abort())
    frail_tab.fill(ANSWER, "sent twice")
    expect_status(frail_tab, "Saved")
    assert len(seen) >= 2
    assert len(set(seen)) == 1
    assert answer_of(design) == "sent twice"
    assert Change.objects.count() == 1


def test_what_the_server_refuses_is_said_and_mended_by_typing_on(frail_tab, design):
    long = '[name="/scope/measurable_requirements/fast/quantity"]'
    frail_tab.eval_on_selector(long, "field => field.removeAttribute('maxlength')")
    frail_tab.fill(long, "9" * 90)
    expect_status(frail_tab, "Not saved: The text is longer than 80 characters.")
    assert Change.objects.count() == 0
    frail_tab.fill(long, "300 ms")
    expect_status(frail_tab, "Saved")
    assert document_of(design)["scope"]["measurable_requirements"]["fast"]["quantity"] == "300 ms"


def test_a_row_is_added_by_keyboard_and_the_next_one_waits(tab, design):
    tab.get_by_label("Name of new actor").fill("Moderator")
    tab.keyboard.press("Enter")
    expect(tab.get_by_label("Name of new actor")).to_be_focused()
    tab.keyboard.type("Advertiser")
    tab.keyboard.press("Enter")
    expect_status(tab, "Saved")
    actors = document_of(design)["scope"]["actors"]
    assert [each["name"] for each in sorted(actors.values(), key=lambda each: each["order"])] == [
        "Reader", "Author", "Moderator", "Advertiser",
    ]  # fmt: skip


def test_a_row_is_deleted_and_the_deletion_undone(tab, design):
    tab.get_by_role("button", name="Delete: Reader").click()
    expect(tab.get_by_role("button", name="Delete: Reader")).to_have_count(0)
    expect_status(tab, "Saved")
    assert list(document_of(design)["scope"]["actors"]) == ["author"]
    tab.goto(f"/designs/{design.pk}/history/")
    tab.get_by_role("button", name="Restore version 0").click()
    expect(tab.get_by_role("status").first).to_contain_text("Back at version 0")
    assert set(document_of(design)["scope"]["actors"]) == {"reader", "author"}


def test_restoring_an_earlier_version_can_itself_be_undone(tab, design):
    """promise 13"""
    tab.fill(ANSWER, "later")
    expect_status(tab, "Saved")
    tab.goto(f"/designs/{design.pk}/history/")
    tab.get_by_role("button", name="Restore version 0").click()
    expect(tab.locator("#v2")).to_contain_text("Set answer of question")
    assert answer_of(design) == "100 million"
    tab.get_by_role("button", name="Restore version 1").click()
    expect(tab.locator("#v3")).to_be_visible()
    assert answer_of(design) == "later"


def test_a_typed_line_becomes_an_operation_without_leaving_the_page(tab, design):
    open_step(tab, design, "api")
    tab.evaluate("window.isSamePage = true")
    tab.get_by_label("Add operations").fill("deleteTweet(tweet_id int64)")
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("heading", name="deleteTweet")).to_be_attached()
    expect(tab.get_by_label("Add operations")).to_have_value("")
    assert tab.evaluate("window.isSamePage")


def test_a_line_that_is_not_understood_stays_with_its_error(frail_tab, design):
    open_step(frail_tab, design, "api")
    frail_tab.get_by_label("Add operations").fill("nonsense(")
    frail_tab.keyboard.press("Enter")
    expect(frail_tab.locator(".line-entry .error")).to_have_text("Not saved: A bracket is not closed.")
    expect(frail_tab.get_by_label("Add operations")).to_have_value("nonsense(")
    assert Change.objects.count() == 0


def test_the_working_and_the_progress_follow_the_typing(tab, design):
    open_step(tab, design, "estimate")
    tab.get_by_label("Value of daily users").fill("200M")
    expect(tab.locator("#working")).to_contain_text("11,574")
    tab.get_by_label("Figure or formula of row 2").fill("nobody * 2")
    expect(tab.locator("#working .error")).to_contain_text("There is no 'nobody'")


def test_whoever_may_only_look_sees_changes_and_changes_nothing(browser, live_server, tab, design):
    link = create_link(design, ShareLink.Access.VIEW, at=NOON)
    context = browser.new_context(base_url=live_server.url)
    viewer = context.new_page()
    troubles = watched(viewer, live_server.url)
    viewer.goto(f"/designs/shared/{link.token}/")
    viewer.goto(f"/designs/{design.pk}/understand/")
    expect(viewer.locator(ANSWER)).to_be_disabled()
    tab.fill(ANSWER, "seen elsewhere")
    expect(viewer.locator(ANSWER)).to_have_value("seen elsewhere")
    context.close()
    assert troubles == []


def test_the_making_is_replayed_by_slider_and_by_play(tab, design, owner):
    for number, title in enumerate(["One", "Two"]):
        save_patch(
            Design.objects.get(pk=design.pk),
            Edit(patch={"meta": {"title": title}}, base_version=number),
            author=owner,
            at=NOON,
        )
    tab.goto(f"/designs/{design.pk}/replay/")
    tab.locator("#version").fill("1")
    expect(tab.locator("#stage")).to_contain_text("Set title to 'One'")
    tab.get_by_role("link", name="Before").click()
    expect(tab.locator("#stage")).to_contain_text("The beginning")
    tab.get_by_role("button", name="Play").click()
    expect(tab.locator("#stage")).to_contain_text("Set title to 'Two'")
    expect(tab.get_by_role("button", name="Play")).to_have_attribute("aria-pressed", "false")
