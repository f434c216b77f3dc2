"""As a new instructor would: from an empty site to an assigned class with two students' work marked and exported."""

from __future__ import annotations

import csv
import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from accounts.models import User
from tests.browser import broken_rules, scrolls_sideways, send, watched
from tests.designs.browsing import expect_status, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def open_page(browser: Browser, live_server):
    """Pages of different people, each with a browser of their own; none may log an error."""
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def opened(width: int = 1280) -> Page:
        context = browser.new_context(base_url=live_server.url, viewport={"width": width, "height": 800})
        contexts.append(context)
        page = context.new_page()
        troubles.append(watched(page, live_server.url))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [each for found in troubles for each in found] == []


def join(page: Page, code: str, name: str) -> None:
    page.goto("/classes/join/")
    page.get_by_label("Join code").fill(code)
    page.get_by_label("Your name").fill(name)
    page.get_by_role("button", name="Join").click()
    page.get_by_role("heading", name="Systems 101").wait_for()
    page.wait_for_load_state("load")


def write_an_actor(page: Page) -> None:
    """Something of one's own, saved as one types."""
    page.goto("/designs/" + page.url.split("/")[4] + "/understand/")
    expect_status(page, "Saved")
    page.locator('[name="/scope/actors/+/name"]').fill("Reader")
    page.keyboard.press("Enter")
    page.locator('[name^="/scope/actors/k"][name$="/name"]').wait_for()
    expect_status(page, "Saved")


def give_all(page: Page) -> None:
    """Every line of the rubric gets its best level."""
    page.wait_for_load_state("load")
    for line in page.locator(".rubric-line").all():
        line.get_by_role("radio").last.check()


@pytest.mark.one_database
def test_a_class_from_nothing_to_marks(open_page, scenario, teacher, tmp_path):
    instructor = open_page()
    sign_in(instructor, teacher)
    instructor.goto("/classes/")
    instructor.get_by_role("button", name="New class").click()
    instructor.get_by_label("Name of the class").fill("Systems 101")
    instructor.get_by_label("Time zone").select_option("Europe/Berlin")
    instructor.get_by_role("button", name="Make the class").click()
    code = instructor.locator(".join-code strong").inner_text()
    assert broken_rules(instructor) == []

    instructor.get_by_role("button", name="Give out an assignment").click()
    instructor.get_by_label("Title").fill("Design a timeline")
    instructor.get_by_label("Scenario").select_option(label=str(scenario))
    assert broken_rules(instructor) == []
    instructor.get_by_role("button", name="Give it out").click()
    instructor.get_by_text("Nobody has joined yet").wait_for()

    ada, alan = open_page(width=320), open_page()
    for page, name in ((ada, "Ada Lovelace"), (alan, "Alan Turing")):
        join(page, code, name)
        assert not scrolls_sideways(page)
        assert broken_rules(page) == []
        page.get_by_role("link", name="Design a timeline").click()
        assert not scrolls_sideways(page)
        page.get_by_role("button", name="Begin").click()
        expect(page).to_have_url(re.compile(r"/designs/[0-9a-f-]{36}/"))
        assert not scrolls_sideways(page)
        write_an_actor(page)

    for page in (ada, alan):
        page.goto("/classes/")
        page.get_by_role("link", name="Design a timeline").click()
        page.get_by_role("button", name="Hand it in").click()
        page.get_by_text("is handed in").wait_for()
        assert broken_rules(page) == []

    instructor.reload()
    expect(instructor.get_by_text("handed in", exact=True)).to_have_count(2)
    assert broken_rules(instructor) == []
    instructor.get_by_role("link", name="The class as a whole").click()
    instructor.get_by_role("heading", name="What most have missed").wait_for()
    assert broken_rules(instructor) == []
    instructor.get_by_role("link", name="Students").click()

    for name in ("Ada Lovelace", "Alan Turing"):
        send(instructor, instructor.locator(".tile").get_by_role("link", name=name))
        give_all(instructor)
        instructor.get_by_label("Feedback").fill(f"Well drawn, {name}.")
        instructor.get_by_label("Comment", exact=True).fill("Say what peak means here.")
        send(instructor, instructor.get_by_role("button", name="Comment"))
        instructor.get_by_text("Say what peak means here.").wait_for()
        give_all(instructor)
        instructor.get_by_label("Feedback").fill(f"Well drawn, {name}.")
        assert broken_rules(instructor) == []
        instructor.get_by_role("button", name="Give it back").click()
        instructor.get_by_text(f"{name} can read it now").wait_for()
        instructor.get_by_role("link", name="Design a timeline").first.click()

    with instructor.expect_download() as download:
        instructor.get_by_role("link", name="Marks as CSV").click()
    file = tmp_path / "marks.csv"
    download.value.save_as(file)
    rows = list(csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines()))
    assert [(row["name"], row["points"], row["late"]) for row in rows] == [
        ("Ada Lovelace", "100", "no"),
        ("Alan Turing", "100", "no"),
    ]

    ada.goto("/classes/")
    ada.get_by_role("link", name="Design a timeline").click()
    ada.get_by_role("link", name="Read the feedback").click()
    ada.get_by_text("Well drawn, Ada Lovelace.").wait_for()
    ada.get_by_text("Say what peak means here.").wait_for()
    assert not scrolls_sideways(ada)
    assert broken_rules(ada) == []
    assert User.objects.filter(is_guest=True).count() == 2


def test_a_student_does_everything_without_scripts(plain_page, assignment, classroom, student):
    """promise 50"""
    sign_in(plain_page, student)
    join(plain_page, classroom.join_code, "Ada Lovelace")
    plain_page.get_by_role("link", name="Design a timeline").click()
    plain_page.get_by_role("button", name="Begin").click()
    expect(plain_page).to_have_url(re.compile(r"/designs/[0-9a-f-]{36}/"))
    plain_page.goto("/designs/" + plain_page.url.split("/")[4] + "/understand/")
    plain_page.locator('[name="/scope/actors/+/name"]').fill("Reader")
    plain_page.get_by_role("button", name="Save", exact=True).first.press("Enter")
    expect(plain_page.locator('[name="/scope/actors/+/name"]')).to_have_value("")
    plain_page.goto("/classes/")
    plain_page.get_by_role("link", name="Design a timeline").click()
    plain_page.get_by_role("button", name="Hand it in").click()
    expect(plain_page.locator(".messages")).to_contain_text("is handed in")
