"""How long requests wait at a component with several instances, for each way of spreading requests over them.

Each way gives the share of requests that wait, and the rate at which a wait ends once there is one:

- one queue: M/M/c (Erlang C). The shortest waits.
- random: each instance is a queue of its own, M/M/c with its share of the arrivals. The worst of the even ways.
- round robin: each instance sees every n-th arrival, which is Erlang of n phases: GI/M/1 solved exactly for instances
  that serve one request at a time (L. Kleinrock, Queueing Systems 1, 1975, section 6.4), Allen-Cunneen otherwise.
- two choices: the shorter of two queues picked at random, in the limit of many instances (M. Mitzenmacher, The power of
  two choices in randomized load balancing, 1996): P(at least k at an instance) = u ^ (2^k - 1).
- least connections: no worse than two choices, and counted as the same.

Service times that vary more or less than exponential ones stretch waits by (1 + cv^2) / 2.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from calculators.engine.queueing import mean_wait
from designs.analysis.load import ComponentLoad
from designs.document.diagram import Balancing

MOST_QUEUED = 30
ROUNDS = 200


@dataclass(frozen=True)
class Waiting:
    """A share of requests waits, for an exponential time with this rate a second."""

    share: float = 0.0
    per_s: float = math.inf

    @property
    def mean_s(self) -> float:
        if self.share <= 0:
            return 0.0
        return self.share / self.per_s if self.per_s > 0 else math.inf


def waiting_of(load: ComponentLoad, balancing: Balancing, variation: float, arriving: float | None = None) -> Waiting:
    """At peak, or at a given rate of the busiest server (`arriving`), in requests of the usual size.

    Operations that take longer than the usual request lengthen the waits of all: by their mean, and by their spread.
    """
    found = _of_one_size(load, balancing, load.mix.variation(variation), arriving)
    return Waiting(found.share, found.per_s / load.mix.mean)


def _of_one_size(load: ComponentLoad, balancing: Balancing, variation: float, arriving: float | None) -> Waiting:
    if load.capacity is None:
        return Waiting()
    busiest = load.busiest if arriving is None else arriving
    instances = load.burden.stations
    if busiest <= 0:
        return Waiting()
    if busiest >= load.capacity.value:
        return Waiting(1.0, 0.0)
    at_once = max(1, round(load.servers / instances))
    stretch = (1.0 + variation**2) / 2.0
    if instances == 1 or balancing in ("", "one_queue"):
        if arriving is None and load.markov_wait_s is not None:
            spare = (load.capacity.value - busiest) * instances
            share = min(1.0, load.markov_wait_s * spare)
            return Waiting(share, spare / stretch) if stretch > 0 else Waiting()
        return _pooled(busiest * instances, load.capacity.value * instances, at_once * instances, stretch)
    if balancing == "random":
        return _pooled(busiest, load.capacity.value, at_once, stretch)
    if balancing == "round_robin":
        return _in_turn(busiest, load.capacity.value, at_once, instances, variation)
    return _two_choices(busiest, load.capacity.value, at_once, stretch)


def _pooled(arriving: float, capacity: float, servers: int, stretch: float) -> Waiting:
    spare = capacity - arriving
    wait = float(mean_wait(arriving, capacity / servers, float(servers)))
    return Waiting(min(1.0, wait * spare), spare / stretch) if stretch > 0 else Waiting()


def _in_turn(arriving: float, capacity: float, at_once: int, instances: int, variation: float) -> Waiting:
    if at_once == 1:
        # sigma solves sigma = A*(mu (1 - sigma)) with A* of Erlang(n) interarrival times.
        sigma, phases = arriving / capacity, instances
        for _ in range(ROUNDS):
            sigma = (phases * arriving / (phases * arriving + capacity * (1.0 - sigma))) ** phases
        stretch = (1.0 / instances + variation**2) / (1.0 / instances + 1.0)
        return Waiting(sigma, capacity * (1.0 - sigma) / max(stretch, 1e-12))
    stretch = (1.0 / instances + variation**2) / 2.0
    return _pooled(arriving, capacity, at_once, stretch)


def _two_choices(arriving: float, capacity: float, at_once: int, stretch: float) -> Waiting:
    used = arriving / capacity
    queued = sum(used ** (2.0 * (2.0**k - 1.0)) for k in range(1, MOST_QUEUED) if 2.0**k * -math.log(used) < 700)
    share = used**2
    mean = queued / capacity * stretch
    pooled = _pooled(arriving, capacity, at_once, stretch)
    if at_once > 1 and pooled.mean_s < mean:
        return pooled
    return Waiting(share, share / mean) if mean > 0 else Waiting()
