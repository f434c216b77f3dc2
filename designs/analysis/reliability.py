"""The single parts and the pairs whose loss fails an operation, and the availability that follows.

A component that every way of working runs through (a dominator of the flow) is a cut of size 1. All losses of one and
of two parts are tried in one pass, with one bit for each scenario, so the result is complete and not sampled.
Availability is exact: dominators are multiplied out, what has one caller is combined as series and parallel parts, and
parts with several callers and zones are enumerated; only beyond `MOST_SHARED` of those is it sampled, with its error
stated. Source: R. E. Barlow and F. Proschan, Statistical Theory of Reliability and Life Testing (1975), chapters 1 and
2.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np

from designs.analysis.standing import Chances, any_of
from designs.analysis.structure import Structure

MOST_SHARED = 14
DRAWS = 40_000
SEED = 7
MOST_PAIRS = 500
Method = Literal["closed form", "enumeration", "sampling"]
# The requests that count: all of them, those that are served, or those that are served while caches are warm.
Of = Literal["parts", "served", "warm"]
Chance = float | Chances


@dataclass(frozen=True)
class Cuts:
    """The losses that fail requests of an operation: single components and zones, and pairs in which neither part is a
    cut alone.

    Zones are listed only where their loss fails more than a single point of failure, or where they hold one.
    `pair_count` counts all pairs of components, of which at most MOST_PAIRS are listed.
    """

    components: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    zone_pairs: tuple[tuple[str, str], ...] = ()
    pair_count: int = 0


@dataclass(frozen=True)
class Availability:
    """`error` is half of the 95 % interval, 0 when exact. `certain_parts` are multiplied, `rest` is all else."""

    value: float
    method: Method
    error: float = 0.0
    certain_parts: tuple[tuple[str, float], ...] = ()
    rest: float = 1.0


def cuts_of(structure: Structure) -> Cuts:
    singles = tuple(each for each in structure.components if each in structure.single_points)
    pairs = _cut_pairs(structure, [each for each in structure.components if each not in structure.single_points])
    zone_singles = tuple(zone for zone in structure.zones if not structure.works(frozenset({zone})))
    others = [zone for zone in structure.zones if zone not in zone_singles]
    zone_pairs = tuple(pair for pair in combinations(others, 2) if not structure.works(frozenset(pair)))
    return Cuts(singles, zone_singles, tuple(pairs[:MOST_PAIRS]), zone_pairs[:MOST_PAIRS], len(pairs))


def _cut_pairs(structure: Structure, names: list[str]) -> list[tuple[str, str]]:
    """Pairs of components in which neither is a cut alone. Scenario i x n + j has parts i and j down."""
    size = len(names)
    if size < 2:
        return []
    everything = (1 << size * size) - 1
    row = (1 << size) - 1
    column = everything // row  # a one at the beginning of each row
    up = {name: everything & ~((row << position * size) | (column << position)) for position, name in enumerate(names)}
    failing = everything & ~structure.scenarios(up, everything)
    if not failing:
        return []
    packed = np.frombuffer(failing.to_bytes((size * size + 7) // 8, "little"), dtype=np.uint8)
    found = np.flatnonzero(np.unpackbits(packed, bitorder="little"))
    return [(names[at // size], names[at % size]) for at in found.tolist() if at // size < at % size]


def availability(
    structure: Structure,
    chances: Mapping[str, float] | None = None,
    zone_chances: Mapping[str, float] | None = None,
    *,
    of: Of = "parts",
) -> Availability:
    """The probability that a request works, from those of its components and zones (1 when left out).

    `parts` requires all parts that any request may need; `served` counts requests, some of which need fewer parts;
    `warm` also counts requests that caches answer. `chances` replace those of the structure's standings, one server
    each.
    """
    working = _Working(structure, dict(chances or {}), dict(zone_chances or {}), of)
    factor = math.prod(chance for _, chance in working.certain)
    rest, method, error = working.rest()
    return Availability(factor * rest, method, factor * error, tuple(working.certain), rest)


class _Working:
    """One calculation: parts that every request needs are factored out, the rest is enumerated."""

    def __init__(self, structure: Structure, chances: dict[str, float], zone_chances: dict[str, float], of: Of) -> None:
        self.structure, self.of = structure, of
        self.alone = chances
        lost = structure.lost_shares if of != "parts" else dict.fromkeys(structure.single_points, 1.0)
        needed = {each for each, share in lost.items() if share >= 1.0 - 1e-12}
        if of == "warm":
            needed &= structure.needed_warm
        weak = {zone: zone_chances[zone] for zone in structure.zones if zone_chances.get(zone, 1.0) < 1.0}
        # A zone that holds all servers of a part that every request needs is needed itself.
        held = {zone for zone in weak if any(each in needed for each in structure.zone_members[zone])}
        self.weak = {zone: chance for zone, chance in weak.items() if zone not in held}
        self.certain: list[tuple[str, float]] = []
        self.known: dict[str, Chance] = {}
        for each in structure.components:
            if each in needed and not self._is_spread(each):
                self.certain.append((each, self._alone(each)))
            else:
                self.known[each] = self._alone(each)
        self.certain += [(zone, weak[zone]) for zone in weak if zone in held]

    def _alone(self, component: str) -> float:
        if component in self.alone:
            return self.alone[component]
        return self.structure.standings[component].alone

    def _is_spread(self, component: str) -> bool:
        """Whether it depends on which of the zones that may fail are up."""
        zones = self.structure.standings[component].zones
        return any(around in self.weak for zone in zones for around in self.structure.parents[zone])

    def rest(self) -> tuple[float, Method, float]:
        uncertain = [each for each, chance in self.known.items() if float(np.min(chance)) < 1.0]
        zones = [zone for zone in self.weak if any(zone in self.structure.domains(each) for each in self.known)]
        if not uncertain and not zones and self.of == "parts":
            return 1.0, "closed form", 0.0
        shared = uncertain if self.structure.is_circular else self._shared(zones)
        count = len(shared) + len(zones)
        if count > MOST_SHARED:
            return self._sampled(zones)
        size = 1 << count
        grid = np.arange(size)
        states = {name: (grid >> position & 1).astype(float) for position, name in enumerate((*zones, *shared))}
        weight: Chance = 1.0
        for zone in zones:
            weight = weight * _weight(states[zone], self.weak[zone])
        value = self._in_circle(states, weight, uncertain) if self.structure.is_circular else self._walk(states, weight)
        total = float(np.sum(value)) if count else float(np.asarray(value))
        if self.structure.is_circular and self.of == "parts":
            total *= self._shared_causes()
        return min(total, 1.0), "enumeration" if count else "closed form", 0.0

    def _standing(self, component: str, states: Mapping[str, Chances]) -> Chance:
        """The probability that it is up, in each state of the zones."""
        own = self.known.get(component, 1.0)
        standing = self.structure.standings[component]
        if component not in self.known or not self._is_spread(component):
            return own
        index = np.zeros(1, dtype=np.int64)
        for place, zone in enumerate(standing.zones):
            up: Chance = 1.0
            for around in self.structure.parents[zone]:
                if around in states:
                    up = up * states[around]
            index = index + (np.asarray(up) * (1 << place)).astype(np.int64)
        if component in self.alone:
            # A probability that was given holds while any of its zones is up.
            return np.asarray(own * (index > 0), dtype=float)
        return np.asarray(standing.table()[index], dtype=float)

    def _walk(self, states: Mapping[str, Chances], weight: Chance) -> Chance:
        """Sums over the states of shared parts; given these states, everything else is independent."""
        works: dict[str, Chance] = {}
        for each in self.structure.order:
            value = self._value(each, self._standing(each, states), works)
            if each in states:
                weight = weight * _weight(states[each], value)
                value = states[each]
            works[each] = value
        return weight * any_of([works[entry] for entry in dict.fromkeys(self.structure.entries)], 1)

    def _value(self, component: str, own: Chance, works: Mapping[str, Chance]) -> Chance:
        if self.of != "parts":
            return self.structure.share_of(component, own, works, works, warm=self.of == "warm")
        seen: set[str] = set()
        for need in self.structure.needs[component]:
            targets = dict.fromkeys(need.targets)
            if need.is_any:
                own = (
                    own
                    * any_of([works[target] for target in targets], need.needed)
                    * (1.0 - self.structure.shared_down(need))
                )
            else:
                for target in targets:
                    if target not in seen:
                        own = own * works[target]
                seen.update(targets)
        return own

    def _in_circle(self, states: Mapping[str, Chances], weight: Chance, uncertain: list[str]) -> Chance:
        """Every uncertain part is up or down in each state; reachability then tells what works."""
        for each in uncertain:
            weight = weight * _weight(states[each], self._standing(each, states))
        up: dict[str, Chance] = {each: states[each] for each in uncertain}
        if self.of != "parts":
            return weight * self.structure.served(up, warm=self.of == "warm")
        size = len(next(iter(states.values()))) if states else 1
        bits = {each: _packed(states[each]) for each in uncertain}
        working = self.structure.scenarios(bits, (1 << size) - 1)
        return weight * _unpacked(working, size)

    def _shared(self, zones: list[str]) -> list[str]:
        """Components that may fail and have several callers, callees first."""
        structure = self.structure
        callers: dict[str, int] = {}
        for each in structure.order:
            for need in structure.needs[each]:
                for target in set(need.targets):
                    callers[target] = callers.get(target, 0) + 1
        for entry in structure.entries:
            callers[entry] = callers.get(entry, 0) + 1
        sure: set[str] = set()
        shared = []
        for each in structure.order:
            is_sure = float(np.min(self.known.get(each, 1.0))) >= 1.0
            is_sure = is_sure and not any(zone in zones for zone in structure.domains(each))
            for need in structure.needs[each]:
                reached = [target in sure for target in need.targets]
                is_sure = is_sure and (sum(reached) >= need.needed if need.is_any else all(reached))
            if is_sure:
                sure.add(each)
            elif callers.get(each, 0) > 1:
                shared.append(each)
        return shared

    def _shared_causes(self) -> float:
        """The probability that no common cause of several alternatives strikes."""
        return math.prod(
            1.0 - self.structure.shared_down(need) for needs in self.structure.needs.values() for need in needs
        )

    def _sampled(self, zones: list[str]) -> tuple[float, Method, float]:
        """The share of seeded draws in which it works, and half of its 95 % interval (Wilson's, so never zero)."""
        random = np.random.default_rng(SEED)
        states = {zone: (random.random(DRAWS) < self.weak[zone]).astype(float) for zone in zones}
        up: dict[str, Chance] = {}
        for each in self.known:
            chance = self._standing(each, states)
            if float(np.min(chance)) < 1.0:
                up[each] = (random.random(DRAWS) < chance).astype(float)
        if self.of == "parts":
            bits = {each: _packed(np.asarray(value)) for each, value in up.items()}
            share = self.structure.scenarios(bits, (1 << DRAWS) - 1).bit_count() / DRAWS * self._shared_causes()
        else:
            share = float(np.mean(np.asarray(self.structure.served(up, warm=self.of == "warm"))))
        z = 1.959964
        spread = z / (1 + z * z / DRAWS) * math.sqrt(share * (1 - share) / DRAWS + z * z / (4 * DRAWS * DRAWS))
        return share, "sampling", spread


def _weight(state: Chances, chance: Chance) -> Chance:
    return state * chance + (1.0 - state) * (1.0 - chance)


def _packed(state: Chances) -> int:
    return int.from_bytes(np.packbits(state > 0.5, bitorder="little").tobytes(), "little")


def _unpacked(bits: int, size: int) -> Chances:
    packed = np.frombuffer(bits.to_bytes((size + 7) // 8, "little"), dtype=np.uint8)
    return np.unpackbits(packed, bitorder="little")[:size].astype(float)
