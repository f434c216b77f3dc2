"""Reads of classes: what is due, who has done what, what was said about it. Query counts do not grow with people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from classrooms.models import Assignment, Classroom, Comment, Membership, Work
from classrooms.review.elements import named_elements
from studyguide.models import Progress, Review, Topic
from web.spreadsheets import csv_text

Role = Membership.Role


def students_of(classroom: Classroom, *, with_former: bool = False) -> QuerySet[Membership]:
    members = classroom.memberships.filter(role=Role.STUDENT).select_related("user", "roster_entry")
    return members if with_former else members.filter(left_at=None)


def taught_assignments(classroom: Classroom) -> QuerySet[Assignment]:
    """With how many have begun, handed in and been given feedback."""
    return classroom.assignments.defer("content").annotate(
        begun=Count("works", distinct=True),
        handed_in=Count("works", filter=~Q(works__submissions=None), distinct=True),
        returned=Count("works", filter=~Q(works__returned_at=None), distinct=True),
    )


@dataclass(frozen=True)
class Due:
    """An assignment as one student sees it in a list."""

    assignment: Assignment
    work: Work | None
    handed_in_at: datetime | None
    now: datetime

    @property
    def state(self) -> str:
        """One word for the badge: returned, handed in, overdue, begun, open."""
        if self.work and self.work.returned_at:
            return "returned"
        if self.handed_in_at:
            return "handed in"
        if self.assignment.due_at < self.now:
            return "overdue"
        return "begun" if self.work else "open"


def due_work(user_id: int | None, *, now: datetime, classroom: Classroom | None = None) -> list[Due]:
    """Open assignments of the classes that somebody attends, the next to be due first."""
    classes = [classroom] if classroom else list(Classroom.objects.attended_by(user_id).filter(archived_at=None))
    if not classes:
        return []
    found = Assignment.objects.filter(classroom__in=classes).open_at(now).select_related("classroom").defer("content")
    works = Work.objects.of_student(user_id).filter(assignment__classroom__in=classes)
    known = {work.assignment_id: work for work in works.annotate(last_at=Max("submissions__at"))}
    return [
        Due(each, known.get(each.pk), getattr(known.get(each.pk), "last_at", None), now)
        for each in found.order_by("due_at", "pk")
    ]


def works_by_student(assignment: Assignment, students: Sequence[int]) -> dict[int, Work]:
    """By membership, with designs, submissions and marks."""
    works = assignment.works.filter(student_id__in=students).select_related("design", "student__user")
    found = {work.student_id: work for work in works.prefetch_related("submissions", "marks")}
    for work in found.values():
        work.assignment = assignment  # so that its scenario is read once
    return found


@dataclass(frozen=True)
class Learner:
    """How far one student is with the topics of a study assignment."""

    student: Membership
    read: int
    cards: int
    topic_count: int
    card_count: int

    @property
    def percent(self) -> int:
        total = self.topic_count + self.card_count
        return round(100 * (self.read + self.cards) / total) if total else 0


def study_progress(assignment: Assignment) -> list[Learner]:
    topics = list(Topic.objects.filter(slug__in=assignment.topic_slugs).annotate(card_count=_cards()))
    ids = [topic.pk for topic in topics]
    students = list(students_of(assignment.classroom))
    users = [student.user_id for student in students]
    read = dict(
        Progress.objects.filter(topic_id__in=ids, user_id__in=users)
        .values_list("user_id")
        .annotate(Count("topic_id", distinct=True))
    )
    cards = dict(
        Review.objects.filter(card__topic_id__in=ids, learner_id__in=users, kind="answer", at__gte=assignment.opens_at)
        .values_list("learner_id")
        .annotate(Count("card_id", distinct=True))
    )
    card_count = sum(topic.card_count for topic in topics)
    return [
        Learner(
            student,
            read.get(student.user_id, 0),
            min(card_count, cards.get(student.user_id, 0)),
            len(topics),
            card_count,
        )
        for student in students
    ]


def study_csv(assignment: Assignment) -> str:
    rows = [
        (
            each.student.shown_name,
            each.student.user.get_username(),
            each.read,
            each.topic_count,
            each.cards,
            each.card_count,
        )
        for each in study_progress(assignment)
    ]
    return csv_text(["name", "user", "topics read", "topics", "cards answered", "cards"], rows)


def topics_with_progress(assignment: Assignment, user_id: int) -> list[Mapping[str, Any]]:
    """The topics to learn, in the order given, with what this student has done of each."""
    topics = {
        topic.slug: topic
        for topic in Topic.objects.filter(slug__in=assignment.topic_slugs).annotate(card_count=_cards())
    }
    ids = [topic.pk for topic in topics.values()]
    read = set(Progress.objects.filter(user_id=user_id, topic_id__in=ids).values_list("topic_id", flat=True))
    answered = dict(
        Review.objects.filter(learner_id=user_id, card__topic_id__in=ids, kind="answer", at__gte=assignment.opens_at)
        .values_list("card__topic_id")
        .annotate(Count("card_id", distinct=True))
    )
    return [
        {"topic": topic, "is_read": topic.pk in read, "answered": answered.get(topic.pk, 0)}
        for slug in assignment.topic_slugs
        if (topic := topics.get(slug))
    ]


def _cards() -> Count:
    """Of the notes themselves; a learner's own cards are theirs."""
    return Count("cards", filter=Q(cards__owner=None, cards__removed_at=None), distinct=True)


def comments_of(work: Work, document: Mapping[str, Any]) -> list[tuple[Comment, str]]:
    """With what each is about, in words; an element that is gone still has its remark."""
    names = dict(named_elements(document))
    return [
        (comment, names.get(comment.element, "something that is not there any more") if comment.element else "")
        for comment in work.comments.select_related("author")
    ]


def neighbours_of(work: Work) -> tuple[Work | None, Work | None]:
    """The works before and after it, in the order of the class."""
    order = list(
        work.assignment.works.exclude(design=None).order_by("student__name", "pk").values_list("pk", flat=True)
    )
    at = order.index(work.pk)
    near = Work.objects.select_related("student__user").in_bulk([*order[max(0, at - 1) : at], *order[at + 1 : at + 2]])
    before = near.get(order[at - 1]) if at else None
    return before, near.get(order[at + 1]) if at + 1 < len(order) else None
