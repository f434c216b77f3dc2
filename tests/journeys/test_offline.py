"""A reader in a train: what was read is there without a network, cards are answered, and every answer counts once."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from studyguide.models import Review
from studyguide.services.cards import make_card
from tests.browser import broken_in_light_and_dark
from tests.journeys.conftest import PHONE
from tests.studyguide.build import make_topic

PASSWORD = "correct horse battery"


def opened(page: Page, address: str) -> None:
    """Opens a page, and waits until what it keeps is kept."""
    page.goto(address)
    expect(page.locator("html[data-keeps]")).to_have_count(1)


@pytest.mark.one_database
def test_a_phone_in_a_train_shows_what_was_read_and_loses_no_answer(transactional_db, browser, live_server):
    """promise 9: none twice, none lost. By touch, signed in from the home page."""
    ring = make_topic("hash-ring", kind="topic", body_html="<p>Servers stand on a circle.</p>")
    make_topic("quorums", kind="topic", body_html="<p>Half and one.</p>")
    ada = User.objects.create_user("ada", password=PASSWORD)
    for number in range(3):
        make_card(ada, content={"front": f"Question {number}?", "back": f"Answer {number}."}, topic=ring)
    context = browser.new_context(base_url=live_server.url, service_workers="allow", **PHONE)
    page = context.new_page()
    page.goto("/")
    page.get_by_role("link", name="Sign in").first.tap()
    page.fill("#id_login", "ada")
    page.fill("#id_password", PASSWORD)
    page.locator("main button[type=submit]").tap()
    expect(page.get_by_role("link", name=re.compile("ada"))).to_be_visible()
    opened(page, "/topics/hash-ring/")
    opened(page, "/calculators/queueing/?arrival_rate=77")
    opened(page, "/cards/")

    context.set_offline(True)
    page.goto("/topics/hash-ring/")
    expect(page.get_by_text("Servers stand on a circle.")).to_be_visible()
    expect(page.locator("#offline-sign")).to_contain_text("Offline")
    page.get_by_role("button", name="Mark as read").tap()
    expect(page.locator("#offline-sign")).to_contain_text("that was not sent")
    page.locator("#progress").evaluate("form => form.submit()")  # as without the script
    expect(page.locator("#not-sent")).to_contain_text("did not reach the site")
    page.goto("/calculators/queueing/")  # its last result
    expect(page.locator("#in-arrival_rate")).to_have_value("77")
    page.goto("/topics/quorums/")
    expect(page.get_by_role("heading", level=1)).to_have_text("You are offline")
    expect(page.locator("#kept-pages")).to_contain_text(ring.title)
    assert broken_in_light_and_dark(page) == {}
    page.get_by_role("button", name="Answer the cards").tap()
    for number in range(2):
        expect(page.get_by_text(f"Question {number}?")).to_be_visible()
        expect(page.locator("[data-card]:not([hidden])")).to_have_count(1)
        page.locator("[data-card]:not([hidden]) summary").tap()
        expect(page.get_by_text(f"Answer {number}.")).to_be_visible()
        if not number:
            assert broken_in_light_and_dark(page) == {}
        page.locator("[data-card]:not([hidden]) button.easy").tap()
    expect(page.locator("#offline-sign")).to_contain_text("2 answers will be sent later")
    assert not Review.objects.exists()
    page.goto("/cards/")  # what was answered is not asked again
    expect(page.get_by_text("Question 2?")).to_be_visible()

    context.set_offline(False)
    page.wait_for_function("async () => !(await (await import('/static/js/offline/queue.js')).waiting()).length")
    expect(page.locator("#offline-sign")).to_have_count(0)
    # The deck asks for itself anew, once or twice, so the rest is done in another window.
    page = context.new_page()
    opened(page, "/cards/offline/")
    expect(page.locator("#deck-left")).to_have_text("1 left")
    sent = list(Review.objects.filter(learner=ada))
    assert len({review.card_id for review in sent}) == len(sent) == 2
    assert all(review.at <= review.received_at <= timezone.now() for review in sent)

    opened(page, "/accounts/logout/")
    page.locator("main button[type=submit]").tap()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
    page.wait_for_function("async () => !(await (await caches.open('pages')).match('/topics/hash-ring/'))")
    context.close()
