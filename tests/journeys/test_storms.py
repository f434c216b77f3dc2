"""Somebody new to metastable failures drags traffic up until a design collapses, then down, and ends it."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import User
from designs.services.saving import create_design
from tests.browser import broken_in_light_and_dark, send
from tests.designs.browsing import sign_in
from tests.designs.conftest import NOON
from tests.designs.test_storm_pages import stormy


@pytest.mark.one_database
def test_up_until_it_collapses_down_until_it_recovers_and_the_change_that_ends_it(page: Page, db):
    ada = User.objects.create_user("ada")
    design = create_design(owner=ada, document=stormy(), at=NOON)
    sign_in(page, ada)
    page.goto(reverse("designs:analysis", args=[design.pk]))
    expect(page.get_by_text("Orders stays down after a spike")).to_be_visible()
    send(page, page.get_by_role("link", name="Up until it collapses, then down"))
    expect(page.get_by_role("heading", name="Storms: two stable states")).to_be_visible()

    # The loop: the same traffic is well on the way up and collapsed on the way down.
    traffic, said = page.get_by_label("Traffic, as times today’s peak"), page.locator("#walk [role=status]")
    for percent, words in (
        ("150", "At ×1.5 it is healthy."),
        ("195", "At ×1.95 it collapses by itself."),
        ("150", "At ×1.5 it stays collapsed"),
        ("70", "At ×0.7 it stays collapsed"),
        ("60", "At ×0.6 it is healthy. It has recovered."),
        ("150", "At ×1.5 it is healthy."),
    ):
        traffic.fill(percent)
        expect(said).to_contain_text(words)
    expect(page.get_by_role("row", name="A spike to 3 times the traffic")).to_contain_text("lasts about")
    assert broken_in_light_and_dark(page) == {}

    # The spike request by request: a moment after it, on the drawing and in words.
    send(page, page.get_by_role("link", name="Follow a spike request by request"))
    expect(page.get_by_role("heading", name="Each moment on the drawing")).to_be_visible()
    orders = page.locator('[data-element="/diagram/components/db"]')
    expect(orders).to_have_class(re.compile("is-calm"))
    page.get_by_role("slider", name="Moment").fill("40")
    expect(orders).to_have_class(re.compile("is-full"))
    expect(page.get_by_role("row", name="Orders 100%")).to_be_visible()
    assert broken_in_light_and_dark(page) == {}
    page.go_back()

    # What a spike does is predicted first; the collapse becomes four cards.
    page.get_by_label("It recovers by itself").check()
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_text("that it does not recover from lasts about")).to_be_visible()
    assert broken_in_light_and_dark(page) == {}
    page.get_by_role("button", name="Make four cards of it").click()
    expect(page.get_by_text("4 cards ask about Orders from now on.")).to_be_visible()

    page.get_by_role("button", name="Apply: Let at most 10% of calls be retries").click()
    expect(page.get_by_text("Done: Let at most 10% of calls be retries.")).to_be_visible()
    expect(page.get_by_role("row", name="Orders, shown below")).to_contain_text("above today's peak only")
    page.goto(reverse("designs:analysis", args=[design.pk]))
    expect(page.get_by_role("heading", name="Findings")).to_be_visible()
    expect(page.get_by_text("Orders stays down after a spike")).to_have_count(0)
