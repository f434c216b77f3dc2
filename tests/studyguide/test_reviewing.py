from __future__ import annotations

import random
import uuid
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django_tasks_db.models import DBTaskResult
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import User
from studyguide.memory.schedule import Phase, Rules
from studyguide.models import Card, CardState, Review, StudySettings
from studyguide.selectors.settings import rules_of, settings_of
from studyguide.services.cards import edit_card, make_card
from studyguide.services.fitting import fit_schedule_of, fit_when_due, histories
from studyguide.services.rederiving import rederive
from studyguide.services.reviews import (
    NewEntry,
    NothingToUndoError,
    last_answer,
    move_cards,
    record_answer,
    record_undo,
)
from studyguide.services.study_settings import Choices, save_settings
from tests.studyguide.conftest import NOON, answer

pytestmark = pytest.mark.django_db


def undo(learner, undoes, *, at=NOON, uid=None):
    entry = NewEntry(uid=uid or uuid.uuid4(), kind="undo", at=at, received_at=at, undoes=undoes)
    return record_undo(learner, undoes=undoes, entry=entry, rules=Rules())


def test_an_answer_sent_twice_counts_once(cards, learner):
    """promise 8"""
    uid = uuid.uuid4()
    first = answer(learner, cards["map"], uid=uid)
    again = answer(learner, cards["map"], 1, days=1, uid=uid)

    assert (first.is_new, again.is_new) == (True, False)
    assert Review.objects.count() == 1
    assert again.state.due_at == first.state.due_at


def test_two_devices_merge(cards, learner):
    """promise 9: both reviews are in the history, and the state is that of both in the order of time."""
    answer(learner, cards["map"], 3)
    answer(learner, cards["map"], 4, days=5)
    answer(learner, cards["map"], 1, days=2)  # of the other device, which was offline until now

    merged = CardState.objects.get()
    assert [review.grade for review in Review.objects.all()] == [3, 1, 4]
    assert merged.reviewed_at == NOON + timedelta(days=5)
    assert rederive(learner, Rules(), check=True) == []


def test_a_clock_that_is_a_day_ahead_does_not_move_the_answer(cards, learner):
    """promise 11"""
    entry = NewEntry(uid=uuid.uuid4(), kind="answer", at=NOON + timedelta(days=1), received_at=NOON, grade=3)
    recorded = record_answer(learner, cards["map"].pk, entry, rules=Rules())

    assert recorded.state.reviewed_at == NOON


def test_undo_is_an_entry_and_brings_back_what_was(cards, learner):
    answer(learner, cards["map"])
    before = CardState.objects.values().get()
    answer(learner, cards["map"], 1, days=1)
    undo(learner, last_answer(learner.pk), at=NOON + timedelta(days=1, minutes=1))

    assert CardState.objects.values().get() == before
    assert Review.objects.count() == 3


def test_an_answer_is_undone_once(cards, learner):
    answer(learner, cards["map"])
    uid = last_answer(learner.pk)
    sent = uuid.uuid4()
    undo(learner, uid, uid=sent)

    assert undo(learner, uid, uid=sent).is_new is False
    with pytest.raises(NothingToUndoError):
        undo(learner, uid)
    assert last_answer(learner.pk) is None
    assert CardState.objects.get().phase == Phase.NEW


def test_nobody_undoes_what_another_answered(cards, learner):
    """promise 21"""
    answer(learner, cards["map"])
    other = User.objects.create_user("eve")

    with pytest.raises(NothingToUndoError):
        undo(other, Review.objects.get().uid)


def test_the_log_is_only_ever_added_to(cards, learner):
    """promise 10"""
    answer(learner, cards["map"])
    review = Review.objects.get()

    with pytest.raises(TypeError):
        review.save()
    with pytest.raises(TypeError):
        review.delete()


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param({"kind": "answer", "grade": None}, id="an answer without a grade"),
        pytest.param({"kind": "answer", "grade": 5}, id="a grade that does not exist"),
        pytest.param({"kind": "undo", "grade": None, "undoes": None}, id="an undo of nothing"),
        pytest.param({"kind": "reset", "grade": 3}, id="a reset with a grade"),
    ],
)
def test_the_database_refuses_half_an_entry(cards, learner, bad):
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.create(learner=learner, card=cards["map"], uid=uuid.uuid4(), at=NOON, **bad)


def test_rederiving_puts_a_wrong_schedule_right(cards, learner):
    answer(learner, cards["map"])
    right = CardState.objects.values().get()
    CardState.objects.update(due_at=NOON, stability=99)

    with pytest.raises(CommandError):
        call_command("rederive_schedule", check=True, verbosity=0)
    assert CardState.objects.get().stability == 99
    call_command("rederive_schedule", verbosity=0)
    call_command("rederive_schedule", check=True, verbosity=0)
    assert CardState.objects.values().get() == right


def test_another_time_zone_moves_what_is_due_and_loses_nothing(cards, learner):
    """promise 11"""
    for card in cards.values():
        answer(learner, card, 4)
    settings = save_settings(
        learner, Choices(new_a_day=10, retention=0.9, interview_on=None, day_starts_at=5, time_zone="Asia/Tokyo")
    )
    calendar = rules_of(settings).calendar

    assert CardState.objects.count() == len(cards)
    for state in CardState.objects.all():
        assert state.due_at == calendar.start_of(calendar.day_of(NOON) + state.interval)


def test_an_own_wording_keeps_card_and_schedule(cards, learner):
    answer(learner, cards["map"])
    before = CardState.objects.values().get()
    edit_card(cards["map"], learner, content={"front": "Mine?", "back": "Yes."}, now=NOON)

    assert CardState.objects.values().get() == before
    assert Card.objects.get(pk=cards["map"].pk).front_html == cards["map"].front_html
    assert learner.own_texts.get().front_html == "<p>Mine?</p>"


