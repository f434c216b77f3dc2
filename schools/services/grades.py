"""Sends marks to the platform (Assignment and Grade Services 2.0), with a column for each line of the rubric.

Giving back stores the marks to send. The task worker sends them, and tries again for a day and a half while the
platform does not answer. The assignment's page shows the marks here and the marks that have arrived.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlunsplit

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.signals import post_save
from django.utils import timezone

from classrooms.models import Assignment, Return
from schools.lti.launches import TOTAL, marks_of
from schools.models import Grade, GradeColumn, Person, Resource
from schools.services.asking import PlatformClient, PlatformError
from schools.services.keys import NoKeyError
from web.reading.addresses import address_parts
from web.tasks import long_task

SCORE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
LINE_ITEM = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"
SCORE_KIND = "application/vnd.ims.lis.v1.score+json"
ITEM_KIND = "application/vnd.ims.lis.v2.lineitem+json"
ITEMS_KIND = "application/vnd.ims.lis.v2.lineitemcontainer+json"
# Pauses between tries; after the last one the teacher is told and may send again.
WAITS = tuple(timedelta(minutes=each) for each in (1, 5, 30, 120, 480, 1440))
NO_COLUMN = "the platform lets this link have no column of its own: place it there by “add content”, with grading"
State = Grade.State


def watch_returns() -> None:
    """Called once at the start."""
    post_save.connect(_given_back, sender=Return)


def _given_back(instance: Return, created: bool, **_: Any) -> None:  # noqa: FBT001
    if created:
        queue(instance, at=instance.at)


def queue(given: Return, *, at: datetime) -> None:
    """Stores the marks of a return as waiting grades, for each link that leads to its assignment."""
    work = given.work
    resources = Resource.objects.filter(assignment=work.assignment_id).select_related("course__deployment")
    for resource in resources:
        person = _person(resource, work.student.user_id)
        if person is None:
            continue
        for mark in marks_of(work.assignment.title, given.worth, given.out_of, given.lines):
            column, _ = GradeColumn.objects.update_or_create(
                resource=resource,
                key=mark.column.key,
                defaults={"label": mark.column.label[:300], "maximum": mark.column.maximum},
            )
            Grade.objects.update_or_create(
                column=column,
                person=person,
                defaults={"given": mark.given, "state": State.WAITING, "attempts": 0, "why": "", "changed_at": at},
            )
        send_grades.enqueue(resource.pk)


def _person(resource: Resource, user_id: int) -> Person | None:
    return Person.objects.filter(platform=resource.course.deployment.platform_id, user_id=user_id).first()


@transaction.atomic
def send_all_again(assignment: Assignment, *, at: datetime) -> None:
    """Sends everything again that was given back: for a gradebook that lost it, and for people who came later."""
    seen = set()
    for given in Return.objects.filter(work__assignment=assignment).select_related("work__student").order_by("-pk"):
        if given.work_id not in seen:
            seen.add(given.work_id)
            queue(given, at=at)


@long_task(seconds=240, megabytes=300)
def send_grades(resource_id: int) -> None:
    """Sends the waiting grades of one link. A grade that fails for now waits for its next turn."""
    resource = Resource.objects.select_related("course__deployment__platform", "assignment").filter(pk=resource_id)
    found = resource.first()
    if found is None:
        return
    client = PlatformClient(found.course.deployment.platform)
    for column in found.columns.filter(grades__state=State.WAITING).distinct():
        waiting = column.grades.filter(state=State.WAITING)
        try:
            _make_sure(column, found, client)
        except (PlatformError, NoKeyError) as error:
            _missed(waiting, error)
            continue
        for grade in waiting.select_related("person"):
            _send(grade, column, client)
    left = Grade.objects.filter(column__resource=found, state=State.WAITING)
    if left.exists():
        tries = max(1, *left.values_list("attempts", flat=True))
        send_grades.using(run_after=timezone.now() + WAITS[min(tries, len(WAITS)) - 1]).enqueue(resource_id)


def _make_sure(column: GradeColumn, resource: Resource, client: PlatformClient) -> None:
    """The address of the column: the link's own for the total, otherwise an existing one, otherwise a new one."""
    if column.key == TOTAL and resource.column_url and column.url != resource.column_url:
        column.url = resource.column_url
        column.save(update_fields=["url"])
    if column.url:
        return
    if not resource.columns_url or LINE_ITEM not in resource.scopes:
        raise PlatformError(NO_COLUMN, may_pass=False)
    named = {"resource_id": _resource_id(resource), "tag": column.key}
    for page in client.pages(_with_query(resource.columns_url, named), scope=LINE_ITEM, accept=ITEMS_KIND):
        for each in page if isinstance(page, list) else []:
            # The answer is filtered here too, because some platforms ignore filters.
            if (each.get("resourceId"), each.get("tag")) == (named["resource_id"], column.key):
                column.url = str(each.get("id", ""))[:2_000]
    if not column.url:
        item = {
            "label": column.label,
            "scoreMaximum": column.maximum,
            "resourceId": named["resource_id"],
            "tag": column.key,
        }
        made = client.post(resource.columns_url, item, scope=LINE_ITEM, kind=ITEM_KIND)
        column.url = str(made.get("id", ""))[:2_000] if isinstance(made, dict) else ""
    if not column.url:
        raise PlatformError("it made a column and does not say where", may_pass=False)
    column.save(update_fields=["url"])


def _send(grade: Grade, column: GradeColumn, client: PlatformClient) -> None:
    score = {
        "userId": grade.person.subject,
        "scoreGiven": grade.given,
        "scoreMaximum": column.maximum,
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "timestamp": timezone.now().isoformat(timespec="milliseconds"),
    }
    try:
        client.post(_with_path(column.url, "/scores"), score, scope=SCORE, kind=SCORE_KIND)
    except (PlatformError, NoKeyError) as error:
        _missed(Grade.objects.filter(pk=grade.pk), error)
        return
    # Unless a newer mark was given while this one was being sent.
    now = timezone.now()
    Grade.objects.filter(pk=grade.pk, given=grade.given, state=State.WAITING).update(
        state=State.SENT, why="", changed_at=now
    )


def _missed(grades: QuerySet[Grade], error: PlatformError | NoKeyError) -> None:
    """Counts one more try for each. Those that cannot succeed, and those without tries left, are marked as failed."""
    now, words = timezone.now(), str(error)[:300]
    may_pass = isinstance(error, NoKeyError) or error.may_pass
    for grade in grades:
        grade.attempts += 1
        is_last = not may_pass or grade.attempts > len(WAITS)
        grade.state, grade.why, grade.changed_at = State.FAILED if is_last else State.WAITING, words, now
        grade.save(update_fields=["attempts", "state", "why", "changed_at"])


def _resource_id(resource: Resource) -> str:
    return f"assignment-{resource.assignment_id}"


def _with_path(url: str, more: str) -> str:
    parts = address_parts(url)
    return urlunsplit(parts._replace(path=parts.path + more))


def _with_query(url: str, more: dict[str, str]) -> str:
    parts = address_parts(url)
    return urlunsplit(parts._replace(query="&".join(filter(None, [parts.query, urlencode(more)]))))
