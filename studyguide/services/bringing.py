"""The study guide's part of an export, and of bringing one in: notes with their files, pictures, cards and answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from accounts.models import User
from accounts.services.packs import Brought, Pack, PackError, moment
from studyguide.decks.problems import DeckError
from studyguide.models import Card, NoteBody, NotePicture, Progress, Topic
from studyguide.notes.images import PictureRefusedError, read_picture
from studyguide.services.backups import restore
from studyguide.services.margin import bring_notes
from studyguide.services.own_notes import NotesRefusedError, send_notes
from studyguide.services.pictures import forget_unused, keep_pictures, show_pictures_of


def exported_notes(user: User) -> Iterable[tuple[str, Any]]:
    """Of each body of notes its files as they were sent, and of those of which these were not kept the pages."""
    for number, body in enumerate(NoteBody.objects.filter(owner=user).order_by("created_at", "pk"), start=1):
        latest = getattr(body, "latest_import", None)
        facts: dict[str, Any] = {"title": body.title, "source_name": body.source_name}
        if latest is not None and latest.archive:
            yield f"notes/{number:04}.zip", bytes(latest.archive)
        else:
            pages = body.topics.order_by("order").values("source_path", "title", "source_text")
            facts["topics"] = list(pages)
        yield f"notes/{number:04}.json", facts


def exported_pictures(user: User) -> Iterable[tuple[str, bytes]]:
    """Those that cards of one's own show."""
    shown = NotePicture.objects.filter(cards__owner=user).distinct().order_by("digest")
    for picture in shown.iterator(chunk_size=10):
        yield f"pictures/{picture.digest}.{picture.kind.partition('+')[0]}", bytes(picture.content)


def bring(user: User, pack: Pack, brought: Brought, now: datetime) -> None:
    """Notes first, since cards, marks and progress lead to their topics."""
    sources = _bring_bodies(user, pack, brought, now)
    if pack.has("topics-read.json"):
        _bring_progress(user, pack.json("topics-read.json"), brought)
    if pack.has("margin-notes.json"):
        count, refused = bring_notes(user, pack.json("margin-notes.json"), now=now)
        brought.count(count, "note", "beside topics")
        if refused:
            brought.remarks.append(f"Notes beside topics: {refused} cannot be read.")
    if pack.has("cards.json"):
        _bring_cards(user, pack, brought, sources, now)


def _bring_bodies(user: User, pack: Pack, brought: Brought, now: datetime) -> dict[str, str]:
    """What the cards of the notes are filed under there, and here."""
    sources: dict[str, str] = {}
    for name in pack.under("notes", ".json"):
        facts, files = pack.json(name), name.removesuffix(".json") + ".zip"
        title = facts.get("title") if isinstance(facts, Mapping) else None
        if not isinstance(title, str) or not 0 < len(title) <= 100 or "\x00" in title:
            brought.remarks.append(f"{name}: it has no title of 1 to 100 characters.")
            continue
        if not pack.has(files):
            brought.remarks.append(f"{title}: the export has no files of these notes. Send them again.")
            continue
        old = str(facts.get("source_name", ""))
        known = NoteBody.objects.filter(owner=user, title=title).first()
        if known is None:
            try:
                made = send_notes(user, title, [("notes.zip", pack.raw(files))], now=now, at_once=True)
            except NotesRefusedError as error:
                brought.remarks.append(f"{title}: {error}")
                continue
            if made.refusal:
                brought.remarks.append(f"{title}: {made.refusal}")
            known = made.body
            brought.count(known.topics.count(), "topic", f"of {title}")
        sources |= {old: known.source_name, f"files-of-{old}": f"files-of-{known.source_name}"} if old else {}
    return sources


def _bring_progress(user: User, rows: Any, brought: Brought) -> None:
    read = {
        row["slug"]: at
        for row in rows
        if isinstance(row, Mapping) and isinstance(row.get("slug"), str) and (at := moment(row.get("read_at")))
    }
    topics = list(Topic.objects.visible_to(user.pk).filter(slug__in=[slug for slug in read if "\x00" not in slug]))
    before = Progress.objects.filter(user=user).count()
    Progress.objects.bulk_create(
        [Progress(user=user, topic=topic, read_at=read[topic.slug]) for topic in topics], ignore_conflicts=True
    )
    brought.count(Progress.objects.filter(user=user).count() - before, "topic", "read")
    if len(topics) < len(rows):
        brought.remarks.append(f"Topics read: {len(rows) - len(topics)} of them are not here.")


def _bring_cards(user: User, pack: Pack, brought: Brought, sources: Mapping[str, str], now: datetime) -> None:
    try:
        restored = restore(user, pack.raw("cards.json"), now=now, sources=sources)
    except DeckError as error:
        brought.remarks.append(f"Cards: {error}")
        return
    brought.count(restored.cards, "card", "of your own")
    brought.count(restored.wordings, "wording", "of your own")
    brought.count(restored.entries, "answer", "in your log")
    if restored.unknown:
        brought.remarks.append(f"Cards: {restored.unknown} entries speak of cards that are not here.")
    pictures, refused = [], 0
    for name in [
        name for ending in (".png", ".jpeg", ".gif", ".webp", ".svg") for name in pack.under("pictures", ending)
    ]:
        try:
            pictures.append(read_picture(pack.raw(name)))
        except (PictureRefusedError, PackError):
            refused += 1
    if refused:
        brought.remarks.append(f"Pictures: {refused} cannot be read.")
    keep_pictures(pictures)
    show_pictures_of(list(Card.objects.filter(owner=user).only("front_html", "back_html")))
    forget_unused()
    brought.count(len(pictures), "picture", "of cards")
