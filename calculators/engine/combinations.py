"""Ways to choose, levels of a tree, and the shares of a few popular things among many.

Floats or numpy arrays in, the same out; a sample outside of a function's domain becomes NaN, a single number raises.
"""

from __future__ import annotations

import math

import numpy as np

from calculators.engine.queueing import Numbers

MOST_PARTS = 1000
# Up to this rank the harmonic sum is added term by term; beyond it the Euler-Maclaurin formula has ten correct digits.
_SUMMED = 50
_RANKS = np.arange(1.0, _SUMMED + 1)
MOST_KEYS = 1e18
_LOG_FACTORIALS = np.array([math.lgamma(number + 1) for number in range(MOST_PARTS + 1)])


def choose(things: Numbers, chosen: Numbers) -> Numbers:
    """In how many ways `chosen` of `things` can be picked; 0 when there are not enough."""
    if isinstance(things, np.ndarray) or isinstance(chosen, np.ndarray):
        n, k = np.broadcast_arrays(np.floor(things), np.floor(chosen))
        usable = (n >= 0) & (n <= MOST_PARTS) & (k >= 0)
        enough = usable & (k <= n)
        ways = np.exp(_log_ways(np.where(enough, n, 0.0), np.where(enough, k, 0.0)))
        whole = np.where(ways < 1e12, np.round(ways), ways)
        return np.where(usable, np.where(enough, whole, 0.0), np.nan)
    if not 0 <= things <= MOST_PARTS or chosen < 0:
        raise ValueError(f"expected 0 to {MOST_PARTS} things, and no fewer than 0 of them chosen")
    return float(math.comb(int(things), int(chosen)))


def at_least(needed: Numbers, parts: Numbers, share: Numbers) -> np.ndarray:
    """Of samples: the chance that `needed` of `parts` equal, independent parts are up, each for this share of time."""
    k, n, up = np.broadcast_arrays(np.floor(needed), np.floor(parts), share)
    usable = (k >= 0) & (k <= n) & (n <= MOST_PARTS) & (up >= 0) & (up <= 1)
    k, n, up = (np.where(usable, each, fallback) for each, fallback in ((k, 0.0), (n, 0.0), (up, 1.0)))
    with np.errstate(divide="ignore"):
        log_up, log_down = np.log(up), np.log1p(-up)
    total = np.zeros(up.shape)
    for down in range(int(np.max(n - k, initial=0.0)) + 1):
        left = np.maximum(n - down, 0.0)
        with np.errstate(invalid="ignore"):
            good = np.where(left == 0, 0.0, left * log_up)
            bad = down * log_down if down else 0.0
        total += np.where(down <= n - k, np.exp(_log_ways(n, np.minimum(float(down), n)) + good + bad), 0.0)
    return np.where(usable, np.minimum(total, 1.0), np.nan)


def _log_ways(things: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    n, k = things.astype(int), chosen.astype(int)
    return np.asarray(_LOG_FACTORIALS[n] - _LOG_FACTORIALS[k] - _LOG_FACTORIALS[n - k])


def levels(entries: Numbers, fan_out: Numbers) -> Numbers:
    """The fewest levels of a tree whose nodes have `fan_out` children each and whose leaves cover `entries`.

    The smallest h with fan_out^h >= entries, which a logarithm alone misses by one at exact powers.
    """
    n, f = np.asarray(entries, dtype=float), np.asarray(fan_out, dtype=float)
    usable = (n >= 1) & (f > 1) & np.isfinite(n) & np.isfinite(f)
    if n.ndim == f.ndim == 0 and not usable:
        raise ValueError("expected 1 or more entries and a fan-out above 1")
    n, f = np.where(usable, n, 1.0), np.where(usable, f, 2.0)
    height = np.ceil(np.log(n) / np.log(f))
    height = np.where(f ** np.maximum(height - 1, 0) >= n, np.maximum(height - 1, 0), height)
    height = np.where(f**height < n, height + 1, height)
    result = np.where(usable, np.maximum(height, 1.0), np.nan)
    return float(result) if result.ndim == 0 else result


def zipf_share(top: Numbers, things: Numbers, exponent: Numbers) -> Numbers:
    """The share of requests that the `top` most popular of `things` receive, when popularity falls as rank^-exponent.

    G. K. Zipf (1949); for web requests L. Breslau et al., Web Caching and Zipf-like Distributions, INFOCOM 1999.
    """
    k, n, s = (np.asarray(value, dtype=float) for value in (top, things, exponent))
    usable = (k >= 0) & (n >= 1) & (n <= MOST_KEYS) & (s >= 0) & (s <= 10)
    if k.ndim == n.ndim == s.ndim == 0 and not usable:
        raise ValueError("expected 1 to 1e18 things, and an exponent from 0 to 10")
    k, n, s = np.broadcast_arrays(np.where(usable, k, 0.0), np.where(usable, n, 1.0), np.where(usable, s, 1.0))
    result = np.where(usable, _harmonic(np.minimum(np.floor(k), np.floor(n)), s) / _harmonic(np.floor(n), s), np.nan)
    return float(result) if result.ndim == 0 else result


def _harmonic(count: np.ndarray, exponent: np.ndarray) -> np.ndarray:
    """1 + 2^-s + ... + count^-s."""
    total = np.where(count[..., None] >= _RANKS, _RANKS ** -exponent[..., None], 0.0).sum(axis=-1)
    far = np.maximum(count, _SUMMED)
    # Close to 1 the integral of x^-s is a logarithm; expm1 keeps the digits on both sides of it.
    power = (1.0 - exponent) * np.log(far / _SUMMED)
    stretch = np.where(power == 0, 1.0, np.expm1(power) / np.where(power == 0, 1.0, power))
    integral = _SUMMED ** (1.0 - exponent) * np.log(far / _SUMMED) * stretch
    ends = (far**-exponent - float(_SUMMED) ** -exponent) / 2
    slopes = exponent * (float(_SUMMED) ** (-exponent - 1) - far ** (-exponent - 1)) / 12
    return np.asarray(total + np.where(count > _SUMMED, integral + ends + slopes, 0.0))
