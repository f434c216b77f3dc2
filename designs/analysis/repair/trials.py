"""Trials of plans: the design under each plan, judged by its requirements, each plan once."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from calculators.engine.figures import Figures
from designs.analysis.model import Model
from designs.analysis.repair.levers import Lever, Plan, patch_of
from designs.analysis.requirements import DRAWN, LATENCIES, Meter, RequirementResult
from designs.analysis.settling import model_of
from designs.document.patches import apply
from designs.document.schema import Document

MOST_TRIALS = 1_500


class TooManyTrialsError(Exception):
    """The limit of tried plans is reached."""


@dataclass
class Trial:
    """One document with the measurements made so far."""

    meter: Meter
    results: dict[str, RequirementResult] = field(default_factory=dict)

    @property
    def model(self) -> Model:
        return self.meter.model

    def result(self, key: str) -> RequirementResult:
        if key not in self.results:
            requirement = self.model.document.scope.measurable_requirements[key]
            self.results[key] = self.meter.result(key, requirement)
        return self.results[key]


@dataclass
class Trials:
    """Trials of `document` as it is and under plans over `levers`. Raises TooManyTrialsError after `most` of them."""

    document: Mapping[str, Any]
    figures: Figures
    levers: tuple[Lever, ...]
    most: int = MOST_TRIALS
    progress: Callable[[float], None] | None = None
    made: dict[Plan, Trial] = field(default_factory=dict)

    def trial(self, plan: Plan) -> Trial:
        if plan not in self.made:
            if len(self.made) >= self.most:
                raise TooManyTrialsError
            self.made[plan] = trial_of(apply(self.document, patch_of(self.levers, plan)), self.figures)
            if self.progress:
                self.progress(len(self.made) / self.most)
        return self.made[plan]

    def result(self, plan: Plan, key: str) -> RequirementResult:
        return self.trial(plan).result(key)


def trial_of(document: Mapping[str, Any], figures: Figures) -> Trial:
    return Trial(Meter(model_of(Document.model_validate(document), figures)))


def quick_first(metric: str) -> int:
    """Metrics that need draws come last."""
    return 2 if metric in LATENCIES else 1 if metric in DRAWN else 0


def goodness(result: RequirementResult, comparison: str) -> tuple[int, float]:
    """A number for a result of one requirement: greater is better."""
    rank = ("fail", "cannot tell", "pass").index(result.verdict)
    if result.value is None:
        return rank, -math.inf
    return rank, result.value if comparison == ">=" else -result.value
