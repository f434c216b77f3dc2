"""The probability that enough servers of a component are up, given which zones are up.

At least k of n equal servers must be up. A zone that fails takes its servers down with it, and a share of outages hits
all servers at once (the beta factor of K. N. Fleming, A reliability model for common mode failures in redundant safety
systems, General Atomic report GA-A13284, 1974). k is the number that the peak needs, or that copies need to agree.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Chances = npt.NDArray[np.float64]
SPREAD = 12.0  # standard deviations beyond which a binomial is negligible


@dataclass(frozen=True)
class Standing:
    """`needed` of `servers` with `availability` each; `in_zones[i]` of them are in zone i of `zones`.

    `common` is the share of outages that hit all at once. `failing_over` is the share of time that is lost until
    another copy takes over. All of `parts` independent groups of this kind are needed (the shards that one request
    uses).
    """

    availability: float
    servers: int = 1
    needed: int = 1
    common: float = 0.0
    failing_over: float = 0.0
    zones: tuple[str, ...] = ()
    parts: int = 1

    @property
    def in_zones(self) -> tuple[int, ...]:
        count = len(self.zones)
        return tuple(self.servers // count + (number < self.servers % count) for number in range(count))

    @property
    def survives_one(self) -> bool:
        return self.servers > self.needed

    def survives_zone(self, zone: int) -> bool:
        return self.servers - self.in_zones[zone] >= self.needed

    @property
    def alone(self) -> float:
        """The probability while all zones are up."""
        return self.given(self.servers)

    def given(self, standing: int) -> float:
        """The probability when this many servers are in zones that are up."""
        down = 1.0 - self.availability
        if self.servers == 1:
            chance = self.availability if standing >= self.needed else 0.0
        else:
            at_once = self.common * down
            own = (down - at_once) / (1.0 - at_once) if at_once < 1 else 1.0
            chance = (1.0 - at_once) * at_least(self.needed, standing, 1.0 - own)
        return (chance * (1.0 - self.failing_over)) ** self.parts

    def table(self) -> Chances:
        """The probability for each set of zones that are up; bit i of the index says whether zone i is up."""
        counts = self.in_zones
        kept: dict[int, float] = {}
        found = np.empty(1 << len(counts))
        for index in range(len(found)):
            standing = sum(count for place, count in enumerate(counts) if index >> place & 1)
            if standing not in kept:
                kept[standing] = self.given(standing)
            found[index] = kept[standing]
        return found


@lru_cache(maxsize=8192)
def at_least(needed: int, count: int, chance: float) -> float:
    """P(at least `needed` of `count` independent servers are up): the lower tail of how many are down."""
    if needed <= 0:
        return 1.0
    if count < needed:
        return 0.0
    if chance >= 1.0:
        return 1.0
    if chance <= 0.0:
        return 0.0
    down = 1.0 - chance
    mean = count * down
    most = min(count - needed, math.ceil(mean + SPREAD * math.sqrt(mean + 1.0) + 60))
    if count - needed == 0:
        return chance**count
    # log P(d down) from P(0) by the ratio of neighbours, so that a thousand servers neither overflow nor vanish.
    d = np.arange(1, most + 1)
    ratios = np.log((count - d + 1) / d) + math.log(down) - math.log(chance)
    logs = count * math.log(chance) + np.concatenate([[0.0], np.cumsum(ratios)])
    short = float(np.exp(logs).sum())
    if short > 0.5 and most < count - needed:
        return min(short, 1.0)
    # When failures are rare, their sum is short: 1 minus it keeps the digits of the nines.
    if count - needed < count and count <= 64:
        failing = sum(math.comb(count, up) * chance**up * down ** (count - up) for up in range(needed))
        return 1.0 - failing
    return min(short, 1.0)


def any_of(chances: Sequence[Chances | float], needed: int) -> Chances | float:
    """The probability that at least `needed` of independent parts are up, each with its own probability."""
    if needed <= 1:
        failing: Chances | float = 1.0
        for chance in chances:
            failing = failing * (1.0 - chance)
        return 1.0 - failing
    exactly: list[Chances | float] = [1.0]
    for chance in chances:
        grown: list[Chances | float] = [0.0] * (len(exactly) + 1)
        for number, weight in enumerate(exactly):
            grown[number] = grown[number] + weight * (1.0 - chance)
            grown[number + 1] = grown[number + 1] + weight * chance
        exactly = grown
    total: Chances | float = 0.0
    for weight in exactly[needed:]:
        total = total + weight
    return total
