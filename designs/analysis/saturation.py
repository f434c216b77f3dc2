"""What saturates first as traffic grows: every load is proportional to traffic, so each limit is one division.

Held requests count as proportional too, with today's time in the component; that time grows with the load, so threads
run out earlier than computed, never later.
"""

from __future__ import annotations

from collections.abc import Mapping
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


def breaking_order(loads: Loads, *, most: float = MOST, threads: Mapping[str, float] | None = None) -> list[Saturation]:
    """Components that saturate at up to `most` times today's traffic, the first to break first.

    `threads` is the share of its threads that each component holds, where their number is known.
    """
    found = []
    for each, load in loads.components.items():
        total = load.total_capacity
        if (share := (threads or {}).get(each)) and load.peak > 0:
            by_threads = load.peak / share
            total = by_threads if total is None else min(total, by_threads)
        if total is not None and load.peak > 0 and total / load.peak <= most:
            found.append(Saturation(each, total / load.peak, load.peak, total))
    return sorted(found, key=lambda saturation: saturation.times)


def saturated_at(loads: Loads, times: float) -> list[str]:
    """Components at or above their capacity at this multiple of today's traffic, the fullest first."""
    return [each.component for each in breaking_order(loads, most=times)]
