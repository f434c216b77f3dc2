"""What the study guide keeps for a person, told to the account: how it moves, what an export holds, how it counts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from accounts.models import User
from accounts.work import Work
from studyguide.models import Progress
from studyguide.services.progress import move_progress


def _export(user: User) -> Iterable[tuple[str, Any]]:
    read = Progress.objects.filter(user=user).order_by("read_at").values_list("topic__slug", "topic__title", "read_at")
    if rows := [{"slug": slug, "title": title, "read_at": at} for slug, title, at in read]:
        yield "topics-read.json", rows


def _summary(user: User) -> list[str]:
    count = Progress.objects.filter(user=user).count()
    return [f"{count} topic{'s' * (count != 1)} read"] if count else []


WORK = Work(
    name="study guide",
    models=("studyguide.Progress",),
    move=move_progress,
    export=_export,
    summary=_summary,
)
