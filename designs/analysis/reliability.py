"""What an operation cannot lose, alone or in pairs, and how available that makes it.

A component that every way of working runs through (a dominator of the flow) is a cut of size 1. All losses of one and
of two parts are tried at once, one scenario a bit, so nothing is sampled and nothing is missed. Availability is exact:
dominators are multiplied out, what has one caller is combined as series and parallel parts, and parts with several
callers are enumerated; only beyond `MOST_SHARED` of those is it sampled, with its error stated.
Source: R. E. Barlow and F. Proschan, Statistical Theory of Reliability and Life Testing (1975), chapters 1 and 2.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from designs.analysis.structure import Structure

MOST_SHARED = 14
DRAWS = 40_000
SEED = 7
MOST_PAIRS = 500
Method = Literal["closed form", "enumeration", "sampling"]
Chance = float | npt.NDArray[np.float64]


@dataclass(frozen=True)
class Cuts:
    """What fails an operation: single components and zones, and pairs of which neither is enough alone.

    Zones are named only where they take more than a single point down with them or hold one. `pair_count` counts all
    pairs of components, of which at most MOST_PAIRS are listed.
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
    parts = {each: (each,) for each in structure.components}
    singles = tuple(each for each in parts if each in structure.single_points)
    pairs, count = _cut_pairs(structure, singles, parts)
    zones = structure.zone_members
    zone_singles = tuple(zone for zone in zones if not structure.works(frozenset({zone})))
    zone_pairs, _ = _cut_pairs(structure, zone_singles, zones)
    return Cuts(singles, zone_singles, pairs, zone_pairs, count)


def _cut_pairs(
    structure: Structure, singles: tuple[str, ...], parts: Mapping[str, tuple[str, ...]]
) -> tuple[tuple[tuple[str, str], ...], int]:
    """Minimal pairs of parts (each a set of components that fall together) that are no cut alone, and how many."""
    pairs = _pairs(structure, [name for name in parts if name not in set(singles)], parts)
    return tuple(pairs[:MOST_PAIRS]), len(pairs)


