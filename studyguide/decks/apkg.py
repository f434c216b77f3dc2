"""Turns Anki's package into our cards: the two sides of each card, and its answers."""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from collections.abc import Callable
from functools import lru_cache, partial
from html import escape, unescape
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from studyguide.decks.archive import collection_name, opened, unpack
from studyguide.decks.clozes import asked
from studyguide.decks.collection import AnkiCard, Answered, read_collection
from studyguide.decks.incoming import EARLIEST_MS, MAX_SOURCE_ID, Incoming, IncomingCard, IncomingReview, uid_of
from studyguide.decks.markdown_of import markdown_of, picture_names, sound_count
from studyguide.decks.media import Media, occlusions
from studyguide.decks.note_types import SOURCE
from studyguide.decks.outgoing import FieldMaker, OutgoingCard
from studyguide.decks.templates import cloze_field, filled
from studyguide.notes.cards import FIELDS, check_content

OWN_PICTURE = re.compile(r"[0-9a-f]{40}\.[a-z]{3,4}")
LINE = re.compile(r"<hr\b[^<>]*>", re.IGNORECASE)
IS_ANSWER = re.compile(r"""\bid\s*+=\s*+["']?answer""", re.IGNORECASE)
# One that is never closed goes to the end, as browsers read it.
STYLE = re.compile(r"<(style|script)\b.*?(?:</\1\s*+>|\Z)", re.DOTALL | re.IGNORECASE)
# The add-on Image Occlusion Enhanced lays a drawing of covers over the picture.
OVERLAY = re.compile(
    r"""<div id=["']io-overlay["']>\s*+(?P<upper><img\b[^<>]*+>)\s*+</div>\s*+"""
    r"""<div id=["']io-original["']>\s*+(?P<lower><img\b[^<>]*+>)\s*+</div>"""
)
FILTERED, MANUAL, RESCHEDULED = 3, 4, 5  # Anki's kinds of log lines
Read = Callable[[str], str]


def read_apkg(file: BinaryIO, *, progress: Callable[[int], object] = lambda _: None) -> Incoming:
    """DeckError when the package is not one, or is hostile. `progress` is told how many cards are read."""
    with tempfile.TemporaryDirectory(prefix="deck-") as folder:
        path = Path(folder) / "collection"
        with opened(file) as archive, path.open("w+b") as out:
            unpack(archive, collection_name(archive), out)
            out.close()
            found, maker, media = Incoming(format="Anki package"), FieldMaker(), Media.of(archive)
            # The cards of a note follow each other and show the same fields.
            read = lru_cache(maxsize=32)(partial(markdown_of, picture=media.address))
            for number, card in enumerate(read_collection(path, found.leave_out)):
                progress(number)
                _take(card, found, maker, media, read)
    found.pictures = media.shown
    found.media_count += len(media.lost)
    return found


def _take(card: AnkiCard, found: Incoming, maker: FieldMaker, media: Media, read: Read) -> None:
    named = dict(zip(card.note_type.fields, card.fields, strict=False))
    found.media_count += sound_count("".join(card.fields)) if card.ordinal == 0 else 0
    if ours := _ours(card, named, maker):
        for name in {each for text in card.fields for each in picture_names(text) if OWN_PICTURE.fullmatch(each)}:
            media.picture(name)  # its address is in the content already
        found.take(ours, what=ours.uid)
        return
    content = _content(card, named, media, read)
    if isinstance(content, str):
        found.leave_out(_name(card), content)
        return
    source_id = source_id_of(card.guid, card.ordinal)
    incoming = IncomingCard(
        source_id=source_id,
        kind="cloze" if "text" in content else "question",
        content=content,
        deck=card.deck,
        tags=_tags(card),
        is_flagged=card.is_flagged,
        uid=uid_of(card.guid) if card.ordinal == 0 else "",
        is_suspended=card.is_suspended,
        reviews=_reviews(card.answers),
    )
    found.take(incoming, what=partial(_name, card))


def _name(card: AnkiCard) -> str:
    """What to call a card that is left out."""
    return _said(" ".join(card.fields)[:1_000]) or card.guid[:40]


@lru_cache(maxsize=32)
def _said(html: str) -> str:
    return markdown_of(html)


def source_id_of(guid: str, ordinal: int) -> str:
    """The id of a card. A note may have several cards; the first one has the note's id alone."""
    name = f"{guid}/{ordinal}" if ordinal else guid
    return name if len(name) <= MAX_SOURCE_ID else hashlib.sha256(name.encode()).hexdigest()


def _tags(card: AnkiCard) -> tuple[str, ...]:
    """The note's own tags, and its deck with the parent decks: `Networks::TCP` gives the tags Networks and
    Networks::TCP."""
    parts = [part.strip() for part in card.deck.split("::") if part.strip()]
    decks = ["::".join(parts[: depth + 1]) for depth in range(len(parts))]
    return _own_tags(card) if parts in ([], ["Default"]) else (*_own_tags(card), *decks)


