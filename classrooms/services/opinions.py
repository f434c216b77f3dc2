"""Two people mark the same work: each alone first, then what they agree on."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from accounts.models import User
from classrooms.models import Opinion, Submission
from classrooms.selectors.opinions import opinions_on
from classrooms.services import marking
from classrooms.services.errors import ClassError
from web.sent.typed import tidy


@transaction.atomic
def mark_as(submission: Submission, levels: Mapping[str, tuple[int, str]], *, feedback: str, marker: User) -> str:
    """Saves the levels and says what became of them. With one marker they count at once. With two they are that
    marker's alone until both have marked everything; then equal levels count, and the two settle the others
    together."""
    assignment = submission.work.assignment
    if not assignment.is_double_marked or opinions_on(submission).is_open:
        marking.mark(submission, levels, feedback=feedback)
        return ""
    for dimension, (level, note) in levels.items():
        wanted = assignment.data.rubric.get(dimension)
        if wanted is None or not 0 <= level < len(wanted.levels):
            raise ClassError("The rubric has no such level.")
        Opinion.objects.update_or_create(
            submission=submission,
            marker=marker,
            dimension=dimension,
            defaults={"level": level, "note": tidy(note, 2_000), "revision": assignment.revision},
        )
    found = opinions_on(submission)
    if not found.is_open:
        return "Kept. Somebody else marks it, too, and neither sees what the other gave before both are done."
    one, other = list(found.whole.values())[:2]
    agreed = {
        key: (one[key].level, " ".join(filter(None, (one[key].note, other[key].note))))
        for key in one
        if one[key].level == other[key].level
    }
    marking.mark(submission, agreed, feedback=submission.work.feedback)
    left = len(one) - len(agreed)
    return f"Both have marked it: {len(agreed)} lines are the same, {left} are to be settled."
