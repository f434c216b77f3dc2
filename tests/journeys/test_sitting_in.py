"""A teacher sits in on an interview of the class, and later comments on a moment of its replay."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import User
from classrooms.services import classes
from classrooms.services import work as working
from tests.browser import send
from tests.classrooms.conftest import give
from tests.designs.browsing import sign_in
from tests.designs.conftest import loaded
from tests.journeys.conftest import DESK, PHONE


@pytest.mark.one_database
def test_a_teacher_sits_in_helps_and_comments_on_a_moment(transactional_db, somebody):
    """promises 19 and 58: what the teacher does arrives while the student looks, and is in sight there."""
    now = timezone.now()
    grace, ada = User.objects.create_user("grace"), User.objects.create_user("ada")
    room = classes.create_classroom("Systems", owner=grace, time_zone="Europe/Berlin", at=now)
    member = classes.join(room.join_code, user=ada, name="Ada Lovelace", at=now)
    task = give(room, loaded(at=now), start="interview", opens_at=now, due_at=now + timedelta(days=7))
    work = working.begin_work(task, member, at=now)
    teacher, student = somebody(**DESK, timezone_id="Asia/Kolkata"), somebody(**PHONE)
    sign_in(teacher, grace)
    sign_in(student, ada)

    student.goto(f"/designs/{work.design_id}/understand/")
    field = student.get_by_label("Ask the interviewer")
    field.fill("How many people use it daily?")
    field.press("Enter")
    expect(student.locator("#interview-news")).to_contain_text("100M")

    teacher.goto(task.get_absolute_url())
    teacher.get_by_role("link", name="Ada Lovelace").first.click()
    teacher.get_by_role("button", name="Sit in on the interview").click()
    send(teacher, teacher.get_by_role("button", name="Give it").first)
    expect(student.get_by_text("A hint:")).to_be_visible()
    teacher.get_by_role("button", name="Say it now").first.click()
    expect(student.get_by_role("button", name="Take it into the scope")).to_be_visible()
    teacher.get_by_role("contentinfo").scroll_into_view_if_needed()
    for pane in (".watch > section", ".watch > aside"):
        expect(teacher.locator(pane)).to_be_in_viewport(ratio=0.99)
    student.reload()
    student.get_by_text("The task:").click()
    expect(student.get_by_text("Your teacher sits in")).to_be_visible()

    teacher.goto(work.get_absolute_url())
    teacher.get_by_role("link", name="Replay").click()
    expect(teacher.locator(".clock time")).to_contain_text("GMT+5:30")
    teacher.get_by_role("link", name="Comment on this moment").click()

    teacher.locator("[data-comment-form] textarea").fill("Here you asked for the right figure.")
    teacher.locator("[data-comment-form] [name=is_shown]").check()
    teacher.locator("[data-comment-form] button").click()
    expect(teacher.locator(".comments")).to_contain_text("version 1")

    student.goto(f"/designs/{work.design_id}/understand/")
    student.get_by_role("link", name="Read the feedback").click()
    expect(student.get_by_text("Here you asked for the right figure.")).to_be_visible()
    student.get_by_role("link", name="version 1").click()
    expect(student).to_have_url(re.compile(r"/replay/\?version=1$"))
