"""Copies a class for another term: everything prepared comes along, people and their work do not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.models import User
from classrooms.models import Assignment, Classroom, Remark, Revision, SavedComment
from classrooms.services.classes import create_classroom

TIMES = ("opens_at", "due_at", "cut_off_at")
# The fields of an assignment besides its scenario and its times.
PREPARED = (
    "kind", "title", "instructions", "instructions_html", "points", "start", "has_own_figures", "may_resubmit",
    "topics", "is_anonymous", "is_double_marked",
)  # fmt: skip


@transaction.atomic
def copy_classroom(classroom: Classroom, *, name: str, first_day: date, owner: User, at: datetime) -> Classroom:
    """Assignments with their times as many days later as the first one opens later, at the same time of day; scenarios
    as they are corrected by now, with their rubrics; remarks to all who share a finding; the comment bank."""
    assignments = list(classroom.assignments.select_related("scenario").order_by("opens_at", "pk"))
    days = days_between(classroom, assignments, first_day)
    copy = create_classroom(name, owner=owner, time_zone=classroom.time_zone, at=at)
    for each in assignments:
        _copied(each, into=copy, days=days, at=at)
    SavedComment.objects.bulk_create(
        SavedComment(classroom=copy, words=each.words, author=each.author, at=each.at)
        for each in classroom.saved_comments.select_related("author")
    )
    return copy


def days_between(classroom: Classroom, assignments: Sequence[Assignment], first_day: date) -> int:
    """Days since the first assignment opened, in the class's time zone."""
    if not assignments:
        return 0
    return (first_day - assignments[0].opens_at.astimezone(ZoneInfo(classroom.time_zone)).date()).days


def _copied(assignment: Assignment, *, into: Classroom, days: int, at: datetime) -> Assignment:
    zone = ZoneInfo(into.time_zone)
    times = {name: _later(moment, days, zone) for name in TIMES if (moment := getattr(assignment, name)) is not None}
    scenario = assignment.scenario
    made = Assignment.objects.create(
        classroom=into,
        scenario=scenario,
        content=scenario.content if scenario is not None else assignment.content,
        created_at=at,
        **{name: getattr(assignment, name) for name in PREPARED},
        **times,
    )
    if made.content:
        Revision.objects.create(assignment=made, number=1, content=made.content, at=at)
    Remark.objects.bulk_create(
        Remark(assignment=made, finding=each.finding, words=each.words) for each in assignment.remarks.all()
    )
    return made


def _later(moment: datetime, days: int, zone: ZoneInfo) -> datetime:
    """At the same time of day on the clocks of that zone, whatever summer time does in between."""
    local = moment.astimezone(zone)
    return (local.replace(tzinfo=None) + timedelta(days=days)).replace(tzinfo=zone)
