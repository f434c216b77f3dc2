"""From values to places: linear and logarithmic scales over 0 to 100 percent, with ticks that people can read."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

# In steps between neighbouring floats.
FINEST_STEP = 1_000


class Scale(Protocol):
    """`place` gives a percentage from 0 to 100; values outside the scale are clamped to its ends."""

    def place(self, value: float) -> float: ...

    def ticks(self, most: int = 6) -> list[float]: ...


@dataclass(frozen=True)
class LinearScale:
    low: float
    high: float

    def place(self, value: float) -> float:
        return self.places((value,))[0]

    def places(self, values: Iterable[float]) -> list[float]:
        low, span = self.low, self.high - self.low
        if span <= 0:
            return [50.0 for _ in values]
        shares = [(value - low) / span * 100 for value in values]
        return [share if 0 <= share <= 100 else _held(share) for share in shares]

    def ticks(self, most: int = 6) -> list[float]:
        """At most `most` round values (1, 2 or 5 times a power of ten apart) inside the scale."""
        span = self.high - self.low
        if span <= 0 or not math.isfinite(span):
            return [self.low]
        step = _round_step(span / max(1, most - 1))
        if step < FINEST_STEP * max(math.ulp(self.low), math.ulp(self.high)):
            return [self.low, self.high]  # round values between them are finer than floats tell apart
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [min(self.high, max(self.low, index * step)) for index in range(first, last + 1)]


@dataclass(frozen=True)
class LogScale:
    """Both ends must be above 0."""

    low: float
    high: float

    def place(self, value: float) -> float:
        if value <= 0:
            return 0.0
        span = math.log10(self.high) - math.log10(self.low)
        return 50.0 if span <= 0 else _held((math.log10(value) - math.log10(self.low)) / span * 100)

    def ticks(self, most: int = 6) -> list[float]:
        """Powers of ten inside the scale, every nth of them when there are too many."""
        first, last = math.ceil(math.log10(self.low) - 1e-9), math.floor(math.log10(self.high) + 1e-9)
        stride = max(1, math.ceil((last - first + 1) / most))
        return [10.0**exponent for exponent in range(first, last + 1, stride)]


def log_scale_over(values: list[float]) -> LogScale:
    """A scale of whole decades around the positive values; 1 to 10 when there are none."""
    positive = [value for value in values if value > 0 and math.isfinite(value)]
    if not positive:
        return LogScale(1.0, 10.0)
    low = math.floor(math.log10(min(positive)) + 1e-9)
    high = math.ceil(math.log10(max(positive)) - 1e-9)
    return LogScale(10.0**low, 10.0 ** max(high, low + 1))


def _round_step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * (1 - 1e-9))


def _held(percent: float) -> float:
    return min(100.0, max(0.0, percent)) if math.isfinite(percent) else 100.0
