"""Notes and marks of readers beside the topics."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from studyguide.models import MarginNote, Topic

MOST_NOTES = 5_000


class TooManyNotesError(ValueError):
    """A reader has as many notes as are kept of one."""

    def __init__(self) -> None:
        super().__init__(f"{MOST_NOTES:,} notes are the most. Export some and remove them first.")


@transaction.atomic
def add_note(reader: User, topic: Topic, content: dict[str, str], *, now: datetime) -> MarginNote:
    """`content` has quote, before, after, anchor and words. The same quote without words again is the mark that is
    there. TooManyNotesError."""
    User.objects.select_for_update().get(pk=reader.pk)
    mine = MarginNote.objects.filter(reader=reader)
    if not content["words"]:
        there = mine.filter(topic=topic, quote=content["quote"], before=content["before"]).first()
        if there is not None:
            return there
    if mine.count() >= MOST_NOTES:
        raise TooManyNotesError
    return MarginNote.objects.create(
        reader=reader, topic=topic, topic_slug=topic.slug, topic_title=topic.title, created_at=now, changed_at=now,
        **content,
    )  # fmt: skip


def change_note(note: MarginNote, words: str, *, now: datetime) -> None:
    note.words, note.changed_at = words, now
    note.save(update_fields=["words", "changed_at"])


def move_notes(guest: User, owner: User) -> None:
    """Gives a guest's notes to the account that they signed in to; one that came to both once stays once."""
    there = MarginNote.objects.filter(reader=owner).values("uid")
    MarginNote.objects.filter(reader=guest).exclude(uid__in=there).update(reader=owner)
