from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import User
from accounts.services.removal import StillNeededError, delete_account
from classrooms.models import Classroom, Membership
from classrooms.services import classes
from classrooms.services.classes import CODE_LENGTH, CODE_LETTERS, ClassError, Role
from tests.classrooms.conftest import MONDAY, after, give


def test_codes_have_no_letters_that_look_alike():
    code = classes.new_code()

    assert len(code) == CODE_LENGTH
    assert set(code) <= set(CODE_LETTERS)
    assert not set("01OIL") & set(CODE_LETTERS)


@pytest.mark.parametrize("typed", ["{}", " {} ", "lower", "spaced"])
def test_a_code_is_read_however_it_is_typed(classroom, student, typed):
    code = classroom.join_code
    given = {"lower": code.lower(), "spaced": f"{code[:4]} - {code[4:]}"}.get(typed, typed.format(code))

    assert classes.join(given, user=student, name="Ada", at=MONDAY).classroom == classroom


def test_joining_twice_is_joining_once(classroom, student):
    first = classes.join(classroom.join_code, user=student, name="Ada", at=MONDAY)
    second = classes.join(classroom.join_code, user=student, name="Somebody else", at=after(1))

    assert first == second
    assert Membership.objects.filter(user=student).count() == 1
    with pytest.raises(IntegrityError):
        Membership.objects.create(classroom=classroom, user=student, role="student", joined_at=MONDAY)


@pytest.mark.parametrize("closing", ["code", "joining", "archive"])
def test_a_code_that_was_closed_lets_nobody_in(classroom, student, closing):
    code = classroom.join_code
    if closing == "code":
        classes.change_code(classroom)
    elif closing == "joining":
        classes.set_joining(classroom, is_open=False)
    else:
        classes.set_archived(classroom, is_archived=True, at=MONDAY)

    with pytest.raises(ClassError, match="No open class"):
        classes.join(code, user=student, name="Ada", at=MONDAY)


def test_leaving_ends_access_and_coming_back_restores_the_place(classroom, member, student):
    classes.leave(member, at=after(1))
    assert not Classroom.objects.of(student.pk).exists()

    again = classes.join(classroom.join_code, user=student, name="Ada", at=after(2))
    assert again.pk == member.pk
    assert Classroom.objects.attended_by(student.pk).exists()


def test_whoever_was_removed_does_not_come_back_by_the_code(classroom, member, student):
    """promise 23"""
    classes.remove(member, at=after(1))

    with pytest.raises(ClassError, match="taken out"):
        classes.join(classroom.join_code, user=student, name="Ada", at=after(2))
    assert not Classroom.objects.of(student.pk).exists()


def test_the_only_instructor_cannot_leave(classroom, teacher):
    with pytest.raises(ClassError, match="only instructor"):
        classes.leave(Membership.objects.get(user=teacher), at=MONDAY)


def test_handing_over_makes_one_an_instructor_and_lets_the_other_go(classroom, teacher):
    taker = User.objects.create_user("barbara")
    classes.transfer(classroom, "Barbara", giver=Membership.objects.get(user=teacher), at=MONDAY)

    assert Classroom.objects.taught_by(taker.pk).exists()
    assert not Classroom.objects.of(teacher.pk).exists()


def test_a_guest_cannot_be_made_an_instructor(classroom):
    User.objects.create_user("guest-1", is_guest=True)

    with pytest.raises(ClassError, match="Nobody here"):
        classes.add_instructor(classroom, "guest-1", at=MONDAY)


def test_former_roles_do_not_mix(classroom, member, student):
    """Somebody who left as a student and teaches another class sees nothing of this one."""
    classes.create_classroom("Other", owner=student, time_zone="UTC", at=MONDAY)
    classes.leave(member, at=MONDAY)

    assert [each.name for each in Classroom.objects.taught_by(student.pk)] == ["Other"]


def test_whoever_was_removed_is_taken_back_in_with_what_they_made(classroom, member, student):
    classes.remove(member, at=after(1))
    classes.readmit(Membership.objects.get(pk=member.pk))

    assert Classroom.objects.attended_by(student.pk).exists()


def test_a_student_becomes_an_instructor_only_when_it_is_meant_and_a_student_again(classroom, member, student, teacher):
    with pytest.raises(ClassError, match="is a student here"):
        classes.add_instructor(classroom, "ada", at=MONDAY, is_sure=False)
    assert Membership.objects.get(pk=member.pk).role == "student"

    raised = classes.add_instructor(classroom, "ada", at=MONDAY, is_sure=True)
    classes.demote(raised)
    assert Classroom.objects.attended_by(student.pk).exists()
    with pytest.raises(ClassError, match="only instructor"):
        classes.demote(Membership.objects.get(user=teacher))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "go",
    [
        pytest.param(lambda member: classes.leave(member, at=after(1)), id="leaves"),
        pytest.param(lambda member: classes.demote(member), id="becomes a student"),
        pytest.param(
            lambda member: classes.add_instructor(
                member.classroom, member.user.username, at=after(1), role=Role.ASSISTANT
            ),
            id="becomes an assistant",
        ),
        pytest.param(lambda member: delete_account(member.user), id="deletes the account"),
    ],
)
def test_of_two_instructors_who_go_at_once_one_stays(classroom, member, go):
    """The second one waits for the first, and is told that somebody must teach."""
    second = classes.add_instructor(classroom, User.objects.create_user("barbara").username, at=after(0))
    refused, is_over = [], threading.Event()

    def also_go() -> None:
        try:
            go(Membership.objects.get(pk=second.pk))
        except (ClassError, StillNeededError) as error:
            refused.append(str(error))
        finally:
            connection.close()
            is_over.set()

    other = threading.Thread(target=also_go)
    with transaction.atomic():
        go(classroom.memberships.get(user__username="grace"))
        other.start()
        is_over.wait(0.2)
    other.join()

    assert len(refused) == 1
    assert classroom.memberships.filter(role=Role.INSTRUCTOR, left_at=None).count() == 1


def test_the_list_of_classes_counts_students_and_assignments(client, teacher, classroom, member, scenario):
    """Who left and what opens later are not counted."""
    other = classes.join(classroom.join_code, user=User.objects.create_user("gone"), name="Gone", at=MONDAY)
    classes.leave(other, at=MONDAY)
    give(classroom, scenario)
    give(
        classroom,
        scenario,
        title="Later",
        opens_at=timezone.now() + timedelta(days=1),
        due_at=timezone.now() + timedelta(days=9),
    )
    client.force_login(teacher)
    taught = " ".join(client.get("/classes/").content.decode().split())
    client.force_login(member.user)
    attended = " ".join(client.get("/classes/").content.decode().split())

    assert "<strong>1</strong><small> student<" in taught
    assert "2 assignments, join code" in taught
    assert "<strong>1</strong><small> assignment<" in attended
