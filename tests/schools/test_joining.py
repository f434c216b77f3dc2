"""Somebody comes from a platform and had an account before: both become one, once they show that both are theirs."""

from __future__ import annotations

import pytest
from django.core import signing
from django.utils import timezone

from accounts.models import User
from classrooms.models import Assignment, Classroom, Membership, Work
from designs.models import Scenario
from schools.models import Person
from schools.services import joining
from schools.views.joining import COOKIE
from tests.classrooms.conftest import give
from tests.markup import squeezed

pytestmark = pytest.mark.django_db
CONFIRM = "/lti/join/confirm/"


@pytest.fixture
def own() -> User:
    return User.objects.create_user("ada", email="ada@x.example", password="correct horse battery")


@pytest.fixture
def came(launching):
    """A browser in which a student has come from the platform."""
    launching().come("t-1")
    browser = launching()
    browser.come("s-1")
    return browser


def account_of(browser) -> User:
    return User.objects.get(pk=browser.client.session["_auth_user_id"])


def given_out(scenario: Scenario) -> Assignment:
    return give(Classroom.objects.get(), scenario)


def test_what_was_made_moves_and_the_course_leads_to_the_own_account(came, own, scenario, launching):
    before = account_of(came)
    member = Membership.objects.get(user=before)
    work = Work.objects.create(assignment=given_out(scenario), student=member, started_at=timezone.now())

    assert "Sign in to my own account" in squeezed(came.client.get("/lti/join/"))
    leads = came.client.post("/lti/join/")
    assert "next=%2Flti%2Fjoin%2Fconfirm%2F" in leads["Location"]
    assert "_auth_user_id" not in came.client.session
    came.client.force_login(own)
    assert "Both are me" in squeezed(came.client.get(CONFIRM))
    assert Person.objects.get(user=before)
    came.client.post(CONFIRM)

    assert not User.objects.filter(pk=before.pk).exists()
    assert Work.objects.get(pk=work.pk).student.user == own
    again = launching()
    again.come("s-1")
    assert account_of(again) == own


def test_nothing_is_joined_by_an_address_or_in_another_browser(came, own, launching):
    """promise 21: the platform names the address of somebody's account, and gets nothing for it."""
    User.objects.filter(pk=account_of(came).pk).update(email=own.email)
    came.client.post("/lti/join/")
    other = launching()
    other.client.force_login(own)
    other.client.post(CONFIRM)
    assert Person.objects.exclude(user=own).count() == 2

    other.client.cookies[COOKIE] = signing.dumps(own.pk, salt="made up")
    other.client.post(CONFIRM)
    assert Person.objects.exclude(user=own).count() == 2


def test_an_account_with_a_way_in_of_its_own_is_not_given_away(came, own):
    before = account_of(came)
    before.set_password("correct horse battery")
    before.save()
    came.client.force_login(before)
    came.client.post("/lti/join/")
    assert COOKIE not in came.client.cookies

    with pytest.raises(joining.JoiningError, match="password of its own"):
        joining.promised(joining.promise_of(before))


def test_two_works_on_one_assignment_are_for_the_teacher_to_decide(came, own, scenario):
    assignment = given_out(scenario)
    classroom = assignment.classroom
    mine = Membership.objects.create(classroom=classroom, user=own, role="student", joined_at=timezone.now())
    theirs = Membership.objects.get(user=account_of(came))
    for member in (mine, theirs):
        Work.objects.create(assignment=assignment, student=member, started_at=timezone.now())

    with pytest.raises(joining.JoiningError, match="Both accounts have work"):
        joining.join_accounts(theirs.user, own)
    assert Work.objects.count() == 2


def test_a_teacher_stays_one(came, own, launching):
    browser = launching()
    browser.come("t-1")
    teacher = account_of(browser)
    Membership.objects.create(classroom=Classroom.objects.get(), user=own, role="student", joined_at=timezone.now())
    joining.join_accounts(teacher, own)

    assert Membership.objects.get(user=own).role == "instructor"
