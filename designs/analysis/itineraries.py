"""The path of each operation's requests through the drawing, as chains of visits that a simulation can follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from designs.analysis.flow import CHOOSING, FlowHop, OperationFlow
from designs.analysis.model import Model
from designs.analysis.times import Times, spread_over

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
MOST_VISITS_OF_REQUEST = 400
LEAST_WEIGHT = 0.01  # share of the work that comes back


class NotSimulatedError(ValueError):
    """Why a design cannot be simulated: what is missing, by name."""


@dataclass(eq=False)
class Visit:
    """One stop of a chain: `copies` parallel calls a request, made by `callers` of them. Arrays run over both.

    Whether a request makes the visit is chosen once for all of its parallel calls. `size` is the number of calls,
    `is_asked` whether another chain begins when it is done.
    """

    component: str
    callers: int
    copies: int
    share: float
    low: float
    chooser: int
    wire: Callable[[np.random.Generator, int], Array]
    taken: Mask = field(default_factory=lambda: np.zeros(0, dtype=bool))
    is_everyone: bool = False
    arrive: Array = field(default_factory=lambda: np.zeros(0))
    wires: Array = field(default_factory=lambda: np.zeros(0))
    held: Array = field(default_factory=lambda: np.zeros(0))
    answer: Array = field(default_factory=lambda: np.zeros(0))
    waited: Array = field(default_factory=lambda: np.zeros(0))
    size: int = 0
    is_asked: bool = False

    def forget(self) -> None:
        """Frees data that is no longer needed, so that a long run fits into memory."""
        if not self.is_asked:
            self.arrive = self.wires = self.held = self.answer = self.waited = np.zeros(0)


@dataclass(eq=False)
class Chain:
    """Visits one after another. A chain behind a queue starts when visit `after` of chain `of` is done.

    `moments` are the times at which each request (and each of its parallel calls) has reached `position`. A chain that
    `is_meanwhile` is for requests that arrive while something is lost.
    """

    operation: str
    visits: list[Visit]
    of: int = -1
    after: int = -1
    is_meanwhile: bool = False
    forgets: bool = False
    position: int = 0
    moments: Array = field(default_factory=lambda: np.zeros((0, 1)))
    begins: Array = field(default_factory=lambda: np.zeros(0))
    ends: Array = field(default_factory=lambda: np.zeros(0))


def chains_of(
    model: Model, times: Times, flows: Mapping[str, OperationFlow], before: Sequence[Chain] = ()
) -> list[Chain]:
    """Chains of these flows, after those that exist already. Raises NotSimulatedError when a time is missing."""
    chains = list(before)
    for key, flow in flows.items():
        lacking = [times.own[each].missing for each in flow.components if times.own[each].missing]
        lacking += [each.missing for hop in flow.hops if (each := times.wires[hop.connection]).missing]
        if lacking:
            raise NotSimulatedError(f"{model.operation_name(key)} needs {', '.join(dict.fromkeys(lacking))}.")
        place = chains, len(chains)
        chains.append(Chain(key, []))
        for number, entry in enumerate(flow.entries):
            share = 1.0 / len(flow.entries)
            visit = Visit(entry, 1, 1, share, number * share, -1, _no_time)
            _walk(model, times, flow, visit, place, ())
    for chain in chains[len(before) :]:
        chain.is_meanwhile = bool(before)
    return chains


def _walk(
    model: Model,
    times: Times,
    flow: OperationFlow,
    visit: Visit,
    place: tuple[list[Chain], int],
    above: tuple[str, ...],
    weight: float = 1.0,
) -> None:
    """Adds a visit and all visits that it leads to. `place` is the chain that it belongs to.

    Work behind a queue may come back to where it began; rounds are followed until less than one per cent of it is left.
    """
    chains, number = place
    chain = chains[number]
    if visit.component in above and chain.of < 0:
        name = model.graph.name(visit.component)
        raise NotSimulatedError(f"{model.operation_name(flow.operation)} goes in a circle through {name}.")
    if len(chain.visits) >= MOST_VISITS_OF_REQUEST:
        raise NotSimulatedError(f"{model.operation_name(flow.operation)} makes too many calls to follow one by one.")
    chain.visits.append(visit)
    position = len(chain.visits) - 1
    for group in flow.groups.get(visit.component, ()):
        reached = 0.0
        for hop in (each for each in group.hops if each.calls > 0):
            copies = max(1, round(hop.multiplier))
            share = min(1.0, hop.share * min(1.0, hop.multiplier))
            low = reached if group.mode in CHOOSING else 0.0
            reached += share
            if visit.component in above and weight * share < LEAST_WEIGHT:
                continue
            stop = Visit(hop.target, visit.copies, visit.copies * copies, share, low, position, _wire(times, hop))
            if hop.is_later:
                stop.callers, stop.chooser = 1, -1
                chains.append(Chain(flow.operation, [], number, position))
                place_of = chains, len(chains) - 1
                _walk(model, times, flow, stop, place_of, (*above, visit.component), weight * share)
            else:
                _walk(model, times, flow, stop, place, (*above, visit.component), weight * share)


def _no_time(_: np.random.Generator, size: int) -> Array:
    return np.broadcast_to(0.0, size)


def _wire(times: Times, hop: FlowHop) -> Callable[[np.random.Generator, int], Array]:
    wire = times.wires[hop.connection]
    spread = wire.spread
    if spread is None:
        return lambda _, size: np.broadcast_to(wire.mean_s, size)  # one number instead of one for each visit
    return lambda random, size: spread_over(spread, random.standard_normal(size))


def reached_in_order(chains: Sequence[Chain]) -> tuple[list[str], bool]:
    """Components in the order in which requests reach them first, and whether such an order exists."""
    following = _following(chains)
    waiting_for = dict.fromkeys(following, 0)
    for targets in following.values():
        for target in targets:
            waiting_for[target] += 1
    order, is_ordered = list[str](), True
    while waiting_for:
        ready = [each for each, count in waiting_for.items() if count == 0]
        is_ordered = is_ordered and bool(ready)
        for each in ready or [next(iter(waiting_for))]:
            order.append(each)
            del waiting_for[each]
            for target in following[each]:
                if target in waiting_for:
                    waiting_for[target] -= 1
    return order, is_ordered


def _following(chains: Sequence[Chain]) -> dict[str, dict[str, None]]:
    """The components that some request reaches directly after each."""
    found: dict[str, dict[str, None]] = {}
    for chain in chains:
        stops = [visit.component for visit in chain.visits]
        if chain.of >= 0:
            stops = [chains[chain.of].visits[chain.after].component, *stops]
        for stop in stops:
            found.setdefault(stop, {})
        for before, then in pairwise(stops):
            found[before][then] = None
    return found
