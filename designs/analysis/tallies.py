"""What a simulation counts while it runs, in memory that does not grow with it. PURE.

Waits are counted in steps of one per cent: a quantile is within half a per cent of the exact one, a mean is exact.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from designs.analysis.timeline import LOOKS, MOMENTS, Looks

STEP = math.log(1.01)
LEAST_LOG = math.log(1e-9)  # seconds: a shorter wait counts as none
Array = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
COUNT = int((math.log(1e9) - LEAST_LOG) / STEP) + 1
SLICES = MOMENTS * LOOKS + 1


@dataclass(eq=False)
class Waits:
    """The waits of requests that arrived between two moments."""

    from_s: float
    until_s: float
    count: int = 0
    total_s: float = 0.0
    none: int = 0
    counts: list[int] = field(default_factory=lambda: [0] * COUNT)
    counted_at_once: Counts = field(default_factory=lambda: np.zeros(COUNT, dtype=np.int64))

    def add(self, came_s: float, wait_s: float) -> None:
        if not self.from_s <= came_s < self.until_s:
            return
        self.count += 1
        if wait_s <= 1e-9:
            self.none += 1
        else:
            self.total_s += wait_s
            self.counts[min(COUNT - 1, int((math.log(wait_s) - LEAST_LOG) / STEP))] += 1

    def adds_none(self, came_s: float) -> None:
        """A request that arrived then and did not wait."""
        if self.from_s <= came_s < self.until_s:
            self.count += 1
            self.none += 1

    def adds_all(self, came_s: Array, waits_s: Array) -> None:
        """The same for many requests at once."""
        waits = waits_s[(came_s >= self.from_s) & (came_s < self.until_s)]
        came = len(waits)
        waits = waits[waits > 1e-9]
        self.count += came
        self.none += came - len(waits)
        self.total_s += float(waits.sum())
        steps = np.minimum(COUNT - 1, (np.log(waits) - LEAST_LOG) / STEP).astype(np.int64)
        self.counted_at_once += np.bincount(steps, minlength=COUNT)

    @property
    def mean_s(self) -> float:
        return self.total_s / self.count if self.count else 0.0

    def quantile_s(self, share: float) -> float:
        """The middle of the step that contains the quantile."""
        wanted = share * self.count
        if not self.count or wanted <= self.none:
            return 0.0
        below = self.none + np.cumsum(np.asarray(self.counts) + self.counted_at_once)
        place = min(COUNT - 1, int(np.searchsorted(below, wanted)))
        return math.exp(LEAST_LOG + (place + 0.5) * STEP)


@dataclass(eq=False)
class Passing:
    """How many arrived, began and ended in each slice between samples; later ones are in the last entry."""

    per_s: float
    came: Counts = field(default_factory=lambda: np.zeros(SLICES, dtype=np.int64))
    began: Counts = field(default_factory=lambda: np.zeros(SLICES, dtype=np.int64))
    done: Counts = field(default_factory=lambda: np.zeros(SLICES, dtype=np.int64))

    def adds_all(self, came_s: Array, begins_s: Array, ends_s: Array) -> None:
        self.came += self._in_slices(came_s)
        self.began += self._in_slices(begins_s)
        self.done += self._in_slices(ends_s)

    def _in_slices(self, moments_s: Array) -> Counts:
        slices = np.minimum(moments_s * self.per_s, SLICES - 1).astype(np.int64)
        return np.bincount(slices, minlength=SLICES)

    def looks(self, servers: int) -> Looks:
        came, began, done = (_so_far(each) for each in (self.came, self.began, self.done))
        return Looks((came - began).tolist(), (began - done).tolist(), [servers] * len(came))


def _so_far(counts: Counts) -> Counts:
    return np.asarray(np.cumsum(counts[:-1]), dtype=np.int64)
