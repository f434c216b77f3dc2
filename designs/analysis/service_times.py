"""The time that a component itself takes, and its variation: as typed, else exponential, which is then stated."""

from __future__ import annotations

import math
from dataclasses import dataclass

from calculators.engine.quantities import Z_90, Spread
from designs.analysis import values
from designs.document.diagram import Component


@dataclass(frozen=True)
class ServiceTime:
    """Mean seconds; `spread` is a range as typed, `variation` the deviation over the mean.

    `assumed` where neither is known.
    """

    mean_s: float
    spread: Spread | None = None
    variation: float = 1.0
    is_assumed: bool = False


def service_time(component: Component) -> ServiceTime | None:
    """The service time of one request at one server, or None where no latency is given."""
    mean = mean_and_spread(component.latency)
    if mean is None:
        return None
    return ServiceTime(mean[0], mean[1], *_variation(component, *mean))


def mean_and_spread(text: str) -> tuple[float, Spread | None] | None:
    """Mean and spread of a typed time. The middle of a range is its median; a skewed range has a higher mean."""
    middle, found = values.seconds(text), values.quantity(text)
    if middle is None or found is None:
        return None
    if found.spread is None or found.spread.shape == "normal":
        return middle, found.spread
    deviation = math.log(found.spread.high / found.spread.low) / (2 * Z_90)
    return middle * math.exp(deviation**2 / 2), found.spread


def variation_of(component: Component) -> float:
    """Standard deviation of the service time over its mean; 1 (exponential) where it is not given."""
    mean = mean_and_spread(component.latency)
    return _variation(component, *(mean or (0.0, None)))[0]


def _variation(component: Component, mean_s: float, spread: Spread | None) -> tuple[float, bool]:
    typed = values.count(component.variation)
    if typed is not None:
        return typed, False
    if spread is None:
        return 1.0, True
    return (deviation_of(spread) / mean_s if mean_s > 0 else 0.0), False


def deviation_of(spread: Spread | None) -> float:
    """The standard deviation of a range, which is read as a 90 % interval."""
    if spread is None:
        return 0.0
    if spread.shape == "normal":
        return (spread.high - spread.low) / (2 * Z_90)
    sigma = math.log(spread.high / spread.low) / (2 * Z_90)
    middle = math.sqrt(spread.high * spread.low)
    return middle * math.exp(sigma**2 / 2) * math.sqrt(math.expm1(sigma**2))
