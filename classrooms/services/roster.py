"""The people expected in a class: previewed, added, removed, corrected, and linked to members."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from classrooms.models import Classroom, Membership, RosterEntry, RosterImport
from classrooms.review.names import name_key, parts_key
from classrooms.rosters.layouts import Person
from classrooms.services.errors import ClassError
from web.sent.typed import tidy

MOST_ON_A_ROSTER = 2_000
FIELDS = ("number", "email", "login", "lms_id", "section")
Role = Membership.Role


@dataclass(frozen=True)
class Proposed:
    """A person of a file, and what would become of the line: `new`, `known`, `double` (asked about) or `wrong`."""

    person: Person
    fate: str
    why: str = ""


def proposed(classroom: Classroom, people: Sequence[Person]) -> list[Proposed]:
    """What would become of each line. Nothing is written."""
    standing = [
        Person(0, each.name, each.number, each.email, each.login, each.lms_id, each.section)
        for each in classroom.roster.all()
    ]
    index = _Index(standing)
    found = []
    for person in people:
        if person.problem:
            found.append(Proposed(person, "wrong", person.problem))
            continue
        fate, why = index.fate(person)
        found.append(Proposed(person, fate, why))
        index.add(person)
    return found


class _Index:
    def __init__(self, people: Iterable[Person]) -> None:
        self.by_number: dict[str, Person] = {}
        self.by_email: dict[str, Person] = {}
        self.by_name: dict[str, Person] = {}
        for person in people:
            self.add(person)

    def add(self, person: Person) -> None:
        if person.number:
            self.by_number.setdefault(person.number.casefold(), person)
        if person.email:
            self.by_email.setdefault(person.email.casefold(), person)
        self.by_name.setdefault(name_key(person.name), person)

    def fate(self, person: Person) -> tuple[str, str]:
        same_number = self.by_number.get(person.number.casefold()) if person.number else None
        same_email = self.by_email.get(person.email.casefold()) if person.email else None
        same_name = self.by_name.get(name_key(person.name))
        known = same_number or same_email
        if known is not None:
            if parts_key(known.name) == parts_key(person.name):
                return "known", "is on the roster already" if not known.line else f"stands in line {known.line} already"
            what = f"number {person.number}" if same_number else f"address {person.email}"
            return "double", f"the {what} is that of {known.name}"
        if same_name is None:
            return "new", ""
        if not person.number or not same_name.number:
            return "known", "is on the roster already under this name"
        return "double", f"{same_name.name} has another number, {same_name.number}"


@transaction.atomic
def add_people(
    classroom: Classroom,
    people: Sequence[Person],
    *,
    file_name: str,
    by: User,
    at: datetime,
    doubles: frozenset[int] = frozenset(),
) -> tuple[RosterImport | None, int]:
    """Adds who is new, and of the doubles those whose lines are named; what is known gets what it lacks. Answers with
    the import, None when nothing was added, and how many were added."""
    rows = proposed(classroom, people)
    fresh = [row.person for row in rows if row.fate == "new" or (row.fate == "double" and row.person.line in doubles)]
    if (in_all := classroom.roster.count() + len(fresh)) > MOST_ON_A_ROSTER:
        raise ClassError(f"A roster holds {MOST_ON_A_ROSTER:,} people; with this list it would have {in_all:,}.")
    _complete(classroom, [row.person for row in rows if row.fate == "known"])
    if not fresh:
        return None, 0
    came_with = RosterImport.objects.create(
        classroom=classroom, file_name=tidy(file_name, 200) or "a file", by=by, at=at
    )
    entries = [
        RosterEntry(
            classroom=classroom,
            came_with=came_with,
            name=tidy(each.name, 120),
            **{field: getattr(each, field) for field in FIELDS},
        )
        for each in fresh
    ]
    RosterEntry.objects.bulk_create(entries, ignore_conflicts=True)
    join_all(classroom)
    return came_with, len(entries)


def _complete(classroom: Classroom, people: Sequence[Person]) -> None:
    """Adds what the file knows of a person and the roster lacks, such as the address; replaces nothing."""
    by_number = {each.number.casefold(): each for each in classroom.roster.exclude(number="")}
    by_name = {name_key(each.name): each for each in classroom.roster.all()}
    for person in people:
        entry = by_number.get(person.number.casefold()) if person.number else None
        entry = entry or by_name.get(name_key(person.name))
        if entry is None:
            continue
        lacking = {field: getattr(person, field) for field in FIELDS if not getattr(entry, field)}
        filled = {field: value for field, value in lacking.items() if value}
        if filled:
            RosterEntry.objects.filter(pk=entry.pk).update(**filled)


@transaction.atomic
def undo_import(came_with: RosterImport) -> int:
    """Takes back what a file added; whoever has joined stays in the class. Answers how many lines went."""
    gone = came_with.entries.all().delete()[0]
    came_with.delete()
    return gone


def join_all(classroom: Classroom) -> None:
    """Joins students of the class to free entries of their number or name."""
    free = _Free(RosterEntry.objects.filter(classroom=classroom, membership=None))
    for member in classroom.memberships.filter(role=Role.STUDENT, left_at=None, roster_entry=None).select_related(
        "user"
    ):
        if entry := free.take(member):
            link(entry, member)


def join_to_roster(member: Membership) -> RosterEntry | None:
    """Links the member to the one free entry with their number, otherwise with their address, their name, or its parts
    in any order; None when there is none, or more than one."""
    if RosterEntry.objects.filter(membership=member).exists():
        return None
    entry = _Free(RosterEntry.objects.filter(classroom=member.classroom_id, membership=None)).take(member)
    if entry is not None:
        link(entry, member)
    return entry


class _Free:
    """Entries without a member, by all that a member may be known by."""

    def __init__(self, entries: Iterable[RosterEntry]) -> None:
        self.taken: set[int] = set()
        self.by_key: dict[tuple[int, str], list[RosterEntry]] = {}
        for entry in entries:
            for key in _keys(entry.number, entry.email, entry.name):
                self.by_key.setdefault(key, []).append(entry)

    def take(self, member: Membership) -> RosterEntry | None:
        """The one entry that is alike by the first key by which any is; None when there is none, or more than one."""
        for key in _keys(member.number, member.user.email, member.name):
            found = [entry for entry in self.by_key.get(key, ()) if entry.pk not in self.taken]
            if found:
                if len(found) > 1:
                    return None
                self.taken.add(found[0].pk)
                return found[0]
        return None


def _keys(number: str, email: str, name: str) -> list[tuple[int, str]]:
    parts = parts_key(name)
    keys = (number.casefold(), email.casefold(), name_key(name), parts, _without_umlauts(parts))
    return [(at, key) for at, key in enumerate(keys) if key]


def _without_umlauts(key: str) -> str:
    """`Müller` and `Mueller` alike."""
    for pair, letter in (("ae", "a"), ("oe", "o"), ("ue", "u")):
        key = key.replace(pair, letter)
    return key


@transaction.atomic
def link(entry: RosterEntry, member: Membership | None) -> None:
    """Says which member a line of the roster is; None says that it is nobody."""
    if member is not None:
        if member.classroom_id != entry.classroom_id or member.role != Role.STUDENT:
            raise ClassError("That is no student of this class.")
        RosterEntry.objects.filter(membership=member).exclude(pk=entry.pk).update(membership=None)
    entry.membership = member
    entry.save(update_fields=["membership"])


def change_entry(entry: RosterEntry, *, name: str, number: str, email: str) -> None:
    kept = tidy(name, 120)
    if not kept:
        raise ClassError("A line of the roster needs a name.")
    same = entry.classroom.roster.filter(name=kept, number=tidy(number, 60), email=tidy(email, 254)).exclude(
        pk=entry.pk
    )
    if same.exists():
        raise ClassError("That person is on the roster already.")
    entry.name, entry.number, entry.email = kept, tidy(number, 60), tidy(email, 254)
    entry.save(update_fields=["name", "number", "email"])
