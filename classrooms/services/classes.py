"""Making a class, joining and leaving it, its roster and its instructors."""

from __future__ import annotations

import csv
import io
import secrets
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from classrooms.models import Classroom, Membership, RosterEntry
from web.typed import tidy

# Without letters and digits that look alike on a blackboard.
CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 8
MOST_ROSTER_BYTES = 500_000
MOST_ON_A_ROSTER = 2_000
NAME_HEADS = ("name", "student", "full name")
NUMBER_HEADS = ("number", "id", "student number", "email", "e-mail")
Role = Membership.Role


class ClassError(ValueError):
    """What was asked for does not go; says why, for the person who asked."""


@dataclass(kw_only=True)
class RosterReport:
    added: int = 0
    known: int = 0
    problems: list[str] = field(default_factory=list)


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
    """A code as it is kept, however it is typed."""
    return code.strip().upper().replace(" ", "").replace("-", "")


def class_of_code(code: str) -> Classroom:
    """The class that one may join by this code."""
    found = Classroom.objects.filter(join_code=tidy_code(code), archived_at=None, is_joining_open=True)
    classroom = found.first()
    if classroom is None:
        raise ClassError("No open class has this code. Ask whoever gave it to you.")
    return classroom


@transaction.atomic
def join(code: str, *, user: User, name: str, at: datetime) -> Membership:
    """Into the class of that code. Whoever left comes back to their own place; whoever was removed does not."""
    classroom = class_of_code(code)
    tidy_name = " ".join(name.split())[:120]
    if not tidy_name:
        raise ClassError("Say your name, so that your teacher knows whose work it is.")
    member, is_new = Membership.objects.get_or_create(
        classroom=classroom, user=user, defaults={"role": Role.STUDENT, "name": tidy_name, "joined_at": at}
    )
    if not is_new and member.was_removed:
        raise ClassError("You were taken out of this class. Ask your teacher.")
    if not is_new and member.left_at is not None:
        member.left_at = None
        member.save(update_fields=["left_at"])
    _find_on_roster(member)
    return member


def _find_on_roster(member: Membership) -> None:
    """Joins the membership to the one free entry of its name, if there is just one."""
    entries = RosterEntry.objects.filter(classroom=member.classroom, name__iexact=member.name, membership=None)
    if entries.count() == 1 and not RosterEntry.objects.filter(membership=member).exists():
        entries.update(membership=member)


@transaction.atomic
def leave(member: Membership, *, at: datetime) -> None:
    """Ends the access on the next request. The last instructor cannot leave: somebody must teach."""
    Classroom.objects.select_for_update().get(pk=member.classroom_id)  # two who leave at once count each other
    if member.role == Role.INSTRUCTOR and _instructors(member.classroom).exclude(pk=member.pk).count() == 0:
        raise ClassError("You are the only instructor: make somebody else one first, or archive the class.")
    member.left_at = at
    member.save(update_fields=["left_at"])


def remove(member: Membership, *, at: datetime) -> None:
    """By an instructor: they cannot come back by the code, only by being asked again."""
    leave(member, at=at)
    member.was_removed = True
    member.save(update_fields=["was_removed"])


def add_instructor(classroom: Classroom, username: str, *, at: datetime) -> Membership:
    """Somebody with an account, by their username; a student of the class becomes an instructor of it."""
    called = tidy(username, 200)
    user = User.objects.filter(username__iexact=called, is_guest=False, is_active=True).first()
    if user is None:
        raise ClassError(f"Nobody here is called {called[:60]!r}. Instructors need an account.")
    member, _ = Membership.objects.update_or_create(
        classroom=classroom,
        user=user,
        defaults={"role": Role.INSTRUCTOR, "left_at": None, "was_removed": False},
        create_defaults={"role": Role.INSTRUCTOR, "joined_at": at},
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


@transaction.atomic
def load_roster(classroom: Classroom, raw: bytes) -> RosterReport:
    """Adds everybody in a CSV file with the columns name and, if wanted, number; all of it or nothing."""
    report = RosterReport()
    rows = _rows(raw)
    known = set(classroom.roster.values_list("name", "number"))
    fresh: list[tuple[str, str]] = []
    for line, name, number in rows:
        if not name:
            report.problems.append(f"line {line}: there is no name")
        elif (name, number) in known or (name, number) in fresh:
            report.known += 1
        else:
            fresh.append((name, number))
    if len(known) + len(fresh) > MOST_ON_A_ROSTER:
        raise ClassError(f"A roster holds {MOST_ON_A_ROSTER:,} people.")
    if report.problems:
        return report
    RosterEntry.objects.bulk_create(
        [RosterEntry(classroom=classroom, name=name, number=number) for name, number in fresh]
    )
    report.added = len(fresh)
    for member in classroom.memberships.filter(role=Role.STUDENT, left_at=None):
        _find_on_roster(member)
    return report


def _rows(raw: bytes) -> list[tuple[int, str, str]]:
    """(line, name, number) of each row. The first line may name the columns."""
    if len(raw) > MOST_ROSTER_BYTES:
        raise ClassError(f"The file is larger than {MOST_ROSTER_BYTES // 1_000} kB.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ClassError("The file is not text in UTF-8: save it as CSV UTF-8.") from None
    if "\x00" in text:
        raise ClassError("The file is not a CSV file.")
    delimiter = ";" if text.split("\n", 1)[0].count(";") > text.split("\n", 1)[0].count(",") else ","
    try:
        rows = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise ClassError(f"The file is not a CSV file: {error}.") from None
    name_at, number_at, first = _columns(rows[0] if rows else [])
    return [
        (line, _cell(row, name_at, 120), _cell(row, number_at, 60)) for line, row in enumerate(rows[first:], first + 1)
    ]


def _columns(head: list[str]) -> tuple[int, int, int]:
    """Where names and numbers stand, and the first row of people."""
    words = [cell.strip().casefold() for cell in head]
    name_at = next((words.index(word) for word in NAME_HEADS if word in words), None)
    if name_at is None:
        return 0, 1, 0
    return name_at, next((words.index(word) for word in NUMBER_HEADS if word in words), -1), 1


def _cell(row: list[str], at: int, most: int) -> str:
    return " ".join(row[at].split())[:most] if 0 <= at < len(row) else ""


def _instructors(classroom: Classroom) -> QuerySet[Membership]:
    return classroom.memberships.filter(role=Role.INSTRUCTOR, left_at=None)
