"""The result of reading a file of cards in any format: our cards, and what was left out and why. It converts to JSON
and back, so that a learner can look at it before keeping it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha1
from typing import Any, NamedTuple
from uuid import UUID

from studyguide.decks.problems import MAX_ALL_TEXT, DeckError
from studyguide.notes.cards import CardFieldError, check_content
from studyguide.notes.images import Picture
from studyguide.notes.source import NOT_TEXT

MOST_LEFT_OUT = 200  # whose reasons are kept
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST_MS = 1_000_000_000_000  # September 2001, before any program of this kind logged anything
NAMESPACE = UUID("b3a1c7de-6f1c-5c55-8f0d-0a5a3c1f2e77")
MAX_SOURCE_ID = 120
MAX_DECK = 300  # characters of the name of a deck; each of its cards carries it
MOST_TAGS, MAX_TAG = 40, 200  # that are read of one card; a card here shows fewer


JSON_FACTS = ("format", "left_out", "notes", "left_out_count", "media_count", "character_count")
TEXTS = ("source_id", "content", "deck", "tags", "topic")
CARD_FACTS = ("source_id", "kind", "content", "deck", "uid", "topic", "is_suspended", "is_flagged")


def uid_of(guid: str) -> str:
    """The card's id, when the guid belongs to a card exported by a site of ours."""
    try:
        return str(UUID(guid)) if len(guid) == 36 else ""
    except ValueError:
        return ""


def tags_in(words: str) -> tuple[str, ...]:
    """Tags apart by spaces."""
    return tuple(tag[:MAX_TAG] for tag in words.split(None, MOST_TAGS)[:MOST_TAGS])


def storable(value: Any) -> Any:
    """Without the characters that no database takes."""
    if isinstance(value, str):
        if value.isascii() and value.isprintable():
            return value
        return NOT_TEXT.sub("", value).encode(errors="replace").decode()
    if isinstance(value, dict):
        return {storable(key): storable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(storable(item) for item in value)
    return value


class IncomingReview(NamedTuple):  # a deck may have a million, and a frozen dataclass takes three times as long
    """An answer or a reset from a log whose ids are milliseconds."""

    at_ms: int
    kind: str
    grade: int | None = None
    taken_ms: int = 0

    @property
    def at(self) -> datetime:
        return EPOCH + timedelta(milliseconds=self.at_ms)

    def uid(self, source_id: str) -> UUID:
        """The same for the same answer, however often it comes."""
        name = f"{source_id}/{self.at_ms}".encode()  # what uuid5 does, in half of its time
        return UUID(bytes=sha1(NAMESPACE.bytes + name, usedforsecurity=False).digest()[:16], version=5)


@dataclass(frozen=True, kw_only=True, slots=True)
class IncomingCard:
    """`source_id` identifies the card when it is imported again. `uid` is set for a card exported by a site of ours,
    and `topic` then names its topic."""

    source_id: str
    kind: str
    content: dict[str, Any]
    deck: str = ""
    tags: tuple[str, ...] = ()
    uid: str = ""
    topic: str = ""
    is_suspended: bool = False
    is_flagged: bool = False
    reviews: tuple[IncomingReview, ...] = ()


@dataclass(kw_only=True)
class Incoming:
    """`left_out` has (what, why) pairs; `notes` are remarks on the file as a whole; `media_count` is of pictures and
    sounds that are not taken over; `pictures` are by digest, and do not go to JSON."""

    format: str
    cards: list[IncomingCard] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    left_out_count: int = 0
    media_count: int = 0
    character_count: int = 0
    pictures: Mapping[str, Picture] = field(default_factory=dict)

    def leave_out(self, what: str, why: str) -> None:
        self.left_out_count += 1
        if len(self.left_out) < MOST_LEFT_OUT:
            self.left_out.append((" ".join(storable(what).split())[:100], why))

    def take(self, card: IncomingCard, *, what: str | Callable[[], str]) -> None:
        """Adds the card if it is valid; otherwise it is reported under the name that `what` gives."""
        cleaned = {name: storable(value) for name in TEXTS if (value := getattr(card, name))}
        if any(value != getattr(card, name) for name, value in cleaned.items()):
            card = replace(card, **cleaned)
        try:
            check_content(card.kind, card.content)
        except CardFieldError as error:
            self.leave_out(what if isinstance(what, str) else what(), str(error))
            return
        self.character_count += sum(len(value) for value in card.content.values() if isinstance(value, str))
        if self.character_count > MAX_ALL_TEXT:
            raise DeckError(f"The cards have more than {MAX_ALL_TEXT:,} characters; send them in parts.")
        self.cards.append(card)

    @property
    def review_count(self) -> int:
        return sum(len(card.reviews) for card in self.cards)

    def to_json(self) -> dict[str, Any]:
        """An answer is a list of four, since a deck may have a million of them."""
        facts = {name: getattr(self, name) for name in JSON_FACTS}
        cards = [
            {
                **{name: getattr(card, name) for name in CARD_FACTS},
                "tags": list(card.tags),
                "reviews": [[each.at_ms, each.kind, each.grade, each.taken_ms] for each in card.reviews],
            }
            for card in self.cards
        ]
        return {**facts, "cards": cards, "picture_count": len(self.pictures)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Incoming:
        cards = [
            IncomingCard(
                **{
                    **card,
                    "tags": tuple(card["tags"]),
                    "reviews": tuple(map(_review, card["reviews"])),
                }
            )
            for card in data["cards"]
        ]
        left_out = [(what, why) for what, why in data["left_out"]]
        known = {name: value for name, value in data.items() if name != "picture_count"}
        return cls(**{**known, "cards": cards, "left_out": left_out})


def _review(kept: Sequence[Any] | Mapping[str, Any]) -> IncomingReview:
    """Also one that was kept as an object, as before."""
    if isinstance(kept, Mapping):
        return IncomingReview(**kept)
    at_ms, kind, grade, taken_ms = kept
    return IncomingReview(at_ms=at_ms, kind=kind, grade=grade, taken_ms=taken_ms)
