"""Measurable requirements as tests: each passes, fails, or has no verdict and then says what is missing for one.

A requirement on the whole system is one on each of its operations (or on all it stores), and the worst decides.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from designs.analysis import keeping, measures, values
from designs.analysis.graph import listed
from designs.analysis.latency import MORE_DRAWS, delivery, latency
from designs.analysis.latency_bounds import quantile_bound
from designs.analysis.model import Model
from designs.analysis.open_ways import models_of_ways, over_ways, questions_of
from designs.analysis.settling import Held, held_of, more_exactly, with_entries
from designs.analysis.times import DRAWS, Times, times_of
from designs.analysis.working import Bound, Measured, Step
from designs.document.basics import in_order
from designs.document.scope import Comparison, MeasurableRequirement

SLOWEST_SHOWN = 3
Verdict = Literal["pass", "fail", "cannot tell"]
LATENCIES: Mapping[str, float | None] = {
    "latency_mean": None,
    "latency_p50": 0.5,
    "latency_p95": 0.95,
    "latency_p99": 0.99,
    "latency_p999": 0.999,
}
# Metrics computed from draws: more draws may decide them.
DRAWN = frozenset({*LATENCIES, "delivery_time"})
# Metrics that count requests without an answer in time, whose share comes from draws too.
COUNTING = frozenset({"availability", "error_rate"})
COUNTED_DRAWS = 100_000  # of these, where a verdict needs more
METRIC_NAMES: Mapping[str, str] = {
    "latency_mean": "mean latency",
    "latency_p50": "median latency",
    "latency_p95": "95th percentile of latency",
    "latency_p99": "99th percentile of latency",
    "availability": "availability",
    "throughput": "throughput",
    "bandwidth": "bandwidth",
    "storage": "storage",
    "retention": "retention",
    "durability": "durability",
    "recovery_time": "recovery time",
    "recovery_point": "recovery point",
    "cost_per_month": "cost per month",
    "no_single_point": "single points of failure",
    "latency_p999": "99.9th percentile of latency",
    "error_rate": "share of requests that fail",
    "zone_loss": "loss of one zone",
    "spare_utilisation": "utilisation after the loss of one",
    "staleness": "staleness of reads",
    "read_your_writes": "reading one's own writes",
    "delivery_time": "time until delivered",
    "traffic_growth": "growth of traffic",
    "lasts": "time until it is full",
    "concurrent_connections": "concurrent connections",
}

MOST_NAMED = 4


@dataclass(frozen=True)
class RequirementResult:
    """`decided_by` is the operation that is worst, where there is one; `value` and `target` are in base units.

    `promised` are the components without a measured availability: the SLA of their provider is used instead.
    """

    requirement: str
    metric: str
    priority: str
    operation: str
    verdict: Verdict
    asked: str
    reached: str = ""
    value: float | None = None
    target: float | None = None
    decided_by: str = ""
    steps: tuple[Step, ...] = ()
    missing: tuple[str, ...] = ()
    promised: tuple[str, ...] = ()

    @property
    def promising(self) -> str:
        """The names of these components, at most the first few."""
        more = len(self.promised) - MOST_NAMED
        return listed([*self.promised[:MOST_NAMED], *([f"{more} more"] if more > 0 else [])])


@dataclass(frozen=True)
class _Kind:
    """How the target of a metric is read and shown."""

    read: Callable[[str], float | None]
    said: Callable[[float], str]
    noun: str


_TIME = _Kind(values.seconds, values.said_seconds, "time")
_UP = _Kind(values.availability, values.said_availability, "availability such as 99.9%")
_SHARE = _Kind(values.share, values.said_availability, "share from 0 % to 100 %")
_COUNT = _Kind(lambda text: values.count(text or "0"), lambda value: f"{value:.0f}", "count")
KINDS: Mapping[str, _Kind] = {
    **dict.fromkeys(LATENCIES, _TIME),
    "availability": _UP,
    "durability": _SHARE,
    "throughput": _Kind(values.per_second, values.said_rate, "rate"),
    "bandwidth": _Kind(values.bytes_per_second, values.said_bytes_rate, "number of bytes or bits a second"),
    "storage": _Kind(values.size_bytes, values.said_bytes, "number of bytes"),
    "retention": _TIME,
    "recovery_time": _TIME,
    "recovery_point": _TIME,
    "cost_per_month": _Kind(values.money, values.said_money, "sum of money"),
    "no_single_point": _COUNT,
    "zone_loss": _COUNT,
    "read_your_writes": _COUNT,
    "error_rate": _Kind(values.share, values.said_failing, "share from 0 % to 100 %"),
    "spare_utilisation": _Kind(values.share, lambda value: f"{value:.0%}", "share of capacity"),
    "staleness": _TIME,
    "delivery_time": _TIME,
    "lasts": _TIME,
    "traffic_growth": _Kind(values.count, lambda value: f"{value:.3g} times", "number of times, such as 10"),
    "concurrent_connections": _Kind(values.count, lambda value: f"{value:,.0f} connections", "count"),
}
# The effect on a metric of counting every open way: the truth is at least, or at most, as much.
WORSE: Mapping[str, Bound] = {
    **dict.fromkeys(("availability", "throughput", "traffic_growth", "lasts"), "at least"),
    **dict.fromkeys((*LATENCIES, "delivery_time", "error_rate", "bandwidth", "cost_per_month"), "at most"),
    **dict.fromkeys(("no_single_point", "zone_loss", "recovery_time", "spare_utilisation"), "at most"),
}
# Metrics that need no quantity: none of these may occur.
COUNTS = frozenset({"no_single_point", "zone_loss", "read_your_writes"})


@dataclass(frozen=True)
class Meter:
    """Measures a model; values that several requirements need are computed once."""

    model: Model

    @cached_property
    def times(self) -> Times:
        return with_entries(times_of(self.model), self.model)

    @cached_property
    def held(self) -> dict[str, Held]:
        """Requests inside each component at peak, as far as times are known."""
        return held_of(self.model, self.times)

    def measure(self, metric: str, operation: str, comparison: Comparison, draws: int = DRAWS) -> Measured:
        """Measures one operation, or the system as a whole when `operation` is empty."""
        found = self._measured(metric, operation, comparison, draws)
        questions = questions_of(self.model, operation) if metric in WORSE else []
        if not questions:
            return found
        ways = [way._measured(metric, operation, comparison, draws) for way in self.ways(operation)]
        return over_ways(found, ways, questions, WORSE[metric])

    def ways(self, operation: str) -> tuple[Meter, ...]:
        """Meters of the same design for each way that a proposed flow leaves open, where they can all be tried."""
        if operation not in self._ways:
            self._ways[operation] = tuple(Meter(each) for each in models_of_ways(self.model, operation))
        return self._ways[operation]

    @cached_property
    def _ways(self) -> dict[str, tuple[Meter, ...]]:
        return {}

    def _measured(self, metric: str, operation: str, comparison: Comparison, draws: int) -> Measured:
        if metric in LATENCIES:
            return latency(self.model, self.times, operation, LATENCIES[metric], draws=draws)
        if metric == "delivery_time":
            return delivery(self.model, self.times, operation, draws=draws)
        if metric in COUNTING and draws > MORE_DRAWS[0]:
            cut_off = more_exactly(self.model, self.times, operation, COUNTED_DRAWS)
            return measures.COUNTING[metric](self.model, operation, cut_off)
        if metric in measures.OF_OPERATIONS:
            return measures.OF_OPERATIONS[metric](self.model, operation)
        if metric == "retention":
            return keeping.retention(self.model, operation, wants_least=comparison == ">=")
        return measures.OF_SYSTEM[metric](self.model, operation)

    def results(self) -> tuple[RequirementResult, ...]:
        """The results of all measurable requirements, in their order."""
        return tuple(
            self.result(key, requirement)
            for key, requirement in in_order(self.model.document.scope.measurable_requirements)
        )

    def result(self, key: str, requirement: MeasurableRequirement) -> RequirementResult:
        metric, quantity = requirement.metric, requirement.quantity.strip()
        asked = RequirementResult(key, metric, requirement.priority, requirement.operation, "cannot tell", "")
        if not metric:
            return replace(asked, missing=("what is measured",))
        kind = KINDS[metric]
        target = kind.read(quantity)
        if target is None:
            words = f"{quantity!r} is no {kind.noun}" if quantity else f"the {kind.noun} to reach"
            return replace(asked, missing=(words,))
        comparison: Comparison = "<=" if metric in COUNTS else requirement.comparison
        words = {"<=": "at most", ">=": "at least"}[comparison]
        asked = replace(asked, asked=f"{words} {kind.said(target)}", target=target)
        per_operation = metric in DRAWN or metric in measures.OF_OPERATIONS
        operations = [requirement.operation] if requirement.operation or not per_operation else list(self.model.flows)
        if metric == "delivery_time" and not requirement.operation:
            # For the whole system, it is measured for operations that have work behind a queue.
            flows = self.model.flows
            delivering = [each for each in operations if flows[each].problem or any(flows[each].later_visits.values())]
            operations = delivering or operations
        if not operations:
            return replace(asked, missing=("an operation that it is asked of",))
        doubtful = self._doubtful(operations, metric, comparison, target)
        found = [self._judged(asked, each, comparison) for each in doubtful]
        worst, measured = min(found, key=lambda pair: _badness(pair[0], comparison))
        if measured.error and metric in DRAWN:
            # The deciding operation is shown, so it is measured more exactly.
            again, better = self._judged(asked, worst.decided_by, comparison, draws=MORE_DRAWS[0])
            worst, measured = (again, better) if again.verdict == worst.verdict else (worst, measured)
        return replace(worst, reached=said(measured, kind.said), steps=measured.steps, promised=measured.promised)

    def _doubtful(self, operations: list[str], metric: str, comparison: Comparison, target: float) -> list[str]:
        """Operations whose bound does not prove that they pass, and the slowest few of the others."""
        quantile = LATENCIES.get(metric)
        if quantile is None or comparison != "<=" or len(operations) <= SLOWEST_SHOWN:
            return operations
        bounds = {each: quantile_bound(self.model, self.times, each, quantile) for each in operations}
        proven = sorted((each for each in operations if bounds[each] <= target), key=lambda each: -bounds[each])
        spared = set(proven[SLOWEST_SHOWN:])
        return [each for each in operations if each not in spared]

    def _judged(
        self, asked: RequirementResult, operation: str, comparison: Comparison, *, draws: int = DRAWS
    ) -> tuple[RequirementResult, Measured]:
        target = asked.target or 0.0
        measured = self.measure(asked.metric, operation, comparison, draws)
        verdict = verdict_of(measured, comparison, target)
        for more in MORE_DRAWS:
            if verdict == "cannot tell" and measured.error and asked.metric in DRAWN | COUNTING:
                measured = self.measure(asked.metric, operation, comparison, more)
                verdict = verdict_of(measured, comparison, target)
        missing = measured.missing
        if verdict == "cannot tell" and not missing:
            missing = ("a smaller error of the draws: the target lies within it",)
        judged = replace(
            asked,
            verdict=verdict,
            value=measured.value,
            decided_by=operation,
            missing=missing if verdict == "cannot tell" else (),
        )
        return judged, measured


def verdict_of(measured: Measured, comparison: Comparison, target: float) -> Verdict:
    """The verdict.

    A value known only from one side may still decide: one of at least 300 ms misses a target of 200 ms.
    """
    if measured.value is None:
        return "cannot tell"
    low = -math.inf if measured.bound == "at most" else measured.value - measured.error
    most = measured.value if measured.upper is None else measured.upper
    high = math.inf if measured.bound == "at least" else most + measured.error
    # Rounding of the last binary digits must not decide.
    slack = 1e-12 * max(1.0, abs(target))
    if comparison == "<=":
        return "pass" if high <= target + slack else "fail" if low > target + slack else "cannot tell"
    return "pass" if low >= target - slack else "fail" if high < target - slack else "cannot tell"


def _badness(result: RequirementResult, comparison: Comparison) -> tuple[int, float]:
    value = math.inf if result.value is None else result.value if comparison == ">=" else -result.value
    return ("fail", "cannot tell", "pass").index(result.verdict), value


def said(measured: Measured, said: Callable[[float], str]) -> str:
    """`at least 99.9 %`, `110 ms to 220 ms`; empty where nothing is known."""
    if measured.value is None:
        return ""
    if math.isinf(measured.value):
        return "without end"
    words = {"exact": "", "at least": "at least ", "at most": "at most "}[measured.bound]
    error = f" ± {said(measured.error).removeprefix('about ')}" if measured.error else ""
    if measured.upper is not None:
        return f"{said(measured.value)} to {said(measured.upper).removeprefix('about ')}{error}"
    return words + said(measured.value) + error
