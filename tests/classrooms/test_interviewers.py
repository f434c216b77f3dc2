"""The interviewer of a class interview is the teacher, and no link; a class keeps somebody who teaches it."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from accounts.services.removal import StillNeededError, delete_account
from classrooms.models import Membership, Work
from classrooms.services import classes
from classrooms.services import work as working
from designs.models import Interview
from designs.services.interviews import open_to_interviewer
from designs.services.saving import Edit, save_patch
from tests.classrooms.conftest import after, give

pytestmark = pytest.mark.django_db


@pytest.fixture
def interview(classroom, member, scenario) -> Interview:
    timed = give(classroom, scenario, start="interview")
    return working.begin_work(timed, member, at=after(1)).design.interview


def test_a_student_makes_no_interviewers_link_of_a_class_interview(client, student, interview):
    client.force_login(student)
    answer = client.post(reverse("designs:interview_open", args=[interview.pk]), follow=True)

    interview.refresh_from_db()
    assert interview.observer_token is None
    assert "your teacher is the interviewer" in answer.content.decode()


@pytest.mark.parametrize("who", ["ada", "fellow", "teaches-elsewhere", "nobody"])
def test_where_a_teacher_sits_in_the_link_opens_and_marks_nothing_for_others(
    django_user_model, classroom, interview, who
):
    """promise 19"""
    fellow, other = (django_user_model.objects.create_user(name) for name in ("fellow", "teaches-elsewhere"))
    classes.join(classroom.join_code, user=fellow, name="Fellow", at=after(1))
    classes.create_classroom("Other", owner=other, time_zone="UTC", at=after(1))
    open_to_interviewer(interview)
    client = Client()
    if who != "nobody":
        client.force_login(django_user_model.objects.get(username=who))
    token = interview.observer_token

    assert client.get(reverse("designs:interview_watch", args=[token])).status_code == 404
    assert client.get(reverse("designs:interview_watch_live", args=[token])).status_code == 404
    score = {"do": "score", "dimension": "scope", "level": "4"}
    assert client.post(reverse("designs:interview_watch_do", args=[token]), score).status_code == 404
    assert not interview.marks.exists()


def test_an_interviewer_reads_a_hint_before_giving_it(client, interview, teacher, student):
    """The candidate reads it only then."""
    hint = next(iter(interview.data.hints.values())).grades[0].text
    token = open_to_interviewer(interview)
    client.force_login(teacher)
    assert hint in unescape(client.get(reverse("designs:interview_watch", args=[token])).content.decode())

    client.force_login(student)
    page = client.get(reverse("designs:interview_panel", args=[interview.pk]))
    assert page.status_code == 200
    assert hint not in unescape(page.content.decode())


def test_a_draft_of_an_interview_says_when_and_how_far_it_is_until_there_is_a_drawing(client, teacher, interview):
    def shown() -> str:
        return client.get(Work.objects.get(design=interview.design).get_absolute_url()).content.decode()

    client.force_login(teacher)
    begun = shown()
    assert "The interview runs:" in begun
    assert re.findall(r'<meter[^>]*value="(\d+)"', begun) == ["0"] * 8
    assert "Nothing is drawn yet." in begun
    assert "data-drawing" not in begun

    patch = {"scope": {"actors": {"a": {"name": "Reader"}}}, "diagram": {"components": {"b": {"kind": "service"}}}}
    save_patch(interview.design, Edit(patch=patch, base_version=0), author=None, at=after(1))
    drawn = shown()
    assert max(int(each) for each in re.findall(r'<meter[^>]*value="(\d+)"', drawn)) > 0
    assert "data-drawing" in drawn
    assert "Nothing is drawn yet." not in drawn


def test_the_only_teacher_of_people_does_not_just_go(classroom, teacher, member):
    with pytest.raises(StillNeededError, match="Systems 101"):
        delete_account(teacher)

    assert Membership.objects.filter(user=teacher).exists()


def test_a_teacher_goes_when_another_stays_or_nobody_is_left(classroom, teacher, member, student, django_user_model):
    django_user_model.objects.create_user("grete")
    classes.add_instructor(classroom, "grete", at=after(1))
    delete_account(teacher)

    assert not django_user_model.objects.filter(username="grace").exists()
