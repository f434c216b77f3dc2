"""Waits at a station when only a sample of its requests is followed, each representing many.

Arrivals and service are treated as a fluid: the backlog is the accumulated excess of arrivals over capacity, and a
request waits until the backlog ahead of it is served (fluid limit; L. Kleinrock, Queueing Systems II, 1976, ch. 2).
Below saturation a request waits as in a steady state at the current rate: with the probability of Erlang C, and then
for an exponential time with (1 + cv^2) / 2 times the mean of M/M/c (Allen and Cunneen). This leaves out how a queue
grows from chance alone when the load is close to the capacity for a short time only.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from calculators.engine.queueing import erlang_c
from designs.analysis.queues import Outage

Array = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]
MOST_STEPS = 2_000
IN_A_STEP = 50  # requests followed in each time step, so that random variation in their number is small
SMOOTHED = 9
BUSIEST = 0.995  # with more, the steady state would take longer to establish than the simulation lasts
SAME_LOAD = 1_000  # loads that agree to a thousandth share one wait


def waits(
    arrivals: Array,
    held: Array,
    *,
    weight: float,
    servers: float,
    outages: Sequence[Outage],
    duration_s: float,
    random: np.random.Generator,
) -> Array:
    """Seconds that each arrival waits; `held` is how long each occupies a server, `weight` how many requests it
    represents.
    """
    hold_s = float(held.mean()) if len(held) else 0.0
    if hold_s <= 0:
        return np.zeros(len(arrivals))
    steps = max(1, min(MOST_STEPS, len(arrivals) // IN_A_STEP))
    step_s = max(duration_s / steps, float(arrivals.max()) / (4 * MOST_STEPS))
    count = max(1, math.ceil(max(duration_s, float(arrivals.max())) / step_s))
    edges: Array = np.linspace(0.0, count * step_s, count + 1)
    coming = np.histogram(arrivals, bins=edges)[0] * weight
    left = _servers_left(edges, servers, outages)
    backlogged, backlog = _behind_backlog(arrivals, edges, coming, left / hold_s * step_s)
    spread = (1 + float(held.var()) / hold_s**2) / 2
    place: Places = np.clip(np.searchsorted(edges, arrivals, side="right") - 1, 0, len(left) - 1)
    steady = _steady(coming / step_s, left, hold_s, place, random) * spread
    return np.where(backlog[place] > 0, backlogged, steady)


def _servers_left(edges: Array, servers: float, outages: Sequence[Outage]) -> Array:
    middles = (edges[1:] + edges[:-1]) / 2
    left = np.full(len(middles), float(servers))
    for outage in outages:
        left[(middles >= outage.begins_s) & (middles < outage.ends_s)] -= outage.servers
    return np.asarray(np.maximum(left, 1e-9))


def _behind_backlog(arrivals: Array, edges: Array, coming: Array, capacity: Array) -> tuple[Array, Array]:
    """How long each arrival waits for the backlog ahead of it, and the backlog at the end of each step."""
    surplus = np.cumsum(coming - capacity)
    backlog = surplus - np.minimum.accumulate(np.minimum(surplus, 0.0))
    served = np.concatenate([[0.0], np.cumsum(capacity)])
    before = np.interp(arrivals, edges, np.concatenate([[0.0], backlog]))
    due = np.interp(arrivals, edges, served) + before
    leaves = np.interp(due, served, edges)
    pace = capacity[-1] / (edges[-1] - edges[-2])
    leaves = np.where(due > served[-1], edges[-1] + (due - served[-1]) / pace, leaves)
    return np.maximum(leaves - arrivals, 0.0), backlog


def _steady(rate: Array, servers: Array, hold_s: float, place: Places, random: np.random.Generator) -> Array:
    window = np.ones(min(SMOOTHED, len(rate)))
    smooth = np.convolve(rate, window, "same") / np.convolve(np.ones(len(rate)), window, "same")
    load = np.minimum(np.round(smooth * hold_s / servers * SAME_LOAD) / SAME_LOAD, BUSIEST)
    chance, mean = np.zeros(len(load)), np.zeros(len(load))
    for some, busy in {(float(a), float(b)) for a, b in zip(servers, load, strict=True)}:
        here = (servers == some) & (load == busy)
        count = max(1, round(some))
        chance[here] = float(erlang_c(count, busy * count)) if busy > 0 else 0.0
        mean[here] = hold_s / (count * (1 - busy))
    waiting = random.random(len(place)) < chance[place]
    return np.asarray(np.where(waiting, random.standard_exponential(len(place)) * mean[place], 0.0))
