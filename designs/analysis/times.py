"""The time of each component and each arrow by itself, as far as the design gives it.

A component waits first (see waiting.py) and then serves; service times are exponential around the latency that the
design gives, unless their variation or a range (a 90 % interval) is given.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from calculators.engine.quantities import Z_90, Spread
from designs.analysis import values
from designs.analysis.batches import Crowd, crowd_of
from designs.analysis.bounded import Bounded, bounded_of
from designs.analysis.flow import OperationFlow
from designs.analysis.load import ComponentLoad, crossing, is_thread_bound, never_refuses, writes_to
from designs.analysis.model import Model
from designs.analysis.residuals import is_exponential, waits_of
from designs.analysis.service_times import mean_and_spread, service_time, variation_of
from designs.analysis.waiting import Waiting, waiting_of
from designs.document.diagram import Balancing, Component

Samples = npt.NDArray[np.float64]
DRAWS = 400  # the first number of draws
SEED = 11
NO_WAIT = Waiting()
LEAST_WAITING = 0.01  # where a wait is unlikely in any draw, no waits are drawn
ROUND_TRIP = "datacentre-round-trip"
LEAST_DIFFERENCE = 0.01  # waits that differ by less than this share of the service time get no second figure


@dataclass(frozen=True)
class OwnTime:
    """Seconds at one component: a share `waiting` of requests waits, 1 / `spare_per_s` on average, then all are served.

    A wait is exponential, or shaped as residuals.py says for a server that is `busy` for that share of time.
    `service_s` is the mean, `variation` the deviation over it where no range is given; `entry` is the wait for a
    thread, `crowd` the requests ahead of calls that arrive in batches, `bounded` a bounded queue.
    """

    service_s: float
    spread: Spread | None = None
    waiting: float = 0.0
    spare_per_s: float = math.inf
    missing: str = ""
    variation: float = 1.0
    entry: Waiting = NO_WAIT
    crowd: Crowd | None = None
    bounded: Bounded | None = None
    busy: float = 0.0

    @property
    def refused(self) -> float:
        """The share of requests that a full queue turns away."""
        return 0.0 if self.bounded is None else self.bounded.refused

    @property
    def wait_s(self) -> float:
        """The wait for a thread, and then for a server."""
        if self.waiting <= 0:
            return self.entry.mean_s
        return self.entry.mean_s + (self.waiting / self.spare_per_s if self.spare_per_s > 0 else math.inf)

    @property
    def mean_s(self) -> float:
        return self.service_s + self.wait_s

    def drawn(self, random: np.random.Generator, size: int) -> Samples:
        served = self.served(random, size)
        waits = self.waited(random, size)
        return served if waits is None else served + waits

    def waited(self, random: np.random.Generator, size: int) -> Samples | None:
        """Draws of the waits for a thread and a server; None where a wait is unlikely in any draw."""
        found: Samples | None = None
        queue = (0.0, 1.0) if self.bounded is not None else (self.waiting, self.spare_per_s)
        if self.bounded is not None and self.bounded.waiting * size > LEAST_WAITING:
            found = self.bounded.drawn(random, size)
        for (share, per_s), busy in ((queue, self.busy), ((self.entry.share, self.entry.per_s), 0.0)):
            if share > 0 and per_s <= 0:
                return np.full(size, math.inf)
            if share * size > LEAST_WAITING:
                waits = self._queued(random, random.random(size) < share, busy) / per_s
                found = waits if found is None else found + waits
        return found

    def _queued(self, random: np.random.Generator, waiting: npt.NDArray[np.bool_], busy: float) -> Samples:
        """Draws with mean 1 for those that wait, and 0 for the others."""
        if is_exponential(busy, self.variation, self.spread):
            return np.asarray(waiting * random.standard_exponential(len(waiting)))
        found = np.zeros(len(waiting))
        found[waiting] = waits_of(random, int(waiting.sum()), busy, self.variation, self.spread)
        return found

    def served(self, random: np.random.Generator, size: int) -> Samples:
        if self.spread is not None:
            return spread_over(self.spread, random.standard_normal(size))
        if self.variation == 1.0:
            return random.standard_exponential(size) * self.service_s
        if self.variation <= 0.0:
            return np.full(size, self.service_s)
        shape = 1.0 / self.variation**2
        return random.standard_gamma(shape, size) * (self.service_s / shape)


@dataclass(frozen=True)
class WireTime:
    """Mean seconds on one connection, there and back."""

    mean_s: float
    spread: Spread | None = None
    source: str = ""
    missing: str = ""


@dataclass(frozen=True)
class Times:
    """Times of all components and connections that some flow uses; writes at a store wait for arrows in `waited_for`.

    `copying_s` is the time that a write waits for the other copies of a store that is one component. `worst` are the
    times with a random choice of instance where the design does not say how requests are spread, `least` lower bounds:
    constant service, and no waits where the latency is not known.
    """

    own: Mapping[str, OwnTime]
    wires: Mapping[str, WireTime]
    waited_for: Mapping[str, list[str]]
    copying_s: Mapping[str, float] = field(default_factory=dict)
    worst: Times | None = None
    certain: Callable[[], Mapping[str, OwnTime]] | None = None
    unspread: tuple[str, ...] = ()
    drawn: dict[tuple[str, int], Samples] = field(default_factory=dict, compare=False)

    @cached_property
    def least(self) -> Times:
        """Lower bounds only."""
        own = self.own if self.certain is None else self.certain()
        return replace(self, own=own, worst=None, certain=None, unspread=(), drawn={})

    def samples(self, component: str, size: int) -> Samples:
        """Draws of a component's own time: the same for every caller."""
        key = component, size
        if key not in self.drawn:
            if size <= DRAWS:
                random = np.random.default_rng((SEED, size))
                self.drawn.update({(each, size): own.drawn(random, size) for each, own in self.own.items()})
            else:
                position = list(self.own).index(component)
                self.drawn[key] = self.own[component].drawn(np.random.default_rng((SEED, size, position)), size)
        return self.drawn[key]


