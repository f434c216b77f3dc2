"""Notes and marks of readers beside the topics."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from studyguide.models import MarginNote, Topic

MOST_NOTES = 5_000
MARGIN = (
    "uid", "topic_slug", "topic_title", "quote", "before", "after", "anchor", "words", "created_at", "changed_at",
)  # fmt: skip


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


def bring_notes(reader: User, rows: Any, *, now: datetime) -> tuple[int, int]:
    """Takes notes out of an export; how many are new, and how many cannot be read. One that is here stays as it is."""
    there = set(MarginNote.objects.filter(reader=reader).values_list("uid", flat=True))
    made: dict[UUID, MarginNote] = {}
    refused = 0
    for row in rows if isinstance(rows, list) else []:
        note = _brought(reader, row, now)
        if note is None or len(there) + len(made) >= MOST_NOTES:
            refused += 1
        elif note.uid not in there:
            made[note.uid] = note
    slugs = {note.topic_slug for note in made.values()}
    topics = {topic.slug: topic for topic in Topic.objects.visible_to(reader.pk).filter(slug__in=slugs).only("slug")}
    for note in made.values():
        note.topic = topics.get(note.topic_slug)
    MarginNote.objects.bulk_create(made.values(), batch_size=200, ignore_conflicts=True)
    return len(made), refused


def _brought(reader: User, row: Any, now: datetime) -> MarginNote | None:
    """None for a row that is no note."""
    if not isinstance(row, Mapping) or any("\x00" in each for each in row.values() if isinstance(each, str)):
        return None
    note = MarginNote(reader=reader, **{name: row.get(name) or "" for name in MARGIN})
    try:
        note.clean_fields(exclude=["reader", "topic"])
        note.created_at, note.changed_at = min(note.created_at, now), min(note.changed_at, now)
    except (ValidationError, TypeError, ValueError):
        return None
    return note if note.quote or note.words else None
