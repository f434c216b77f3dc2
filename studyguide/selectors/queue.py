"""A learner's queue: which card to ask next, and how many wait. Each query costs the same however large the deck is,
because it reads the first rows of an index."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Count, Exists, OuterRef, Subquery

from studyguide.memory.schedule import Rules
from studyguide.models import Card, CardState, ContentRevision, OwnText, Review, StudySettings
from studyguide.models.cards import CardQuerySet, CardStateQuerySet
from studyguide.selectors.prerequisites import waiting_topics
from studyguide.selectors.scope import Scope
from studyguide.selectors.settings import rules_of, settings_of

# A card in its first minutes is asked a little early rather than letting the learner wait.
LEARN_AHEAD = timedelta(minutes=20)
MOST_COUNTED = 500
ANSWERS = uuid.UUID("7d0c1f0e-93a5-4b56-8a3e-1f2f6f3f7c11")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A card in the learner's own wording, where they have one; `state` is None when it is not in their deck yet."""

    card: Card
    state: CardState | None
    front_html: str
    back_html: str
    options: list[str]
    content: dict[str, Any]


def asked_card(learner_id: int | None, pk: int, state: CardState | None = None) -> Asked:
    """Card.DoesNotExist unless the learner may see it."""
    card = Card.objects.visible_to(learner_id).select_related("topic").get(pk=pk)
    own = OwnText.objects.filter(learner=learner_id, card=pk).first() if learner_id else None
    if state is None and learner_id is not None:
        state = CardState.objects.of(learner_id).filter(card=pk).first()
    return _with_text(card, state, own)


def _with_text(card: Card, state: CardState | None, own: OwnText | None) -> Asked:
    text = {name: getattr(own or card, name) for name in ("front_html", "back_html", "options", "content")}
    return Asked(card=card, state=state, **text)


@dataclass(frozen=True, kw_only=True)
class Counts:
    due: int
    new: int

    @property
    def is_capped(self) -> bool:
        return self.due >= MOST_COUNTED

    @property
    def total(self) -> int:
        return self.due + self.new


