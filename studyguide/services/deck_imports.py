"""A file of cards is previewed first and then kept; in between its result is stored, not the file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Any, BinaryIO
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from studyguide.decks.backup import from_text
from studyguide.decks.incoming import Incoming, storable
from studyguide.decks.problems import DeckError
from studyguide.decks.reading import MAX_BYTES, read_deck
from studyguide.memory.schedule import Rules
from studyguide.models import DeckImport, NotePicture
from studyguide.notes.card_texts import CardRenderer
from studyguide.notes.images import Picture
from studyguide.selectors.settings import rules_of, settings_of
from studyguide.services.backups import restore
from studyguide.services.decks import Plan, keep, plan
from studyguide.services.pictures import keep_pictures
from web.tasks import long_task

BACKUP = "backup"
MOST_SHOWN = 12
# What is larger is kept by the worker.
AT_ONCE_CARDS = 2_000
AT_ONCE_ANSWERS = 20_000
AT_ONCE_CHARACTERS = 500_000
MAX_SECONDS = 3_600
MAX_MEGABYTES = 2_000


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a file would bring: (number, words) lines, and of a deck what it comes to."""

    counts: Sequence[tuple[int, str]]
    is_worth_keeping: bool = True
    has_cards: bool = True
    left_out: Sequence[tuple[str, str]] = ()
    left_out_count: int = 0
    samples: Sequence[dict[str, Any]] = ()

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def read_file(
    file: BinaryIO, *, progress: Callable[[int], object] = lambda _: None
) -> tuple[dict[str, Any], Sequence[Picture]]:
    """What a file comes to, as it is stored until it is kept, and its pictures. DeckError when it cannot be read."""
    if not is_backup(file):
        found = read_deck(file, progress=progress)
        return found.to_json(), list(found.pictures.values())
    raw = file.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise DeckError(f"The file is larger than the {MAX_BYTES:,} bytes that are read.")
    from_text(raw)
    return {"format": BACKUP, "text": raw.decode("utf-8-sig")}, []


def is_backup(file: BinaryIO) -> bool:
    """Whether it is JSON, which a deck never is."""
    file.seek(0)
    start = file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")
    file.seek(0)
    return start.startswith(b"{")


def look_at(learner_id: int | None, found: dict[str, Any]) -> Look:
    if found["format"] == BACKUP:
        document = from_text(found["text"].encode())
        words = {"cards": "own cards", "wordings": "own wordings", "states": "cards in the deck", "log": "log entries"}
        return Look(counts=[(len(document[name]), said) for name, said in words.items()])
    return look_at_deck(learner_id, Incoming.from_json(found), pictures=found.get("picture_count", 0))


def look_at_deck(learner_id: int | None, incoming: Incoming, *, pictures: int) -> Look:
    planned = plan(learner_id, incoming)
    said = counts(planned, incoming)
    if pictures:
        noun = "picture" if pictures == 1 else "pictures"
        said.append((pictures, f"{noun} whose owner the file does not name"))
    return Look(
        counts=said, is_worth_keeping=planned.changes_something, has_cards=bool(incoming.cards),
        left_out=incoming.left_out, left_out_count=incoming.left_out_count, samples=_samples(incoming),
    )  # fmt: skip


def _samples(incoming: Incoming) -> list[dict[str, Any]]:
    """The first cards as they would be shown."""
    renderer = CardRenderer()
    shown = []
    for card in incoming.cards[:MOST_SHOWN]:
        try:
            sides = renderer.sides(card.kind, card.content)  # type: ignore[arg-type]
        except ValueError:  # a broken drawing is reported when the card is kept
            continue
        shown.append({"front": sides.front, "back": sides.back, "deck": card.deck, "tags": card.tags})
    return shown


def counts(planned: Plan, incoming: Incoming) -> list[tuple[int, str]]:
    """The first two always; what does not occur is not said."""
    answers, media = planned.review_count, incoming.media_count
    always = [(len(planned.fresh), "new"), (answers, "answer for the log" if answers == 1 else "answers for the log")]
    more = [
        (len(planned.changed), "changed since they came last"),
        (len(planned.same), "in your deck already"),
        (len(planned.shared), "that come with the notes"),
        (incoming.left_out_count, "left out"),
        (media, "picture or sound not taken over" if media == 1 else "pictures and sounds not taken over"),
    ]
    return [*always, *((count, words) for count, words in more if count)]


