"""A file of cards that somebody sends: a short one is read within the request, any other by the task worker."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from studyguide.decks.archive import unpacks_to_more_than
from studyguide.decks.problems import DeckError
from studyguide.decks.reading import is_archive
from studyguide.models import DeckImport, DeckPiece
from studyguide.services.deck_imports import hold, look_at, read_file, show
from studyguide.services.pieces import joined, put_pieces
from web.tasks import long_task

AT_ONCE_BYTES = 50_000  # of text, which takes up to 20 µs a byte
AT_ONCE_UNPACKED = 200_000  # bytes of a package; a new collection of Anki has 140,000
MAX_SECONDS = 600
MAX_MEGABYTES = 2_000
SAVE_EVERY_S = 0.5


class _ReplacedError(Exception):
    """The file was dropped, or another one was sent."""


def receive(file: BinaryIO, *, name: str, learner: Callable[[], User], now: datetime) -> DeckImport:
    """Takes a file to be looked at, in place of what waited before. DeckError when it is seen at once that it cannot be
    read; `learner` is asked only for one that can, or that the worker is to read."""
    if is_much(file):
        return _read_later(learner(), file, name=name, now=now)
    found, pictures = read_file(file)
    return hold(learner(), found, file_name=name, now=now, pictures=pictures)


def is_much(file: BinaryIO) -> bool:
    """Whether there is too much to read for a request. What nobody can read is not: it is refused at once."""
    size = file.seek(0, 2)
    file.seek(0)
    try:
        return unpacks_to_more_than(AT_ONCE_UNPACKED, file) if is_archive(file) else size > AT_ONCE_BYTES
    finally:
        file.seek(0)


@transaction.atomic
def _read_later(learner: User, file: BinaryIO, *, name: str, now: datetime) -> DeckImport:
    waiting = hold(learner, {}, file_name=name, now=now, is_read=False)
    put_pieces(waiting.pieces, file)
    read_deck_file.enqueue(str(waiting.uid))
    return waiting


def reading_stopped(reason: str, uid: str) -> None:
    stopped = DeckImport.objects.filter(uid=UUID(uid), is_read=False)
    DeckPiece.objects.filter(deck_import__in=stopped).delete()
    stopped.update(refusal=reason[:1000])


@long_task(seconds=MAX_SECONDS, megabytes=MAX_MEGABYTES, when_stopped=reading_stopped)
def read_deck_file(uid: str) -> None:
    """Nothing when the file was dropped or another one was sent, which has a uid and a task of its own."""
    waiting = DeckImport.objects.select_related("learner").filter(uid=UUID(uid), is_read=False, refusal="").first()
    if waiting is None:
        return
    mine = DeckImport.objects.filter(uid=waiting.uid)
    mine.update(begun_at=timezone.now(), done=0)
    saved = [time.monotonic()]

    def progress(done: int) -> None:
        if time.monotonic() - saved[0] >= SAVE_EVERY_S:
            saved[0] = time.monotonic()
            if not mine.update(done=done):
                raise _ReplacedError

    try:
        with joined(waiting.pieces) as file:
            found, pictures = read_file(file, progress=progress)
        look = look_at(waiting.learner_id, found)
    except _ReplacedError:
        return
    except DeckError as error:
        reading_stopped(str(error), uid)
        return
    with transaction.atomic():
        if mine.select_for_update().exists():
            show(waiting, pictures)
            mine.update(found=found, look=look.to_json(), is_read=True, begun_at=None, done=0)
            waiting.pieces.all().delete()
