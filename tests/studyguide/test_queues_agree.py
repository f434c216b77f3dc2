"""One rule says what may be asked: the queue of the whole deck, that of a topic and the counts agree with it."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from studyguide.memory.schedule import Phase
from studyguide.models import Card, CardState, Topic
from studyguide.selectors.queue import LEARN_AHEAD, queue_of
from studyguide.selectors.scope import Scope
from tests.studyguide.conftest import NOON

pytestmark = pytest.mark.django_db


def deck(learner, seed: int) -> list[CardState]:
    """Cards of one topic in every state: new, learning, due, buried, suspended, gone from their notes."""
    chance = random.Random(seed)
    topic = Topic.objects.create(slug="t", title="T", source_name="x", changed_at=NOON)
    states = []
    for number in range(30):
        removed = NOON if chance.random() < 0.2 else None
        card = Card.objects.create(
            topic=topic,
            source_name="x",
            source_id=str(number),
            kind="question",
            content={"front": "a", "back": "b"},
            front_html="a",
            back_html="b",
            words=str(number),
            removed_at=removed,
        )
        phase = chance.choice(list(Phase))
        due = NOON + timedelta(minutes=chance.randrange(-5_000, 5_000)) if phase else None
        buried = NOON + timedelta(hours=chance.choice([-1, 1])) if chance.random() < 0.3 else None
        states.append(
            CardState.objects.create(
                learner=learner,
                card=card,
                phase=phase,
                due_at=due,
                reviewed_at=NOON - timedelta(days=9) if due else None,
                is_suspended=chance.random() < 0.2,
                buried_until=buried,
                is_wanted=chance.random() < 0.5,
            )
        )
    return states


def may_be_asked(state: CardState) -> bool:
    is_buried = state.buried_until is not None and state.buried_until > NOON
    return not state.is_suspended and not is_buried and state.card.removed_at is None


@pytest.mark.parametrize("seed", range(8))
def test_every_queue_asks_what_the_rule_allows(learner, seed):
    allowed = [state for state in deck(learner, seed) if may_be_asked(state)]
    due = {state.pk for state in allowed if state.due_at and state.due_at <= NOON}
    first_minutes = (Phase.LEARNING, Phase.RELEARNING)
    soon = {
        state.pk
        for state in allowed
        if state.due_at and NOON < state.due_at <= NOON + LEARN_AHEAD and state.phase in first_minutes
    }
    new = {state.pk for state in allowed if state.phase == Phase.NEW}
    states = CardState.objects.of(learner.pk)

    assert {state.pk for state in states.due(NOON)} == due
    assert {state.pk for state in states.soon(NOON, NOON + LEARN_AHEAD)} == soon
    assert {state.pk for state in states.new(NOON)} == new
    whole = queue_of(learner.pk, now=NOON)
    narrow = queue_of(learner.pk, now=NOON, scope=Scope(topic_ids=frozenset({Topic.objects.get().pk})))
    assert whole.counts().due == narrow.counts().due == len(due) + len(soon)
    assert narrow.counts().new == len(new)
    assert whole.counts().new == min(len(new), whole.settings.new_a_day)
    asked = [queue.next() for queue in (whole, narrow)]
    assert {each.state.pk for each in asked if each} <= (due or new or soon)
    assert len({each.card.pk if each else None for each in asked}) == 1


@pytest.mark.parametrize("seed", range(4))
def test_answering_what_is_asked_empties_the_due_cards_in_their_order(learner, seed):
    deck(learner, seed)
    wanted = [state.pk for state in CardState.objects.of(learner.pk).due(NOON)]
    asked = []
    for _ in wanted:
        state = queue_of(learner.pk, now=NOON).next().state
        asked.append(state.pk)
        CardState.objects.filter(pk=state.pk).update(due_at=NOON + timedelta(days=2))

    assert asked == wanted
