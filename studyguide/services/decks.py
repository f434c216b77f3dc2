"""Imports and exports decks. Imported cards become the learner's own, once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any, cast
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from studyguide.decks.answers import with_answers
from studyguide.decks.incoming import Incoming, IncomingCard
from studyguide.decks.outgoing import OutgoingCard, package
from studyguide.memory.log import Entry, EntryKind, Grade
from studyguide.memory.schedule import NEW, Memory, Rules, memory_of, remembered
from studyguide.models import Card, CardState, NotePicture, OwnText, Review, Topic
from studyguide.notes.card_texts import CardRenderer
from studyguide.notes.errors import FenceError
from studyguide.notes.pictures import PictureError
from studyguide.selectors.overview import tops
from studyguide.services.cards import clean_tags
from studyguide.services.deck_answers import answered, known_answers
from studyguide.services.pictures import show_pictures_of
from studyguide.services.rederiving import rederive, scheduled
from web.limits.turns import let_others_write
from web.rows import insert_new

FROM_A_DECK = "anki"  # the source of cards that came in a file
BATCH = 500
WRITTEN_AT_ONCE = 50  # cards, with all their answers, while others wait
CARD = tuple(field.attname for field in Card._meta.concrete_fields if not field.primary_key)
LOGGED = ("learner", "card", "uid", "kind", "grade", "at", "received_at", "duration_ms", "given")
STATE = ("learner", "card", "is_wanted", "is_suspended", "is_flagged", "tags", *CardState.SCHEDULE)
TEXT = ("kind", "content", "front_html", "back_html", "options", "words", "tags", "removed_at", "changed_at")


@dataclass(kw_only=True)
class Plan:
    """What keeping a deck would do: cards that would be made or changed, those that stay, those that came with the
    notes (of which only the answers are taken), and answers that are not in the log yet."""

    fresh: list[IncomingCard] = field(default_factory=list)
    changed: list[tuple[Card, IncomingCard]] = field(default_factory=list)
    same: list[tuple[Card, IncomingCard]] = field(default_factory=list)
    shared: list[tuple[Card, IncomingCard]] = field(default_factory=list)
    review_count: int = 0

    @property
    def changes_something(self) -> bool:
        return bool(self.fresh or self.changed or self.review_count)


def plan(learner_id: int | None, incoming: Incoming) -> Plan:
    """Reads only."""
    by_uid = _by_uid(learner_id, [card.uid for card in incoming.cards if card.uid])
    own = Card.objects.filter(owner=learner_id, source_name=FROM_A_DECK) if learner_id else Card.objects.none()
    by_source = {card.source_id: card for card in own}
    found = Plan()
    for card in incoming.cards:
        known = by_uid.get(card.uid) or by_source.get(card.source_id)
        if known is None:
            found.fresh.append(card)
        elif known.owner_id is None:
            found.shared.append((known, card))
        elif _differs(known, card):
            found.changed.append((known, card))
        else:
            found.same.append((known, card))
    pairs = [*found.shared, *found.same, *found.changed]
    uids = {each.uid(card.source_id) for _, card in pairs for each in card.reviews}
    new = uids - _logged(learner_id, uids) if uids else uids
    new -= {each.uid(card.source_id) for card, each in known_answers(learner_id, pairs)}
    # Of a card that is new here no answer is in the log.
    found.review_count = len(new) + sum(len({each.at_ms for each in card.reviews}) for card in found.fresh)
    return found


def _by_uid(learner_id: int | None, uids: Sequence[str]) -> dict[str, Card]:
    found: dict[str, Card] = {}
    for start in range(0, len(uids), BATCH):
        cards = Card.objects.visible_to(learner_id).filter(uid__in=uids[start : start + BATCH])
        found |= {str(card.uid): card for card in cards}
    return found


def _differs(known: Card, card: IncomingCard) -> bool:
    return (known.kind, known.content) != (card.kind, card.content) or known.removed_at is not None


def _logged(learner_id: int | None, uids: set[UUID]) -> set[UUID]:
    if learner_id is None:
        return set()
    return uids & set(Review.objects.filter(learner=learner_id).values_list("uid", flat=True))


def keep(
    learner: User,
    incoming: Incoming,
    *,
    rules: Rules,
    now: datetime,
    progress: Callable[[int, int], object] = lambda *_: None,
) -> Plan:
    """Makes the cards, and adds the answers to the log, in batches: each is a short transaction, so that others write
    meanwhile. What was kept when something breaks stays, and keeping the same file again adds only the rest.

    A card that cannot be shown is left out, and `incoming` says so. `progress` is told how many cards of how many are
    done.
    """
    planned = plan(learner.pk, incoming)
    known = [*planned.changed, *planned.same, *planned.shared]
    done, steps = 0, len(planned.fresh) + len(known)
    render, topics = _Rendering(incoming), _topics(planned.fresh)
    to_rederive: set[int] = set()  # cards that were here and get answers: only the log has their state
    for batch in _turns(planned.fresh):
        ready = [_Ready.of(card, values, rules, now) for card in batch if (values := render.values(card)) is not None]
        with transaction.atomic():
            to_rederive |= _write_new(learner, ready, topics, rules, now)
        done += len(batch)
        progress(done, steps)
    texts = {card.source_id for _, card in planned.changed}
    for pairs in _turns(known, follows=bool(planned.fresh)):
        wanted = [card for _, card in pairs if card.source_id in texts]
        shown = [(card, values) for card in wanted if (values := render.values(card)) is not None]
        reviews = _reviews_of(learner, pairs, now)
        with transaction.atomic():
            _write_cards(learner, shown, topics, now)
            _write_states([_state(learner, card, NEW, rules) for card, _ in pairs])
            _log_answers(reviews)
        to_rederive |= {row[LOGGED.index("card")] for row in reviews}
        done += len(pairs)
        progress(done, steps)
    if planned.review_count:
        rederive(learner, rules, only=to_rederive)
    return planned


def _turns(items: Sequence[Any], *, follows: bool = False) -> Iterable[Sequence[Any]]:
    """Batches to be written, with room for others between them, and before the first when it `follows` others."""
    for at in range(0, len(items), WRITTEN_AT_ONCE):
        if at or follows:
            let_others_write()
        yield items[at : at + WRITTEN_AT_ONCE]


@dataclass(frozen=True, kw_only=True)
class _Ready:
    """A new card with all that can be worked out before anything is locked: its columns, what its answers leave, and
    the answers, of which (uid, kind, grade, moment, milliseconds) go to the log."""

    incoming: IncomingCard
    values: dict[str, Any]
    memory: Memory
    answers: Sequence[tuple[UUID, str, int | None, datetime, int | None]]

    @classmethod
    def of(cls, incoming: IncomingCard, values: dict[str, Any], rules: Rules, now: datetime) -> _Ready:
        answers = _answers(incoming, now)
        return cls(incoming=incoming, values=values, memory=_memory(answers, rules), answers=answers)


def _memory(answers: Sequence[tuple[UUID, str, int | None, datetime, int | None]], rules: Rules) -> Memory:
    given = [(at, grade) for _, kind, grade, at, _ in answers if kind == Review.Kind.ANSWER and grade]
    if len(given) == len(answers) and all(one[0] < other[0] for one, other in pairwise(given)):
        return memory_of(given, rules)  # most logs: all of their lines count, and stand in their order
    return remembered(
        [
            Entry(uid=uid, kind=cast("EntryKind", kind), at=at, grade=Grade(grade) if grade else None)
            for uid, kind, grade, at, _ in answers
            if kind != Review.Kind.CRAM
        ],
        rules,
    )


def _answers(incoming: IncomingCard, now: datetime) -> list[tuple[UUID, str, int | None, datetime, int | None]]:
    return [
        (each.uid(incoming.source_id), each.kind, each.grade, min(each.at, now), each.taken_ms or None)
        for each in incoming.reviews
    ]


def _write_new(
    learner: User, ready: Sequence[_Ready], topics: Mapping[str, Topic], rules: Rules, now: datetime
) -> set[int]:
    """Writes new cards with their schedules and answers. The ids of those that somebody made meanwhile."""
    cards, made = _write_cards(learner, [(each.incoming, each.values) for each in ready], topics, now)
    pairs = list(zip(cards, ready, strict=True))
    _write_states([
        _state(
            learner, card, each.memory, rules, tags=card.tags, is_suspended=each.incoming.is_suspended,
            is_flagged=each.incoming.is_flagged,
        )
        for card, each in pairs
    ])  # fmt: skip
    _log_answers([
        (learner.pk, card.pk, uid, kind, grade, at, now, taken_ms, "")
        for card, each in pairs
        for uid, kind, grade, at, taken_ms in each.answers
    ])  # fmt: skip
    return {card.pk for card in cards} - made


def _write_cards(
    learner: User, shown: Sequence[tuple[IncomingCard, dict[str, Any]]], topics: Mapping[str, Topic], now: datetime
) -> tuple[list[Card], set[int]]:
    """New cards, and the texts of those that are there already; with the pictures that they show. The cards in this
    order, and the ids of those that are new."""
    ids = [card.source_id for card, _ in shown]
    own = Card.objects.kept_of(learner.pk, FROM_A_DECK).order_by()
    there = {card.source_id: card for card in own.filter(source_id__in=ids)}
    by_uid = _by_uid(learner.pk, [card.uid for card, _ in shown if card.uid and card.source_id not in there])
    taken = _taken_uids([card.uid for card, _ in shown if card.uid])
    cards, made, changed = [], [], []
    for incoming, values in shown:
        card = there.get(incoming.source_id) or by_uid.get(incoming.uid)
        if card is None:
            uid = adopted_uid(incoming.uid, learner.pk, taken)
            card = Card(
                owner=learner, source_name=FROM_A_DECK, source_id=incoming.source_id, uid=uid,
                topic=topics.get(incoming.topic), created_at=now, changed_at=now, **values,
            )  # fmt: skip
            made.append(card)
        else:
            for name, value in {**values, "removed_at": None, "changed_at": now}.items():
                setattr(card, name, value)
            changed.append(card)
        cards.append(card)
    insert_new(Card, CARD, [[getattr(card, name) for name in CARD] for card in made])
    kept = dict(own.filter(source_id__in=[card.source_id for card in made]).values_list("source_id", "pk"))
    for card in made:
        card.pk = kept[card.source_id]
    Card.objects.bulk_update(changed, TEXT, batch_size=100)
    show_pictures_of(cards)
    return cards, {card.pk for card in made}


class _Rendering:
    """Renders cards, and leaves out those that cannot be shown."""

    def __init__(self, incoming: Incoming) -> None:
        self._renderer, self._incoming = CardRenderer(), incoming

    def values(self, card: IncomingCard) -> dict[str, Any] | None:
        try:
            sides = self._renderer.sides(card.kind, card.content)  # type: ignore[arg-type]
        except (FenceError, PictureError) as error:
            self._incoming.leave_out(card.source_id, f"it cannot be shown: {error}")
            return None
        return {
            "kind": card.kind, "content": card.content, "front_html": sides.front, "back_html": sides.back,
            "options": list(sides.options), "words": sides.words, "tags": clean_tags(card.tags),
        }  # fmt: skip


def _topics(cards: Iterable[IncomingCard]) -> dict[str, Topic]:
    slugs = {card.topic for card in cards if card.topic}
    return {topic.slug: topic for topic in Topic.objects.only("slug").filter(slug__in=slugs)} if slugs else {}


def _taken_uids(uids: Sequence[str]) -> set[UUID]:
    found: set[UUID] = set()
    for start in range(0, len(uids), BATCH):
        found |= set(Card.objects.filter(uid__in=uids[start : start + BATCH]).values_list("uid", flat=True))
    return found


def adopted_uid(wanted: str, learner_id: int, taken: set[UUID]) -> UUID:
    """The id that an own card had elsewhere, if it can be one here. Ids of shared cards follow from their notes and
    are not random (version 4): nobody may take one before its notes come. One that somebody else's card has gives
    another, the same each time."""
    if not wanted:
        return uuid4()
    uid = UUID(wanted)
    if uid.version == 4 and uid not in taken:
        return uid
    return UUID(bytes=hashlib.sha256(f"{learner_id}/{wanted}".encode()).digest()[:16], version=4)


def _state(
    learner: User, card: Card, memory: Memory, rules: Rules, *, tags: Sequence[str] = (), is_suspended: bool = False,
    is_flagged: bool = False,
) -> tuple[Any, ...]:  # fmt: skip
    """A row of STATE: a card in the deck, with its tags and marks where it was."""
    schedule = scheduled(memory, rules, card_id=card.pk)
    marks = (learner.pk, card.pk, True, is_suspended, is_flagged, list(tags))
    return (*marks, *(schedule[name] for name in CardState.SCHEDULE))


def _write_states(rows: Sequence[tuple[Any, ...]]) -> None:
    """Of a card that is in the deck already the learner's own marks stay."""
    insert_new(CardState, STATE, rows)


