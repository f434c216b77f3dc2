"""Notices about events in a class, on the page and by mail, each with its own switch.

Mail goes only to confirmed addresses. A subject names neither the class nor the assignment nor a mark; the text names
class and assignment and links to the page.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from classrooms.models import TEACHING, Assignment, Membership, Notice, NoticeKind, NoticeSwitch, Work
from classrooms.services.work import due_time
from web.tasks import long_task

log = logging.getLogger("loadbearing.mail")
AHEAD = timedelta(days=1)
# How long a failed mail is tried again; after that it would be out of date.
TRIED_FOR = timedelta(days=2)
SUBJECTS = {
    NoticeKind.DUE: "Loadbearing: something is due soon",
    NoticeKind.RETURNED: "Loadbearing: marks were given back",
    NoticeKind.CORRECTED: "Loadbearing: a task was corrected",
    NoticeKind.REGRADE: "Loadbearing: about another look at marks",
    NoticeKind.REVIEWS: "Loadbearing: about peer reviews",
}


def notify(members: Iterable[Membership], kind: NoticeKind, assignment: Assignment, *, at: datetime) -> int:
    """Notifies members as far as their switches allow and returns how many. Mail is sent in the background."""
    people = [member for member in members if member.left_at is None]
    chosen = {
        each.user_id: each
        for each in NoticeSwitch.objects.filter(kind=kind, user__in=[member.user_id for member in people])
    }
    notices = []
    for member in people:
        switch = chosen.get(member.user_id)
        on_page, by_mail = (switch.on_page, switch.by_mail) if switch else (True, True)
        if on_page or by_mail:
            notices.append(
                Notice(
                    member=member,
                    assignment=assignment,
                    kind=kind,
                    at=at,
                    is_on_page=on_page,
                    is_for_mail=by_mail,
                )
            )
    made = Notice.objects.bulk_create(notices, ignore_conflicts=kind == NoticeKind.DUE)
    if any(each.is_for_mail for each in made):
        transaction.on_commit(_send_soon)
    return len(made)


def _send_soon() -> None:
    """Enqueues one task, which sends everything that waits."""
    waiting = DBTaskResult.objects.filter(task_path=send_mail.module_path, status=TaskResultStatus.READY)
    if not waiting.exists():
        send_mail.enqueue()


def teachers_of(assignment: Assignment) -> list[Membership]:
    """Whoever marks there."""
    return list(assignment.classroom.memberships.filter(role__in=TEACHING, left_at=None))


@long_task(seconds=240, megabytes=300)
def send_mail() -> None:
    """Everything that waits, in one connection."""
    send_waiting(at=timezone.now())


def send_waiting(*, at: datetime) -> int:
    """Sends what waits to be sent, each once; answers how many mails left. What fails is tried again by the next call,
    for two days."""
    waiting = Notice.objects.filter(is_for_mail=True, mailed_at=None, at__gte=at - TRIED_FOR)
    addresses = dict(
        EmailAddress.objects.filter(
            user__memberships__notices__in=waiting, verified=True, primary=True, user__is_active=True
        ).values_list("user_id", "email")
    )
    found = waiting.select_related("member__user", "assignment__classroom").order_by("at", "pk")
    ready = [each for each in found if each.member.user_id in addresses]
    if not ready:
        return 0
    sent = 0
    with get_connection() as connection:
        for notice in ready:
            # Claimed before it is sent, so that two processes do not send it twice.
            if not Notice.objects.filter(pk=notice.pk, mailed_at=None).update(mailed_at=at):
                continue
            message = EmailMessage(
                SUBJECTS[NoticeKind(notice.kind)],
                words_of(notice),
                to=[addresses[notice.member.user_id]],
                connection=connection,
            )
            try:
                sent += message.send()
            except OSError as error:
                Notice.objects.filter(pk=notice.pk).update(mailed_at=None)
                log.warning("A notice could not be sent: %s", type(error).__name__)
    return sent


def words_of(notice: Notice) -> str:
    """The text of a mail. It holds no mark, no name of another person, and nothing that somebody wrote."""
    assignment = notice.assignment
    page, switches = assignment.get_absolute_url(), reverse("classrooms:notices")
    return (
        f"{notice.get_kind_display()}.\n\n"
        f"Class: {assignment.classroom}\nAssignment: {assignment}\n{settings.SITE_URL}{page}\n\n"
        f"You may switch such mail off: {settings.SITE_URL}{switches}\n"
    )


def tell_what_is_due(*, at: datetime) -> int:
    """Tells each student once of each assignment that is due within a day by their own times and not handed in."""
    running = Assignment.objects.filter(
        classroom__archived_at=None, opens_at__lte=at, kind=Assignment.Kind.DESIGN, due_at__gt=at - timedelta(days=400)
    ).select_related("classroom")
    told = 0
    for assignment in running.defer("content"):
        told += notify(_owing(assignment, at), NoticeKind.DUE, assignment, at=at)
    return told


def _owing(assignment: Assignment, at: datetime) -> Sequence[Membership]:
    students = assignment.classroom.memberships.filter(role=Membership.Role.STUDENT, left_at=None)
    works: dict[int, Work] = {}
    for work in assignment.works.prefetch_related("submissions"):
        work.assignment = assignment
        works[work.student_id] = work
    told = set(Notice.objects.filter(assignment=assignment, kind=NoticeKind.DUE).values_list("member_id", flat=True))
    found = []
    for student in students:
        mine = works.get(student.pk)
        due = due_time(mine) if mine else assignment.due_at
        is_owing = mine is None or mine.last_submission is None
        if student.pk not in told and is_owing and at < due <= at + AHEAD:
            found.append(student)
    return found


def mark_read(user: User, *, at: datetime) -> None:
    Notice.objects.filter(member__user=user, read_at=None).update(read_at=at)


@transaction.atomic
def set_switches(user: User, chosen: dict[NoticeKind, tuple[bool, bool]]) -> None:
    """(on the page, by mail) for each kind."""
    for kind, (on_page, by_mail) in chosen.items():
        NoticeSwitch.objects.update_or_create(user=user, kind=kind, defaults={"on_page": on_page, "by_mail": by_mail})
