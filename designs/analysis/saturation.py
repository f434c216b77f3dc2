"""What breaks first as traffic grows: every load is proportional to traffic, so each limit is one division."""

from __future__ import annotations

from dataclasses import dataclass

from designs.analysis.load import Loads

LEAST, MOST = 0.1, 100.0


@dataclass(frozen=True)
class Saturation:
    """A component reaches its capacity at `times` today's traffic; below 1 it already has."""

    component: str
    times: float
    peak: float
    capacity: float


def breaking_order(loads: Loads, *, most: float = MOST) -> list[Saturation]:
    """Components that saturate at up to `most` times today's traffic, the first to break first."""
    found = []
    for each, load in loads.components.items():
        total = load.total_capacity
        if total is not None and load.peak > 0 and total / load.peak <= most:
            found.append(Saturation(each, total / load.peak, load.peak, total))
    return sorted(found, key=lambda saturation: saturation.times)


def saturated_at(loads: Loads, times: float) -> list[str]:
    """Components at or above their capacity when traffic is so many times today's, the fullest first."""
    return [each.component for each in breaking_order(loads, most=times)]
