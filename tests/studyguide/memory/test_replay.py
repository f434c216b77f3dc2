from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta

import fsrs
import pytest
from fsrs.scheduler import DEFAULT_PARAMETERS, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS

from studyguide.memory.replay import Replay

MINUTES = timedelta(minutes=3), timedelta(minutes=9)
STEPS = [
    pytest.param({}, id="the steps that learners have"),
    pytest.param({"learning_steps": MINUTES[:1], "relearning_steps": MINUTES}, id="one step, and two to learn again"),
    pytest.param({"learning_steps": (), "relearning_steps": ()}, id="no steps"),
]


@pytest.mark.parametrize("steps", STEPS)
def test_it_gives_the_numbers_of_py_fsrs_to_the_last_digit(steps):
    """The oracle is py-fsrs, which gets each answer at the noon of its day."""
    chance = random.Random(5)
    for number in range(200):
        parameters = DEFAULT_PARAMETERS if number % 2 else _parameters(chance)
        scheduler = fsrs.Scheduler(parameters, chance.choice([0.7, 0.9, 0.97]), enable_fuzzing=False, **steps)
        answers, day = [], 738_000
        for _ in range(chance.randint(1, 12)):
            day += chance.choice([0, 0, 1, 2, 6, 30, 400])
            answers.append((day, chance.randint(1, 4)))

        card, lapses = fsrs.Card(card_id=1), 0
        for day, grade in answers:
            lapses += card.state == fsrs.State.Review and grade == fsrs.Rating.Again
            noon = datetime.combine(date.fromordinal(day), time(12), tzinfo=UTC)
            card, _ = scheduler.review_card(card, fsrs.Rating(grade), noon)

        right = (card.state, card.step, card.stability, card.difficulty, card.due - noon, lapses)
        assert Replay(scheduler).of(answers) == right, answers


def _parameters(chance: random.Random) -> tuple[float, ...]:
    bounds = zip(LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS, strict=True)
    return tuple(chance.uniform(max(least, 0.001), most) for least, most in bounds)
