"""Stores cards from notes and cards of learners. Editing keeps a card and its schedule; removing one keeps its
reviews."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from studyguide.models import Card, CardState, OwnText, Topic
from studyguide.notes.book import Page
from studyguide.notes.card_texts import CardRenderer, CardSides
from studyguide.notes.cards import CardFieldError, CardSource, check_content
from studyguide.notes.errors import FenceError, NoteError
from studyguide.notes.notices import Notices
from studyguide.notes.passages import PassageIndex, passages
from studyguide.notes.pictures import PictureError
from studyguide.notes.render import plain_text
from web.rows import update_known

# Makes the same card of the same notes carry the same id on every site, so that decks can be exchanged.
NAMESPACE = uuid.UUID("6b0a7a1e-55c4-5f0e-9d52-0f6f1c7a8f10")
IMPORTED = (
    "topic_id", "kind", "content", "front_html", "back_html", "options", "words", "tags", "anchor", "quote", "position",
    "removed_at",
)  # fmt: skip
UPDATED = (*IMPORTED, "changed_at")
MAX_TAGS = 20
MAX_TAG = 40


@transaction.atomic(savepoint=False)
def store_cards(
    pages: Sequence[Page],
    *,
    source_name: str,
    owner_id: int | None,
    changed: set[str],
    ids: Mapping[str, int],
    missing: set[str],
    renderer: CardRenderer,
    notices: Notices,
    now: datetime,
) -> int:
    """Brings the cards of these notes up to date with the pages; returns how many were made, changed or removed.

    They are shared, or the owner's when the notes are a reader's own.

    A card is known by its id, in whichever topic it stands now. One that is gone from the notes is marked so; topics
    that are `missing` from the files but kept keep their cards. `ids` are those of topics by slug.
    """
    old = {card.source_id: card for card in Card.objects.filter(owner=owner_id, source_name=source_name)}
    fresh: list[Card] = []
    differing: list[Card] = []
    for page in pages:
        for card in _of_page(
            page, ids[page.note.slug], old, renderer, source_name, notices, is_changed=page.note.slug in changed
        ):
            before = old.get(card.source_id)
            card.changed_at, card.owner_id = now, owner_id
            if before is None:
                fresh.append(card)
            elif _differs(card, before):
                card.pk = before.pk
                differing.append(card)
    gone = _gone(pages, old, {ids[slug] for slug in missing})
    Card.objects.bulk_create(fresh, batch_size=100)
    update_known(Card, UPDATED, [[card.pk, *(getattr(card, name) for name in UPDATED)] for card in differing])
    Card.objects.filter(pk__in=gone).update(removed_at=now)
    return len(fresh) + len(differing) + len(gone)


def _of_page(
    page: Page,
    topic_id: int,
    old: Mapping[str, Card],
    renderer: CardRenderer,
    source_name: str,
    notices: Notices,
    *,
    is_changed: bool,
) -> list[Card]:
    """The cards of a page that may differ from what is stored; one that cannot be shown is left out with a notice."""
    if not page.note.cards or (not is_changed and _stands(page, topic_id, old)):
        return []
    sentences = PassageIndex(passages(page.rendered.html))
    cards = []
    for position, source in enumerate(page.note.cards):
        try:
            cards.append(_imported(source, position, page, topic_id, renderer, sentences, source_name))
        except NoteError as error:
            notices.refuse("cards", error)
    return cards


def _stands(page: Page, topic_id: int, old: Mapping[str, Card]) -> bool:
    stored = [old.get(source.id) for source in page.note.cards]
    return all(card is not None and card.topic_id == topic_id and card.removed_at is None for card in stored)


def _imported(
    source: CardSource,
    position: int,
    page: Page,
    topic_id: int,
    renderer: CardRenderer,
    sentences: PassageIndex,
    source_name: str,
) -> Card:
    try:
        sides = renderer.sides(source.kind, source.content)
    except (PictureError, FenceError) as error:
        raise NoteError(f"card {source.id!r}: {error}", path=page.note.path, line=source.line) from error
    passage = sentences.best(plain_text(f"{sides.front} {sides.back}"))
    return Card(
        uid=uuid.uuid5(NAMESPACE, f"{source_name}/{source.id}"),
        topic_id=topic_id,
        source_name=source_name,
        source_id=source.id,
        kind=source.kind,
        content=source.content,
        tags=list(source.tags),
        anchor=passage.anchor[:200],
        quote=passage.text,
        position=position,
        **_shown(sides),
    )


def _shown(sides: CardSides) -> dict[str, Any]:
    return {
        "front_html": sides.front,
        "back_html": sides.back,
        "options": list(sides.options),
        "words": sides.words,
    }


def _differs(card: Card, before: Card) -> bool:
    return any(getattr(card, name) != getattr(before, name) for name in IMPORTED)


def _gone(pages: Sequence[Page], old: Mapping[str, Card], kept_topics: set[int]) -> list[int]:
    present = {source.id for page in pages for source in page.note.cards}
    return [
        card.pk
        for card in old.values()
        if card.source_id not in present and card.removed_at is None and card.topic_id not in kept_topics
    ]


@dataclass(frozen=True, kw_only=True)
class CardText:
    """What somebody wrote: a kind, its fields, and the two sides that follow; CardFieldError names a bad field."""

    kind: str
    content: dict[str, Any]
    sides: CardSides

    @classmethod
    def of(cls, kind: str, content: Mapping[str, Any]) -> CardText:
        check_content(kind, content)
        try:
            sides = CardRenderer().sides(kind, content)  # type: ignore[arg-type]
        except FenceError as error:
            raise CardFieldError(next(iter(content)), f"a fence cannot be read: {error.message}") from error
        except PictureError as error:
            raise CardFieldError("hidden" if "no part" in str(error) else "diagram", str(error)) from error
        return cls(kind=kind, content=dict(content), sides=sides)


@transaction.atomic
def make_card(
    learner: User,
    *,
    kind: str = "question",
    content: Mapping[str, Any],
    topic: Topic | None = None,
    quote: str = "",
    anchor: str = "",
    tags: Sequence[str] = (),
    source_name: str = "",
    source_id: str = "",
    uid: uuid.UUID | None = None,
) -> Card:
    """A card of the learner's own, in their deck at once; CardFieldError names a bad field.

    With a `source_id` the same thing makes one card however often it is asked for: its text is then brought up to date.
    """
    text = CardText.of(kind, content)
    values = {
        "kind": kind, "content": text.content, "topic": topic, "quote": quote[:1_000], "anchor": anchor[:200],
        "tags": clean_tags(tags), "removed_at": None, **_shown(text.sides),
    }  # fmt: skip
    if source_id:
        card, _ = Card.objects.update_or_create(
            owner=learner,
            source_name=source_name,
            source_id=source_id,
            defaults=values,
            create_defaults={**values, "uid": uid or uuid.uuid4()},
        )
    else:
        card = Card.objects.create(owner=learner, uid=uid or uuid.uuid4(), **values)
    want_cards(learner, [card.pk])
    return card


@transaction.atomic
def edit_card(card: Card, learner: User, *, content: Mapping[str, Any], now: datetime) -> None:
    """Changes an own card; of a shared card the learner gets their own wording. Both keep the schedule."""
    text = CardText.of(card.kind, content)
    values = {"content": text.content, **_shown(text.sides)}
    if card.owner_id == learner.pk:
        Card.objects.filter(pk=card.pk, owner=learner).update(**values, changed_at=now)
    else:
        OwnText.objects.update_or_create(learner=learner, card=card, defaults=values)


def restore_text(card: Card, learner: User) -> None:
    """Back to the wording that came with the notes."""
    OwnText.objects.filter(card=card, learner=learner).delete()


def remove_own_card(card: Card, learner: User, *, now: datetime) -> None:
    """Takes an own card out of the deck; its reviews stay."""
    Card.objects.filter(pk=card.pk, owner=learner).update(removed_at=now)


def want_cards(learner: User, cards: Sequence[int]) -> int:
    """Puts cards into the learner's deck before those nobody asked for, and returns how many are new in it."""
    known = dict(CardState.objects.filter(learner=learner, card_id__in=cards).values_list("card_id", "phase"))
    fresh = [CardState(learner=learner, card_id=card, is_wanted=True) for card in cards if card not in known]
    CardState.objects.bulk_create(fresh, batch_size=200, ignore_conflicts=True)
    waiting = [card for card, phase in known.items() if phase == 0]
    CardState.objects.filter(learner=learner, card_id__in=waiting).update(is_wanted=True)
    return len(fresh)


def put_off(learner: User, cards: Sequence[int], *, until: datetime) -> None:
    """Postpones cards that were not asked yet; they come first among the new ones."""
    CardState.objects.filter(learner=learner, card_id__in=cards, phase=0).update(buried_until=until, is_wanted=True)


def clean_tags(tags: Sequence[str]) -> list[str]:
    """Lower case, each once, none too long."""
    words = [" ".join(tag.split()).lower()[:MAX_TAG] for tag in tags]
    return list(dict.fromkeys(word for word in words if word))[:MAX_TAGS]
