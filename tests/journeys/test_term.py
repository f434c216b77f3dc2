"""A term: two groups of three on one design each, more time for one of them, another look at marks, peer review, and
the class made again for the next term."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from classrooms.models import Assignment, Classroom, Membership
from classrooms.services import classes, comments
from designs.models import Design
from tests.browser import broken_rules
from tests.classrooms.conftest import give
from tests.designs.browsing import sign_in
from tests.designs.conftest import loaded
from tests.journeys.test_marks import DESIGN
from tests.journeys.test_together import BOX, SAVED, add

GROUPS = {"Red": ("ada", "bob", "cleo"), "Blue": ("dora", "emil", "faye")}


@pytest.fixture
def term(transactional_db) -> Assignment:
    """A class of six whose assignment is due in a week."""
    now = timezone.now()
    grace = User.objects.create_user("grace")
    room = classes.create_classroom("Systems 101", owner=grace, time_zone="UTC", at=now)
    for name in (*GROUPS["Red"], *GROUPS["Blue"]):
        classes.join(room.join_code, user=User.objects.create_user(name), name=name.title(), at=now)
    comments.save_comment(room, "Say what fails first.", author=grace, at=now)
    return give(room, loaded(at=now), opens_at=now - timedelta(days=9), due_at=now + timedelta(days=7))


def as_user(page: Page, name: str) -> Page:
    sign_in(page, User.objects.get(username=name))
    return page


def in_hours(hours: int) -> str:
    return (timezone.now() + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M")


def begin(page: Page, assignment: Assignment) -> None:
    """From the task to the canvas of the group's design."""
    page.goto(assignment.get_absolute_url())
    page.get_by_role("button", name=re.compile("Begin|Go on with your design")).click()
    expect(page).to_have_url(DESIGN)
    page.goto("/designs/" + page.url.split("/")[4] + "/high-level/")
    page.locator("[data-canvas][data-ready]").wait_for()


def hand_in(page: Page) -> None:
    expect(page.locator(SAVED)).to_have_text("Saved")
    page.get_by_role("button", name="Hand it in").first.click()
    page.get_by_text("is handed in").first.wait_for()


def fill_levels(page: Page, *, best: bool) -> None:
    page.wait_for_load_state("load")
    for levels in page.locator(".levels").all():
        radios = levels.get_by_role("radio")
        (radios.last if best else radios.first).check()


