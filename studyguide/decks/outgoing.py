"""Makes a package that Anki opens. A card is always the same note: a second import updates its text and keeps its
schedule."""

from __future__ import annotations

import io
import json
import re
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any
from uuid import UUID

import genanki

from studyguide.decks.images import with_images
from studyguide.decks.note_types import FIELDS, SOURCE, fields_of, note_type, stable_id
from studyguide.notes.card_texts import ONE_PARAGRAPH, CardRenderer
from studyguide.notes.cards import CardKind
from studyguide.notes.holes import HOLE
from studyguide.notes.tables import unstacked

TOP_DECK = "Loadbearing"
LINK = re.compile(r"<a\b([^<>]*+)>((?:(?!</?a\b).)*+)</a>", re.DOTALL)
IS_INNER = re.compile(r'\bhref="[/#]')
SHOWN_HOLE = re.compile(r'<mark class="hole">((?:(?!</mark>|<mark class="hole">).)*+)</mark>', re.DOTALL)
PICTURE = re.compile(r'src="/topics/images/(?P<digest>[0-9a-f]{40})\.(?P<kind>[a-z]{3,4})"')
# Only for browsers: regions that scroll by keyboard.
SCROLLER = re.compile(r'<div class="scroll-x"[^<>]*+>(<table\b(?:(?!</?table\b).)*+</table>)</div>', re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class OutgoingCard:
    """`content` is the learner's own wording where they have one; `category` names the deck that it goes to."""

    uid: UUID
    kind: CardKind
    content: Mapping[str, Any]
    category: str = ""
    topic_slug: str = ""
    topic_title: str = ""
    tags: tuple[str, ...] = ()


class FieldMaker:
    """Makes the fields of notes, as HTML that needs nothing of our site; drawings gather in `media`, and the digests of
    pictures, by the names of their files, in `pictures`."""

    def __init__(self) -> None:
        self.media: dict[str, bytes] = {}
        self.pictures: dict[str, str] = {}
        self._renderer = CardRenderer()
        self._makers: dict[CardKind, Callable[[Mapping[str, Any], str, str], dict[str, str]]] = {
            "question": lambda content, front, back: {"Front": front, "Back": back},  # noqa: ARG005
            "cloze": self._cloze,
            "choice": self._choice,
            "numeric": self._numeric,
            "misconception": self._misconception,
            "picture": self._picture,
        }

    def fields(self, card: OutgoingCard) -> dict[str, str]:
        """By name, in the order of the note type."""
        sides = self._renderer.sides(card.kind, card.content)
        made = self._makers[card.kind](card.content, self._portable(sides.front), self._portable(sides.back))
        values = {**made, "Topic": escape(card.topic_title), SOURCE: source_of(card)}
        return {name: values[name] for name in fields_of(card.kind)}

    def _text(self, source: str) -> str:
        return self._portable(self._renderer.sides("question", {"front": source, "back": ""}).front) if source else ""

    def _portable(self, html: str) -> str:
        plain = LINK.sub(
            lambda found: found[2] if IS_INNER.search(found[1]) else found[0],
            SCROLLER.sub(lambda found: unstacked(found[1]), html),
        )
        return PICTURE.sub(self._named, with_images(plain, self.media))

    def _named(self, picture: re.Match[str]) -> str:
        name = f"{picture['digest']}.{picture['kind']}"
        self.pictures[name] = picture["digest"]
        return f'src="{name}"'

    def _cloze(self, content: Mapping[str, Any], front: str, back: str) -> dict[str, str]:  # noqa: ARG002
        remark = self._text(content.get("back", ""))
        hints = [hole["hint"] for hole in HOLE.finditer(content["text"])]
        return {"Text": cloze_text(back.removesuffix(remark), hints), "Remark": remark}

    def _choice(self, content: Mapping[str, Any], front: str, back: str) -> dict[str, str]:  # noqa: ARG002
        choices = [_inline(self._text(str(choice))) for choice in content["choices"]]
        listed = "".join(f"<li>{choice}</li>" for choice in choices)
        right = content["answer"]
        return {
            "Front": front,
            "Choices": f"<ol>{listed}</ol>",
            "Answer": f"{right + 1}. {choices[right]}",
            "Why": self._text(content["back"]),
        }

    def _numeric(self, content: Mapping[str, Any], front: str, back: str) -> dict[str, str]:  # noqa: ARG002
        return {
            "Front": front,
            "Answer": escape(str(content["answer"])),
            "Tolerance": escape(content["tolerance"]),
            "Working": self._text(content["back"]),
        }

    def _misconception(self, content: Mapping[str, Any], front: str, back: str) -> dict[str, str]:  # noqa: ARG002
        return {
            "Claim": self._text(content["claim"]),
            "Verdict": "True" if content["verdict"] else "False",
            "Truth": self._text(content["truth"]),
            "Source": _inline(self._text(content["source"])),
        }

    def _picture(self, content: Mapping[str, Any], front: str, back: str) -> dict[str, str]:
        covered, whole = (re.findall(r"<img [^<>]*>", side)[-1] for side in (front, back))
        return {
            "Front": self._text(content["front"]),
            "Picture": covered,
            "Hidden": escape(content["hidden"]),
            "Remark": self._text(content.get("back", "")),
            "Whole": whole,
        }


def package(
    cards: Iterable[OutgoingCard],
    *,
    now: datetime,
    pictures: Callable[[Sequence[str]], Mapping[str, bytes]] = lambda _digests: {},
) -> bytes:
    """The `.apkg` file. `now` tells Anki that its texts are newer than those of any package before; `pictures` gives
    the contents of pictures by their digests."""
    maker = FieldMaker()
    decks: dict[str, genanki.Deck] = {}
    models = {kind: note_type(kind) for kind in FIELDS}
    for place, card in enumerate(cards):
        name = f"{TOP_DECK}::{_deck_name(card.category)}"
        deck = decks.setdefault(name, genanki.Deck(stable_id("deck", name), name))
        fields = list(maker.fields(card).values())
        note = genanki.Note(model=models[card.kind], fields=fields, guid=str(card.uid), tags=_tags(card), due=place)
        deck.add_note(note)
    contents = pictures(list(maker.pictures.values())) if maker.pictures else {}
    shown = {name: contents[digest] for name, digest in maker.pictures.items() if digest in contents}
    return _zipped(list(decks.values()), {**maker.media, **shown}, now)


def _deck_name(category: str) -> str:
    """The deck's name; two colons in it are replaced, because Anki would read them as a deck within the deck."""
    return " ".join(category.replace("::", ": ").split()) or "Own cards"


def _tags(card: OutgoingCard) -> list[str]:
    topic = [f"topic::{card.topic_slug}"] if card.topic_slug else []
    return ["loadbearing", *topic, *("_".join(tag.split()) for tag in card.tags)]


def _inline(html: str) -> str:
    return found[1] if (found := ONE_PARAGRAPH.fullmatch(html)) else html


def cloze_text(html: str, hints: Sequence[str | None]) -> str:
    """The sentence with its holes as Anki writes them, all of one number: a card stays one card."""
    left = iter(hints)

    def hole(inside: str) -> str:
        hint = next(left, None)
        said = f"::{escape(hint.strip())}" if hint else ""
        return f"{{{{c1::{_harmless(inside)}{said}}}}}"

    pieces = SHOWN_HOLE.split(html)
    return "".join(hole(piece) if index % 2 else _harmless(piece) for index, piece in enumerate(pieces))


def _harmless(html: str) -> str:
    """Text that Anki would take for a hole, or for the end of one, shown as the same characters."""
    return html.replace("{{", "{&#123;").replace("}}", "}&#125;").replace("::", ":&#58;")


def source_of(card: OutgoingCard) -> str:
    """What the last field holds: kind, content and topic."""
    source = {"kind": card.kind, "content": dict(card.content), "topic": card.topic_slug}
    return escape(json.dumps(source, ensure_ascii=False, sort_keys=True), quote=False)


def _zipped(decks: list[genanki.Deck], media: Mapping[str, bytes], now: datetime) -> bytes:
    packed = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in sorted(media)]
        for path in paths:
            path.write_bytes(media[path.name])
        decks = decks or [genanki.Deck(stable_id("deck", TOP_DECK), TOP_DECK)]
        genanki.Package(decks, media_files=[str(path) for path in paths]).write_to_file(packed, now.timestamp())
    return packed.getvalue()
