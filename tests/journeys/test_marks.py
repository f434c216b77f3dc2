"""Five people and a graded assignment: an instructor, an assistant, and three students, one of them on a phone."""

from __future__ import annotations

import csv
import re
from datetime import timedelta
from pathlib import Path

from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from classrooms.models import Assignment
from designs.document import text
from designs.models import Scenario
from tests.browser import broken_rules, scrolls_sideways, send
from tests.designs.browsing import expect_status, sign_in
from tests.designs.conftest import loaded
from tests.journeys.conftest import PHONE

CANVAS = Path(__file__).parents[1] / "classrooms" / "rosters" / "canvas.csv"
TASK = "Design a timeline"
DESIGN = re.compile(r"/designs/[0-9a-f-]{36}/")


def join(page: Page, address: str, name: str) -> None:
    page.goto(address)
    page.get_by_label("Your name").fill(name)
    page.get_by_role("button", name="Join").click()
    page.get_by_role("heading", name="Systems 101").wait_for()


def write(page: Page, word: str) -> None:
    """An actor of one's own in the scope, from the page of the assignment on."""
    page.goto("/classes/")
    page.get_by_role("link", name=TASK).click()
    page.get_by_role("button", name="Begin").or_(page.get_by_role("button", name="Go on with your design")).click()
    expect(page).to_have_url(DESIGN)
    page.goto("/designs/" + page.url.split("/")[4] + "/understand/")
    expect_status(page, "Saved")
    page.locator('[name="/scope/actors/+/name"]').fill(word)
    page.keyboard.press("Enter")
    # A row of one's own is made in place, and its field holds the word before the page is loaded again.
    expect(page.locator('input[name^="/scope/actors/k"][name$="/name"]').last).to_have_value(word)
    expect_status(page, "Saved")


def hand_in(page: Page) -> None:
    """By the strip above the design."""
    page.get_by_role("button", name="Hand").first.click()
    page.get_by_text("is handed in").wait_for()


