"""A file of cards is first looked at, then kept: in between it waits as what it comes to, not as what was sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Any, BinaryIO
from uuid import UUID, uuid4

from django.db import transaction

from accounts.models import User
from studyguide.decks.backup import from_text
from studyguide.decks.incoming import Incoming, storable
from studyguide.decks.problems import DeckError
from studyguide.decks.reading import MAX_BYTES, read_deck
from studyguide.memory.schedule import Rules
from studyguide.models import DeckImport, NotePicture
from studyguide.notes.images import Picture
from studyguide.services.backups import restore
from studyguide.services.decks import Plan, keep, plan
from studyguide.services.pictures import keep_pictures

BACKUP = "backup"


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a file would bring: (number, words) lines, and of a deck what it comes to."""

    counts: Sequence[tuple[int, str]]
    incoming: Incoming | None = None
    is_worth_keeping: bool = True


def read_file(file: BinaryIO) -> tuple[dict[str, Any], Sequence[Picture]]:
    """What a file comes to, as it is stored until it is kept, and its pictures. DeckError when it cannot be read."""
    file.seek(0)
    start = file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")
    file.seek(0)
    if not start.startswith(b"{"):
        found = read_deck(file)
        return found.to_json(), list(found.pictures.values())
    raw = file.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise DeckError(f"The file is larger than the {MAX_BYTES:,} bytes that are read.")
    from_text(raw)
    return {"format": BACKUP, "text": raw.decode("utf-8-sig")}, []


def look_at(learner_id: int | None, found: dict[str, Any]) -> Look:
    if found["format"] == BACKUP:
        document = from_text(found["text"].encode())
        words = {"cards": "own cards", "wordings": "own wordings", "states": "cards in the deck", "log": "log entries"}
        return Look(counts=[(len(document[name]), said) for name, said in words.items()])
    incoming = Incoming.from_json(found)
    planned = plan(learner_id, incoming)
    said = counts(planned, incoming)
    if pictures := found.get("picture_count"):
        said.append((pictures, "pictures, of which the file does not say who owns them"))
    return Look(counts=said, incoming=incoming, is_worth_keeping=planned.changes_something)


def counts(planned: Plan, incoming: Incoming) -> list[tuple[int, str]]:
    """The first two always; what does not occur is not said."""
    always = [(len(planned.fresh), "new"), (planned.review_count, "answers for the log")]
    more = [
        (len(planned.changed), "changed since they came last"),
        (len(planned.same), "in your deck already"),
        (len(planned.shared), "that come with the notes"),
        (incoming.left_out_count, "left out"),
        (incoming.media_count, "pictures and sounds not taken over"),
    ]
    return [*always, *((count, words) for count, words in more if count)]


@transaction.atomic
def hold(
    learner: User, found: dict[str, Any], *, file_name: str, now: datetime, pictures: Sequence[Picture] = ()
) -> DeckImport:
    """Keeps it to be looked at, in place of what waited before."""
    name = storable(PurePath(file_name.replace("\\", "/")).name)[:200]
    values = {"uid": uuid4(), "file_name": name, "found": found, "created_at": now}
    waiting, _ = DeckImport.objects.update_or_create(learner=learner, defaults=values)
    keep_pictures(pictures)
    waiting.pictures.set(NotePicture.objects.filter(digest__in=[picture.digest for picture in pictures]))
    return waiting


def waiting_of(learner_id: int | None) -> DeckImport | None:
    return DeckImport.objects.filter(learner=learner_id).first() if learner_id else None


def keep_held(learner_id: int | None, uid: UUID, *, rules: Rules, now: datetime) -> int | None:
    """Takes what was looked at into the deck, once, and says how many cards are new. None when it waits no more: kept
    in another tab, or another file was sent since."""
    if learner_id is None:
        return None
    waiting = DeckImport.objects.filter(learner=learner_id, uid=uid).first()
    if waiting is None:
        return None
    made = keep_found(User.objects.get(pk=learner_id), waiting.found, rules=rules, now=now)
    DeckImport.objects.filter(pk=waiting.pk, uid=uid).delete()
    return made


def keep_found(learner: User, found: dict[str, Any], *, rules: Rules, now: datetime) -> int:
    if found["format"] == BACKUP:
        return restore(learner, found["text"].encode(), now=now).cards
    return len(keep(learner, Incoming.from_json(found), rules=rules, now=now).fresh)


def drop_held(learner_id: int | None) -> None:
    if learner_id is not None:
        DeckImport.objects.filter(learner=learner_id).delete()
