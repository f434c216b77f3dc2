"""What an operation needs in order to work, as a monotone function of which components are up.

A component works when it is up itself and, of each group of arrows, all or any of their targets work. Whatever can be
done without (a cache beside a store) or comes later (behind a queue) is left out. The same walk answers many questions
at once when the values are Python integers whose bits are scenarios.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from designs.analysis.flows import OperationFlow
from designs.analysis.graph import Graph

Value = TypeVar("Value")


@dataclass(frozen=True)
class Need:
    """Targets by component and by the arrow that leads there; `is_any` when one of them is enough."""

    is_any: bool
    targets: tuple[str, ...]
    connections: tuple[str, ...]


@dataclass(frozen=True)
class Structure:
    """`order` has callees before callers; an entry works on its own account, and any entry is enough."""

    order: tuple[str, ...]
    needs: Mapping[str, tuple[Need, ...]]
    entries: tuple[str, ...]
    domains: Mapping[str, tuple[str, ...]]
    clients: frozenset[str]

    @cached_property
    def components(self) -> tuple[str, ...]:
        """What can fail, clients left out."""
        return tuple(each for each in self.order if each not in self.clients)

    @cached_property
    def zones(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(zone for each in self.components for zone in self.domains[each]))

    @cached_property
    def zone_members(self) -> dict[str, tuple[str, ...]]:
        members: dict[str, list[str]] = {zone: [] for zone in self.zones}
        for each in self.components:
            for zone in self.domains[each]:
                members[zone].append(each)
        return {zone: tuple(found) for zone, found in members.items()}

    @cached_property
    def single_points(self) -> frozenset[str]:
        """Components without which the operation does not work, whatever else does."""
        names = self.components
        everything = (1 << len(names)) - 1
        up = {name: everything & ~(1 << position) for position, name in enumerate(names)}
        working = self.scenarios(up, everything)
        return frozenset(name for at, name in enumerate(names) if not working >> at & 1)

    def scenarios(self, up: Mapping[str, int], everything: int, arrows: Mapping[str, int] | None = None) -> int:
        """Bits of the scenarios in which the operation works; what is not in `up` or `arrows` never fails."""
        works = self.working(up, everything, arrows)
        result = 0
        for entry in self.entries:
            result |= works[entry]
        return result

    def working(
        self, up: Mapping[str, int], everything: int, arrows: Mapping[str, int] | None = None
    ) -> dict[str, int]:
        """The same for each component: itself and all that it needs."""
        works: dict[str, int] = {}
        for each in self.order:
            value = up.get(each, everything)
            for need in self.needs[each]:
                if arrows is None:
                    reached = [works[target] for target in need.targets]
                else:
                    reached = [
                        works[target] & arrows.get(connection, everything)
                        for target, connection in zip(need.targets, need.connections, strict=True)
                    ]
                if need.is_any:
                    any_of = 0
                    for bits in reached:
                        any_of |= bits
                    value &= any_of
                else:
                    for bits in reached:
                        value &= bits
            works[each] = value
        return works

    def works(self, down: frozenset[str], cut: frozenset[str] = frozenset()) -> bool:
        """Whether the operation works while these components and zones are down and these arrows cut."""
        failed = self.failed(down, cut)
        return any(entry not in failed for entry in self.entries)

    def failed(self, down: frozenset[str], cut: frozenset[str] = frozenset()) -> frozenset[str]:
        """Components that do not work then, being down themselves or unable to reach what they need."""
        up = {each: 0 for each in self.components if each in down or any(zone in down for zone in self.domains[each])}
        works = self.working(up, 1, dict.fromkeys(cut, 0) if cut else None)
        return frozenset(each for each, value in works.items() if not value)


def structure_of(flow: OperationFlow, graph: Graph) -> Structure:
    """The structure of a flow; an arrow that closes a circle is left out, since its target is already being asked."""
    order, needs = list[str](), dict[str, tuple[Need, ...]]()
    for entry in flow.entries:
        _walk(entry, lambda each: _needs(each, flow), order, needs)
    return Structure(
        order=tuple(order),
        needs=needs,
        entries=flow.entries,
        domains={each: graph.domains[each] for each in order},
        clients=frozenset(each for each in order if graph.components[each].kind == "client"),
    )


def _needs(component: str, flow: OperationFlow) -> list[Need]:
    return [
        Need(group.mode == "any", tuple(hop.target for hop in hops), tuple(hop.connection for hop in hops))
        for group in flow.groups.get(component, ())
        if group.mode in ("all", "any") and (hops := [hop for hop in group.hops if hop.calls > 0])
    ]


def _walk(
    start: str,
    needs_of: Callable[[str], Sequence[Need]],
    order: list[str],
    needs: dict[str, tuple[Need, ...]],
) -> None:
    """Depth first, without recursion: appends to `order` when all that a component needs stands there."""
    if start in needs:
        return
    open_ones: dict[str, list[Need]] = {}
    trail: list[tuple[str, Iterator[str]]] = []

    def enter(each: str) -> None:
        wanted = [_without(need, open_ones.keys() | {each}) for need in needs_of(each)]
        open_ones[each] = [need for need in wanted if need.targets]
        trail.append((each, iter([target for need in open_ones[each] for target in need.targets])))

    enter(start)
    while trail:
        each, targets = trail[-1]
        target = next((target for target in targets if target not in needs and target not in open_ones), None)
        if target is not None:
            enter(target)
            continue
        trail.pop()
        order.append(each)
        needs[each] = tuple(open_ones.pop(each))


def _without(need: Need, asked: set[str]) -> Need:
    kept = [pair for pair in zip(need.targets, need.connections, strict=True) if pair[0] not in asked]
    return Need(need.is_any, tuple(target for target, _ in kept), tuple(arrow for _, arrow in kept))