@transaction.atomic
def hold(
    learner: User,
    found: dict[str, Any],
    *,
    file_name: str,
    now: datetime,
    pictures: Sequence[Picture] = (),
    is_read: bool = True,
) -> DeckImport:
    """Keeps it to be looked at, in place of what waited before."""
    name = storable(PurePath(file_name.replace("\\", "/")).name)[:200]
    values = {
        "uid": uuid4(), "file_name": name, "found": found, "created_at": now, "is_read": is_read, "look": None,
        "begun_at": None, "wanted_at": None, "done": 0, "steps": 0, "made": None, "refusal": "",
    }  # fmt: skip
    waiting, _ = DeckImport.objects.update_or_create(learner=learner, defaults=values)
    waiting.pieces.all().delete()
    show(waiting, pictures)
    return waiting


def show(waiting: DeckImport, pictures: Sequence[Picture]) -> None:
    """Lets the learner see the pictures of a file that waits."""
    keep_pictures(pictures)
    waiting.pictures.set(NotePicture.objects.filter(digest__in=[picture.digest for picture in pictures]))


def waiting_of(learner_id: int | None) -> DeckImport | None:
    """The file that waits or is being kept, without what it holds, which may be much."""
    return DeckImport.objects.filter(learner=learner_id).defer("found").first() if learner_id else None


def look_of(waiting: DeckImport) -> Look | None:
    """What a file would bring; of one that the worker read, as it was then. None while it is read or kept."""
    if not waiting.is_read or waiting.wanted_at is not None:
        return None
    return Look(**waiting.look) if waiting.look else look_at(waiting.learner_id, waiting.found)


def is_large(waiting: DeckImport) -> bool:
    """Whether the worker is to keep it; always what the worker has read."""
    if waiting.look or waiting.found["format"] == BACKUP:
        return waiting.look is not None
    incoming = Incoming.from_json(waiting.found)
    answers = sum(len(card.reviews) for card in incoming.cards)
    is_long = incoming.character_count > AT_ONCE_CHARACTERS
    return is_long or len(incoming.cards) > AT_ONCE_CARDS or answers > AT_ONCE_ANSWERS


def keep_later(learner_id: int, uid: UUID, *, now: datetime) -> bool:
    """Hands the file to the worker, once; whether it was this time."""
    with transaction.atomic():
        waiting = DeckImport.objects.filter(learner=learner_id, uid=uid, is_read=True, wanted_at=None)
        if not waiting.update(wanted_at=now):
            return False
        keep_deck.enqueue(DeckImport.objects.values_list("pk", flat=True).get(uid=uid))
        return True


def keeping_stopped(reason: str, import_id: int) -> None:
    DeckImport.objects.filter(pk=import_id, made=None).update(refusal=reason[:1000])


@long_task(seconds=MAX_SECONDS, megabytes=MAX_MEGABYTES, when_stopped=keeping_stopped)
def keep_deck(import_id: int) -> None:
    """Keeps a file in batches. Begun again it adds only the rest; nothing when it was dropped meanwhile."""
    waiting = DeckImport.objects.select_related("learner").filter(pk=import_id, made=None).first()
    if waiting is None:
        return

    # Another file may be sent meanwhile, which gets a new uid.
    mine = DeckImport.objects.filter(pk=import_id, uid=waiting.uid)

    def progress(done: int, steps: int) -> None:
        mine.update(done=done, steps=steps)

    mine.update(begun_at=timezone.now())
    learner = waiting.learner
    try:
        made = keep_found(
            learner, waiting.found, rules=rules_of(settings_of(learner.pk)), now=timezone.now(), progress=progress
        )
    except DeckError as error:
        mine.update(refusal=str(error)[:1000])
        return
    # What it held is in the deck now; only what became of it stays, until the learner has seen it.
    mine.update(made=made, found={"format": "kept", "cards": []})


def keep_held(learner_id: int | None, uid: UUID, *, rules: Rules, now: datetime) -> int | None:
    """Takes what was looked at into the deck, once, and says how many cards are new. None when it waits no more: kept
    in another tab, or another file was sent since."""
    if learner_id is None:
        return None
    waiting = DeckImport.objects.filter(learner=learner_id, uid=uid, is_read=True).first()
    if waiting is None:
        return None
    made = keep_found(User.objects.get(pk=learner_id), waiting.found, rules=rules, now=now)
    DeckImport.objects.filter(pk=waiting.pk, uid=uid).delete()
    return made


def keep_found(
    learner: User,
    found: dict[str, Any],
    *,
    rules: Rules,
    now: datetime,
    progress: Callable[[int, int], object] = lambda *_: None,
) -> int:
    """How many cards are new."""
    if found["format"] == BACKUP:
        return restore(learner, found["text"].encode(), now=now).cards
    return len(keep(learner, Incoming.from_json(found), rules=rules, now=now, progress=progress).fresh)


def drop_held(learner_id: int | None) -> None:
    if learner_id is not None:
        DeckImport.objects.filter(learner=learner_id).delete()
