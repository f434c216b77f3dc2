"""The strip above every page of a design made for a class: the task, and for teachers the way back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils import timezone

from classrooms.models import Work
from classrooms.selectors.works import comments_of
from classrooms.services.work import cut_off, due_time


def strip_of(design_id: UUID, user_id: int) -> Mapping[str, Any] | None:
    """The strip; None for a design outside classes, and for a viewer who is neither its student nor teaches them."""
    works = Work.objects.select_related("assignment__classroom", "student__user", "design", "group")
    found = list(works.filter(design_id=design_id))
    for each in found:
        if each.student.user_id == user_id and each.student.left_at is None:
            return _for_student(each)
    if not found:
        return None
    work = found[0]
    if Work.objects.taught_by(user_id).filter(pk=work.pk).exists():
        return {
            "template": "classrooms/_strip_taught.html",
            "work": work,
            "comment_address": work.get_absolute_url(),
        }
    return None


def _for_student(work: Work) -> Mapping[str, Any]:
    now, due_at = timezone.now(), due_time(work)
    submission = work.last_submission
    corrected = work.assignment.revisions.filter(number__gt=1).exclude(changes="[]").last()
    return {
        "template": "classrooms/_strip.html",
        "work": work,
        "assignment": work.assignment,
        "due_at": due_at,
        "is_over": due_at < now,
        "is_closed": (last := cut_off(work)) is not None and last < now,
        "submission": submission,
        "corrected": corrected,
        "comments": comments_of(work, shown_only=True).count(),
    }
