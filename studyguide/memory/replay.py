"""Replays the answers of a card with the formulae of py-fsrs, in a sixth of its time.

A deck may bring a million answers, of which only the last state of each card is wanted. What does not change from one
answer to the next is worked out once, in the order in which py-fsrs works it out, so that every number is the same to
the last digit. What one more answer does is left to py-fsrs itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

import fsrs
from fsrs.scheduler import MAX_DIFFICULTY, MIN_DIFFICULTY, STABILITY_MIN

AGAIN, HARD, GOOD, EASY = GRADES = (1, 2, 3, 4)
LEARNING, REVIEW, RELEARNING = (int(state) for state in (fsrs.State.Learning, fsrs.State.Review, fsrs.State.Relearning))


class Replayed(NamedTuple):
    state: int
    step: int | None
    stability: float
    difficulty: float
    interval: timedelta
    lapse_count: int


class Replay:
    """The formulae of one scheduler."""

    def __init__(self, scheduler: fsrs.Scheduler) -> None:
        p = scheduler.parameters
        self._steps = {LEARNING: scheduler.learning_steps, RELEARNING: scheduler.relearning_steps}
        self._longest = scheduler.maximum_interval
        self._decay = -p[20]
        self._factor = 0.9 ** (1 / self._decay) - 1
        self._per_stability = (scheduler.desired_retention ** (1 / self._decay)) - 1
        self._first_stability = [0.0, *(max(p[grade - 1], STABILITY_MIN) for grade in GRADES)]
        raw = [0.0, *(p[4] - (math.e ** (p[5] * (grade - 1))) + 1 for grade in GRADES)]
        self._first_difficulty = [_difficulty(value) for value in raw]
        self._reversion: tuple[float, float] = p[7] * raw[EASY], 1 - p[7]
        self._harder = [0.0, *(-(p[6] * (grade - 3)) for grade in GRADES)]
        self._same_day = [0.0, *(math.e ** (p[17] * (grade - 3 + p[18])) for grade in GRADES)], -p[19]
        self._forgotten: tuple[float, ...] = p[11], -p[12], p[13], p[14], math.e ** (p[17] * p[18])
        self._recalled: tuple[float, ...] = math.e ** p[8], -p[9], p[10]
        self._bonus = [1.0, 1.0, p[15], 1.0, p[16]]  # by grade

    def of(self, answers: Iterable[tuple[int, int]]) -> Replayed:
        """The state after answers, each with the number of its day and its grade, in their order; at least one."""
        state, step, wait, lapses = LEARNING, 0, timedelta(), 0
        stability = difficulty = 0.0
        last_day: int | None = None
        for day, grade in answers:
            if last_day is None:
                stability, difficulty = self._first_stability[grade], self._first_difficulty[grade]
            else:
                stability = max(self._next_stability(stability, difficulty, day - last_day, grade), STABILITY_MIN)
                difficulty = self._next_difficulty(difficulty, grade)
            last_day = day
            if state == REVIEW:
                if grade != AGAIN:
                    continue
                lapses += 1
                state, step = RELEARNING, 0
                if not self._steps[RELEARNING]:
                    state = REVIEW
                    continue
                wait = self._steps[RELEARNING][0]
                continue
            steps = self._steps[state]
            if grade == AGAIN and steps:
                step, wait = 0, steps[0]
            elif grade == HARD and steps:
                wait = steps[step] if step else _hard(steps)
            elif grade == GOOD and step + 1 < len(steps):
                step, wait = step + 1, steps[step + 1]
            else:
                state = REVIEW
        if state == REVIEW:
            return Replayed(state, None, stability, difficulty, self._interval(stability), lapses)
        return Replayed(state, step, stability, difficulty, wait, lapses)

    def _next_stability(self, stability: float, difficulty: float, elapsed: int, grade: int) -> float:
        if elapsed < 1:
            by_grade, power = self._same_day
            rise: float = by_grade[grade] * (stability**power)
            return stability * (rise if grade == AGAIN else max(rise, 1.0))
        retrievability: float = (1 + self._factor * elapsed / stability) ** self._decay
        if grade == AGAIN:
            scale, by_difficulty, by_stability, by_retrievability, most = self._forgotten
            long_term: float = (
                scale
                * (difficulty**by_difficulty)
                * (((stability + 1) ** by_stability) - 1)
                * (math.e ** ((1 - retrievability) * by_retrievability))
            )
            return min(long_term, stability / most)
        scale, by_stability, by_retrievability = self._recalled
        longer: float = (
            1
            + scale
            * (11 - difficulty)
            * (stability**by_stability)
            * ((math.e ** ((1 - retrievability) * by_retrievability)) - 1)
            * self._bonus[grade]
        )
        return stability * longer

    def _next_difficulty(self, difficulty: float, grade: int) -> float:
        mean, rest = self._reversion
        return _difficulty(mean + rest * (difficulty + (10.0 - difficulty) * self._harder[grade] / 9.0))

    def _interval(self, stability: float) -> timedelta:
        days = round((stability / self._factor) * self._per_stability)
        return timedelta(days=min(max(days, 1), self._longest))


def _difficulty(value: float) -> float:
    return min(max(value, MIN_DIFFICULTY), MAX_DIFFICULTY)


def _hard(steps: tuple[timedelta, ...]) -> timedelta:
    """The wait after Hard in the first step: half as long again, or between the first two."""
    return (steps[0] + steps[1]) / 2.0 if len(steps) > 1 else steps[0] * 1.5
