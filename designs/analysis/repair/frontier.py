"""Plans worth their money: no other tried plan is better in price, availability and latency at once.

The search goes upwards from the design as it is, and from its cheapest repair, one lever at a time, always by the step
with the largest gain for its price, and keeps all plans that it tried. The result is the best of these, not of all
plans.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from calculators.engine.figures import Figures
from designs.analysis.repair.levers import Lever, Plan, Prices, levers_of, prices_of
from designs.analysis.repair.search import cheapest_plans
from designs.analysis.repair.trials import TooManyTrialsError, Trial, Trials, trial_of

MOST_TRIALS = 100
MOST_REPAIR_TRIALS = 400
LEAST_GAIN = 0.99  # a plan less than a hundredth better is the same place
FREE_USD = 1.0  # so that a free step does not count as infinitely better than a cheap one


@dataclass(frozen=True)
class Place:
    """Additional `usd` a month, the share of all requests that is served, the slowest 99th percentile (infinite in
    overload).

    `failing` are the requirements that must hold and do not, `overload` the decades by which components exceed their
    capacity.
    """

    plan: Plan
    usd: float
    unpriced: int
    availability: float | None
    p99_s: float | None
    failing: int
    overload: float
    words: tuple[str, ...]


@dataclass(frozen=True)
class Frontier:
    places: tuple[Place, ...]
    tried: int


def frontier(
    document: Mapping[str, Any], figures: Figures, *, progress: Callable[[float], None] | None = None
) -> Frontier:
    levers = levers_of(trial_of(document, figures).model, document)
    trials = Trials(document, figures, levers, most=MOST_TRIALS, progress=progress)
    here: Plan = (0,) * len(levers)
    prices = prices_of(trials.trial(here).model, levers, document)
    repaired = cheapest_plans(Trials(document, figures, levers, most=MOST_REPAIR_TRIALS), prices)
    if progress:
        progress(0.3)
    places: dict[Plan, Place] = {plan: _place(plan, trials, prices) for plan in (here, *repaired)}
    for start in (here, *repaired[:1]):
        _go_up(start, places, trials, prices)
    return Frontier(_not_beaten(list(places.values())), len(trials.made))


def _go_up(here: Plan, places: dict[Plan, Place], trials: Trials, prices: Prices) -> None:
    """Adds places to `places`; uses half of the trials that are left, so that another start has some."""
    last = len(trials.made) + (trials.most - len(trials.made)) // 2
    try:
        while len(trials.made) < last:
            found = [each for each in _next(here, trials.levers) if each not in places]
            for plan in found:
                places[plan] = _place(plan, trials, prices)
            best = max(found, key=lambda plan: _gain(places[here], places[plan]), default=here)
            if best == here or _gain(places[here], places[best]) <= 0:
                break
            here = best
    except TooManyTrialsError:
        return


def _next(here: Plan, levers: tuple[Lever, ...]) -> list[Plan]:
    """One lever one level up; counts also grow by half and to twice their number."""
    found = []
    for index, lever in enumerate(levers):
        level = here[index]
        steps = {level + 1}
        if lever.is_count or lever.kind == "shards":
            steps |= {level + max(2, (level + 1) // 2), 2 * level + 4}
        found += [(*here[:index], each, *here[index + 1 :]) for each in sorted(steps) if each <= lever.highest]
    return found


def _place(plan: Plan, trials: Trials, prices: Prices) -> Place:
    trial = trials.trial(plan)
    price = prices.of(plan)
    words = tuple(lever.words_at(level) for lever, level in zip(trials.levers, plan, strict=True) if level)
    requirements = trial.model.document.scope.measurable_requirements
    failing = sum(
        trial.result(key).verdict == "fail"
        for key, each in requirements.items()
        if each.priority == "must" and each.metric
    )
    return Place(plan, price.usd, price.unpriced, _available(trial), _slowest(trial), failing, _overload(trial), words)


def _available(trial: Trial) -> float | None:
    """The share of all requests that is served, without operations whose rate or availability is not known."""
    model, served, all_requests = trial.model, 0.0, 0.0
    for key, reach in model.reach.items():
        rate = model.loads.rates[key].average
        if reach.served is not None and rate:
            served, all_requests = served + rate * reach.served.value, all_requests + rate
    return served / all_requests if all_requests else None


def _slowest(trial: Trial) -> float | None:
    found = [trial.meter.measure("latency_p99", key, "<=").value for key in trial.model.flows]
    known = [value for value in found if value is not None]
    return max(known, default=None)


def _overload(trial: Trial) -> float:
    used = (load.utilisation for load in trial.model.loads.components.values())
    return sum(math.log10(each) for each in used if each is not None and each > 1)


def _gain(before: Place, after: Place) -> float:
    """Decades of outage and of latency gained, and tests passed, for each dollar a month."""
    won = float(before.failing - after.failing) + before.overload - after.overload
    if before.availability is not None and after.availability is not None:
        won += math.log10(max(1e-12, 1 - before.availability) / max(1e-12, 1 - after.availability))
    if before.p99_s and after.p99_s and math.isfinite(after.p99_s):
        won += 2.0 if math.isinf(before.p99_s) else math.log10(before.p99_s / after.p99_s)
    return won / max(FREE_USD, after.usd - before.usd)


def _not_beaten(places: list[Place]) -> tuple[Place, ...]:
    def worth(place: Place) -> tuple[float, float, float, float]:
        slow = math.inf if place.p99_s is None else place.p99_s
        return place.usd + 1e12 * place.unpriced, 1 - (place.availability or 0.0), slow, place.failing

    kept: list[Place] = []
    for each in sorted(places, key=worth):
        if not any(_as_good(worth(other)[1:], worth(each)[1:]) for other in kept):
            kept.append(each)
    return tuple(kept)


def _as_good(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    """Whether the other is less than a hundredth better in outage and latency and fails no fewer requirements."""
    return all(least >= LEAST_GAIN * most or math.isinf(least) for least, most in zip(other, one, strict=True))
