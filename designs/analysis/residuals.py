"""How long requests wait, once they wait, where service times are not exponential.

At one server such a wait is the sum of a geometric number of residual service times, each of which is what is left of
a service at a random moment (F. Pollaczek and A. Khinchine; L. Kleinrock, Queueing Systems 1, 1975, section 5.7). Of
service times with density f the residual ones are a uniform part of a time whose density is proportional to t f(t). At
several servers the shape is taken to be the same, which is exact for exponential times. Only the shape comes from here:
the mean is that of waiting.py.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from calculators.engine.quantities import Z_90, Spread

Samples = npt.NDArray[np.float64]
MOST_BUSY = 0.95  # above this the sums are long, and a wait is close to exponential


def is_exponential(busy: float, variation: float, spread: Spread | None) -> bool:
    """Whether waits are drawn as exponential: exactly so for exponential service, nearly so at a very busy server."""
    return (spread is None and variation == 1.0) or not 0.0 < busy <= MOST_BUSY


def waits_of(random: np.random.Generator, count: int, busy: float, variation: float, spread: Spread | None) -> Samples:
    """Draws of waits with mean 1, of requests that have to wait at a server that is `busy` for that share of time."""
    if count == 0:
        return np.zeros(0)
    numbers = random.geometric(1.0 - busy, count)
    parts = _residuals(random, int(numbers.sum()), variation, spread)
    begins = np.concatenate([[0], np.cumsum(numbers)[:-1]])
    return np.asarray(np.add.reduceat(parts, begins) * (1.0 - busy))


def variation_of_waits(busy: float, variation: float, spread: Spread | None) -> float:
    """The squared deviation over the mean of these waits; 1 for exponential ones."""
    if is_exponential(busy, variation, spread):
        return 1.0
    if spread is not None and spread.shape == "lognormal":
        residual = 4.0 * math.exp(_sigma(spread) ** 2) / 3.0 - 1.0
    else:
        residual = 4.0 * (1.0 + 2.0 * variation**2) / (3.0 * (1.0 + variation**2)) - 1.0
    return (1.0 - busy) * residual + busy


def _residuals(random: np.random.Generator, count: int, variation: float, spread: Spread | None) -> Samples:
    """Draws of residual service times, with mean 1."""
    part = random.random(count)
    if spread is not None and spread.shape == "lognormal":
        sigma = _sigma(spread)
        return np.asarray(2.0 * part * np.exp(sigma * random.standard_normal(count) - sigma**2 / 2.0))
    if variation <= 0.0:
        return np.asarray(2.0 * part)
    shape = 1.0 / variation**2
    return np.asarray(2.0 * part * random.standard_gamma(shape + 1.0, count) / (shape + 1.0))


def _sigma(spread: Spread) -> float:
    return math.log(spread.high / spread.low) / (2.0 * Z_90)
