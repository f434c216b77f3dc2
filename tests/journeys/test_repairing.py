"""An engineer mends a design for the least money at a desk, and asks on a phone what breaks it."""

from __future__ import annotations

from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import User
from designs.services.saving import create_design
from tests.browser import broken_in_light_and_dark, scrolls_sideways
from tests.designs.analysis.repair.by_enumeration import weak_variant
from tests.designs.browsing import sign_in
from tests.designs.conftest import NOON
from tests.journeys.conftest import DESK, PHONE
from tests.servers import work_off


def test_a_design_is_mended_for_the_least_money_and_attacked_on_a_phone(somebody, db):
    ada = User.objects.create_user("ada")
    design = create_design(owner=ada, document=weak_variant("video"), at=NOON)
    address = reverse("designs:analysis", args=[design.pk])

    page: Page = somebody(**DESK)
    sign_in(page, ada)
    page.goto(address)
    page.get_by_role("link", name="The cheapest change that makes all pass").click()
    expect(page.get_by_role("heading", name="What would it take?")).to_be_visible()
    assert broken_in_light_and_dark(page) == {}
    page.get_by_role("button", name="Find the repair").click()
    expect(page.get_by_text("It waits for its turn")).to_be_visible()
    work_off()
    expect(page.get_by_role("heading", name="The cheapest set: about $70 more a month")).to_be_visible()
    expect(page.get_by_text("No smaller set of our remedies works")).to_be_visible()
    assert broken_in_light_and_dark(page) == {}

    # It is one change, and undo takes it back.
    page.get_by_role("button", name="Apply this repair").click()
    expect(page.get_by_text("The design was changed.")).to_be_visible()
    expect(page.get_by_text("All pass", exact=True)).to_be_visible()
    page.locator(".undo-box").get_by_role("button", name="Undo").click()
    expect(page.get_by_text("1 fail", exact=True)).to_be_visible()

    phone: Page = somebody(**PHONE)
    sign_in(phone, ada)
    phone.goto(reverse("designs:studies", args=[design.pk]))
    asking = phone.locator("#seek")
    asking.get_by_label("Input").select_option("traffic")
    asking.get_by_role("button", name="Seek").tap()
    expect(phone.get_by_text("It waits for its turn")).to_be_visible()
    work_off()
    expect(phone.get_by_text("All traffic, as times today's: ×1 as it is")).to_be_visible()
    assert not scrolls_sideways(phone)
    assert broken_in_light_and_dark(phone) == {}