def test_a_graded_assignment_from_the_roster_to_the_gradebook(transactional_db, somebody, tmp_path):
    """promises 4, 8, 20 and 35"""
    grace = User.objects.create_user("grace", password="correct horse battery")
    User.objects.create_user("barbara", password="correct horse battery")
    scenario = loaded(at=timezone.now())

    teacher, helper = somebody(), somebody()
    sign_in(teacher, grace)
    sign_in(helper, User.objects.get(username="barbara"))
    teacher.goto("/classes/new/")
    teacher.get_by_label("Name of the class").fill("Systems 101")
    teacher.get_by_role("button", name="Make the class").click()
    teacher.get_by_role("link", name="People and settings").click()
    teacher.get_by_label("A list of students").set_input_files(CANVAS)
    teacher.get_by_role("button", name="Look at the list").click()
    teacher.get_by_text("This looks like a list from Canvas").wait_for()
    assert broken_rules(teacher) == []
    teacher.get_by_role("button", name="Add 3 to the roster").click()
    teacher.get_by_text("3 people added from canvas.csv").wait_for()
    teacher.get_by_label("Username of a person").fill("barbara")
    teacher.get_by_role("button", name="Add as instructor").click()
    teacher.get_by_text("They teach this class now, too").wait_for()
    address = teacher.get_by_label("Address to join at").input_value()

    teacher.get_by_role("link", name="Systems 101").click()
    teacher.get_by_role("button", name="Give out an assignment").or_(
        teacher.get_by_role("link", name="Give out an assignment")
    ).click()
    teacher.get_by_label("Title").fill(TASK)
    teacher.get_by_label("Scenario").select_option(label=str(scenario))
    teacher.get_by_role("button", name="Give it out").click()
    teacher.get_by_role("heading", name=TASK).wait_for()
    assignment = Assignment.objects.get()

    zoe, jose, anna = somebody(**PHONE, timezone_id="Asia/Kolkata"), somebody(), somebody()
    for page, name in ((zoe, "ANGSTROM, Zoe"), (jose, "Jose Garcia Nunez"), (anna, "Anna Mueller")):
        join(page, address, name)
        write(page, "Reader")
    # Both times stand in the strip, where they differ.
    expect(zoe.get_by_text("on your clock")).to_be_visible()
    expect(jose.get_by_text("on your clock")).to_have_count(0)
    assert {each.name for each in assignment.classroom.roster.exclude(membership=None)} == {
        "Zoë Ångström", "José García Núñez", "Anna Müller",
    }  # fmt: skip

    helper.goto(assignment.get_absolute_url())
    helper.locator(".tile").get_by_role("link", name="Anna Mueller").click()
    helper.get_by_label("Comment", exact=True).fill("Say who else reads.")
    helper.get_by_role("button", name="Comment").click()
    helper.get_by_text("The student can read it").wait_for()
    anna.goto(assignment.get_absolute_url())
    anna.get_by_role("link", name="Read the comments").click()
    anna.get_by_text("Say who else reads.").wait_for()

    helper.goto(assignment.get_absolute_url())
    helper.locator(".tile").filter(has_text="Anna").get_by_text("drafting").wait_for()
    write(zoe, "Author")
    hand_in(zoe)
    write(jose, "Author")
    hand_in(jose)
    # The open page is sent these two tiles and no others.
    expect(helper.locator(".tile").filter(has_text="Zoe")).to_contain_text("handed in")
    expect(helper.locator(".tile").filter(has_text="Jose")).to_contain_text("handed in")
    Assignment.objects.update(opens_at=timezone.now() - timedelta(days=8), due_at=timezone.now() - timedelta(minutes=1))
    write(anna, "Author")
    hand_in(anna)
    write(jose, "ADDED AFTER HANDING IN")

    teacher.goto(f"/classes/assignments/{assignment.pk}/queue/")
    expect(teacher.get_by_text("3 of 3")).to_be_visible()
    assert broken_rules(teacher) == []
    send(
        teacher,
        teacher.get_by_role("button", name="Next to mark").or_(teacher.get_by_role("link", name="Next to mark")),
    )
    assert broken_rules(teacher) == []
    lines = teacher.locator("[data-line]")
    for left in (2, 1, 0):
        expect(lines).to_have_count(len(scenario.data.rubric))
        expect(teacher.locator("main")).not_to_contain_text("ADDED AFTER HANDING IN")
        for at in range(lines.count()):
            lines.nth(at).get_by_role("radio").first.focus()
            teacher.keyboard.press("3")
        expect(teacher.locator("[data-total]")).to_have_text("67")
        teacher.get_by_label("Feedback").fill("Well begun.")
        send(teacher, teacher.get_by_role("button", name="Keep, and on to the next"))
        expect(teacher.get_by_text(f"{left} of 3 to mark" if left else "Nothing is left to mark").first).to_be_visible()
    teacher.get_by_role("button", name="Give back all that are ticked").click()
    teacher.get_by_text("3 students can read it now").wait_for()

    content = text.load(scenario.content)
    content["prompt"] = "Design the timeline of a microblog, and say it in three boxes."
    Scenario.objects.filter(pk=scenario.pk).update(content=text.dump(content))
    teacher.goto(assignment.get_absolute_url())
    teacher.get_by_role("link", name="See what changes").click()
    teacher.get_by_text("The task is worded anew").wait_for()
    teacher.get_by_role("button", name="Bring the correction into all drafts").click()
    jose.goto(assignment.get_absolute_url())
    jose.get_by_text("The task is worded anew").wait_for()
    jose.get_by_role("link", name="Read the feedback").click()
    expect(jose.get_by_text("67 of 100")).to_be_visible()
    assert broken_rules(jose) == []
    zoe.goto(assignment.get_absolute_url())
    zoe.get_by_role("link", name="Read the feedback").click()
    expect(zoe.get_by_text("Well begun.")).to_be_visible()
    assert not scrolls_sideways(zoe)

    teacher.goto(f"/classes/{assignment.classroom_id}/gradebook/")
    assert broken_rules(teacher) == []
    with teacher.expect_download() as download:
        teacher.get_by_role("link", name="Canvas").click()
    file = tmp_path / "marks.csv"
    download.value.save_as(file)
    rows = list(csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines()))
    given = {row["Student"]: (row["ID"], row["SIS User ID"], row[TASK]) for row in rows[1:]}
    assert given == {
        "Müller, Anna": ("4503", "S1004", "67"),
        "Núñez, José García": ("4502", "S1002", "67"),
        "Ångström, Zoë": ("4501", "S1001", "67"),
    }
    assert rows[0]["Student"].strip() == "Points Possible"
    teacher.goto(f"/classes/{assignment.classroom_id}/settings/")
    teacher.get_by_label("A list of students").set_input_files(file)
    teacher.get_by_role("button", name="Look at the list").click()
    teacher.get_by_text("0 new, 3 known").or_(teacher.get_by_text("new, 3 known, 0 to decide")).first.wait_for()


def test_an_interviewer_gives_a_hint_that_arrives_while_the_candidate_looks(transactional_db, somebody):
    """promise 58"""
    loaded(at=timezone.now())
    candidate, interviewer = somebody(), somebody()
    candidate.goto("/scenarios/twitter/")
    candidate.get_by_role("button", name="interview").first.click()
    expect_status(candidate, "Saved")
    candidate.get_by_role("button", name="Let somebody interview you").click()
    link = candidate.locator('a[href*="/interviews/watch/"], input[value*="/interviews/watch/"]').first
    link.wait_for(state="attached")
    address = link.get_attribute("href") or link.input_value()

    interviewer.goto(address)
    interviewer.get_by_role("button", name="Give it").first.click()
    expect(candidate.get_by_text("A hint:")).to_be_visible()
