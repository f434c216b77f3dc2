"""The smallest set of losses under which a requirement that holds today fails.

A loss is one server or one zone. A component counts as down when fewer of its servers are left than the peak and its
quorum need, so taking it down costs that many losses. Losing fewer servers, so that the component stays up but is
slower, is also
tried. Sets are tried from the smallest up, so the first one that breaks something is a smallest one.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace

from designs.analysis import values
from designs.analysis.attack.broken import BY_SHARE, Broken, overloaded
from designs.analysis.drill import ALMOST_ALL, failing_flow, ways_left
from designs.analysis.graph import STORES
from designs.analysis.model import Model
from designs.analysis.requirements import LATENCIES, Meter, RequirementResult
from designs.analysis.settling import model_of, settled
from designs.analysis.values import said_failing
from designs.document.basics import in_order

MOST_TOGETHER = 3  # elements of a set: a larger set is no longer a small attack
MOST_SETS = 400
MOST_GROUPS = 10_000
JUDGED = frozenset({*LATENCIES, *BY_SHARE, "throughput"})


@dataclass(frozen=True)
class Blow:
    """The loss of `count` servers of a component, or of a zone.

    `is_down`: too few servers are left for the component to work.
    """

    kind: str  # "servers" or "zone"
    at: str
    count: int = 1
    is_down: bool = True


@dataclass(frozen=True)
class Losses:
    blows: tuple[Blow, ...]
    broken: tuple[Broken, ...]

    @property
    def size(self) -> int:
        return sum(blow.count for blow in self.blows)


@dataclass(frozen=True)
class Search:
    """The smallest sets (zones may be in them; `without_zones` are sets of servers only), and how much was searched."""

    smallest: tuple[Losses, ...]
    without_zones: tuple[Losses, ...]
    sets: int
    is_whole: bool
    all_tried: int = 0  # sets after which every call counts as tried as often as it may be


def required(model: Model, results: Collection[RequirementResult], priorities: Collection[str]) -> list[str]:
    """Requirements that hold and that can be judged after a loss."""
    held = {each.requirement for each in results if each.verdict == "pass"}
    requirements = in_order(model.document.scope.measurable_requirements)
    return [key for key, each in requirements if key in held and each.metric in JUDGED and each.priority in priorities]


def smallest_losses(model: Model, goals: list[str], *, most_sets: int = MOST_SETS) -> Search:
    judge = _Judge(model, goals)
    servers, zones = list(_servers(model)), list(_zones(model))
    if not goals:
        return Search((), (), 0, is_whole=True)
    everything, is_whole = _first([*servers, *zones], judge, most_sets)
    alone, is_whole_alone = (everything, is_whole) if not zones else _first(servers, judge, 2 * most_sets)
    slower = judge.slower(alone[0].size if alone else math.inf)
    return Search(
        _least(everything, slower),
        _least(alone, slower),
        len(judge.tried),
        is_whole and is_whole_alone,
        len(judge.all_tried),
    )


def _first(blows: list[Blow], judge: _Judge, most_sets: int) -> tuple[list[Losses], bool]:
    """All sets of the smallest size that breaks something, and whether all smaller sets were tried."""
    found = list[Losses]()
    groups, together = _by_size(blows)
    for group in groups:
        if found and sum(blow.count for blow in group) > found[0].size:
            break
        if any(set(each.blows) <= set(group) for each in found):
            continue
        if group not in judge.tried and len(judge.tried) >= most_sets:
            return found, False
        if broken := judge.broken(group):
            found.append(Losses(group, broken))
    return found, together == MOST_TOGETHER or bool(found and found[0].size <= together)


def _least(one: list[Losses], other: list[Losses]) -> tuple[Losses, ...]:
    least = min((each.size for each in (*one, *other)), default=0)
    return tuple(each for each in (*one, *other) if each.size == least)


def _servers(model: Model) -> Iterator[Blow]:
    """For each component, the fewest servers whose loss leaves too few for the peak."""
    for key, component in model.graph.components.items():
        standings = [structure.standings[key] for structure in model.bearing.values() if key in structure.standings]
        if component.kind == "client" or not standings:
            continue
        yield Blow("servers", key, min(max(1, each.servers - each.needed + 1) for each in standings))


def _zones(model: Model) -> Iterator[Blow]:
    around = {zone for structure in model.bearing.values() for zone in structure.zones}
    for key, zone in model.graph.zones.items():
        if key in around and zone.kind == "zone":
            yield Blow("zone", key)


def _by_size(blows: list[Blow]) -> tuple[list[tuple[Blow, ...]], int]:
    """Sets of losses from the smallest up, and the largest size tried: three, or fewer when there are many losses."""
    together = 1
    while together < MOST_TOGETHER and math.comb(len(blows), together + 1) <= MOST_GROUPS:
        together += 1
    groups = [group for count in range(1, together + 1) for group in itertools.combinations(blows, count)]
    return sorted(groups, key=lambda group: (sum(blow.count for blow in group), len(group))), together


@dataclass(frozen=True)
class _Judge:
    model: Model
    goals: list[str]
    tried: dict[tuple[Blow, ...], tuple[Broken, ...]] = field(default_factory=dict)
    all_tried: set[tuple[Blow, ...]] = field(default_factory=set)

    def broken(self, blows: tuple[Blow, ...]) -> tuple[Broken, ...]:
        if blows not in self.tried:
            self.tried[blows] = self._broken(blows)
        return self.tried[blows]

    def _broken(self, blows: tuple[Blow, ...]) -> tuple[Broken, ...]:
        model = self.model
        zones = frozenset(blow.at for blow in blows if blow.kind == "zone")
        down = frozenset(blow.at for blow in blows if blow.kind == "servers")
        gone = down | self._fallen(zones)
        shares = {key: each.share_lost(gone, frozenset()) for key, each in model.bearing.items()}
        found = [each for key in self.goals for each in self._by_share(key, shares)]
        if found:
            return tuple(found)
        left = self._left(gone)
        if left.is_all_tried:
            self.all_tried.add(blows)
        return tuple(each for key in self.goals for each in self._by_load(key, left))

    def _fallen(self, zones: frozenset[str]) -> frozenset[str]:
        """Components that have too few servers for the peak outside of these zones."""
        if not zones:
            return frozenset()
        return frozenset(each for structure in self.model.bearing.values() for each in structure.fallen(zones))

    def _left(self, gone: frozenset[str]) -> Model:
        """The model during the loss: requests take the paths that are left."""
        unusable, flows = ways_left(self.model, gone)
        failing = {
            key: failing_flow(self.model, key, gone)
            for key, structure in self.model.structures.items()
            if structure.share_lost(gone, gone) > ALMOST_ALL
        }
        return settled(replace(self.model, flows={**flows, **failing}), gone=unusable, lost=failing)

    def _operations(self, key: str) -> list[str]:
        operation = self.model.document.scope.measurable_requirements[key].operation
        return [operation] if operation else list(self.model.bearing)

    def _by_share(self, key: str, shares: dict[str, float]) -> Iterator[Broken]:
        """Judges by the share of requests that find too few servers to answer them."""
        requirement = self.model.document.scope.measurable_requirements[key]
        for operation in self._operations(key):
            share = shares.get(operation, 0.0)
            if requirement.metric == "availability":
                is_broken = share > 1.0 - (values.availability(requirement.quantity) or 0.0)
            elif requirement.metric == "error_rate":
                is_broken = share > (values.share(requirement.quantity) or 0.0)
            else:
                is_broken = share > ALMOST_ALL
            if is_broken:
                name = self.model.operation_name(operation)
                yield Broken(key, f"{said_failing(share)} of the requests of {name} fail")
                return

    def _by_load(self, key: str, left: Model) -> Iterator[Broken]:
        """Judges by the servers that are left, which take over the load of those that are lost."""
        requirement = self.model.document.scope.measurable_requirements[key]
        if requirement.metric in BY_SHARE:
            if words := overloaded(self.model, left, self._operations(key)):
                yield Broken(key, words)
            return
        result = Meter(left).result(key, requirement)
        if result.verdict == "fail":
            yield Broken(key, f"{result.reached}, asked {result.asked}")

    def slower(self, below: float) -> list[Losses]:
        """The fewest lost servers that make a component too slow, although it still works; found by bisection."""
        goals = [
            key for key in self.goals if self.model.document.scope.measurable_requirements[key].metric not in BY_SHARE
        ]
        found = list[Losses]()
        for blow in _servers(self.model) if goals else ():
            component = self.model.graph.components[blow.at]
            field = "copies" if component.kind in STORES else "instances"
            count = getattr(component, field)
            low, high = 0, min(blow.count, count)
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (low, middle) if self._slow(blow.at, field, count - middle, goals) else (middle, high)
            if 0 < high < blow.count and high <= below and (broken := self._slow(blow.at, field, count - high, goals)):
                found.append(Losses((Blow("servers", blow.at, high, is_down=False),), broken))
        least = min((each.size for each in found), default=0)
        return [each for each in found if each.size == least]

    def _slow(self, at: str, field: str, count: int, goals: list[str]) -> tuple[Broken, ...]:
        if count < 1:
            return ()
        document = self.model.document
        component = document.diagram.components[at].model_copy(update={field: count})
        components = {**document.diagram.components, at: component}
        diagram = document.diagram.model_copy(update={"components": components})
        meter = Meter(model_of(document.model_copy(update={"diagram": diagram}), self.model.figures))
        results = (meter.result(key, document.scope.measurable_requirements[key]) for key in goals)
        return tuple(
            Broken(each.requirement, f"{each.reached}, asked {each.asked}")
            for each in results
            if each.verdict == "fail"
        )