def test_a_card_made_twice_of_one_miss_is_one_card(learner):
    for back in ("Old.", "New."):
        make_card(learner, content={"front": "Why?", "back": back}, source_name="design", source_id="d1:missing-cache")

    assert Card.objects.get().content["back"] == "New."
    assert CardState.objects.get().is_wanted


def test_an_own_cards_text_is_inert(learner):
    """promise 31"""
    card = make_card(learner, content={"front": "<script>alert(1)</script><img src=x onerror=alert(1)>", "back": "b"})

    assert "script" not in card.front_html
    assert "onerror" not in card.front_html


def test_a_guests_cards_move_to_the_account(cards, learner):
    guest = User.objects.create_user("guest-1")
    answer(guest, cards["map"])
    answer(guest, cards["why"])
    answer(learner, cards["map"], days=3)
    own = make_card(guest, content={"front": "f", "back": "b"})
    move_cards(guest, learner, rules=Rules())

    assert set(CardState.objects.values_list("learner", "card")) == {
        (learner.pk, cards["map"].pk), (learner.pk, cards["why"].pk), (learner.pk, own.pk),
    }  # fmt: skip
    assert Review.objects.filter(learner=learner).count() == 3
    assert rederive(learner, Rules(), check=True) == []


def test_deleting_a_learner_takes_their_log_and_leaves_the_cards(cards, learner):
    """promise 53"""
    answer(learner, make_card(learner, content={"front": "f", "back": "b"}))
    answer(learner, cards["map"])
    learner.delete()

    assert (Review.objects.count(), Card.objects.count()) == (0, 6)


def remembering(learner, cards, *, forgets: float, count: int) -> None:
    """Answers every third day of somebody who forgets with this chance."""
    chance = random.Random(7)
    at = {card.pk: NOON for card in cards}
    made = []
    for number in range(count):
        card = cards[number % len(cards)]
        grade = 1 if chance.random() < forgets else 3
        made.append(
            Review(
                learner=learner,
                card=card,
                uid=uuid.uuid4(),
                kind="answer",
                at=at[card.pk],
                received_at=NOON,
                grade=grade,
            )
        )
        at[card.pk] += timedelta(days=3)
    Review.objects.bulk_create(made)


def test_fitting_says_what_it_needs(cards, learner):
    answer(learner, cards["map"])

    with pytest.raises(CommandError, match="It needs 200 of them; ada has 0"):
        call_command("fit_schedule", user="Ada")
    with pytest.raises(CommandError, match="nobody called 'bob'"):
        call_command("fit_schedule", user="bob")


def test_fitting_counts_the_answers_that_say_something_of_forgetting(cards, learner):
    """What is answered again on the same day of study says nothing of it."""
    for days in (0, 0.01, 1.005, 3, 3.02):
        answer(learner, cards["map"], days=days)
    answer(learner, cards["why"], days=2)

    assert len(histories(learner, Rules().calendar)) == 2


def test_the_schedule_is_fitted_when_that_predicts_better_and_goes_back_at_will(client, learner):
    """Somebody who forgets half of it within three days: the usual parameters expect far less."""
    own = [make_card(learner, content={"front": f"{number}?", "back": "b"}) for number in range(60)]
    remembering(learner, own, forgets=0.5, count=600)
    client.force_login(learner)
    page = client.post("/cards/settings/", {"action": "fit"}, follow=True).content.decode()

    settings_now = StudySettings.objects.get(learner=learner)
    assert "The schedule is fitted to you: log loss" in page
    assert settings_now.parameters
    assert rederive(learner, rules_of(settings_now), check=True) == []
    client.post("/cards/settings/", {"action": "unfit"})
    assert StudySettings.objects.get(learner=learner).parameters is None


def test_after_200_answers_the_worker_is_asked_to_fit(cards, learner):
    remembering(learner, list(cards.values()), forgets=0.4, count=300)
    fit_when_due(settings_of(learner.pk), now=NOON)
    first = StudySettings.objects.get(learner=learner)
    fit_when_due(first, now=NOON)

    assert first.fit_tried_at == NOON
    assert DBTaskResult.objects.count() == 1, "and not again until there are 200 more"
    fit_schedule_of.func(learner.pk)
    assert StudySettings.objects.get(learner=learner).fit_tried_at == NOON


class TestLogAndState(TestCase):
    """Whatever is answered, undone, reset or sent late or twice, the kept state is what the log says."""

    @settings(max_examples=15)
    @given(
        steps=st.lists(
            st.tuples(
                st.sampled_from(["answer"] * 5 + ["again", "undo", "reset", "late"]),
                st.integers(1, 4),
                st.integers(1, 60 * 24 * 40),
            ),
            max_size=9,
        )
    )
    def test_state_follows_from_the_log(self, steps):
        """promises 8 and 9"""
        learner = User.objects.create_user("ada")
        card = make_card(learner, content={"front": "f", "back": "b"})
        at, sent = NOON, []
        for kind, grade, minutes in steps:
            at += timedelta(minutes=minutes)
            if kind == "again" and sent:
                answer(learner, card, grade, at=at, uid=sent[-1])
            elif kind == "undo":
                if uid := last_answer(learner.pk):
                    undo(learner, uid, at=at)
            elif kind == "reset":
                entry = NewEntry(uid=uuid.uuid4(), kind="reset", at=at, received_at=at)
                record_answer(learner, card.pk, entry, rules=Rules())
            else:
                sent.append(uuid.uuid4())
                back = timedelta(days=3) if kind == "late" else timedelta()
                answer(learner, card, grade, at=at - back, uid=sent[-1])

            assert rederive(learner, Rules(), check=True) == []
