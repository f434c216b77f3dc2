"""Availability of parts put together, and what a share of downtime means on a calendar.

Floats or numpy arrays in, the same out. Parts are taken to fail independently; shared causes (one rack, one
deploy, one bad config) make every parallel figure here optimistic.
Source: B. Beyer et al., Site Reliability Engineering (2016), chapter 3 and appendix A;
K. S. Trivedi, Probability and Statistics with Reliability, Queuing, and Computer Science Applications (2001), ch. 2.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from calculators.engine.queueing import Numbers

SECONDS_PER_DAY = 86_400.0
DAYS_PER_YEAR = 365.25
PERIOD_SECONDS: Mapping[str, float] = MappingProxyType(
    {
        "year": DAYS_PER_YEAR * SECONDS_PER_DAY,
        "quarter": DAYS_PER_YEAR / 4 * SECONDS_PER_DAY,
        "month": DAYS_PER_YEAR / 12 * SECONDS_PER_DAY,
        "week": 7 * SECONDS_PER_DAY,
        "day": SECONDS_PER_DAY,
    }
)


def in_series(*availabilities: Numbers) -> Numbers:
    """All parts are needed: the product of their availabilities."""
    product = np.asarray(1.0)
    for availability in availabilities:
        product = product * _share(availability)
    return _plain(product)


def in_parallel(*availabilities: Numbers) -> Numbers:
    """Any one part is enough: 1 - product of (1 - availability), for parts that fail independently."""
    all_down = np.asarray(1.0)
    for availability in availabilities:
        all_down = all_down * (1.0 - _share(availability))
    return _plain(1.0 - all_down)


def k_of_n(needed: int, parts: int, availability: Numbers) -> Numbers:
    """At least `needed` of `parts` equal, independent parts are up: the upper tail of the binomial distribution."""
    if not 0 <= needed <= parts:
        raise ValueError(f"{needed} of {parts}: the parts needed must lie between 0 and the parts there are")
    if parts > 1000:
        raise ValueError("at most 1000 parts")
    up = _share(availability)
    # Sum the shorter side with exact binomial coefficients, so that 1 - tiny keeps its digits.
    down_allowed = parts - needed
    total = np.zeros_like(up)
    for down in range(down_allowed + 1):
        total = total + _binomial(parts, down, 1.0 - up)
    return _plain(np.minimum(total, 1.0))


def _binomial(parts: int, down: int, chance: np.ndarray) -> np.ndarray:
    """P(exactly `down` of `parts` are down), in logarithms so that large n neither overflows nor vanishes."""
    ways = math.lgamma(parts + 1) - math.lgamma(down + 1) - math.lgamma(parts - down + 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        bad = np.where(down == 0, 0.0, down * np.log(chance))
        good = np.where(down == parts, 0.0, (parts - down) * np.log1p(-chance))
        return np.asarray(np.exp(ways + bad + good))


def nines(availability: Numbers) -> Numbers:
    """How many nines: -log10(1 - availability); 0.999 gives 3, and 0.9995 about 3.3. Infinite for 1."""
    with np.errstate(divide="ignore"):
        return _plain(-np.log10(1.0 - _share(availability)) + 0.0)


def from_nines(count: Numbers) -> Numbers:
    """The availability with `count` nines: 1 - 10^-count."""
    values = np.asarray(count, dtype=float)
    if np.any(~(values >= 0)):
        raise ValueError("nines are counted from 0")
    return _plain(1.0 - 10.0**-values)


def downtime_s(availability: Numbers, period_s: Numbers) -> Numbers:
    """Seconds down in a period of `period_s` seconds."""
    return _plain((1.0 - _share(availability)) * np.asarray(period_s, dtype=float))


def downtime_table(availability: float) -> dict[str, float]:
    """Seconds down in a year (365.25 days), quarter, month (a twelfth of a year), week and day."""
    return {name: float(downtime_s(availability, seconds)) for name, seconds in PERIOD_SECONDS.items()}


def from_failures(mean_time_between_failures: Numbers, mean_time_to_repair: Numbers) -> Numbers:
    """MTBF / (MTBF + MTTR), where MTBF counts the time up between failures; both in one unit of time."""
    up = np.asarray(mean_time_between_failures, dtype=float)
    down = np.asarray(mean_time_to_repair, dtype=float)
    if np.any(~(up > 0)) or np.any(~(down >= 0)):
        raise ValueError("the time between failures must be above 0 and the time to repair not below 0")
    return _plain(up / (up + down))


def _share(availability: Numbers) -> np.ndarray:
    value = np.asarray(availability, dtype=float)
    if np.any(~((value >= 0) & (value <= 1))):
        raise ValueError("an availability lies between 0 and 1")
    return value


def _plain(values: np.ndarray) -> Numbers:
    return float(values) if np.ndim(values) == 0 else values
