"""Servers with a bounded queue: a request is refused, begins at once, or waits.

M/M/c/K with Poisson arrivals (L. Kleinrock, Queueing Systems 1, 1975, section 3.6): with B of Erlang for c lines
without a queue, load r of them all and room for L that wait, the probability of c + j requests inside is proportional
to B r^j, and that of fewer than c to 1 - B. A request that arrives when c + L are inside is refused. A request that
finds j waiting is served when j + 1 servers have come free (Erlang of j + 1 phases), times (1 + cv^2) / 2 for service
times that are not exponential. Refusing the request that has waited longest, instead of the new one, changes which
requests wait, but not how many.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from calculators.engine.queueing import erlang_b

Samples = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Bounded:
    """`refused` is the share of all that come, `waiting` that of those let in; `ratio` is the load, `per_s` what all
    servers serve a second, over the stretch."""

    refused: float
    waiting: float
    ratio: float
    room: int
    per_s: float

    @property
    def mean_s(self) -> float:
        """The mean wait of admitted requests."""
        return self.waiting * (1.0 + self._mean_before()) / self.per_s

    def _mean_before(self) -> float:
        """How many are ahead of a request that waits: the mean of j from 0 to L - 1, each weighted by r^j."""
        if self.room <= 1 or self.ratio <= 0:
            return 0.0
        log = abs(math.log(self.ratio))
        middle = (self.room - 1.0) / 2.0
        if log * self.room < 1e-3:
            near = middle - log * (self.room**2 - 1.0) / 12.0
        else:
            full = math.exp(-log * self.room)
            near = 1.0 / math.expm1(log) - self.room * full / (1.0 - full)
        # `near` is the mean from that end of the queue to which the weights fall; above a load of 1 it is the far one.
        return near if self.ratio < 1.0 else self.room - 1.0 - near

    def drawn(self, random: np.random.Generator, size: int) -> Samples:
        """Draws of the waits of admitted requests."""
        if self.waiting <= 0:
            return np.zeros(size)
        phases = 1.0 + self._before(random.random(size))
        waits = random.standard_gamma(phases) / self.per_s
        return np.asarray(np.where(random.random(size) < self.waiting, waits, 0.0))

    def _before(self, chances: Samples) -> Samples:
        """The number of requests ahead of a waiting one: a truncated geometric distribution."""
        if abs(self.ratio - 1.0) < 1e-9:
            return np.floor(chances * self.room)
        if self.ratio < 1.0:
            found = np.log1p(-chances * (1.0 - self.ratio**self.room)) / math.log(self.ratio)
        else:
            # Computed from the full end, so that no power overflows.
            shrink = 1.0 / self.ratio
            found = self.room - 1.0 - np.floor(np.log1p(-chances * (1.0 - shrink**self.room)) / math.log(shrink))
        return np.asarray(np.clip(np.floor(found), 0.0, self.room - 1.0))


def bounded_of(arriving: float, capacity: float, servers: int, room: float, stretch: float = 1.0) -> Bounded:
    """The queue for a given arrival rate at servers with a total capacity of `capacity` requests a second."""
    places = max(0, round(room))
    if arriving <= 0:
        return Bounded(0.0, 0.0, 0.0, places, capacity)
    ratio = arriving / capacity
    lost = float(erlang_b(servers, ratio * servers))
    if ratio <= 1.0:
        at_the_end, waits = ratio**places, _sum(ratio, places)
        refused = lost * at_the_end / (1.0 - lost + lost * (waits + at_the_end))
        kept = lost * waits / (1.0 - lost + lost * (waits + at_the_end))
    else:
        # The same over ratio^places.
        shrink = 1.0 / ratio
        waits = shrink * _sum(shrink, places)
        whole = (1.0 - lost) * shrink**places + lost * (waits + 1.0)
        refused, kept = lost / whole, lost * waits / whole
    waiting = kept / (1.0 - refused) if refused < 1.0 else 0.0
    return Bounded(refused, min(1.0, waiting), ratio, places, capacity / stretch if stretch > 0 else math.inf)


def _sum(ratio: float, terms: int) -> float:
    return float(terms) if ratio == 1.0 else (1.0 - ratio**terms) / (1.0 - ratio)
