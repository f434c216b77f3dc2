"""How long a caller waits for an answer, and how often it tries again.

A caller tries again after an error or a timeout, up to `retries` times: at once, or after a random pause, uniform from
none up to the back-off before the first retry and up to twice as long before each next (full jitter; M. Brooker,
Exponential Backoff and Jitter, AWS Architecture Blog, 2015). With a budget at most that share of its calls are retries,
so only some of the failed calls are tried again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from designs.analysis import values
from designs.document.diagram import Connection

Samples = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
SHIFT = 7_919  # offset of the draws, so that a second try differs from the first


@dataclass(frozen=True)
class Patience:
    timeout_s: float = math.inf
    retries: int = 0
    budget: float = math.inf
    backoff_s: float = 0.0

    def again(self, failing: float) -> float:
        """The share of failed calls that the budget allows to be tried again at this failure rate."""
        if math.isinf(self.budget) or _retries(failing, self.retries) <= self.budget:
            return 1.0
        low, high = 0.0, 1.0
        for _ in range(50):
            middle = (low + high) / 2
            low, high = (middle, high) if _retries(middle * failing, self.retries) < self.budget else (low, middle)
        return low

    def tries(self, failing: float) -> float:
        """Mean tries for each call, when a share of them fails: 1 + p + p^2 + ..."""
        return 1.0 + _retries(failing * self.again(failing), self.retries)


def patience_of(connection: Connection) -> Patience:
    if connection.kind != "sync":
        return Patience()
    timeout, budget = values.seconds(connection.timeout), values.share(connection.retry_budget)
    return Patience(
        math.inf if timeout is None else timeout,
        connection.retries,
        math.inf if budget is None else budget,
        values.seconds(connection.backoff) or 0.0,
    )


def _retries(failing: float, most: int) -> float:
    if failing <= 0 or most <= 0:
        return 0.0
    return float(most) if failing >= 1 else failing * (1 - failing**most) / (1 - failing)


@dataclass(frozen=True)
class Tries:
    """Draws of calls with all their tries: how long each took, whether it failed for good, how often it was tried.

    `echoes` are tries for each call that come back at once after a refusal and are refused again.
    """

    took: Samples
    failed: Mask
    count: Samples
    echoes: float = 0.0

    @property
    def mean(self) -> float:
        return float(self.count.mean())

    @property
    def mean_square(self) -> float:
        return float((self.count**2).mean())


def tried(
    time: Samples,
    waits: Samples,
    failed: Mask,
    patience: Patience,
    random: np.random.Generator,
    *,
    busy: float = 0.0,
    servers: float = math.inf,
    refused: Mask | None = None,
) -> Tries:
    """`time` and `failed` are draws of one try, `waits` the part of each time that is spent in queues.

    A retry finds the queue that made the first try late: the requests ahead of that try and the try itself, minus those
    served meanwhile, plus new arrivals (`busy` of all servers). Service times are drawn anew. A call that was `refused`
    comes back at once and finds the queue still full.
    """
    waits = np.minimum(waits, time)  # a timeout inside the call ends its wait
    served = np.subtract(time, waits, where=np.isfinite(time), out=np.zeros(len(time)))
    first = failed | (time > patience.timeout_s)
    again = patience.again(float(first.mean()))
    took, failing, trying, count = np.minimum(time, patience.timeout_s), first, first, np.ones(len(time))
    waiting, serving, echoes = waits, served, 0.0
    passed = patience.timeout_s * max(0.0, 1.0 - busy) if math.isfinite(patience.timeout_s) else math.inf
    for number in range(1, patience.retries + 1):
        trying = trying & failing & (random.random(len(time)) < again)
        if not trying.any():
            break
        pause = np.zeros(len(time))
        if patience.backoff_s > 0:
            pause = random.random(len(time)) * patience.backoff_s * 2.0 ** (number - 1)
            took = took + np.where(trying, pause, 0.0)
        ahead = waiting + serving / servers
        served_meanwhile = passed + pause * max(0.0, 1.0 - busy)
        # A queue without end stays one, however long the caller waits.
        waiting = np.maximum(0.0, np.subtract(ahead, served_meanwhile, where=np.isfinite(ahead), out=ahead))
        serving = np.roll(served, SHIFT * number)
        now = waiting + serving
        late = np.roll(failed, SHIFT * number) | (now > patience.timeout_s)
        if refused is not None and patience.backoff_s <= 0:
            late = late | refused
            echoes += float((trying & refused).mean())
        took = took + np.where(trying, np.minimum(now, patience.timeout_s), 0.0)
        failing = np.where(trying, late, failing)
        count = count + trying
    return Tries(took, failing, count, echoes)
