"""How much work lies ahead and what is known then, held to what can be said without the simulation."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from statistics import mean

import fsrs
import pytest

from studyguide.memory.log import Grade
from studyguide.memory.schedule import NEW, Rules, answered, retrievability
from studyguide.memory.workload import Task, outlook

TODAY = date(2026, 3, 2)  # a Monday
RULES = Rules()
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def task(**changes) -> Task:
    given = {
        "cards": (),
        "unseen": 0,
        "new_a_day": 10,
        "today": TODAY,
        "until": TODAY + timedelta(days=28),
        "seconds": 6,
    }
    return Task(**(given | changes))


def known_card(days_ago: int):
    """A card that was answered with Easy, so that it rests for a good while."""
    return answered(NEW, Grade.EASY, at=NOON - timedelta(days=days_ago), rules=RULES)


def test_without_cards_there_is_nothing_to_do_and_nothing_known():
    found = outlook(task(), RULES, retention=0.9)
    assert (found.minutes, found.most, found.known, found.cards) == (0, 0, 0, 0)


def test_a_card_that_is_not_due_before_the_day_is_known_as_fsrs_says():
    memory = known_card(1)
    until = TODAY + timedelta(days=2)
    found = outlook(task(cards=[(1, memory)], until=until), RULES, retention=0.9)
    moment = datetime(2026, 3, 4, 12, tzinfo=UTC)
    assert found.minutes == 0
    assert found.known == pytest.approx(retrievability(memory, at=moment, rules=RULES))


def test_new_cards_come_at_the_pace_and_twice_on_their_first_day():
    """With FSRS's steps of 1 and 10 minutes a new card that is known is answered twice: 5 cards, 10 answers of 6 s."""
    found = outlook(task(unseen=100, new_a_day=5, until=TODAY + timedelta(days=1)), RULES, retention=0.9)
    assert found.minutes == found.most == pytest.approx(1)
    assert (found.begun, found.cards) == (5, 100)
    assert outlook(task(unseen=100, new_a_day=0), RULES, retention=0.9).begun == 0


@pytest.mark.parametrize("retention", [0.8, 0.9, 0.95])
def test_py_fsrs_alone_comes_to_the_same(retention):
    """4,000 cards, 7 a day for four weeks, by py-fsrs and a loop of our own."""
    scheduler, draws = fsrs.Scheduler(desired_retention=retention, enable_fuzzing=False), random.Random(7)
    answers, known, count, last = 0, 0.0, 4_000, NOON + timedelta(days=28)
    for number in range(count):
        card, at = fsrs.Card(card_id=number), NOON + timedelta(days=number % 28)
        while at < last:
            recall = scheduler.get_card_retrievability(card, at) if card.last_review else 1.0
            rating = fsrs.Rating.Good if card.last_review is None or draws.random() < recall else fsrs.Rating.Again
            card, _ = scheduler.review_card(card, rating, at)
            answers += 1
            while card.due - at < timedelta(hours=12):
                # At the same moment, since FSRS would count whole 24 hours where the learner's calendar counts days.
                card, _ = scheduler.review_card(card, fsrs.Rating.Good, at)
                answers += 1
            at = NOON + timedelta(days=(card.due - NOON + timedelta(hours=12)).days)
        known += scheduler.get_card_retrievability(card, last)
    ahead = task(unseen=28 * 7, new_a_day=7)
    found = [outlook(ahead, RULES, retention=retention, seed=seed) for seed in range(20)]
    assert mean(each.minutes for each in found) == pytest.approx(answers / count * 7 * 6 / 60, rel=0.03)
    assert mean(each.known for each in found) / (28 * 7) == pytest.approx(known / count, rel=0.01)


def test_an_interview_asks_once_more_in_the_week_before_and_more_is_known():
    cards = [(key, known_card(key % 5)) for key in range(60)]
    planned, plain = (
        outlook(task(cards=cards), Rules(interview_on=day), retention=0.8) for day in (TODAY + timedelta(days=28), None)
    )
    assert planned.known > plain.known
    assert planned.minutes > plain.minutes


def test_more_to_remember_takes_more_time_and_knows_more():
    cards = [(key, known_card(key % 20)) for key in range(60)]
    found = [outlook(task(cards=cards, unseen=200), RULES, retention=share) for share in (0.8, 0.9, 0.95)]
    assert [each.minutes for each in found] == sorted(each.minutes for each in found)
    assert found[0].known < found[2].known


def test_nothing_is_asked_on_days_without_cards_and_the_rest_takes_it_over():
    weekend = task(unseen=200, free_days=[5, 6])
    assert {day.weekday() for day in weekend.study_days()} == {0, 1, 2, 3, 4}
    assert len(weekend.study_days()) == 20
    # Fewer days for new cards: 10 a day on 20 of 28 days.
    assert outlook(weekend, RULES, retention=0.9).begun == 200
    every, five = (outlook(task(unseen=40, free_days=free), RULES, retention=0.9) for free in ((), (5, 6)))
    assert five.minutes > every.minutes


def test_a_sample_stands_for_all():
    cards = [(key, known_card(key % 20)) for key in range(1_500)]
    few = outlook(task(cards=cards[:150]), RULES, retention=0.9)
    many = outlook(task(cards=cards), RULES, retention=0.9)
    assert many.known == pytest.approx(10 * few.known, rel=0.03)
    assert many.minutes == pytest.approx(10 * few.minutes, rel=0.1)
