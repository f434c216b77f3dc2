"""One station of a simulation: requests at known times, served first come, first served by a number of servers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush, heapreplace

import numpy as np
import numpy.typing as npt

Times = npt.NDArray[np.float64]
AT_ONCE = 100_000  # as lists, which need four times the memory of arrays


@dataclass(frozen=True)
class Outage:
    """Servers that start no new request between two moments; they finish what they had begun."""

    servers: int
    begins_s: float
    ends_s: float


def starts(arrivals: Times, holding: Times, servers: float, outages: Sequence[Outage] = ()) -> Times:
    """When the service of each request begins; `arrivals` must be in order. With unlimited servers, at once.

    One server is Lindley's recursion (D. V. Lindley, The theory of queues with a single server, 1952) in closed form:
    request n leaves at S(n) + max over k <= n of (arrival(k) - S(k-1)), where S sums the holding times. Several servers
    are
    a heap of the moments at which they become free.
    """
    if math.isinf(servers) or not len(arrivals):
        return arrivals
    if servers == 1 and not outages:
        total = np.cumsum(holding)
        before = total - holding
        return np.maximum.accumulate(arrivals - before) + before
    if outages:
        return _with_outages(arrivals, holding, int(servers), outages)
    free = [0.0] * int(servers)
    replace = heapreplace  # returns the moment at which the next server became free
    became_free = np.empty_like(arrivals)
    for part in (slice(first, first + AT_ONCE) for first in range(0, len(arrivals), AT_ONCE)):
        pairs = zip(arrivals[part].tolist(), holding[part].tolist(), strict=True)
        became_free[part] = [
            replace(free, (free[0] if free[0] > arrival else arrival) + held) for arrival, held in pairs
        ]
    return np.maximum(became_free, arrivals, out=became_free)


def _with_outages(arrivals: Times, holding: Times, servers: int, outages: Sequence[Outage]) -> Times:
    free = [0.0] * servers
    coming = sorted(outages, key=lambda outage: outage.begins_s)
    found = list[float]()
    for arrival, held in zip(arrivals.tolist(), holding.tolist(), strict=True):
        while coming and max(free[0], arrival) >= coming[0].begins_s:
            _lose(free, coming.pop(0))
        start = max(free[0], arrival)
        found.append(start)
        heapreplace(free, start + held)
    return np.array(found)


def _lose(free: list[float], outage: Outage) -> None:
    """Removes the servers that become free first."""
    lost = [heappop(free) for _ in range(min(outage.servers, len(free)))]
    heapify(free)
    for moment in lost:
        heappush(free, max(moment, outage.ends_s))