def times_of(model: Model) -> Times:
    used = dict.fromkeys(each for flow in model.flows.values() if not flow.problem for each in flow.components)
    followers = [target for each in used for target in model.graph.followers.get(each, ())]
    used.update(dict.fromkeys(followers))
    own = {each: own_of(model, each) for each in used}
    waited_for: dict[str, list[str]] = {}
    for key, connection in model.graph.connections.items():
        if connection.kind == "replication" and connection.synchronous:
            waited_for.setdefault(connection.source, []).append(key)
    taken = dict.fromkeys(hop.connection for flow in model.flows.values() for hop in flow.hops)
    taken.update(dict.fromkeys(key for keys in waited_for.values() for key in keys))
    trip = _round_trip(model)
    wires = {key: _wire(model, key, trip) for key in taken}
    copying = {each: wait for each in used if (wait := _copying_inside(model, each)) > 0}
    unspread = tuple(each for each in used if _is_unspread(model, each))
    # A queue for each instance waits no longer than one server of the same capacity would (M/M/1): often this decides.
    doubtful = [each for each in unspread if _longest_wait(model, each) > LEAST_DIFFERENCE * own[each].service_s]
    worst = {**own, **{each: own_of(model, each, balancing="random") for each in doubtful}}
    differing = tuple(
        each for each in doubtful if worst[each].wait_s - own[each].wait_s > LEAST_DIFFERENCE * own[each].service_s
    )
    return Times(
        own,
        wires,
        waited_for,
        copying,
        Times(worst, wires, waited_for, copying) if differing else None,
        lambda: {each: least_of(model, each, one) for each, one in own.items()},
        differing,
    )


def _longest_wait(model: Model, each: str) -> float:
    load = model.loads.components[each]
    used = load.utilisation or 0.0
    if load.capacity is None or used >= 1:
        return math.inf
    stretch = max(1.0, load.mix.stretch(variation_of(model.graph.components[each])))
    return used / (1 - used) / load.capacity.value * stretch


def _is_unspread(model: Model, each: str) -> bool:
    load = model.loads.components[each]
    return load.burden.stations > 1 and load.capacity is not None and not model.graph.components[each].balancing


def own_of(model: Model, each: str, *, balancing: Balancing = "", arriving: float | None = None) -> OwnTime:
    component, load = model.graph.components[each], model.loads.components[each]
    if component.kind == "client":
        return OwnTime(0.0)
    served = service_time(component)
    variation = 1.0 if served is None else served.variation
    waiting = waiting_of(load, component.balancing or balancing, variation, arriving)
    if is_thread_bound(load, component, component.balancing or balancing):
        waiting = NO_WAIT
    crowd = None if arriving is not None else _crowd(model, each, component.balancing or balancing)
    if crowd is not None and crowd.waiting.mean_s > waiting.mean_s:
        waiting = crowd.waiting
    bursts = model.bursts.get(each, 1.0)
    queue = bounded_at(load, component, balancing, variation, arriving, model.echoes.get(each, 0.0))
    if queue is not None:
        crowd, bursts = None, 1.0
        share = queue.waiting
        waiting = Waiting(share, share / queue.mean_s) if queue.mean_s > 0 else NO_WAIT
    if served is not None:
        per_s = waiting.per_s / bursts
        busy = 0.0 if load.utilisation is None or arriving is not None else load.utilisation
        return OwnTime(
            served.mean_s, served.spread, waiting.share, per_s, variation=variation, crowd=crowd, bounded=queue,
            busy=busy,
        )  # fmt: skip
    # A server of capacity C takes 1/C a request when it serves one at a time, and longer when it serves several.
    least = 0.0 if load.capacity is None else 1.0 / load.capacity.value
    missing = f"the latency of {model.graph.name(each)}"
    return OwnTime(least, None, waiting.share, waiting.per_s / bursts, missing, crowd=crowd, bounded=queue)


