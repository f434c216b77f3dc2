"""Comments on elements of a design, open until somebody resolves them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from designs.document.elements import words_for
from designs.models import Design, DesignComment

MOST_COMMENTS = 1_000


class CommentError(ValueError):
    """A comment cannot be saved; the message tells its author why."""


@transaction.atomic
def comment(design: Design, words: str, *, element: str, author: User | None, at: datetime) -> DesignComment:
    """Adds a comment on an element of the design (its JSON Pointer), or on the whole design when `element` is empty.
    Raises CommentError."""
    about = words_for(design.data(), element) if element else ""
    if element and not about:
        raise CommentError("The design has no such element any more. Choose another one.")
    if DesignComment.objects.filter(design=design).count() >= MOST_COMMENTS:
        raise CommentError(f"A design has at most {MOST_COMMENTS:,} comments. Delete some that are resolved.")
    return DesignComment.objects.create(
        design=design, author=author, element=element, about=about[:200], words=words, at=at
    )


def resolve(found: DesignComment, *, by: User | None, at: datetime | None) -> None:
    """Resolves the comment, or opens it again when `at` is None."""
    found.resolved_at, found.resolved_by = at, by if at else None
    found.save(update_fields=["resolved_at", "resolved_by"])
