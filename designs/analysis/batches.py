"""Calls that arrive in batches: how many requests are ahead of them, and how long the last call of a batch waits.

A caller that fans out sends m calls in one moment. With servers that each take h on average, exponentially, and batches
of several sizes that come as Poisson processes, the number of requests N at a component follows from the balance of
every cut between n and n + 1 (M[X]/M/c; L. Kleinrock, Queueing Systems 1, 1975, section 4.5):

    sum over sizes x of rate(x) * P(n - x < N <= n) = min(n + 1, c) / h * P(N = n + 1)

The last call of a batch begins when N + m - c requests have left, each after h / c.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from designs.analysis.waiting import Waiting

Samples = npt.NDArray[np.float64]
Sizes = tuple[tuple[int, float], ...]  # calls at once, and how often a second
MOST_SERVERS = 4_096
MOST_STATES = 60_000
LEAST = 1e-10
TOO_LARGE = 1e200


@dataclass(frozen=True, eq=False)
class Crowd:
    """The number N of requests at one queue, as an arriving request finds it, as a distribution.

    A `share` of each batch comes to this queue.
    """

    chances: Samples
    servers: int
    hold_s: float
    share: float = 1.0

    @property
    def waiting(self) -> Waiting:
        """For a single call: the probability that it waits, and how long it then waits."""
        before = np.arange(len(self.chances)) - self.servers + 1
        waits = before > 0
        share = float(self.chances[waits].sum())
        if share <= 0:
            return Waiting()
        mean = float((self.chances[waits] * before[waits]).sum()) * self.hold_s / self.servers
        return Waiting(share, share / mean)

    def until_last_begins(self, calls: float, random: np.random.Generator, size: int) -> Samples:
        """Draws of the seconds until the last of this many calls begins to be served."""
        found = np.searchsorted(np.cumsum(self.chances), random.random(size))
        leaving = np.maximum(0.0, found + max(1.0, calls * self.share) - self.servers)
        return np.asarray(
            random.standard_gamma(np.maximum(leaving, 1e-12)) * (leaving > 0) * self.hold_s / self.servers
        )


def crowd_of(sizes: Sizes, servers: int, hold_s: float, share: float) -> Crowd | None:
    """None when there are no batches, or when the load is too high to compute their effect."""
    here = tuple((max(1, round(size * share)), rate) for size, rate in sizes)
    used = sum(size * share * rate for size, rate in sizes) * hold_s / servers
    if servers > MOST_SERVERS or used >= 1 or all(size == 1 for size, _ in here):
        return None
    # Sizes are whole numbers; the rates are adjusted so that rounding does not change the load.
    rates = tuple((size, rate * whole * share / size) for (size, rate), (whole, _) in zip(here, sizes, strict=True))
    chances = stationary(rates, servers, hold_s)
    return None if chances is None else Crowd(chances, servers, hold_s, share)


@lru_cache(maxsize=256)
def stationary(sizes: Sizes, servers: int, hold_s: float) -> Samples | None:
    """P(N = n) for n from 0, or None when there are too many states to compute."""
    below = [0.0, 1.0]  # sums of P up to and without n
    found = [1.0]
    for n in range(MOST_STATES):
        flow = sum(rate * (below[n + 1] - below[max(0, n + 1 - size)]) for size, rate in sizes)
        following = flow * hold_s / min(n + 1, servers)
        found.append(following)
        below.append(below[-1] + following)
        if n > servers and following < LEAST * below[-1]:
            return np.array(found) / below[-1]
        if below[-1] > TOO_LARGE:
            found = [each / TOO_LARGE for each in found]
            below = [each / TOO_LARGE for each in below]
    return None
