"""A teacher and a student who come from the school's learning platform, which shows this site in a frame (LTI 1.3)."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from classrooms.models import Assignment, Membership
from designs.models import Scenario
from schools.models import Grade
from tests.browser import broken_rules
from tests.classrooms.conftest import MONDAY
from tests.designs.browsing import STATUS
from tests.designs.conftest import loaded
from tests.schools.conftest import own_key, platform, platform_keys  # noqa: F401
from tests.schools.work import given_back
from tests.servers import work_off


@pytest.fixture
def scenario(transactional_db) -> Scenario:
    return loaded(at=MONDAY)


def tab(browser: Browser, live_server) -> Page:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    return context.new_page()


@pytest.mark.one_database
def test_a_term_begins_on_the_platform_and_its_marks_return_there(
    browser,
    live_server,
    platform,  # noqa: F811
    scenario,
):
    """Another host than this site's, so that all in the frame is of a third party; nothing is signed in beforehand."""
    platform.tool = live_server.url
    teacher, student = tab(browser, live_server), tab(browser, live_server)

    teacher.goto(f"{platform.address}/frame?who=t-1&choosing=1")
    choose = teacher.frame_locator("iframe")
    choose.get_by_label("Scenario", exact=True).select_option(label=scenario.title)
    choose.get_by_label("Due", exact=True).fill("2031-01-01T12:00")
    assert broken_rules(teacher.frames[1]) == []
    choose.get_by_role("button", name="Place it").click()
    expect(teacher.frame_locator("iframe").get_by_role("heading", name="Placed")).to_be_visible()
    assignment = Assignment.objects.get()

    student.goto(f"{platform.address}/frame?who=s-1&link=L1")
    task = student.frame_locator("iframe")
    expect(task.get_by_role("heading", name=assignment.title, level=1)).to_be_visible()
    task.get_by_role("button", name="Begin").click()
    expect(task.locator(STATUS)).to_have_text("Saved")
    expect(task.get_by_role("link", name="ada_lovelace")).to_be_visible()
    assert assignment.works.get().design is not None

    given_back(assignment, Membership.objects.get(role="student"))
    work_off()
    assert platform.gradebook()[(assignment.title, "s-1")] == (100, 100)
    teacher.goto(platform.initiation("t-1", link="L1"))  # the same in a window of its own
    teacher.get_by_role("link", name="See them").click()
    expect(teacher.get_by_role("heading", name="Marks on the platform")).to_be_visible()
    expect(teacher.get_by_role("row").filter(has_text="Ada Lovelace")).to_contain_text("there")
    assert broken_rules(teacher) == []
    assert set(Grade.objects.values_list("state", flat=True)) == {"sent"}
    teacher.get_by_role("button", name="Bring in the list of people").click()
    expect(teacher.locator(".messages")).to_contain_text("list of people")
    teacher.get_by_role("button", name="Send all marks again").click()
    expect(teacher.locator(".messages")).to_contain_text("on their way again")

    # The student had an account before: in the same frame they sign in to it and confirm that both are theirs.
    own = User.objects.create_user("ada", password="correct horse battery")
    task.get_by_role("link", name="ada_lovelace").click()
    task.get_by_role("link", name="use an account that you had before").click()
    task.get_by_role("button", name="Sign in to my own account").click()
    task.get_by_label("Username").fill("ada")
    task.get_by_label("Password").fill("correct horse battery")
    task.get_by_role("button", name="Sign in").click()
    expect(task.get_by_role("heading", name="Are both you?")).to_be_visible()
    assert broken_rules(student.frames[1]) == []
    task.get_by_role("button", name="Both are me: make them one").click()
    expect(task.locator(".messages")).to_contain_text("Your course leads to this account")
    assert Membership.objects.get(role="student").user == own
    for page in (teacher, student):
        page.context.close()