def _log_answers(answers: Sequence[tuple[Any, ...]]) -> None:
    """In the log an answer counts once, however often its deck comes."""
    insert_new(Review, LOGGED, answers)


def _reviews_of(learner: User, pairs: Sequence[tuple[Card, IncomingCard]], now: datetime) -> list[tuple[Any, ...]]:
    """Rows of LOGGED."""
    known = {each.uid(incoming.source_id) for incoming, each in known_answers(learner.pk, pairs)}
    return [
        (learner.pk, card.pk, uid, kind, grade, at, now, taken_ms, "")
        for card, incoming in pairs
        for uid, kind, grade, at, taken_ms in _answers(incoming, now)
        if uid not in known
    ]


def outgoing(cards: QuerySet[Card], learner_id: int | None) -> list[OutgoingCard]:
    """With the learner's own wordings, in the decks of the categories."""
    by_topic = tops()
    own = dict(OwnText.objects.filter(learner=learner_id).values_list("card_id", "content")) if learner_id else {}
    tags = dict(CardState.objects.of(learner_id).exclude(tags=[]).values_list("card_id", "tags"))
    found = []
    for card in cards.select_related("topic"):
        top = by_topic.get(card.topic_id) if card.topic_id else None
        found.append(
            OutgoingCard(
                uid=card.uid,
                kind=card.kind,  # type: ignore[arg-type]
                content=own.get(card.pk, card.content),
                category=top.title if top else "",
                topic_slug=card.topic.slug if card.topic else "",
                topic_title=card.topic.title if card.topic else "",
                tags=tuple(dict.fromkeys([*card.tags, *tags.get(card.pk, [])])),
            )
        )
    return found


def export_deck(cards: QuerySet[Card], learner_id: int | None, *, now: datetime, has_answers: bool = False) -> bytes:
    """With the learner's answers if asked, and the pictures of their own cards; those of notes of others stay there."""

    def pictures(digests: Sequence[str]) -> dict[str, bytes]:
        seen = NotePicture.objects.filter(cards__in=Card.objects.visible_to(learner_id), digest__in=digests)
        return {picture.digest: bytes(picture.content) for picture in seen.distinct()}

    raw = package(outgoing(cards, learner_id), now=now, pictures=pictures)
    return with_answers(raw, answered(cards, learner_id)) if learner_id and has_answers else raw
