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
from studyguide.services.notes import space_of
from studyguide.services.own_notes import NotesRefusedError, send_notes
from studyguide.services.pictures import forget_unused, keep_pictures, show_pictures_of
from studyguide.services.pieces import joined


def exported_notes(user: User) -> Iterable[tuple[str, Any]]:
    """Of each body of notes its files as they were sent, and of those of which these were not kept the pages."""
    for number, body in enumerate(NoteBody.objects.filter(owner=user).order_by("created_at", "pk"), start=1):
        latest = getattr(body, "latest_import", None)
        facts: dict[str, Any] = {"title": body.title, "source_name": body.source_name, "addresses": _addresses(body)}
        if latest is not None and latest.pieces.exists():
            with joined(latest.pieces) as archive:
                yield f"notes/{number:04}.zip", archive.read()
        else:
            pages = body.topics.order_by("order").values("source_path", "title", "source_text")
            facts["topics"] = list(pages)
        yield f"notes/{number:04}.json", facts


def _addresses(body: NoteBody) -> list[dict[str, str]]:
    """What each topic is called here, and by which file and title another site knows it."""
    rows = body.topics.order_by("order", "pk").values_list("slug", "source_path", "title")
    return [{"slug": slug, "source_path": path, "title": title} for slug, path, title in rows]


def exported_pictures(user: User) -> Iterable[tuple[str, bytes]]:
    """Those that cards of one's own show."""
    shown = NotePicture.objects.filter(cards__owner=user).distinct().order_by("digest")
    for picture in shown.iterator(chunk_size=10):
        yield f"pictures/{picture.digest}.{picture.kind.partition('+')[0]}", bytes(picture.content)


def bring(user: User, pack: Pack, brought: Brought, now: datetime) -> None:
    """Notes first, since cards, marks and progress lead to their topics."""
    sources, addresses = _bring_bodies(user, pack, brought, now)
    if pack.has("topics-read.json"):
        _bring_progress(user, _at_home(pack.json("topics-read.json"), "slug", addresses), brought)
    if pack.has("margin-notes.json"):
        rows = _at_home(pack.json("margin-notes.json"), "topic_slug", addresses)
        count, refused = bring_notes(user, rows, now=now)
        brought.count(count, "note", "beside topics")
        if refused:
            brought.remarks.append(f"Notes beside topics: {refused} cannot be read.")
    if pack.has("cards.json"):
        _bring_cards(user, pack, brought, sources, addresses, now)


def _bring_bodies(user: User, pack: Pack, brought: Brought, now: datetime) -> tuple[dict[str, str], dict[str, str]]:
    """What the cards of the notes are filed under there, and here; and what their topics are called there, and here."""
    sources: dict[str, str] = {}
    addresses: dict[str, str] = {}
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
        addresses |= _found_again(facts.get("addresses"), known)
    return sources, addresses


def _found_again(rows: Any, body: NoteBody) -> dict[str, str]:
    """Slugs of the body's topics by those that an export has. An export of the time before it named them has slugs
    without the space that a body has now."""
    here = _addresses(body)
    if not isinstance(rows, list):
        public = set(Topic.objects.visible_to(None).values_list("slug", flat=True))
        plain = {row["slug"].removeprefix(space_of(body)): row["slug"] for row in here}
        return {old: new for old, new in plain.items() if old not in public}
    waiting: dict[tuple[str, str], list[str]] = {}
    for row in reversed(here):
        waiting.setdefault((row["source_path"], row["title"]), []).append(row["slug"])
    found = {}
    for row in rows:
        if isinstance(row, Mapping) and isinstance(slug := row.get("slug"), str):
            same = waiting.get((str(row.get("source_path")), str(row.get("title"))))
            if same:
                found[slug] = same.pop()
    return found


def _at_home(rows: Any, key: str, addresses: Mapping[str, str]) -> Any:
    """The rows with the slugs that topics of own notes have here."""
    if not isinstance(rows, list):
        return rows
    return [
        {**row, key: addresses.get(row[key], row[key])}
        if isinstance(row, Mapping) and isinstance(row.get(key), str)
        else row
        for row in rows
    ]


def _bring_progress(user: User, rows: Any, brought: Brought) -> None:
    read = {
        row["slug"]: at
        for row in rows
        if isinstance(row, Mapping) and isinstance(row.get("slug"), str) and (at := moment(row.get("read_at")))
    }
    slugs = [slug for slug in read if "\x00" not in slug]
    topics = {topic.slug: topic for topic in Topic.objects.visible_to(user.pk).filter(slug__in=slugs).only("slug")}
    before = Progress.objects.filter(user=user).count()
    Progress.objects.bulk_create(
        [Progress(user=user, topic=topics[slug], read_at=at) for slug, at in read.items() if slug in topics],
        ignore_conflicts=True,
    )
    brought.count(Progress.objects.filter(user=user).count() - before, "topic", "read")
    if lost := len(rows) - len(topics):
        brought.remarks.append(f"Topics read: {lost} of them {'is' if lost == 1 else 'are'} not here.")


def _bring_cards(
    user: User,
    pack: Pack,
    brought: Brought,
    sources: Mapping[str, str],
    addresses: Mapping[str, str],
    now: datetime,
) -> None:
    try:
        restored = restore(user, pack.raw("cards.json"), now=now, sources=sources, addresses=addresses)
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