@pytest.mark.one_database
def test_a_term_of_two_groups(term, somebody):
    """promises 19, 20, 21 and 53"""
    task = term.get_absolute_url()
    teacher, ada, bob, dora = (as_user(somebody(), name) for name in ("grace", "ada", "bob", "dora"))

    # Two groups of three, by hand.
    teacher.goto(f"{task}groups/")
    for group, names in GROUPS.items():
        for name in names:
            teacher.get_by_label(f"Group of {name.title()}").fill(group)
    teacher.get_by_role("button", name="Save the groups").click()
    teacher.get_by_text("6 people are in another group than before. There are 2 groups.").wait_for()
    assert broken_rules(teacher) == []

    # One design each, drawn together.
    begin(ada, term)
    add(ada, "service", "Shop")
    expect(ada.locator(SAVED)).to_have_text("Saved")
    begin(bob, term)
    expect(bob.locator(f'{BOX}[aria-label^="Shop"]')).to_have_count(1)
    add(bob, "cache", "Shelf")
    expect(ada.locator(f'{BOX}[aria-label^="Shelf"]')).to_have_count(1)
    expect(ada.get_by_role("list", name="Also here")).to_contain_text("bob")
    begin(dora, term)
    add(dora, "service", "Till")
    assert Design.objects.count() == 2

    # The time is over, and Blue gets more of it.
    Assignment.objects.filter(pk=term.pk).update(due_at=timezone.now() - timedelta(minutes=1))
    teacher.goto(f"{task}times/")
    teacher.get_by_role("checkbox", name="Blue").check()
    teacher.get_by_label("Due for them").fill(in_hours(5))
    teacher.get_by_role("button", name="Give these times").click()
    teacher.get_by_text("3 students have other times now.").wait_for()
    assert broken_rules(teacher) == []
    hand_in(ada)
    expect(ada.get_by_text("late").first).to_be_visible()
    hand_in(dora)
    found = {work.student.name: work.last_submission for work in term.works.all()}
    assert {name: each.is_late for name, each in found.items()} == {
        "Ada": True, "Bob": True, "Cleo": True, "Dora": False, "Emil": False, "Faye": False,
    }  # fmt: skip

    # Red is marked once, with words from the comment bank by a key, and one person gets less.
    teacher.goto(f"{task}queue/")
    teacher.get_by_role("button", name="Next to mark: Ada").click()
    teacher.get_by_role("heading", name="Ada").wait_for()
    fill_levels(teacher, best=False)
    teacher.get_by_label("Feedback").click()
    teacher.keyboard.press("Alt+1")
    expect(teacher.get_by_label("Feedback")).to_have_value("Say what fails first.")
    teacher.get_by_text("Points for one person").click()
    assert broken_rules(teacher) == []
    teacher.get_by_role("button", name="Give it back to the student").click()
    teacher.get_by_text("can read it now").wait_for()

    # Bob asks for another look, and gets it.
    bob.goto("/classes/")
    expect(bob.get_by_text("1 new")).to_be_visible()
    bob.goto(term.works.get(student__name="Bob").get_absolute_url())
    expect(bob.get_by_text("0 of 100").first).to_be_visible()
    bob.get_by_label("What should be looked at again").fill("The shelf is a cache.")
    bob.get_by_role("button", name="Ask for another look").click()
    bob.get_by_text("Not answered yet.").wait_for()
    assert broken_rules(bob) == []
    teacher.goto(f"{task}queue/?state=asking")
    teacher.get_by_role("link", name="Bob", exact=True).click()
    teacher.get_by_text("The shelf is a cache.").wait_for()
    fill_levels(teacher, best=True)
    teacher.get_by_role("button", name="Give it back to the student").click()
    teacher.get_by_text("can read it now").wait_for()
    teacher.get_by_label("Answer.").fill("So it is.")
    teacher.get_by_role("button", name="Answer").click()
    teacher.get_by_text("can read the answer").wait_for()
    bob.reload()
    bob.get_by_text("So it is.").wait_for()
    bob.get_by_role("link", name="History of marks").click()
    bob.get_by_role("heading", name="History of marks").wait_for()
    expect(bob.get_by_text("100 of 100")).to_be_visible()
    assert broken_rules(bob) == []

    # Both groups review each other, on the reference first.
    term.works.update(due_at=None)
    teacher.goto(f"{task}peers/")
    teacher.get_by_label("Reviews are due").fill(in_hours(48))
    teacher.get_by_role("button", name="Hand reviews out").click()
    teacher.get_by_text("6 students have reviews to write.").wait_for()
    assert broken_rules(teacher) == []
    dora.goto(task)
    dora.get_by_role("link", name="Design 2").click()
    dora.get_by_role("heading", name="Design 1").wait_for()
    fill_levels(dora, best=True)
    dora.get_by_role("button", name="Keep the review").click()
    dora.get_by_role("heading", name="This was the reference").wait_for()
    assert broken_rules(dora) == []

    # The class again, for the next term.
    teacher.goto(term.classroom.get_absolute_url())
    teacher.get_by_role("link", name="Copy for another term").click()
    teacher.get_by_label("Name of the new class").fill("Systems 102")
    assert broken_rules(teacher) == []
    teacher.get_by_role("button", name="Copy the class").click()
    teacher.get_by_role("heading", name="Systems 102").wait_for()
    expect(teacher.get_by_role("link", name="Design a timeline")).to_be_visible()
    copy = Classroom.objects.get(name="Systems 102")
    assert list(Membership.objects.filter(classroom=copy).values_list("user__username", flat=True)) == ["grace"]

    for page in (f"{task}similar/", f"/classes/{term.classroom_id}/comments/", "/classes/notices/"):
        teacher.goto(page)
        assert broken_rules(teacher) == [], page
