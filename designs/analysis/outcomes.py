"""What a simulation measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from designs.analysis.itineraries import Array
from designs.analysis.timeline import MOMENTS, Course

STAGES = 12
QUANTILES = (0.5, 0.95, 0.99)


@dataclass(frozen=True)
class Percentiles:
    """Quantiles in seconds, and the number of requests they come from."""

    count: int
    mean: float
    p50: float
    p95: float
    p99: float


@dataclass(frozen=True)
class Stage:
    """A slice of the time: the rate at which requests arrived, and the times of those that were answered.

    `inside` is how many were still in progress at its end, `failed` how many arrived in it and failed.
    """

    begins_s: float
    ends_s: float
    rate: float
    took: Percentiles | None
    inside: int
    failed: int = 0


@dataclass(frozen=True)
class StationResult:
    """One component: its measured use and wait, the mean wait that Erlang C gives for the measured rate, and how many
    requests its full queue refused."""

    component: str
    rate: float
    utilisation: float | None
    mean_wait_s: float
    p99_wait_s: float
    expected_wait_s: float | None
    refused: int = 0


@dataclass(frozen=True)
class Simulation:
    """`moments` are finer stages, and `courses` the queue and utilisation of each component in them.

    By arrow, `hedged` are second calls, and `stopped` calls that a breaker or a bulkhead did not let through.
    """

    duration_s: float
    requests: int
    visits: int
    operations: Mapping[str, Percentiles]
    stages: tuple[Stage, ...]
    stations: tuple[StationResult, ...]
    sweeps: int
    is_settled: bool
    failed: Mapping[str, int] = field(default_factory=dict)
    weight: float = 1.0
    is_scaled: bool = False
    timed_out: Mapping[str, int] = field(default_factory=dict)
    retried: Mapping[str, int] = field(default_factory=dict)
    hedged: Mapping[str, int] = field(default_factory=dict)
    stopped: Mapping[str, int] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    moments: tuple[Stage, ...] = ()
    courses: Mapping[str, Course] = field(default_factory=dict)


def percentiles(took: Array) -> Percentiles | None:
    if not len(took):
        return None
    p50, p95, p99 = np.quantile(took, QUANTILES).tolist()
    return Percentiles(len(took), float(took.mean()), p50, p95, p99)


def stages_of(
    begins: Array, ends: Array, failed: Array, duration_s: float, weight: float, given_up: Array | None = None
) -> tuple[tuple[Stage, ...], tuple[Stage, ...]]:
    """Stages, and the finer moments for which components have courses.

    `failed` is when requests that failed arrived, `given_up` when they failed; without it they failed at once.
    """
    begun, took = begins, ends - begins
    if np.any(begins[1:] < begins[:-1]):
        order = np.argsort(begins, kind="stable")
        begun, took = begins[order], took[order]
    left, lost = np.sort(ends, kind="stable"), np.sort(failed)
    fallen = lost if given_up is None else np.sort(given_up)
    stages, moments = (
        _slices(begun, took, left, lost, fallen, np.linspace(0, duration_s, count + 1), weight)
        for count in (STAGES, MOMENTS)
    )
    return stages, moments


def _slices(
    begun: Array, took: Array, left: Array, lost: Array, fallen: Array, edges: Array, weight: float
) -> tuple[Stage, ...]:
    came, gone, fell, done = (np.searchsorted(each, edges).tolist() for each in (begun, left, lost, fallen))
    found = []
    for number, (low, high) in enumerate(pairwise(edges.tolist())):
        first, last = came[number], came[number + 1]
        failing = fell[number + 1] - fell[number]
        found.append(
            Stage(
                begins_s=low,
                ends_s=high,
                rate=(last - first + failing) * weight / (high - low),
                took=percentiles(took[first:last]),
                inside=round((last - gone[number + 1] + fell[number + 1] - done[number + 1]) * weight),
                failed=round(failing * weight),
            )
        )
    return tuple(found)
