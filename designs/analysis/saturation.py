"""What breaks first as traffic grows: every load is proportional to traffic, so each limit is one division.

Requests that are held count as proportional too, with the time that each stays today: it grows with the load, so that
threads run out earlier rather than later.
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

    `threads` is which share of its threads each component holds, where their number is known.
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
    """Components at or above their capacity when traffic is so many times today's, the fullest first."""
    return [each.component for each in breaking_order(loads, most=times)]
