"""The comment bank of a class: words that are said again and again while marking."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F

from accounts.models import User
from classrooms.models import Classroom, SavedComment
from classrooms.services.errors import ClassError
from web.sent.typed import tidy

MOST_SAVED = 300


def save_comment(classroom: Classroom, words: str, *, author: User, at: datetime) -> SavedComment:
    """Kept once, however often it is saved."""
    kept = tidy(words, 1_000)
    if not kept:
        raise ClassError("A comment needs words.")
    standing = classroom.saved_comments.filter(words=kept).first()
    if standing is not None:
        return standing
    if classroom.saved_comments.count() >= MOST_SAVED:
        raise ClassError(f"The comment bank holds {MOST_SAVED} comments. Delete some that nobody uses.")
    return SavedComment.objects.create(classroom=classroom, words=kept, author=author, at=at)


def change_saved(saved: SavedComment, words: str) -> None:
    """What was said with it before stays as it was said."""
    kept = tidy(words, 1_000)
    if not kept:
        raise ClassError("A comment needs words.")
    saved.words = kept
    saved.save(update_fields=["words"])


def count_uses(classroom: Classroom, used: Iterable[int | None]) -> None:
    """Each counts as often as it was inserted."""
    for pk in used:
        classroom.saved_comments.filter(pk=pk or 0).update(uses=F("uses") + 1)
