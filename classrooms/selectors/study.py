"""Reads of study assignments: who has read and answered what. Query counts do not grow with people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from classrooms.models import Assignment, Membership
from classrooms.selectors.classes import WHO, students_in_order, who_cells
from studyguide.models import Progress, Review, Topic
from web.reading.spreadsheets import csv_text


@dataclass(frozen=True)
class Learner:
    """One student's progress with the topics of a study assignment."""

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
    students = students_in_order(assignment.classroom)
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
    card_count = sum(topic.card_count for topic in topics)  # type: ignore[attr-defined]  # annotated above
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
        (*who_cells(each.student), each.read, each.topic_count, each.cards, each.card_count)
        for each in study_progress(assignment)
    ]
    return csv_text([*WHO, "topics read", "topics", "cards answered", "cards"], rows)


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
