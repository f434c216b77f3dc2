"""Every page that anybody may read, in a real browser: accessible, narrow, dark, without scripts, quiet."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from accounts.models import User
from tests.browser import broken_in_light_and_dark, broken_rules, scrolls_sideways
from tests.web.pages import READING

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("notes")]
FOUND = [address for address in READING if address != "/nowhere/"]  # a 404 is an error in the console, rightly


@pytest.mark.one_database
@pytest.mark.parametrize("address", FOUND)
def test_a_page_breaks_no_rule_in_light_and_dark_and_fits_a_narrow_screen(page, address):
    """promises 44, 50, 51: the fixture fails on any error, violation of the policy or request to elsewhere."""
    page.goto(address)
    assert broken_in_light_and_dark(page) == {}
    page.set_viewport_size({"width": 320, "height": 640})

    assert not scrolls_sideways(page)


@pytest.mark.one_database
def test_an_error_page_breaks_no_rule(browser, live_server):
    context = browser.new_context(base_url=live_server.url, viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto("/nowhere/")

    assert broken_rules(page) == []
    assert not scrolls_sideways(page)
    context.close()


@pytest.mark.one_database
@pytest.mark.parametrize("address", READING)
def test_a_page_reads_without_scripts(plain_page, address):
    """promise 50"""
    answer = plain_page.goto(address)

    assert answer.status == (404 if address == "/nowhere/" else 200)
    expect(plain_page.locator("h1")).to_have_count(1)
    expect(plain_page.locator("main")).to_have_text(re.compile(r"\S"))
    expect(plain_page.locator(".needs-script:visible")).to_have_count(0)


def test_a_reader_without_scripts_searches_marks_and_signs_up(plain_page):
    """promise 50: the main actions are links and forms."""
    plain_page.goto("/search/")
    plain_page.fill("#q", "ring")
    plain_page.click("main button[type=submit]")
    plain_page.click("a:text('Hash ring')")
    plain_page.click("text=Mark as read")
    expect(plain_page.locator("main")).to_contain_text("You have read this")

    plain_page.click("header >> text=Guest")
    plain_page.click("text=Sign up and keep it")
    plain_page.fill("#id_username", "grace")
    plain_page.fill("#id_password1", "correct horse battery")
    plain_page.click("main button[type=submit]")

    expect(plain_page.locator("header").first).to_contain_text("grace")
    assert User.objects.get().topics_read.count() == 1


@pytest.mark.one_database
@pytest.mark.parametrize(
    "address", ["/account/", "/account/delete/", "/accounts/logout/", "/accounts/email/", "/accounts/password/change/"]
)
def test_pages_of_an_account_break_no_rule(page, live_server, client, address):
    user = User.objects.create_user("ada", "ada@example.org", "correct horse battery")
    client.force_login(user)
    page.context.add_cookies([{"name": "session", "value": client.cookies["session"].value, "url": live_server.url}])

    page.goto(address)
    assert broken_in_light_and_dark(page) == {}
    page.set_viewport_size({"width": 320, "height": 640})
    assert not scrolls_sideways(page)


@pytest.mark.one_database
def test_errors_stand_beside_their_fields_and_break_no_rule(page):
    page.goto("/accounts/signup/")
    page.fill("#id_username", "grace hopper")
    page.fill("#id_password1", "password")
    page.click("main button[type=submit]")

    expect(page.locator("#id_username")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#id_password1")).to_have_accessible_description(re.compile("too common"))
    assert broken_rules(page) == []


def test_back_after_signing_out_shows_nothing_of_the_account(page):
    """promise 47"""
    User.objects.create_user("ada", "ada@example.org", "correct horse battery")
    page.goto("/accounts/login/")
    page.fill("#id_login", "ada")
    page.fill("#id_password", "correct horse battery")
    page.click("main button[type=submit]")
    expect(page.get_by_role("link", name="ada")).to_be_visible()
    page.goto("/account/")
    expect(page.locator("main")).to_contain_text("ada@example.org")
    page.click("text=Sign out")
    page.click("main button[type=submit]")
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()

    # Past the page that asked, to the one that showed the address.
    page.evaluate("history.go(-2)")

    expect(page).to_have_url(re.compile("/accounts/login/"))
    page.wait_for_load_state("load")
    expect(page.locator("html")).not_to_contain_text("ada@example.org")


@pytest.mark.one_database
def test_at_twice_the_size_nothing_needs_scrolling_sideways(page):
    """promise 50: 200 % zoom of a 1280 wide window is a window of 640."""
    page.set_viewport_size({"width": 640, "height": 400})
    for address in FOUND:
        page.goto(address)
        assert not scrolls_sideways(page), address
