"""Traffic over the time of a simulation: curves of the rate, as multiples of the peak rate."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from designs.analysis.itineraries import NotSimulatedError

Array = npt.NDArray[np.float64]
Curve = tuple[tuple[float, float], ...]  # (share of the time, multiple of the peak), with straight lines between
EVENT_BEGINS = 0.4
USUAL_EVENT = 0.12
LONGEST_EVENT = 0.55
DAY_POINTS = 49


def curve_of(shape: str, *, peak_factor: float, event: float = USUAL_EVENT) -> Curve:
    """`event` is the share of the time that a spike takes. Raises NotSimulatedError for an unknown shape."""
    match shape:
        case "constant":
            return (0.0, 1.0), (1.0, 1.0)
        case "ramp":
            return (0.0, 0.2), (1.0, 2.0)
        case "spike":
            slope, ends = event / 6, EVENT_BEGINS + event
            rises, falls = (EVENT_BEGINS + slope, 2.5), (ends - slope, 2.5)
            return (0.0, 0.5), (EVENT_BEGINS, 0.5), rises, falls, (ends, 0.5), (1.0, 0.5)
        case "daily":
            # Between the quietest hour and the peak, with the given average.
            low = max(0.0, 2.0 / peak_factor - 1.0)
            places = np.linspace(0, 1, DAY_POINTS).tolist()
            return tuple((u, low + (1 - low) * (1 - math.cos(2 * math.pi * u)) / 2) for u in places)
    raise NotSimulatedError(f"There is no traffic called {shape!r}.")


def mean_of(curve: Curve) -> float:
    return sum((b[0] - a[0]) * (a[1] + b[1]) / 2 for a, b in pairwise(curve))


def moments(curve: Sequence[tuple[float, float]], chances: Array) -> Array:
    """Shares of the time at which requests arrive: the inverse of the integral of the curve, piece by piece."""
    if len({height for _, height in curve}) == 1:
        return chances
    places = np.array([place for place, _ in curve])
    heights = np.array([height for _, height in curve])
    widths = np.diff(places)
    areas = widths * (heights[1:] + heights[:-1]) / 2
    sums = np.concatenate([[0.0], np.cumsum(areas)])
    wanted = chances * sums[-1]
    piece = np.clip(np.searchsorted(sums, wanted, side="right") - 1, 0, len(areas) - 1)
    first, slope = heights[piece], (heights[piece + 1] - heights[piece]) / widths[piece]
    rest = wanted - sums[piece]
    with np.errstate(divide="ignore", invalid="ignore"):
        curved = (np.sqrt(first**2 + 2 * slope * rest) - first) / slope
        flat = rest / first
    return np.asarray(places[piece] + np.where(np.abs(slope) > 1e-12, curved, flat))
