"""Predictions: what a person expects of a loss, with which confidence, and how right that was.

The score is one less half of the Brier score over the three outcomes (G. W. Brier, Verification of forecasts expressed
in terms of probability, Monthly Weather Review 78, 1950): 1 for being sure and right, 0 for being sure and wrong. Three
equal chances for every operation score two thirds, so only a higher score shows knowledge.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from designs.analysis.drill import Drill, Outcome

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
LEAST_SURE = 1 / len(OUTCOMES)
KNOWING_NOTHING = 1 - sum((LEAST_SURE - right) ** 2 for right in (1, 0, 0)) / 2


@dataclass(frozen=True)
class Prediction:
    """The predicted outcome of each operation; `confidence` is its probability, the other outcomes share the rest."""

    outcomes: Mapping[str, Outcome]
    confidence: float

    def __post_init__(self) -> None:
        if not LEAST_SURE - 1e-9 <= self.confidence <= 1:
            raise ValueError(f"A confidence lies between {LEAST_SURE:.0%} and 100 %, not at {self.confidence:.0%}.")


@dataclass(frozen=True)
class Judged:
    """One operation: what was predicted, what happened and why."""

    operation: str
    predicted: Outcome
    happened: Outcome
    reasons: tuple[str, ...]
    score: float

    @property
    def is_right(self) -> bool:
        return self.predicted == self.happened


@dataclass(frozen=True)
class Verdict:
    judged: tuple[Judged, ...]

    @property
    def score(self) -> float:
        """0 to 1, the mean over operations; 1 where there was nothing to predict."""
        return sum(each.score for each in self.judged) / len(self.judged) if self.judged else 1.0

    @property
    def right(self) -> int:
        return sum(each.is_right for each in self.judged)


def judge(drill: Drill, prediction: Prediction) -> Verdict:
    """Operations without a prediction count as predicted to survive."""
    found = []
    for each in drill.outcomes:
        said = prediction.outcomes.get(each.operation, "survives")
        score = score_of(prediction.confidence, is_right=said == each.outcome)
        found.append(Judged(each.operation, said, each.outcome, each.reasons, score))
    return Verdict(tuple(found))


def score_of(confidence: float, *, is_right: bool) -> float:
    others = (1 - confidence) / (len(OUTCOMES) - 1)
    chances = [confidence] + [others] * (len(OUTCOMES) - 1)
    # A wrong prediction gave the actual outcome one of the two remaining shares.
    happened = 0 if is_right else 1
    return 1 - sum((chance - (place == happened)) ** 2 for place, chance in enumerate(chances)) / 2
