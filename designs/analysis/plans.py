"""The plan of a simulation: traffic over time, what is lost meanwhile, and when requests arrive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from designs.analysis.flow import OperationFlow
from designs.analysis.itineraries import Array, Mask
from designs.analysis.model import Model
from designs.analysis.traffic import EVENT_BEGINS, Curve, mean_of, moments

SEED = 17
DEFAULT_VISITS = 200_000
WARM_UP = 0.1  # share of the time before which nothing is measured
GOLDEN = (5**0.5 - 1) / 2  # its multiples spread evenly over 0 to 1


@dataclass(frozen=True)
class Loss:
    """Replicas of a component that are gone for a while, as shares of the whole time."""

    component: str
    replicas: int
    begins: float = EVENT_BEGINS
    ends: float = 0.7


@dataclass(frozen=True)
class Partition:
    """Two zones whose servers do not reach each other for a while; both still reach all other zones."""

    zones: tuple[str, str]
    begins: float = EVENT_BEGINS
    ends: float = 0.7


@dataclass(frozen=True)
class Plan:
    """The plan of a simulation: traffic over time, of which each simulated request represents `weight`."""

    rates: Mapping[str, float]
    curve: Curve
    duration_s: float
    weight: float
    losses: tuple[Loss, ...]
    seed: int
    visits: int = DEFAULT_VISITS
    partitions: tuple[Partition, ...] = ()

    @property
    def is_sampled(self) -> bool:
        return self.weight > 1.0


def share_lost(model: Model, operation: str, gone: frozenset[str]) -> float:
    return model.structures[operation].share_lost(gone, gone)


def begins_of(
    model: Model,
    operation: str,
    plan: Plan,
    gone: frozenset[str],
    left: Mapping[str, OperationFlow],
    random: np.random.Generator,
) -> tuple[Array, Mask, Mask]:
    """When requests of an operation arrive, which of them arrive while something is lost, and which of these fail."""
    all_of = _coming(plan.rates[operation], plan, random)
    lost = _while_lost(all_of, gone, plan)
    fails = lost.copy()
    if operation in left:
        fails &= random.random(len(all_of)) < share_lost(model, operation, gone)
    return all_of, lost, fails


def _coming(rate: float, plan: Plan, random: np.random.Generator) -> Array:
    """Arrival times: a Poisson process, or an even sample of it where only some requests are simulated."""
    expected = rate * mean_of(plan.curve) * plan.duration_s
    if plan.is_sampled:
        count = max(1, round(expected / plan.weight))
        chances = (np.arange(count) + random.random(count)) / count
    else:
        chances = random.random(int(random.poisson(expected)))
    return np.sort(moments(plan.curve, chances) * plan.duration_s)


def chances(count: int, plan: Plan, random: np.random.Generator) -> Array:
    """Random numbers by which requests choose their path; evenly spread where each request represents many."""
    if plan.is_sampled:
        return np.asarray((np.arange(count) * GOLDEN + random.random()) % 1.0)
    return random.random(count)


def _while_lost(begins: Array, gone: frozenset[str], plan: Plan) -> Mask:
    lost = np.zeros(len(begins), dtype=bool)
    for loss in plan.losses:
        if loss.component in gone:
            lost |= (begins >= loss.begins * plan.duration_s) & (begins < loss.ends * plan.duration_s)
    return lost
