"""How long a caller waits for an answer, and how often it tries again.

A caller tries again at once after an error or a time-out, up to `retries` times. With a budget at most that share of
its calls are retries, so that of those that fail only some are tried again.
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
SHIFT = 7_919  # draws apart, so that a second try is not the first again


@dataclass(frozen=True)
class Patience:
    timeout_s: float = math.inf
    retries: int = 0
    budget: float = math.inf

    def again(self, failing: float) -> float:
        """The share of failed calls that the budget lets be tried again, when so many of them fail."""
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
        math.inf if timeout is None else timeout, connection.retries, math.inf if budget is None else budget
    )


def _retries(failing: float, most: int) -> float:
    if failing <= 0 or most <= 0:
        return 0.0
    return float(most) if failing >= 1 else failing * (1 - failing**most) / (1 - failing)


def tried(time: Samples, failed: Mask, patience: Patience, random: np.random.Generator) -> tuple[Samples, Mask, float]:
    """Draws of calls with all their tries: how long each took, whether it failed for good, and the share of tries that
    fail. `time` and `failed` are draws of one try."""
    first, lost = np.minimum(time, patience.timeout_s), failed | (time > patience.timeout_s)
    share = float(lost.mean())
    again = patience.again(share)
    took, failing, trying = first, lost, lost
    for number in range(1, patience.retries + 1):
        trying = trying & failing & (random.random(len(time)) < again)
        if not trying.any():
            break
        took = took + np.where(trying, np.roll(first, SHIFT * number), 0.0)
        failing = np.where(trying, np.roll(lost, SHIFT * number), failing)
    return took, failing, share
