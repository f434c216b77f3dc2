"""How a cache fills: the share of reads that it answers after a number of reads since it was empty. PURE.

Reads are independent, and the entry of rank i is read with a probability p proportional to i to the power of -skew
(Zipf). A least recently used cache of C entries keeps each entry for T reads after its last use, with T such that C
entries are inside: sum over i of 1 - exp(-p T) = C (H. Che, Y. Tung and Z. Wang, Hierarchical Web Caching Systems, IEEE
JSAC 20(7), 2002). While it fills nothing is evicted, and after n reads the entry is inside with 1 - exp(-p n); both
together are the sum over p (1 - exp(-p min(n, T))). Ranks beyond the first thousands are taken together, which changes
the share by less than 0.001 in the tests.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from designs.analysis import values
from designs.document.diagram import Component

Array = npt.NDArray[np.float64]
SINGLE = 4_096  # ranks that are computed one by one
BINS = 1_200
STEPS = 400


@dataclass(frozen=True)
class Warming:
    """`reads` are numbers of reads since the cache was empty, `hits` the hit ratio after each, the last one
    permanent.
    """

    reads: tuple[float, ...]
    hits: tuple[float, ...]

    @property
    def hit_ratio(self) -> float:
        return self.hits[-1]

    @property
    def warm_after(self) -> float:
        """Reads until nine tenths of the final hit ratio are reached."""
        return float(np.interp(0.9 * self.hit_ratio, self.hits, self.reads))

    def after(self, reads: float) -> float:
        return float(np.interp(reads, self.reads, self.hits))


def warming_of(component: Component) -> Warming | None:
    """For a cache whose working set and size are typed; without a skew all ranks are equal, which gives the fewest
    hits.
    """
    asked, held = values.count(component.working_set), values.count(component.entries)
    if not asked or not held:
        return None
    return warming(max(1.0, asked), max(1.0, held), values.count(component.skew) or 0.0)


@lru_cache(maxsize=256)
def warming(asked: float, held: float, skew: float) -> Warming:
    """For a cache of this many entries, with reads of this many different ones."""
    chances, entries = _popularity(asked, skew)
    longest = _kept_for(chances, entries, held) if held < asked else math.inf
    end = longest if longest < math.inf else 20.0 / float(chances.min())
    reads = np.concatenate([[0.0], np.geomspace(min(1.0, end / 10), end, STEPS)])
    hits = [float(np.sum(entries * chances * -np.expm1(-chances * count))) for count in reads]
    return Warming(tuple(reads.tolist()), tuple(hits))


def _popularity(asked: float, skew: float) -> tuple[Array, Array]:
    """Probabilities of entries, and how many entries have each."""
    single = np.arange(1.0, min(asked, SINGLE) + 1.0)
    chances, entries = single**-skew, np.ones(len(single))
    if asked > SINGLE:
        edges = np.geomspace(SINGLE + 0.5, asked + 0.5, BINS + 1)
        widths = np.diff(edges)
        if abs(skew - 1.0) < 1e-9:
            mass = np.diff(np.log(edges))
        else:
            mass = np.diff(edges ** (1.0 - skew)) / (1.0 - skew)
        chances, entries = np.concatenate([chances, mass / widths]), np.concatenate([entries, widths])
    return chances / float(np.sum(chances * entries)), entries


def _kept_for(chances: Array, entries: Array, held: float) -> float:
    """Reads for which an entry stays after its last use: the root of Che's equation, by bisection of its logarithm."""
    low, high = 0.0, math.log(held) + 1.0
    while _inside(chances, entries, high) < held:
        high += 2.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if _inside(chances, entries, middle) < held else (low, middle)
    return math.exp(high)


def _inside(chances: Array, entries: Array, log_reads: float) -> float:
    return float(np.sum(entries * -np.expm1(-chances * math.exp(log_reads))))


@dataclass(eq=False)
class Warmth:
    """A cache in a simulation: `reads` is the number of reads that fills it as far as it is.

    Each request represents `weight`. An entry is added when its miss is answered, so an answered miss counts as the
    number of reads for each miss.
    """

    warming: Warming
    weight: float = 1.0
    reads: float = math.inf
    hits: float = -1.0

    def __post_init__(self) -> None:
        self.hits = self.warming.after(self.reads)

    def empties(self) -> None:
        self.reads, self.hits = 0.0, 0.0

    def fills(self) -> None:
        """A miss was answered."""
        if self.reads < self.warming.reads[-1]:
            self.reads += self.weight / max(1e-9, 1.0 - self.hits)
            self.hits = self.warming.after(self.reads)


def misses(caches: Sequence[Warmth]) -> float:
    """The share of reads that none of these caches answers."""
    found = 1.0
    for each in caches:
        found *= 1.0 - each.hits
    return found
