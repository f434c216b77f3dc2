"""Reads of classes: who is in them, and what is due. Query counts do not grow with people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from classrooms.models import (
    Assignment,
    Classroom,
    Membership,
    Notice,
    RegradeRequest,
    Return,
    RosterEntry,
    Submission,
    Work,
)
from classrooms.review.names import folded

Role = Membership.Role
WHO = ("name", "number", "email", "user")  # the heads over `who_cells`


def who_cells(student: Membership) -> tuple[str, str, str, str]:
    """A person's name and number for a file, as the roster says where it knows them; the invented name of a guest is
    left out."""
    entry: RosterEntry | None = getattr(student, "roster_entry", None)
    number, email = (entry.number, entry.email) if entry else (student.number, "")
    return student.shown_name, number, email, "" if student.user.is_guest else student.user.get_username()


def students_of(classroom: Classroom, *, with_former: bool = False) -> QuerySet[Membership]:
    """The students, unordered; see `students_in_order`."""
    members = classroom.memberships.filter(role=Role.STUDENT).select_related("user", "roster_entry")
    return members if with_former else members.filter(left_at=None)


def students_in_order(classroom: Classroom, *, with_former: bool = False) -> list[Membership]:
    """By name as people sort names: capitals and accents make no difference."""
    return sorted(students_of(classroom, with_former=with_former), key=lambda each: (folded(each.shown_name), each.pk))


def with_counts(classrooms: QuerySet[Classroom], given: QuerySet[Assignment]) -> QuerySet[Classroom]:
    """The classes with the number of their students, as `students`, and of these assignments, as `given`."""
    students = Membership.objects.filter(role=Role.STUDENT, left_at=None)
    return classrooms.annotate(students=_count_of(students), given=_count_of(given))


def _count_of(rows: QuerySet[Any]) -> Coalesce:
    own = rows.filter(classroom=OuterRef("pk")).order_by().values("classroom")
    return Coalesce(Subquery(own.annotate(count=Count("pk")).values("count")), 0)


def taught_assignments(classroom: Classroom) -> QuerySet[Assignment]:
    """With how many have begun, handed in, and been given feedback on what they handed in last."""
    counts = Q(group=F("work__group")) | Q(group=None, work__group=None)
    latest = Submission.objects.filter(counts, work=OuterRef("pk")).order_by("-at", "-pk").values("pk")[:1]
    given = Return.objects.filter(work=OuterRef("pk")).order_by("-at", "-pk").values("submission")[:1]
    standing = Work.objects.filter(student__left_at=None, student__role=Role.STUDENT)
    done = standing.annotate(last=Subquery(latest), given=Subquery(given)).filter(last=F("given"))
    begun = Q(works__in=standing) & (~Q(works__design=None) | ~Q(works__submissions=None))
    return classroom.assignments.defer("content").annotate(
        begun=Count("works", filter=begun, distinct=True),
        handed_in=Count("works", filter=Q(works__in=standing) & ~Q(works__submissions=None), distinct=True),
        returned=Count("works", filter=Q(works__in=done), distinct=True),
        asking=Count(
            "works", filter=Q(works__regrades__in=RegradeRequest.objects.filter(answered_at=None)), distinct=True
        ),
    )


@dataclass(frozen=True)
class Due:
    """An assignment as one student sees it in a list."""

    assignment: Assignment
    work: Work | None
    handed_in_at: datetime | None
    now: datetime

    @property
    def due_at(self) -> datetime:
        """With this student's extension."""
        return (self.work.due_at if self.work else None) or self.assignment.due_at

    @property
    def state(self) -> str:
        """One word for the badge: returned, handed in, overdue, begun, open."""
        returned_at = self.work.returned_at if self.work else None
        if self.handed_in_at and (returned_at is None or self.handed_in_at > returned_at):
            return "handed in again" if returned_at else "handed in"
        if returned_at:
            return "returned"
        if self.due_at < self.now:
            return "overdue"
        return "begun" if self.work and self.work.design_id else "open"


def due_work(user_id: int | None, *, now: datetime, classroom: Classroom | None = None) -> list[Due]:
    """Open assignments of the classes that somebody attends, the next to be due first."""
    classes = [classroom] if classroom else list(Classroom.objects.attended_by(user_id).filter(archived_at=None))
    if not classes:
        return []
    found = Assignment.objects.filter(classroom__in=classes).open_at(now).select_related("classroom").defer("content")
    works = Work.objects.of_student(user_id).filter(assignment__classroom__in=classes)
    known = {work.assignment_id: work for work in works.annotate(last_at=Max("submissions__at"))}
    due = [Due(each, known.get(each.pk), getattr(known.get(each.pk), "last_at", None), now) for each in found]
    return sorted(due, key=lambda each: (each.due_at, each.assignment.pk))


def unread_notices(user_id: int | None) -> int:
    """How many things somebody was told on the page and has not marked as read."""
    if not user_id:
        return 0
    mine = Notice.objects.filter(member__user_id=user_id, member__left_at=None, is_on_page=True)
    return mine.filter(read_at=None).count()
