"""The queue of a learner: which card to ask next, and how many wait. Each question costs the same however large the
deck is: it reads the first rows of an index."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery

from studyguide.card_scope import Scope
from studyguide.memory.schedule import Phase, Rules
from studyguide.models import Card, CardState, OwnText, Review, StudySettings
from studyguide.models.cards import CardQuerySet, CardStateQuerySet

# A card in its first minutes is asked a little early rather than letting the learner wait.
LEARN_AHEAD = timedelta(minutes=20)
MOST_COUNTED = 500


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A card with what the learner knows of it; `state` is None when it is not in their deck yet."""

    card: Card
    state: CardState | None
    front_html: str
    back_html: str
    options: list[str]
    content: dict[str, Any]


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
    """A learner's cards at a moment. Nobody (None) sees the shared cards, all of them new."""

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

    def next(self) -> CardState | Card | None:
        """What to ask now: what is due (the latest first, so that little is forgotten while a backlog shrinks), then
        new cards, then cards in their first minutes a little early."""
        if self.scope.is_cram:
            return self._crammed()
        return (
            self._states().filter(due_at__lte=self.now).order_by("-due_at", "pk").first()
            or self._next_new()
            or self._states().filter(self._is_soon()).order_by("due_at", "pk").first()
        )

    def counts(self) -> Counts:
        if self.scope.is_cram:
            return Counts(due=min(MOST_COUNTED, self._to_cram().count()), new=0)
        ready = self._states().filter(Q(due_at__lte=self.now) | self._is_soon())
        return Counts(due=ready[:MOST_COUNTED].count(), new=self.new_left())

    def new_left(self) -> int:
        """New cards that today's limit allows; asking for a topic's cards by name overrides the limit."""
        limit = MOST_COUNTED if self.scope.is_narrow else self.settings.new_a_day - self.begun_today
        if limit <= 0:
            return 0
        known = self._new_states()[:limit].count()
        return known if known >= limit else known + self._untouched()[: limit - known].count()

    @cached_property
    def begun_today(self) -> int:
        """Cards that were answered for the first time since the day began."""
        if self.learner_id is None:
            return 0
        answers = Review.objects.filter(learner=self.learner_id, kind=Review.Kind.ANSWER)
        answers = answers.exclude(Exists(Review.objects.filter(learner=self.learner_id, undoes=OuterRef("uid"))))
        earlier = answers.filter(card=OuterRef("card"), at__lt=self.day_start)
        return answers.filter(at__gte=self.day_start).exclude(Exists(earlier)).values("card").distinct().count()

    def next_due_at(self) -> datetime | None:
        later = self._states().filter(due_at__gt=self.now).order_by("due_at")
        return later.values_list("due_at", flat=True).first()

    def _is_soon(self) -> Q:
        soon = min(self.now + LEARN_AHEAD, self.day_end)
        return Q(due_at__gt=self.now, due_at__lte=soon, phase__in=[Phase.LEARNING, Phase.RELEARNING])

    def _states(self) -> CardStateQuerySet:
        """What the learner may be asked of their deck."""
        states = CardState.objects.of(self.learner_id).filter(is_suspended=False, card__removed_at=None)
        states = states.filter(Q(buried_until=None) | Q(buried_until__lte=self.now)).select_related("card__topic")
        return states if self.scope.topic_ids is None else states.filter(card__topic__in=self.scope.topic_ids)

    def _new_states(self) -> CardStateQuerySet:
        return self._states().filter(phase=Phase.NEW).order_by("-is_wanted", "pk")

    def _next_new(self) -> CardState | Card | None:
        if not self.scope.is_narrow and self.begun_today >= self.settings.new_a_day:
            return None
        return self._new_states().first() or self._untouched().in_reading_order().first()

    def _untouched(self) -> CardQuerySet:
        """Cards of the scope that are not in the deck."""
        cards = self._cards()
        if self.learner_id is None:
            return cards
        return cards.exclude(Exists(CardState.objects.filter(learner=self.learner_id, card=OuterRef("pk"))))

    def _cards(self) -> CardQuerySet:
        cards = Card.objects.visible_to(self.learner_id).present().exclude(topic=None).select_related("topic")
        return cards if self.scope.topic_ids is None else cards.filter(topic__in=self.scope.topic_ids)

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
        fresh = cards.filter(crammed_at=None).in_reading_order().first()
        return fresh or cards.order_by("crammed_at", "pk").first()


def asked(found: CardState | Card, learner_id: int | None) -> Asked:
    """The card in the learner's own wording, where they have one."""
    card, state = (found.card, found) if isinstance(found, CardState) else (found, None)
    own = (
        OwnText.objects.filter(learner=learner_id, card=card).first() if learner_id and card.owner_id is None else None
    )
    text = own or card
    return Asked(
        card=card,
        state=state,
        front_html=text.front_html,
        back_html=text.back_html,
        options=list(text.options),
        content=text.content,
    )


def card_of(learner_id: int | None, pk: int) -> CardState | Card:
    """A card that the learner may see, with their state of it where there is one; Card.DoesNotExist for any other."""
    card = Card.objects.visible_to(learner_id).select_related("topic").get(pk=pk)
    state = CardState.objects.of(learner_id).filter(card=card).first()
    if state is None:
        return card
    state.card = card
    return state