def _own_tags(card: AnkiCard) -> tuple[str, ...]:
    """Without those that our packages add."""
    return tuple(tag.replace("_", " ") for tag in card.tags if tag != "loadbearing" and not tag.startswith("topic::"))


def _ours(card: AnkiCard, named: dict[str, str], maker: FieldMaker) -> IncomingCard | None:
    """A card that was exported by a site of ours and has not been edited since."""
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
        is_suspended=card.is_suspended, is_flagged=card.is_flagged, reviews=_reviews(card.answers),
    )  # fmt: skip


def _content(card: AnkiCard, named: dict[str, str], media: Media, read: Read) -> dict[str, Any] | str:
    """The fields of a card of ours, or why there are none."""
    if not card.note_type.is_cloze:
        return _two_sides(card, named, media, read)
    regions = next((value for value in named.values() if "image-occlusion:" in value), "")
    return _occlusion(card, named, regions, media) if regions else _cloze(card, named, read)


def _below_the_line(html: str) -> str:
    """The answer alone: Anki's templates repeat the question above a line with the id `answer`."""
    lines = [found.end() for found in LINE.finditer(html) if IS_ANSWER.search(found[0])]
    return html[lines[-1] :] if lines else html


def _two_sides(card: AnkiCard, named: dict[str, str], media: Media, read: Read) -> dict[str, Any] | str:
    """Front and back, or why there are none."""
    if not 0 <= card.ordinal < len(card.note_type.templates):
        return "it has no template"
    template = card.note_type.templates[card.ordinal]
    fields = named | {"Tags": "", "Type": card.note_type.name, "Deck": card.deck, "Card": "", "FrontSide": ""}
    filled_in = filled(template.front, fields), _below_the_line(filled(template.back, fields, is_answer=True))
    sides = [STYLE.sub("", OVERLAY.sub(partial(_stacked, media), side)) for side in filled_in]
    if lost := _lost(sides[0], media):
        return f"the picture {lost!r} that it asks about is not in the package"
    front, back = map(read, sides)
    if not front:
        return "its question has no words and no picture (sounds are not taken over)"
    if not back:
        lost = _lost(sides[1], media)
        if sound_count(sides[1]):
            return "its answer is only a sound (sounds are not taken over)"
        return f"its answer is the picture {lost!r}, which is not in the package" if lost else "its answer is empty"
    return {"front": front, "back": back}


def _stacked(media: Media, found: re.Match[str]) -> str:
    """One picture of a picture and its covers."""
    (upper,), (lower,) = picture_names(found["upper"]) or ("",), picture_names(found["lower"]) or ("",)
    return f'<div><img src="{escape(media.stacked(lower, upper))}"></div>'


def _lost(html: str, media: Media) -> str:
    """The name of the first picture that is missing."""
    return next((name for name in picture_names(html) if media.address(name) is None), "")


def _cloze(card: AnkiCard, named: dict[str, str], read: Read) -> dict[str, Any] | str:
    """Makes one card for each number of holes, as Anki does; the other holes are shown filled in."""
    template = card.note_type.templates[0] if card.note_type.templates else None
    field = (cloze_field(template.front) if template else None) or card.note_type.fields[0]
    text, wanted = read(named.get(field, "")), card.ordinal + 1
    holes, count = asked(text, wanted)
    if not count:
        return f"it has no gap {wanted}"
    answer = template.back if template else ""
    shown = [value for name, value in named.items() if name not in (field, SOURCE) and name in answer]
    more = [read(value) for value in shown]
    return {"text": holes, "back": "\n\n".join(each for each in more if each)}


def _occlusion(card: AnkiCard, named: dict[str, str], regions: str, media: Media) -> dict[str, Any] | str:
    """The picture with its regions covered, and the picture itself."""
    wanted = card.ordinal + 1
    shapes = [
        shape
        for number, rest in re.findall(r"\{\{c(\d{1,3})::(image-occlusion:[^{}]*)\}\}", regions)
        if int(number) == wanted
        for shape in occlusions(rest)
    ]
    names = [name for value in named.values() for name in picture_names(value)]
    if not shapes or not names:
        return f"it has no region {wanted}"
    covered, whole = media.covered(names[0], shapes), media.address(names[0])
    if covered is None or whole is None:
        return f"its picture {names[0]!r} is not in the package"
    words = {name: markdown_of(value) for name, value in named.items() if value is not regions and "<img" not in value}
    head = words.get("Header", "")
    more = [text for name, text in words.items() if name != "Header" and text]
    return {
        "front": "\n\n".join(
            filter(None, (head, "What is covered?", f"![The picture with a part covered]({covered})"))
        ),
        "back": "\n\n".join([f"![The whole picture]({whole})", *more]),
    }


def _reviews(answers: list[Answered]) -> tuple[IncomingReview, ...]:
    """Anki's log in our terms. Answers count. Answers in a filtered deck without rescheduling are cramming. Forgetting
    a card resets it. Lines that only moved a date are left out."""
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
