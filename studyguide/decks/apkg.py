"""From Anki's package to cards of ours: what each of its cards shows on its two sides, and what was answered."""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from html import unescape
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from studyguide.decks.archive import collection_name, opened, unpack
from studyguide.decks.collection import AnkiCard, Answered, read_collection
from studyguide.decks.incoming import EARLIEST_MS, MAX_SOURCE_ID, Incoming, IncomingCard, IncomingReview, uid_of
from studyguide.decks.markdown_of import markdown_of, media_count
from studyguide.decks.note_types import SOURCE
from studyguide.decks.outgoing import FieldMaker, OutgoingCard
from studyguide.decks.templates import cloze_field, filled
from studyguide.notes.cards import FIELDS, check_content

ANSWER_LINE = re.compile(r"""^.*<hr\b[^>]*\bid\s*=\s*["']?answer["']?[^>]*>""", re.DOTALL | re.IGNORECASE)
ANKI_HOLE = re.compile(r"\{\{c(\d{1,3})::((?:(?!\{\{|\}\}).)*?)(?:::((?:(?!\{\{|\}\}|::).)*))?\}\}", re.DOTALL)
STYLE = re.compile(r"<(style|script)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
FILTERED, MANUAL, RESCHEDULED = 3, 4, 5  # Anki's kinds of log lines


def read_apkg(file: BinaryIO) -> Incoming:
    """DeckError when the package is not one, or is hostile."""
    with tempfile.TemporaryDirectory(prefix="deck-") as folder:
        path = Path(folder) / "collection"
        with opened(file) as archive, path.open("w+b") as out:
            unpack(archive, collection_name(archive), out)
        cards = read_collection(path)
    found, maker = Incoming(format="Anki package"), FieldMaker()
    for card in cards:
        _take(card, found, maker)
    return found


def _take(card: AnkiCard, found: Incoming, maker: FieldMaker) -> None:
    named = dict(zip(card.note_type.fields, card.fields, strict=False))
    found.media_count += media_count("".join(card.fields)) if card.ordinal == 0 else 0
    if ours := _ours(card, named, maker):
        found.take(ours, what=ours.uid)
        return
    what = markdown_of(" ".join(card.fields)[:1_000]) or card.guid[:40]
    content = _cloze(card, named) if card.note_type.is_cloze else _two_sides(card, named)
    if isinstance(content, str):
        found.leave_out(what, content)
        return
    source_id = source_id_of(card.guid, card.ordinal)
    incoming = IncomingCard(
        source_id=source_id,
        kind="cloze" if card.note_type.is_cloze else "question",
        content=content,
        deck=card.deck,
        tags=_tags(card),
        uid=uid_of(card.guid) if card.ordinal == 0 else "",
        is_suspended=card.is_suspended,
        reviews=_reviews(card.answers),
    )
    found.take(incoming, what=what)


def source_id_of(guid: str, ordinal: int) -> str:
    """A note may have several cards; the first one is known by the note's id alone."""
    name = f"{guid}/{ordinal}" if ordinal else guid
    return name if len(name) <= MAX_SOURCE_ID else hashlib.sha256(name.encode()).hexdigest()


def _tags(card: AnkiCard) -> tuple[str, ...]:
    """Its own, and the name of its deck."""
    deck = card.deck.rsplit("::", 1)[-1]
    return _own_tags(card) if deck in ("", "Default") else (*_own_tags(card), deck)


def _own_tags(card: AnkiCard) -> tuple[str, ...]:
    """Without those that our packages add."""
    return tuple(tag.replace("_", " ") for tag in card.tags if tag != "loadbearing" and not tag.startswith("topic::"))


def _ours(card: AnkiCard, named: dict[str, str], maker: FieldMaker) -> IncomingCard | None:
    """A card that went out from a site of ours and has not been edited since."""
    uid, source = uid_of(card.guid), named.get(SOURCE, "")
    if not uid or not source:
        return None
    try:
        data: Any = json.loads(unescape(source))
        kind, content, topic = data["kind"], data["content"], str(data["topic"])
        check_content(kind, content)
        content = {name: content[name] for name in (*FIELDS[kind], "back") if name in content}
        shown = maker.fields(OutgoingCard(uid=UUID(uid), kind=kind, content=content, topic_slug=topic))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    if any(named.get(name) != text for name, text in shown.items() if name not in ("Topic", SOURCE)):
        return None
    return IncomingCard(
        source_id=uid, kind=kind, content=content, deck=card.deck, tags=_own_tags(card), uid=uid, topic=topic,
        is_suspended=card.is_suspended, reviews=_reviews(card.answers),
    )  # fmt: skip


def _two_sides(card: AnkiCard, named: dict[str, str]) -> dict[str, Any] | str:
    """Front and back, or why there are none."""
    if not 0 <= card.ordinal < len(card.note_type.templates):
        return "it has no template"
    template = card.note_type.templates[card.ordinal]
    fields = named | {"Tags": "", "Type": card.note_type.name, "Deck": card.deck, "Card": "", "FrontSide": ""}
    front = markdown_of(STYLE.sub("", filled(template.front, fields)))
    back = markdown_of(STYLE.sub("", ANSWER_LINE.sub("", filled(template.back, fields))))
    if not front:
        return "its question has no words (images and sounds are not taken over)"
    if not back:
        return "its answer has no words (images and sounds are not taken over)"
    return {"front": front, "back": back}


def _cloze(card: AnkiCard, named: dict[str, str]) -> dict[str, Any] | str:
    """Anki makes a card of each number of holes. So do we: the others are shown filled in."""
    template = card.note_type.templates[0] if card.note_type.templates else None
    field = (cloze_field(template.front) if template else None) or card.note_type.fields[0]
    text, wanted = markdown_of(named.get(field, "")), card.ordinal + 1
    count = 0

    def kept(hole: re.Match[str]) -> str:
        nonlocal count
        inside = hole[2].strip()
        if int(hole[1]) != wanted or not inside:
            return hole[2]
        count += 1
        hint = (hole[3] or "").replace(":", " ").strip()
        return f"{{{{{_in_hole(inside)}::{hint}}}}}" if hint else f"{{{{{_in_hole(inside)}}}}}"

    holes = ANKI_HOLE.sub(kept, text)
    if not count:
        return f"it has no hole {wanted} that can be read (holes within holes are not)"
    answer = template.back if template else ""
    more = [markdown_of(value) for name, value in named.items() if name not in (field, SOURCE) and name in answer]
    return {"text": holes, "back": "\n\n".join(each for each in more if each)}


def _in_hole(text: str) -> str:
    return text.replace("::", ":&#58;").replace("{", "&#123;").replace("}", "&#125;")


def _reviews(answers: list[Answered]) -> tuple[IncomingReview, ...]:
    """What Anki's log says in the words of ours. Answers count; those of a filtered deck that did not reschedule are
    cramming; forgetting a card resets it; what only moved a date is left out."""
    found = []
    for each in answers:
        if each.at_ms < EARLIEST_MS or each.at_ms > 4 * EARLIEST_MS:
            continue
        if each.kind == MANUAL:
            if each.factor == 0:
                found.append(IncomingReview(at_ms=each.at_ms, kind="reset"))
        elif each.kind != RESCHEDULED and 1 <= each.ease <= 4:
            is_cram = each.kind == FILTERED and each.factor == 0
            found.append(
                IncomingReview(
                    at_ms=each.at_ms,
                    kind="cram" if is_cram else "answer",
                    grade=each.ease,
                    taken_ms=min(each.taken_ms, 600_000),
                )
            )
    return tuple(found)
