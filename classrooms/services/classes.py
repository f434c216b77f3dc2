"""Making a class, joining and leaving it, its roster and its instructors."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from classrooms.models import Classroom, Membership
from classrooms.services.errors import ClassError
from classrooms.services.groups import leave_groups
from classrooms.services.roster import join_to_roster
from web.sent.typed import tidy

# Without letters and digits that look alike on a blackboard.
CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 8
Role = Membership.Role


@transaction.atomic
def create_classroom(name: str, *, owner: User, time_zone: str, at: datetime) -> Classroom:
    classroom = Classroom.objects.create(
        name=name.strip()[:120], join_code=new_code(), time_zone=time_zone, created_at=at
    )
    Membership.objects.create(classroom=classroom, user=owner, role=Role.INSTRUCTOR, joined_at=at)
    return classroom


def new_code() -> str:
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def change_code(classroom: Classroom) -> None:
    """The old code opens nothing from then on."""
    classroom.join_code = new_code()
    classroom.save(update_fields=["join_code"])


def rename(classroom: Classroom, *, name: str, time_zone: str) -> None:
    classroom.name, classroom.time_zone = name.strip()[:120], time_zone
    classroom.save(update_fields=["name", "time_zone"])


def set_joining(classroom: Classroom, *, is_open: bool) -> None:
    """Whether the code lets anybody in."""
    classroom.is_joining_open = is_open
    classroom.save(update_fields=["is_joining_open"])


def tidy_code(code: str) -> str:
    """A code in its stored form, however it was typed."""
    return code.strip().upper().replace(" ", "").replace("-", "")


def class_of_code(code: str) -> Classroom:
    """The class that one may join by this code."""
    found = Classroom.objects.filter(join_code=tidy_code(code), archived_at=None, is_joining_open=True)
    classroom = found.first()
    if classroom is None:
        raise ClassError("No open class has this code. Ask the person who gave it to you.")
    return classroom


@transaction.atomic
def join(code: str, *, user: User, name: str, at: datetime, number: str = "") -> Membership:
    """Joins the class of that code. A person who left returns to their old place; a removed person cannot."""
    classroom = class_of_code(code)
    tidy_name = " ".join(name.split())[:120]
    if not tidy_name:
        raise ClassError("Say your name, so that your teacher knows whose work it is.")
    member, is_new = Membership.objects.get_or_create(
        classroom=classroom,
        user=user,
        defaults={"role": Role.STUDENT, "name": tidy_name, "number": tidy(number, 60), "joined_at": at},
    )
    if not is_new and member.was_removed:
        raise ClassError("You were taken out of this class. Ask your teacher.")
    if not is_new and member.left_at is not None:
        member.left_at = None
        member.save(update_fields=["left_at"])
    join_to_roster(member)
    return member


@transaction.atomic
def leave(member: Membership, *, at: datetime) -> None:
    """Ends the access on the next request. The last instructor cannot leave: somebody must teach."""
    _lock_people(member.classroom_id)
    if member.role == Role.INSTRUCTOR and _instructors(member.classroom).exclude(pk=member.pk).count() == 0:
        raise ClassError("You are the only instructor: make another person instructor first, or archive the class.")
    leave_groups(member, at=at)
    member.left_at = at
    member.save(update_fields=["left_at"])


def remove(member: Membership, *, at: datetime) -> None:
    """By an instructor: they cannot come back by the code, only by `readmit`."""
    leave(member, at=at)
    member.was_removed = True
    member.save(update_fields=["was_removed"])


def readmit(member: Membership) -> None:
    """Readmits a person who left or was removed, in their former role and with their work."""
    member.left_at, member.was_removed = None, False
    member.save(update_fields=["left_at", "was_removed"])


@transaction.atomic
def demote(member: Membership) -> None:
    """Makes an instructor or assistant a student again; what they had handed in as a student is still there."""
    _lock_people(member.classroom_id)
    if member.role == Role.INSTRUCTOR and _instructors(member.classroom).exclude(pk=member.pk).count() == 0:
        raise ClassError("That is the only instructor: make another person instructor first.")
    member.role = Role.STUDENT
    member.save(update_fields=["role"])


def rename_member(member: Membership, *, name: str, number: str) -> None:
    """As they are called in this class, and their number."""
    kept = tidy(name, 120)
    if not kept:
        raise ClassError("A student needs a name.")
    member.name, member.number = kept, tidy(number, 60)
    member.save(update_fields=["name", "number"])


@transaction.atomic
def add_instructor(
    classroom: Classroom, username: str, *, at: datetime, is_sure: bool = True, role: Role = Role.INSTRUCTOR
) -> Membership:
    """Somebody with an account, by their username; as an assistant with that role. For a student of the class that
    hides their work among that of students: it is asked first. The only instructor cannot become an assistant."""
    called = tidy(username, 200)
    user = User.objects.filter(username__iexact=called, is_guest=False, is_active=True).first()
    if user is None:
        raise ClassError(f"Nobody here is called {called[:60]!r}. Instructors need an account.")
    student = classroom.memberships.filter(user=user, role=Role.STUDENT, left_at=None).first()
    if student is not None and not is_sure:
        raise ClassError(
            f"{student} is a student here. As one who marks they see everybody's work, and their own is left "
            "out of the lists. Tick the box beside the button if you mean it; it can be taken back."
        )
    _lock_people(classroom.pk)
    if role != Role.INSTRUCTOR and not _instructors(classroom).exclude(user=user).exists():
        raise ClassError("That is the only instructor: make another person instructor first.")
    member, _ = Membership.objects.update_or_create(
        classroom=classroom,
        user=user,
        defaults={"role": role, "left_at": None, "was_removed": False},
        create_defaults={"role": role, "joined_at": at},
    )
    return member


@transaction.atomic
def transfer(classroom: Classroom, username: str, *, giver: Membership, at: datetime) -> None:
    """Makes somebody else the instructor, and the giver leaves."""
    taker = add_instructor(classroom, username, at=at)
    if taker.pk == giver.pk:
        raise ClassError("That is yourself.")
    leave(giver, at=at)


def set_archived(classroom: Classroom, *, is_archived: bool, at: datetime) -> None:
    """An archived class can be read, and nothing in it changes."""
    classroom.archived_at = at if is_archived else None
    classroom.save(update_fields=["archived_at"])


def _instructors(classroom: Classroom) -> QuerySet[Membership]:
    return classroom.memberships.filter(role=Role.INSTRUCTOR, left_at=None)


def _lock_people(classroom_id: int) -> None:
    """Until the end of the transaction: of two instructors who go together, each would count on the other."""
    Classroom.objects.select_for_update().get(pk=classroom_id)