@dataclass(frozen=True, kw_only=True)
class Queue:
    """A learner's cards at a moment. A visitor (None) sees the shared cards, all of them new."""

    learner_id: int | None
    settings: StudySettings
    rules: Rules
    now: datetime
    scope: Scope

    @property
    def day_start(self) -> datetime:
        return self.rules.calendar.start_of(self.rules.calendar.day_of(self.now))

    @property
    def day_end(self) -> datetime:
        return self.rules.calendar.start_of(self.rules.calendar.day_of(self.now) + timedelta(days=1))

    @cached_property
    def revision(self) -> int:
        """Of the content."""
        return ContentRevision.current()

    @cached_property
    def _due_count(self) -> int:
        return self._states.due(self.now)[:MOST_COUNTED].count()

    @cached_property
    def _new_count(self) -> int:
        return self._new[:MOST_COUNTED].count()

    @cached_property
    def waiting(self) -> frozenset[int]:
        """Topics whose new cards wait for those of their prerequisites. None when only such cards are left, or when the
        learner asked for the cards of a topic by name."""
        is_whole = not self.scope.is_narrow and not self.scope.is_cram
        if self.learner_id is None or not is_whole or not self.settings.waits_for_prerequisites:
            return frozenset()
        found = waiting_topics(self.learner_id)
        if not found:
            return found
        # In the order of their index, which `exists` would drop: then SQLite reads the whole deck for it.
        others = self._states.new(self.now).exclude(card__topic__in=found).first()
        return found if others or self._all_untouched.exclude(topic__in=found).exists() else frozenset()

    @property
    def _new(self) -> CardStateQuerySet:
        new = self._states.new(self.now)
        return new.exclude(card__topic__in=self.waiting) if self.waiting else new

    @property
    def is_free_today(self) -> bool:
        return self.rules.calendar.day_of(self.now).weekday() in self.rules.free_days

    def next(self) -> Asked | None:
        """The card to ask now: a due one (the most recently due first, so that little is forgotten while a backlog
        shrinks), then a new one, then one in its first minutes a little early."""
        if self.scope.is_cram:
            return self._asked(self._crammed())
        due = self._states.due(self.now).first()
        return self._asked(due or (self._next_new() if self.new_left else None) or self._soon.first())

    def ahead(self, most: int) -> list[tuple[Asked, uuid.UUID]]:
        """The cards to take along for a day offline: those due until its end, then new ones up to today's limit; at
        most so many. The id of an answer follows from the log before it, so two copies of a card taken along at
        different times are answered once."""
        states = list(self._states.due(self.day_end).select_related("card__topic")[:most])
        room = min(self.new_left, most - len(states))
        new = list(self._states.new(self.now).select_related("card__topic")[: max(0, room)])
        fresh = self._untouched().select_related("topic").in_reading_order()[: max(0, room - len(new))]
        found: list[tuple[Card, CardState | None]] = [(state.card, state) for state in (*states, *new)]
        found += [(card, None) for card in fresh]
        own = OwnText.objects.filter(learner=self.learner_id, card__in=[card.pk for card, _ in found])
        texts = {text.card_id: text for text in own} if self.learner_id else {}
        log = Review.objects.filter(learner=self.learner_id, card__in=[card.pk for card, _ in found])
        lengths = dict(log.values_list("card").annotate(Count("pk")))
        return [
            (_with_text(card, state, texts.get(card.pk)), self._answer_id(card, lengths.get(card.pk, 0)))
            for card, state in found
        ]

    def _answer_id(self, card: Card, logged: int) -> uuid.UUID:
        if self.learner_id is None:
            return uuid.uuid4()
        return uuid.uuid5(ANSWERS, f"{self.learner_id} {card.pk} {logged}")

    def _asked(self, found: CardState | Card | None) -> Asked | None:
        if found is None:
            return None
        if isinstance(found, Card):
            return asked_card(self.learner_id, found.pk)
        return asked_card(self.learner_id, found.card_id, found)

    def counts(self) -> Counts:
        if self.scope.is_cram:
            return Counts(due=min(MOST_COUNTED, self._to_cram().count()), new=0)
        return Counts(due=min(MOST_COUNTED, self._due_count + self._soon.count()), new=self.new_left)

    @cached_property
    def new_left(self) -> int:
        """New cards that today's limit allows; asking for a topic's cards by name overrides the limit."""
        if self.is_free_today and not self.scope.is_narrow:
            return 0
        if self.scope.is_narrow or self.learner_id is None:
            return self._new_count + self._untouched_count(MOST_COUNTED - self._new_count)
        limit = self.settings.new_a_day - self._states_of_all.filter(begun_at__gte=self.day_start).count()
        if limit <= 0:
            return 0
        if self._new_count >= limit or self.has_taken_all:
            return min(limit, self._new_count)
        return self._new_count + self._untouched_count(limit - self._new_count)

    @property
    def has_taken_all(self) -> bool:
        """Every shared card is known to be in the deck: there is no need to look for one that is not."""
        taken = self.settings.taken_revision
        return self.learner_id is not None and taken is not None and taken == self.revision

    @property
    def needs_new_cards(self) -> bool:
        """The deck has no new card left, and there may be more outside it."""
        has_none = not self._states.new(self.now).exists()
        return has_none and not self.has_taken_all and not self.scope.is_narrow and not self.scope.is_cram

    def next_due_at(self) -> datetime | None:
        later = self._states.askable(self.now).filter(due_at__gt=self.now).order_by("due_at")
        return later.values_list("due_at", flat=True).first()

    @property
    def _states_of_all(self) -> CardStateQuerySet:
        return CardState.objects.of(self.learner_id)

    @property
    def _states(self) -> CardStateQuerySet:
        """The learner's deck, as far as the scope goes."""
        return self._states_of_all.about(self.scope.topic_ids)

    @property
    def _soon(self) -> CardStateQuerySet:
        return self._states.soon(self.now, min(self.now + LEARN_AHEAD, self.day_end))

    def _next_new(self) -> CardState | Card | None:
        return self._new.first() or self._untouched().in_reading_order().first()

    def _untouched(self) -> CardQuerySet:
        """Cards of the scope that are not in the deck, and do not wait."""
        cards = self._all_untouched
        return cards.exclude(topic__in=self.waiting) if self.waiting else cards

    def _untouched_count(self, most: int) -> int:
        """Counts up to `most`, in no order: an order would make the database sort all of them first."""
        return self._untouched().order_by()[:most].count()

    @property
    def _all_untouched(self) -> CardQuerySet:
        """Only shared cards: own ones are put into the deck when they are made."""
        cards = self._cards().shared()
        if self.learner_id is None:
            return cards
        return cards.exclude(Exists(CardState.objects.filter(learner=self.learner_id, card=OuterRef("pk"))))

    def _cards(self) -> CardQuerySet:
        cards = Card.objects.visible_to(self.learner_id).present()
        if self.scope.is_own:
            return cards.filter(topic=None)
        if self.scope.topic_ids is None:
            return cards
        return cards.filter(topic__in=self.scope.topic_ids)

    def _to_cram(self) -> CardQuerySet:
        """Cards of the scope (without one: of the deck) that were not yet known while cramming today; those that were
        got wrong come again, last."""
        cards = self._cards()
        if self.learner_id is None:
            return cards
        if self.scope.topic_ids is None:
            cards = cards.filter(Exists(CardState.objects.filter(learner=self.learner_id, card=OuterRef("pk"))))
        hidden = CardState.objects.filter(learner=self.learner_id, card=OuterRef("pk"), is_suspended=True)
        crammed = Review.objects.filter(
            learner=self.learner_id, card=OuterRef("pk"), kind=Review.Kind.CRAM, at__gte=self.day_start
        ).exclude(Exists(Review.objects.filter(learner=self.learner_id, undoes=OuterRef("uid"))))
        cards = cards.exclude(Exists(hidden)).exclude(Exists(crammed.filter(grade__gt=1)))
        return cards.annotate(crammed_at=Subquery(crammed.order_by("-at").values("at")[:1]))

    def _crammed(self) -> Card | None:
        cards = self._to_cram()
        if self.learner_id is None:
            return cards.in_reading_order().first()
        fresh = cards.filter(crammed_at=None).in_reading_order().first()  # type: ignore[misc]  # annotated above
        return fresh or cards.order_by("crammed_at", "pk").first()


def queue_of(learner_id: int | None, *, now: datetime, scope: Scope | None = None) -> Queue:
    """The learner's queue as their settings have it; of all cards unless a scope narrows it."""
    settings = settings_of(learner_id)
    return Queue(learner_id=learner_id, settings=settings, rules=rules_of(settings), now=now, scope=scope or Scope())
