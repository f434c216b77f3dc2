"""Requests for another look at marks: made by students, answered by markers."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import User
from classrooms.models import NoticeKind, RegradeRequest, Work
from classrooms.services.errors import ClassError
from classrooms.services.notices import notify, teachers_of
from web.sent.typed import tidy


def ask_again(work: Work, reason: str, *, at: datetime) -> RegradeRequest:
    """One request at a time, about the marks that were given back last."""
    kept = tidy(reason, 2_000)
    if not kept:
        raise ClassError("Say what should be looked at again, and why.")
    given = work.last_return
    if given is None:
        raise ClassError("Nothing was given back yet.")
    if work.assignment.classroom.is_archived:
        raise ClassError("This class is archived: nothing in it changes.")
    try:
        with transaction.atomic():
            asked = RegradeRequest.objects.create(work=work, given=given, reason=kept, at=at)
    except IntegrityError as error:
        raise ClassError("You have asked already. Your teacher has not answered yet.") from error
    notify(teachers_of(work.assignment), NoticeKind.REGRADE, work.assignment, at=at)
    return asked


def answer(request: RegradeRequest, words: str, *, by: User, at: datetime) -> None:
    """The student reads the answer at once. Whether marks changed is shown by the returns made since."""
    kept = tidy(words, 2_000)
    if not kept:
        raise ClassError("An answer needs words.")
    if not request.is_open:
        raise ClassError("Somebody has answered this already.")
    request.answer, request.answered_by, request.answered_at = kept, by, at
    request.save(update_fields=["answer", "answered_by", "answered_at"])
    notify([request.work.student], NoticeKind.REGRADE, request.work.assignment, at=at)