def bounded_at(
    load: ComponentLoad,
    component: Component,
    balancing: Balancing,
    variation: float,
    arriving: float | None = None,
    echo: float = 0.0,
) -> Bounded | None:
    """The bounded queue of the busiest server, or of all instances together.

    The share `echo` of arrivals was refused just before, is refused again and changes nothing. Instances with queues of
    their own are taken as if each request chose one at random, which refuses the most.
    """
    limit = values.count(component.queue_limit)
    if limit is None or load.capacity is None:
        return None
    stations = load.burden.stations
    if never_refuses(load, component, component.balancing or balancing):
        return None
    at_once = max(1, round(load.servers / stations))
    busiest = (load.busiest if arriving is None else arriving) * (1.0 - echo)
    many = stations if (component.balancing or balancing) in ("", "one_queue") else 1
    stretch = load.mix.stretch(variation)
    return bounded_of(busiest * many, load.capacity.value * many, at_once * many, limit * many, stretch)


def _crowd(model: Model, each: str, balancing: Balancing) -> Crowd | None:
    """Where calls arrive in batches: all instances share one queue, or each instance, or the busiest copy, has its
    own.
    """
    sizes, load = model.batches.get(each), model.loads.components[each]
    if sizes is None or load.capacity is None or load.peak <= 0:
        return None
    stations = load.burden.stations
    if stations > 1 and balancing in ("", "one_queue"):
        return crowd_of(sizes, load.servers, load.servers / stations / load.capacity.value, 1.0)
    at_once = max(1, round(load.servers / stations))
    return crowd_of(sizes, at_once, at_once / load.capacity.value, load.busiest / load.peak)


def least_of(model: Model, each: str, own: OwnTime) -> OwnTime:
    """A lower bound of its time, for any distribution of the service time, where none was given."""
    served = service_time(model.graph.components[each])
    if served is None:
        return replace(own, variation=0.0, waiting=0.0, spare_per_s=math.inf)
    if not served.is_assumed:
        return own
    load = model.loads.components[each]
    waiting = waiting_of(load, model.graph.components[each].balancing, 0.0)
    return replace(own, variation=0.0, waiting=waiting.share, spare_per_s=waiting.per_s)


def _copying_inside(model: Model, each: str) -> float:
    """The time that a write waits for the other copies of a store drawn as one box: a round trip, and their own
    time.
    """
    component = model.graph.components[each]
    if component.copies == 1 or component.replication not in ("synchronous", "quorum"):
        return 0.0
    trip = model.figures[ROUND_TRIP].latest.middle if ROUND_TRIP in model.figures.by_id else 0.0
    served = service_time(component)
    return trip + (served.mean_s if served is not None else 0.0)


def _round_trip(model: Model) -> WireTime | None:
    if ROUND_TRIP not in model.figures.by_id:
        return None
    newest = model.figures[ROUND_TRIP].latest
    return WireTime(newest.middle, source=str(newest.source))


def _wire(model: Model, key: str, trip: WireTime | None) -> WireTime:
    graph = model.graph
    connection = graph.connections[key]
    if (typed := mean_and_spread(connection.latency)) is not None:
        return WireTime(*typed, source="as given in the design")
    if graph.components[connection.source].kind == "client":
        return WireTime(0.0, source="not given, so time counts from where requests arrive")
    if trip is None or crossing(graph, key) == "region":
        return WireTime(0.0, missing=f"the latency of {graph.name(key)}")
    return trip


def own_for(times: Times, flow: OperationFlow, component: str) -> OwnTime:
    """A component's own time, with the service time that was typed for this operation."""
    own, typed = times.own[component], flow.service_s.get(component)
    return own if typed is None else replace(own, service_s=typed, spread=None, missing="")


def copying(model: Model, times: Times, flow: OperationFlow, store: str) -> float:
    """The time that a write waits for the slowest of its synchronous followers."""
    if flow.is_read:
        return 0.0
    graph = model.graph
    if store in times.copying_s and writes_to(flow, graph.components[store]):
        return times.copying_s[store]
    waits = [
        times.wires[key].mean_s + times.own[graph.connections[key].target].mean_s
        for key in times.waited_for.get(store, ())
    ]
    return max(waits, default=0.0)


def spread_over(spread: Spread, normal: Samples) -> Samples:
    """Standard normal draws made into draws of a range, which is a 90 % interval."""
    if spread.shape == "lognormal":
        low, high = math.log(spread.low), math.log(spread.high)
        return np.asarray(np.exp((low + high) / 2 + (high - low) / (2 * Z_90) * normal))
    return np.maximum((spread.low + spread.high) / 2 + (spread.high - spread.low) / (2 * Z_90) * normal, 0.0)