def _pairs(structure: Structure, names: list[str], parts: Mapping[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    """Scenario i x n + j has parts i and j down."""
    size = len(names)
    if size < 2:
        return []
    everything = (1 << size * size) - 1
    row = (1 << size) - 1
    column = everything // row  # a one at the beginning of each row
    up: dict[str, int] = {}
    for position, name in enumerate(names):
        standing = everything & ~((row << position * size) | (column << position))
        for component in parts[name]:
            up[component] = up.get(component, everything) & standing
    failing = everything & ~structure.scenarios(up, everything)
    if not failing:
        return []
    packed = np.frombuffer(failing.to_bytes((size * size + 7) // 8, "little"), dtype=np.uint8)
    found = np.flatnonzero(np.unpackbits(packed, bitorder="little"))
    return [(names[at // size], names[at % size]) for at in found.tolist() if at // size < at % size]


def availability(structure: Structure, chances: Mapping[str, float], zone_chances: Mapping[str, float]) -> Availability:
    """The chance that the operation works, from those of its components (all of them) and zones (1 when left out)."""
    known = {each: chances[each] for each in structure.components}
    weak_zones = {zone: zone_chances[zone] for zone in structure.zones if zone_chances.get(zone, 1.0) < 1.0}
    singles = structure.single_points
    certain = [(each, known[each]) for each in structure.components if each in singles]
    certain_zones = [zone for zone in weak_zones if any(each in singles for each in structure.zone_members[zone])]
    certain += [(zone, weak_zones[zone]) for zone in certain_zones]
    for each in singles:
        known[each] = 1.0
    shared_zones = []
    for zone, chance in weak_zones.items():
        members = [each for each in structure.zone_members[zone] if each not in singles]
        if zone in certain_zones or not members:
            continue
        if len(members) == 1:
            known[members[0]] *= chance
        else:
            shared_zones.append(zone)
    rest, method, error = _rest(structure, known, {zone: weak_zones[zone] for zone in shared_zones})
    factor = math.prod(chance for _, chance in certain)
    return Availability(factor * rest, method, factor * error, tuple(certain), rest)


def _rest(structure: Structure, known: Mapping[str, float], zones: Mapping[str, float]) -> tuple[float, Method, float]:
    if all(chance >= 1.0 for chance in known.values()) and not zones:
        return 1.0, "closed form", 0.0
    shared = _shared(structure, known, zones)
    count = len(shared) + len(zones)
    if count > MOST_SHARED:
        return _sampled(structure, known, zones)
    value = _enumerated(structure, known, zones, shared)
    return value, "enumeration" if count else "closed form", 0.0


def _shared(structure: Structure, known: Mapping[str, float], zones: Mapping[str, float]) -> list[str]:
    """Components with several callers whose working is not certain, callees first."""
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
        is_sure = known.get(each, 1.0) >= 1.0 and not any(zone in zones for zone in structure.domains[each])
        for need in structure.needs[each]:
            reached = [target in sure for target in need.targets]
            is_sure = is_sure and (any(reached) if need.is_any else all(reached))
        if is_sure:
            sure.add(each)
        elif callers.get(each, 0) > 1:
            shared.append(each)
    return shared


def _enumerated(
    structure: Structure, known: Mapping[str, float], zones: Mapping[str, float], shared: list[str]
) -> float:
    """Sums over the states of shared parts; given those, everything else is independent."""
    states: dict[str, Chance] = {}
    weight: Chance = 1.0
    count = len(shared) + len(zones)
    grid = np.arange(1 << count)
    for position, name in enumerate((*zones, *shared)):
        states[name] = (grid >> position & 1).astype(float)
    for zone, chance in zones.items():
        weight = weight * (states[zone] * chance + (1.0 - states[zone]) * (1.0 - chance))
    works: dict[str, Chance] = {}
    for each in structure.order:
        value = _chance(each, structure, known, zones, states, works)
        if each in states:
            weight = weight * (states[each] * value + (1.0 - states[each]) * (1.0 - value))
            value = states[each]
        works[each] = value
    total = weight * _any([works[entry] for entry in dict.fromkeys(structure.entries)])
    return float(np.sum(total)) if count else float(total)


def _chance(
    component: str,
    structure: Structure,
    known: Mapping[str, float],
    zones: Mapping[str, float],
    states: Mapping[str, Chance],
    works: Mapping[str, Chance],
) -> Chance:
    value: Chance = known.get(component, 1.0)
    for zone in structure.domains[component]:
        if zone in zones:
            value = value * states[zone]
    seen: set[str] = set()
    for need in structure.needs[component]:
        targets = dict.fromkeys(need.targets)
        if need.is_any:
            value = value * _any([works[target] for target in targets])
        else:
            for target in targets:
                if target not in seen:
                    value = value * works[target]
            seen.update(targets)
    return value


def _any(chances: list[Chance]) -> Chance:
    if len(chances) == 1:
        return chances[0]
    failing: Chance = 1.0
    for chance in chances:
        failing = failing * (1.0 - chance)
    return 1.0 - failing


def _sampled(
    structure: Structure, known: Mapping[str, float], zones: Mapping[str, float]
) -> tuple[float, Method, float]:
    """The share of seeded draws in which it works, and half of its 95 % interval (Wilson's, so never zero)."""
    random = np.random.default_rng(SEED)

    def drawn(chance: float) -> int:
        bits = np.packbits(random.random(DRAWS) < chance, bitorder="little")
        return int.from_bytes(bits.tobytes(), "little")

    everything = (1 << DRAWS) - 1
    standing = {zone: drawn(chance) for zone, chance in zones.items()}
    up = {}
    for each, chance in known.items():
        bits = drawn(chance) if chance < 1.0 else everything
        for zone in structure.domains[each]:
            bits &= standing.get(zone, everything)
        up[each] = bits
    share = structure.scenarios(up, everything).bit_count() / DRAWS
    z = 1.959964
    spread = z / (1 + z * z / DRAWS) * math.sqrt(share * (1 - share) / DRAWS + z * z / (4 * DRAWS * DRAWS))
    return share, "sampling", spread
