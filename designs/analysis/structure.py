"""What an operation needs in order to work, as a monotone function of which components are up.

A component works when it is up itself and, of each group of arrows, all of their targets work, or as many as the peak
needs. Parts that a request can work without (a cache beside a store, an optional call) and work behind a queue are left
out. In a circle a component works if everything that it needs and reaches is up: the order of its arrows does not
matter. The same walk answers many questions at once when the values are Python integers whose bits are scenarios, or
arrays of shares of requests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from designs.analysis.flow import FlowHop, OperationFlow
from designs.analysis.graph import Graph
from designs.analysis.standing import Chances, Standing, any_of

# For alternatives: how many are needed, and how often one cause fails all of them.
Needed = Callable[[tuple[str, ...]], tuple[int, float]]
MOST_ROUNDS = 200
STILL = 1e-13
NONE = 1e-12


@dataclass(frozen=True)
class Need:
    """Targets by component and by the arrow that leads there; `needed` of them are enough when `is_any`.

    `shares` are the shares of the requests at the source that need each target, `warm_shares` the same while caches are
    full. With `by_key` a request needs the one target that holds its key. `shared_down` is how often one cause fails
    all alternatives.
    """

    is_any: bool
    targets: tuple[str, ...]
    connections: tuple[str, ...]
    needed: int = 1
    by_key: bool = False
    shares: tuple[float, ...] = ()
    warm_shares: tuple[float, ...] = ()
    shared_down: float = 0.0

    @property
    def is_partial(self) -> bool:
        return self.by_key or any(share < 1 for share in self.shares)


@dataclass(frozen=True)
class Structure:
    """`order` has callees before callers, as far as there is such an order; any entry is enough."""

    order: tuple[str, ...]
    needs: Mapping[str, tuple[Need, ...]]
    entries: tuple[str, ...]
    standings: Mapping[str, Standing]
    parents: Mapping[str, tuple[str, ...]]
    clients: frozenset[str]
    is_circular: bool = False

    @cached_property
    def components(self) -> tuple[str, ...]:
        """Components that can fail: all except clients."""
        return tuple(each for each in self.order if each not in self.clients)

    @cached_property
    def zones(self) -> tuple[str, ...]:
        """Zones and regions that contain a component."""
        return tuple(dict.fromkeys(around for each in self.components for around in self.domains(each)))

    def domains(self, component: str) -> tuple[str, ...]:
        """Zones of a component and those around them, innermost first."""
        zones = self.standings[component].zones
        return tuple(dict.fromkeys(around for zone in zones for around in self.parents[zone]))

    @cached_property
    def zone_members(self) -> dict[str, tuple[str, ...]]:
        """Components that have too few servers left when a zone is lost."""
        return {zone: self.fallen(frozenset({zone})) for zone in self.zones}

    def fallen(self, zones: frozenset[str]) -> tuple[str, ...]:
        """Components that have too few servers outside of these zones."""
        found = []
        for each in self.components:
            standing = self.standings[each]
            left = sum(
                count
                for zone, count in zip(standing.zones, standing.in_zones, strict=True)
                if not zones.intersection(self.parents[zone])
            )
            if standing.zones and left < standing.needed:
                found.append(each)
        return tuple(found)

    @cached_property
    def is_partial(self) -> bool:
        """Whether some requests work without a part that others need."""
        return any(need.is_partial for needs in self.needs.values() for need in needs)

    @cached_property
    def single_points(self) -> frozenset[str]:
        """Components without which some request fails, whatever else is up."""
        names = self.components
        everything = (1 << len(names)) - 1
        up = {name: everything & ~(1 << position) for position, name in enumerate(names)}
        working = self.scenarios(up, everything)
        return frozenset(name for at, name in enumerate(names) if not working >> at & 1)

    @cached_property
    def lost_shares(self) -> dict[str, float]:
        """The share of requests that fail while one component is down, for each component that some request needs."""
        names = [each for each in self.components if each in self.single_points]
        if not self.is_partial:
            return dict.fromkeys(names, 1.0)
        up = {each: np.ones(len(names)) for each in names}
        for position, each in enumerate(names):
            up[each][position] = 0.0
        served = np.broadcast_to(self.served(up), (len(names),))
        return {each: float(1.0 - served[position]) for position, each in enumerate(names)}

    @cached_property
    def needed_warm(self) -> frozenset[str]:
        """Components without which no request is served, even with full caches."""
        names = [each for each in self.components if each in self.single_points]
        up = {each: np.ones(len(names)) for each in names}
        for position, each in enumerate(names):
            up[each][position] = 0.0
        served = np.broadcast_to(self.served(up, warm=True), (len(names),))
        return frozenset(each for position, each in enumerate(names) if served[position] < NONE)

    def share_lost(self, down: frozenset[str], cut: frozenset[str] = frozenset()) -> float:
        """The share of requests that fail while these components and zones are down and these arrows are cut."""
        gone = down | set(self.fallen(down & set(self.zones)))
        served = self.served({each: 0.0 for each in self.components if each in gone}, cut=cut)
        return float(1.0 - np.max(np.asarray(served)))

    def shared_down(self, need: Need) -> float:
        """How often one cause fails all alternatives; 0 where one of them is a single point of failure anyway."""
        return 0.0 if self.single_points.intersection(need.targets) else need.shared_down

    # Scenarios as bits: does every request work?

    def scenarios(self, up: Mapping[str, int], everything: int, arrows: Mapping[str, int] | None = None) -> int:
        """Bits of the scenarios in which every request works; components and arrows that are not in `up` or `arrows`
        never fail.
        """
        works = self.working(up, everything, arrows)
        result = 0
        for entry in self.entries:
            result |= works[entry]
        return result

    def working(
        self, up: Mapping[str, int], everything: int, arrows: Mapping[str, int] | None = None
    ) -> dict[str, int]:
        """The same for each component: itself and all that it needs."""
        if not self.is_circular:
            works: dict[str, int] = {}
            for each in self.order:
                works[each] = self._bits(each, up, everything, arrows, works, works)
            return works
        # A needed part counts as working until a failure shows; an alternative counts only once it is shown to work.
        held = {each: up.get(each, everything) for each in self.order}
        while True:
            found = dict.fromkeys(self.order, 0)
            while True:
                grown = {each: self._bits(each, up, everything, arrows, held, found) for each in self.order}
                if grown == found:
                    break
                found = grown
            if found == held:
                return found
            held = found

    def _bits(
        self,
        each: str,
        up: Mapping[str, int],
        everything: int,
        arrows: Mapping[str, int] | None,
        needed: Mapping[str, int],
        alternatives: Mapping[str, int],
    ) -> int:
        value = up.get(each, everything)
        for need in self.needs[each]:
            works = alternatives if need.is_any else needed
            if arrows is None:
                reached = [works[target] for target in need.targets]
            else:
                reached = [
                    works[target] & arrows.get(connection, everything)
                    for target, connection in zip(need.targets, need.connections, strict=True)
                ]
            if need.is_any:
                value &= _at_least(reached, need.needed, everything)
            else:
                for bits in reached:
                    value &= bits
        return value

    # Shares of requests

    def served(
        self, up: Mapping[str, Chances | float], *, warm: bool = False, cut: frozenset[str] = frozenset()
    ) -> Chances | float:
        """The share of requests that work, by the shares that need each arrow; components that are not given are up."""
        works: dict[str, Chances | float] = {}
        if self.is_circular:
            works = self._served_in_circle(up, warm=warm, cut=cut)
        else:
            for each in self.order:
                works[each] = self.share_of(each, up.get(each, 1.0), works, works, warm=warm, cut=cut)
        entries = [works[entry] for entry in dict.fromkeys(self.entries)]
        return any_of(entries, 1)

    def _served_in_circle(
        self, up: Mapping[str, Chances | float], *, warm: bool, cut: frozenset[str]
    ) -> dict[str, Chances | float]:
        """As `working` does it: needed parts are iterated from above, alternatives from below."""
        held: dict[str, Chances | float] = dict.fromkeys(self.order, 1.0)
        for _ in range(MOST_ROUNDS):
            found: dict[str, Chances | float] = dict.fromkeys(self.order, 0.0)
            for _ in range(MOST_ROUNDS):
                grown = {
                    each: self.share_of(each, up.get(each, 1.0), held, found, warm=warm, cut=cut) for each in self.order
                }
                if _is_still(grown, found):
                    break
                found = grown
            if _is_still(found, held):
                break
            held = found
        return held

    def share_of(
        self,
        component: str,
        value: Chances | float,
        needed: Mapping[str, Chances | float],
        alternatives: Mapping[str, Chances | float],
        *,
        warm: bool,
        cut: frozenset[str] = frozenset(),
    ) -> Chances | float:
        seen = set[str]()
        for need in self.needs[component]:
            shares = need.warm_shares if warm else need.shares
            works = alternatives if need.is_any else needed
            reached: list[Chances | float] = [
                0.0 if connection in cut else works[target]
                for target, connection in zip(need.targets, need.connections, strict=True)
            ]
            if need.by_key:
                lost: Chances | float = 0.0
                for share, chance in zip(shares, reached, strict=True):
                    lost = lost + share * (1.0 - chance)
                value = value * (1.0 - lost)
            elif need.is_any:
                together = dict(zip(need.targets, reached, strict=True))
                taken = min(1.0, sum(shares))
                value = value * (1.0 - taken + taken * any_of(list(together.values()), need.needed))
                value = value * (1.0 - taken * self.shared_down(need))
            else:
                for target, share, chance in zip(need.targets, shares, reached, strict=True):
                    if target not in seen:
                        value = value * (1.0 - share + share * chance)
                    seen.add(target)
        return value

    def works(self, down: frozenset[str], cut: frozenset[str] = frozenset()) -> bool:
        """Whether every request works while these components and zones are down and these arrows are cut."""
        failed = self.failed(down, cut)
        return any(entry not in failed for entry in self.entries)

    def failed(self, down: frozenset[str], cut: frozenset[str] = frozenset()) -> frozenset[str]:
        """Components that do not work then, because they are down themselves or cannot reach a part that they need."""
        gone = down | set(self.fallen(down & set(self.zones)))
        up = {each: 0 for each in self.components if each in gone}
        works = self.working(up, 1, dict.fromkeys(cut, 0) if cut else None)
        return frozenset(each for each, value in works.items() if not value)


def _is_still(after: Mapping[str, Chances | float], before: Mapping[str, Chances | float]) -> bool:
    return all(float(np.max(np.abs(after[each] - before[each]))) < STILL for each in after)


def _at_least(reached: Sequence[int], needed: int, everything: int) -> int:
    """Bits of the scenarios in which at least this many of these work."""
    if needed <= 1:
        any_of_them = 0
        for bits in reached:
            any_of_them |= bits
        return any_of_them
    counted = [everything] + [0] * needed
    for bits in reached:
        for number in range(needed, 0, -1):
            counted[number] |= counted[number - 1] & bits
    return counted[needed]


def structure_of(
    flow: OperationFlow,
    graph: Graph,
    standings: Mapping[str, Standing] | None = None,
) -> Structure:
    """The structure of a flow. Without `standings` one server of each component is enough."""
    needs = {each: tuple(_needs(each, flow)) for each in flow.components}
    order, is_circular = _ordered(flow.entries, needs)
    known = standings or {}
    return Structure(
        order=order,
        needs={each: needs[each] for each in order},
        entries=flow.entries,
        standings={each: known.get(each) or Standing(1.0, zones=graph.spread(each)[:1]) for each in order},
        parents={zone: graph.around(zone) for zone in graph.zones},
        clients=frozenset(each for each in order if graph.components[each].kind == "client"),
        is_circular=is_circular,
    )


def bearing_of(structure: Structure, standings: Mapping[str, Standing], needed: Needed) -> Structure:
    """The same with as many servers as the peak needs, and as many of several alternatives."""
    needs = {
        each: tuple(_bearing(need, needed) if need.is_any and len(set(need.targets)) > 1 else need for need in of_one)
        for each, of_one in structure.needs.items()
    }
    return replace(structure, needs=needs, standings={each: standings[each] for each in structure.order})


def _bearing(need: Need, needed: Needed) -> Need:
    enough, shared_down = needed(need.targets)
    return replace(need, needed=enough, shared_down=shared_down)


def _needs(component: str, flow: OperationFlow) -> list[Need]:
    found = []
    for group in flow.groups.get(component, ()):
        # Some of the calls made together may be optional.
        hops = [hop for hop in group.hops if hop.calls > 0 and not (hop.is_optional and group.mode == "all")]
        if group.mode not in ("all", "any", "by_key") or not hops:
            continue
        targets = tuple(hop.target for hop in hops)
        is_any = group.mode == "any"
        found.append(
            Need(
                is_any,
                targets,
                tuple(hop.connection for hop in hops),
                1,
                group.mode == "by_key",
                tuple(_share(hop, hop.cold_share) for hop in hops),
                tuple(_share(hop, hop.share) for hop in hops),
            )
        )
    return found


def _share(hop: FlowHop, share: float) -> float:
    return min(1.0, share * min(1.0, hop.multiplier))


def _ordered(entries: Sequence[str], needs: Mapping[str, Sequence[Need]]) -> tuple[tuple[str, ...], bool]:
    """Depth first, without recursion: components after those that they need; and whether there is a circle."""
    order, is_circular = list[str](), False
    done, open_ones = set[str](), set[str]()
    for entry in entries:
        trail = [(entry, iter([target for need in needs[entry] for target in need.targets]))]
        if entry in done:
            continue
        open_ones.add(entry)
        while trail:
            each, targets = trail[-1]
            target = next(targets, None)
            if target is None:
                trail.pop()
                open_ones.discard(each)
                done.add(each)
                order.append(each)
            elif target in open_ones:
                is_circular = True
            elif target not in done:
                open_ones.add(target)
                trail.append((target, iter([inner for need in needs[target] for inner in need.targets])))
    return tuple(order), is_circular
