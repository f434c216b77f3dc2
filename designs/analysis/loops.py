"""The two stable states of a design: the traffic at which a healthy one collapses, and the one at which it recovers.

Calls that time out are tried again, and entries that a cache lost are read from the store again. Both are load caused
by failures, so one traffic may have two steady states: few failures and few retries; or a full component that answers
no call in time and that retries and misses keep full. All steady states are found by starting from the load. Each load
of one component, from none to full, determines its waits (Erlang C), these determine the tries for each call (draws,
see patience.py), and these determine the only traffic that causes this load. The curve of traffic over load contains
every steady state: where it rises the states are stable, where it falls they are unstable (the smallest change grows),
and beyond the capacity is the collapsed state, with no answer in time.

- The design collapses at the traffic at which the rising part ends, and recovers at the traffic that full retries bring
  to exactly the capacity. Between the two it is what N. Bronson and others call vulnerable (Metastable Failures in
  Distributed Systems, HotOS 2021); L. Huang and others collected such outages, most of them sustained by retries
  (Metastable Failures in the Wild, OSDI 2022).
- A cache loses an entry after a time and gets it back by an answered miss. If the share h of its reads were hits and
  the share f of misses is answered, then the share h f / (h f + 1 - h) are hits: the odds fall in proportion to f. An
  answer that comes after its caller has given up fills nothing.
- Where every caller that gives up has a circuit breaker, nothing stays collapsed: once most calls fail, the component
  gets no calls until its queue is empty, and the calls that are tried then are answered. A cache that is cold by then
  may keep it full, so with a cache the breaker is not counted.
- Random variation may move a component to the collapsed state at less traffic, more often the nearer it is to the
  collapse. The curve does not include it.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from designs.analysis import values
from designs.analysis.caching import hit_ratio
from designs.analysis.draws import Drawn
from designs.analysis.effort import Effort, TooManyTriesError
from designs.analysis.flows import flows_of
from designs.analysis.graph import CACHES, graph_of
from designs.analysis.latency import residences
from designs.analysis.load import attempts_of
from designs.analysis.model import Model
from designs.analysis.patience import patience_of
from designs.analysis.settling import bursts_of, drawn_flows, echoes_of, tries_of, with_attempts, with_entries
from designs.analysis.times import OwnTime, Times, own_of, times_of

LOADS = (0.1, 0.3, 0.5, 0.65, 0.75, 0.82, 0.87, 0.905, 0.93, 0.95, 0.965, 0.976, 0.985, 0.992, 0.997)
MOST_ROUNDS = 8
STILL = 2e-3
# Beyond the capacity of a component with a bounded queue.
OVERLOADS = (1.03, 1.07, 1.15, 1.3, 1.6, 2.2, 3.5, 6.0, 12.0)
LEAST_GROWTH = 1.02  # less than this, full retries add nothing
LEAST_GAP = 1.03  # a narrower gap is within the error
MOST_LOOKED_AT = 6
MOST_TRIES = 2_000  # and visits that are drawn for one loop; the shipped designs need 300
FULL = 1.0
BARELY = 1e-6


@dataclass(frozen=True)
class Found:
    """The loops of a design, the widest gap first, and the components of which it is not known whether they have one.

    For these, `unknown` has the most work, over their capacity, that retries and cold caches make at today's peak.
    """

    loops: tuple[Loop, ...] = ()
    unknown: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Point:
    """One steady state: the `load` of the component over its capacity and the traffic (`times` today's peak) of it.

    `tries` is the work divided by the work without retries and lost hits; `failed` the share of requests that need the
    component and get no answer in time, `hits` the share of each cache's hits that is left (1 is all).
    """

    load: float
    times: float
    tries: float
    failed: float
    hits: float = 1.0


@dataclass(frozen=True)
class State:
    """A steady state at one traffic."""

    kind: str  # "healthy", "between" or "collapsed"
    load: float
    tries: float
    failed: float

    @property
    def is_stable(self) -> bool:
        return self.kind != "between"


@dataclass(frozen=True)
class Loop:
    """What keeps one component full once it is full. Traffic is a multiple of today's peak.

    `curve` are steady states below the capacity, in the order of their load. `full` is the one at the capacity, from
    which
    on nothing is answered in time; with a bounded queue it is the one of least traffic from there on, and `beyond` are
    those after it. Calls along `arrows` are tried again, calls along `impatient` arrows time out, `caches` go cold.
    `patience_s` is the longest wait at the component that some caller accepts, and `warm_full` is `full` with caches as
    they are today. `pause_s` is the mean pause before a first retry, `cold_load` today's load with empty caches and no
    retry.
    """

    component: str
    curve: tuple[Point, ...]
    full: Point
    warm_full: Point
    arrows: tuple[str, ...]
    impatient: tuple[str, ...]
    caches: tuple[str, ...]
    patience_s: float
    operations: tuple[str, ...]
    cold_load: float | None = None
    beyond: tuple[Point, ...] = ()
    pause_s: float = 0.0

    @property
    def healthy(self) -> tuple[Point, ...]:
        """The part of the curve that rises; a dip within the error of the draws does not count."""
        top = 0
        for number, point in enumerate(self.curve):
            if point.times * LEAST_GAP < self.curve[top].times:
                break
            if point.times > self.curve[top].times:
                top = number
        return self.curve[: top + 1]

    @property
    def collapses_at(self) -> float:
        top = self.healthy[-1]
        return max(top.times, self.full.times) if top is self.curve[-1] else top.times

    @property
    def recovers_at(self) -> float:
        return min(self.full.times, self.collapses_at)

    @property
    def gap(self) -> float:
        """The ratio of the collapse traffic to the recovery traffic; 1 means no second state."""
        return self.collapses_at / self.recovers_at

    @property
    def has_two(self) -> bool:
        return self.gap > LEAST_GAP

    @property
    def is_vulnerable(self) -> bool:
        """Whether today's peak has both states."""
        return self.has_two and self.recovers_at < 1.0 < self.collapses_at

    def states(self, times: float) -> tuple[State, ...]:
        """All steady states at one traffic, by their load."""
        found = list[State]()
        healthy = len(self.healthy) - 1
        joined = (*self.curve, self.full)
        after = (self.full, *self.beyond)
        for number, (one, two) in enumerate(pairwise(joined)):
            low, high = sorted((one.times, two.times))
            if low <= times < high:
                found.append(
                    _between(one, two, times, "healthy" if number < healthy or high > one.times else "between")
                )
        if self.curve and times < self.curve[0].times:
            found.insert(0, _between(replace(self.curve[0], load=0.0, times=0.0), self.curve[0], times, "healthy"))
        if times >= after[-1].times:
            load = after[-1].load * times / after[-1].times
            found.append(State("collapsed", load, after[-1].tries, after[-1].failed))
        else:
            held = (pair for pair in pairwise(after) if pair[0].times <= times < pair[1].times)
            found += [_between(one, two, times, "collapsed") for one, two in held]
        return tuple(found)

    def tries_at(self, load: float) -> float:
        """Work for each piece of first work at this load of the component, waits being in balance."""
        if load >= FULL:
            return self.full.tries
        points = (replace(self.curve[0], load=0.0, tries=1.0), *self.curve, self.full)
        for one, two in pairwise(points):
            if one.load <= load <= two.load and two.load > one.load:
                return one.tries + (two.tries - one.tries) * (load - one.load) / (two.load - one.load)
        return self.full.tries


def _between(one: Point, two: Point, times: float, kind: str) -> State:
    share = (times - one.times) / (two.times - one.times) if two.times != one.times else 0.0
    load, tries, failed = (
        getattr(one, name) + share * (getattr(two, name) - getattr(one, name)) for name in ("load", "tries", "failed")
    )
    return State(kind, load, tries, failed)


def loops_of(model: Model, *, only_vulnerable: bool = False) -> Found:
    """The loops of all components that retries or misses may keep full.

    Only components of known capacity that some caller waits for with a timeout can have two states. With
    `only_vulnerable`, components that full retries and cold caches do not fill at today's peak are skipped. Only the
    six with the highest such load are computed: the others get their work through them.
    """
    if not model.impatient:
        return Found()
    quiet = as_if_patient(model)
    found, unknown = list[Loop](), dict[str, float]()
    most = {each: _most_load(quiet, each) for each in _candidates(quiet)}
    for each in sorted(most, key=lambda key: -most[key])[:MOST_LOOKED_AT]:
        if only_vulnerable and most[each] < FULL:
            continue
        try:
            loop = loop_of(quiet, each, only_vulnerable=only_vulnerable)
        except TooManyTriesError:
            unknown[each] = most[each]
            continue
        if loop is not None and (loop.is_vulnerable or not only_vulnerable):
            found.append(loop)
    return Found(tuple(sorted(found, key=lambda loop: -loop.gap)), unknown)


def _most_load(model: Model, each: str) -> float:
    """An upper bound of the load that full retries and cold caches make at today's peak."""
    load, most = model.loads.components[each].utilisation or 0.0, 1.0
    for arrow in _on_the_way(model, tuple(model.flows), each):
        most *= patience_of(model.graph.connections[arrow]).tries(1.0)
    for key in _caches_before(model, tuple(model.flows), each):
        most /= max(1e-6, 1.0 - hit_ratio(model.graph.components[key]))
    return load * most


def retrying_to(model: Model, each: str) -> list[str]:
    """Arrows on the way to a component whose calls are tried again."""
    return sorted(arrow for arrow in _on_the_way(model, tuple(model.flows), each) if _tries_again(model, arrow))


def as_if_patient(model: Model) -> Model:
    """The design as if no call timed out."""
    attempts = attempts_of(model.graph, model.figures)
    flows = flows_of(model.document, model.graph, attempts)
    return replace(model, attempts=attempts, flows=flows, cut_off_doubt={}, bursts={}, echoes={})


def _candidates(model: Model) -> list[str]:
    loads = model.loads.components
    used = set[str]().union(*(_behind_impatient(model, key) for key in model.flows))
    return [each for each, load in loads.items() if each in used and load.utilisation]


def _behind_impatient(model: Model, operation: str) -> set[str]:
    """Components of an operation that a caller waits for with a timeout."""
    calls = _calls_of(model, operation)
    return _reached([target for _, connection, target in calls if connection in model.impatient], calls)


def _impatient(model: Model, operation: str, each: str) -> frozenset[str]:
    """Arrows with a timeout whose callers wait for a component, directly or through others."""
    return frozenset(_leading_to(each, _calls_of(model, operation)) & model.impatient)


Calls = Sequence[tuple[str, str, str]]  # source, arrow and target


def _calls_of(model: Model, operation: str) -> Calls:
    """Calls that are waited for; none of an operation without a known path or rate."""
    flow = model.flows[operation]
    if flow.problem or flow.callees_first is None or not (model.loads.rates[operation].peak or 0.0):
        return []
    return [(hop.source, hop.connection, hop.target) for hop in flow.hops if not hop.is_later and hop.calls > 0]


def _reached(begin: Sequence[str], calls: Calls) -> set[str]:
    """These components and all that they call."""
    following: dict[str, list[str]] = {}
    for source, _, target in calls:
        following.setdefault(source, []).append(target)
    seen, waiting = set(begin), list(begin)
    while waiting:
        for target in following.get(waiting.pop(), ()):
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    return seen


def _leading_to(each: str, calls: Calls) -> set[str]:
    """Arrows that end at a component or at one that calls it."""
    above = _reached([each], [(target, arrow, source) for source, arrow, target in calls])
    return {arrow for _, arrow, target in calls if target in above}


def loop_of(model: Model, each: str, *, only_vulnerable: bool = False) -> Loop | None:
    """The loop of one component of a design without timeouts; None where failures add no load.

    Raises TooManyTriesError.
    """
    model = replace(model, effort=Effort(MOST_TRIES))
    touching = {key: _impatient(model, key, each) for key in model.flows}
    operations = tuple(key for key, arrows in touching.items() if arrows)
    if not operations:
        return None
    impatient = frozenset[str]().union(*touching.values())
    on_the_way = _on_the_way(model, operations, each)
    retrying = tuple(sorted(arrow for arrow in on_the_way if _tries_again(model, arrow)))
    caches = _caches_before(model, operations, each)
    solver = _Solver(model, each, operations, caches)
    full, collapsed = solver.at(FULL)
    least = LEAST_GROWTH * solver.quiet / solver.once  # outages are tried again on a good day too
    bounded = each in model.shedding
    if not bounded and (full.tries < least or (only_vulnerable and full.times >= 1.0)):
        return None
    if solver.another_is_full(collapsed, full.times):
        return None  # that component keeps the work away from this one
    curve, beyond = solver.curve(), list[Point]()
    if not curve or (len(curve) < len(LOADS) and full.times >= curve[-1].times):
        return None  # another component is full first
    if bounded:
        full, below, beyond = _valley([full, *solver.beyond(collapsed)])
        curve += below
        if (beyond or [full])[-1].tries < least:
            return None
    warm = full if not caches else _Solver(model, each, operations, ()).at(FULL)[0]
    lost = caches if warm.times > full.times * LEAST_GROWTH else ()
    if not lost and all(values.share(model.graph.connections[arrow].breaker) is not None for arrow in impatient):
        return None
    return Loop(
        component=each,
        curve=tuple(curve),
        full=full,
        warm_full=warm,
        arrows=retrying,
        impatient=tuple(sorted(impatient)),
        caches=lost,
        patience_s=_patience(model, each, impatient & set(retrying) or impatient, operations),
        operations=operations,
        cold_load=solver.cold_load() if lost else None,
        beyond=tuple(beyond),
        pause_s=max((patience_of(model.graph.connections[arrow]).backoff_s / 2 for arrow in retrying), default=0.0),
    )


def _valley(points: Sequence[Point]) -> tuple[Point, list[Point], list[Point]]:
    """The state with the least traffic from the capacity on, the states before it and those after it."""
    least = min(range(len(points)), key=lambda number: points[number].times)
    rising = [point for number, point in enumerate(points[least:]) if not number or point.times > points[least].times]
    return points[least], list(points[:least]), rising[1:]


def _on_the_way(model: Model, operations: Sequence[str], each: str) -> set[str]:
    """Arrows on the way to a component."""
    return set[str]().union(*(_leading_to(each, _calls_of(model, key)) for key in operations))


def _tries_again(model: Model, arrow: str) -> bool:
    return patience_of(model.graph.connections[arrow]).tries(1.0) > 1.0


def _caches_before(model: Model, operations: Sequence[str], each: str) -> tuple[str, ...]:
    components = model.graph.components
    used = {name for key in operations for name in model.flows[key].components}
    return tuple(
        name
        for name in components
        if name in used and name != each and components[name].kind in CACHES and hit_ratio(components[name])
    )


def _patience(model: Model, each: str, arrows: Collection[str], operations: Sequence[str]) -> float:
    """The wait at a component at which the first of these callers times out, all other times being their means."""
    times, longest = times_of(model), math.inf
    for key in operations:
        flow = model.flows[key]
        quiet = replace(times, own={**times.own, each: replace(times.own[each], waiting=0.0)}, drawn={})
        means = residences(model, quiet, flow, flow.callees_first or ())
        leading = _leading_to(each, _calls_of(model, key))
        for hop in flow.hops:
            if hop.connection in arrows and hop.connection in leading:
                taken = times.wires[hop.connection].mean_s + means[hop.target]
                timeout = patience_of(model.graph.connections[hop.connection]).timeout_s
                longest = min(longest, max(0.0, timeout - taken))
    return longest


class _Solver:
    """Finds the traffic that causes a given load of one component."""

    def __init__(self, model: Model, each: str, operations: Sequence[str], caches: Sequence[str]) -> None:
        self.model, self.each, self.operations, self.caches = model, each, operations, caches
        self.usual = times_of(model)
        self.quiet = self._load_of(model)
        self.once = self._load_of(with_attempts(model, dict.fromkeys(model.attempts, 1.0)))
        self.into = tuple(model.graph.incoming[each])
        self.by_hits: dict[float, Model] = {}

    def curve(self) -> list[Point]:
        """From no load up, each state found from the one before, until another component is full."""
        found = list[Point]()
        model = self.model
        for load in LOADS:
            point, model = self.at(load, model)
            if self.another_is_full(model, point.times):
                break
            found.append(point)
        return found

    def beyond(self, model: Model) -> list[Point]:
        """From the capacity up, until another component is full."""
        found = list[Point]()
        for load in OVERLOADS:
            point, model = self.at(load, model)
            if self.another_is_full(model, point.times):
                break
            found.append(point)
        return found

    def cold_load(self) -> float:
        return self._load_of(self._with_hits(0.0))

    def at(self, load: float, model: Model | None = None) -> tuple[Point, Model]:
        """The steady state with this load, searched from a neighbouring one, and the design in it."""
        model = self.model if model is None else model
        traffic, failed, hits = load / self._load_of(model), 0.0, 1.0
        for _ in range(MOST_ROUNDS):
            drawn = drawn_flows(model, self._times(model, load, traffic), self.operations)
            attempts = {**model.attempts, **tries_of(model, drawn)}
            failed, hits = self._failed(model, drawn), self._hits_left(drawn, load)
            bursts, echoes = bursts_of(model, drawn), echoes_of(model, drawn)
            model = replace(with_attempts(self._with_hits(hits), attempts), bursts=bursts, echoes=echoes)
            before, traffic = traffic, load / self._load_of(model)
            if abs(traffic - before) <= STILL * traffic:
                break
        return Point(load, traffic, load / traffic / self.once, failed, hits), model

    def another_is_full(self, model: Model, traffic: float) -> bool:
        return any(
            load.utilisation is not None and load.utilisation * traffic >= FULL + BARELY
            for each, load in model.loads.components.items()
            if each != self.each
        )

    def _load_of(self, model: Model) -> float:
        return model.loads.components[self.each].utilisation or 0.0

    def _times(self, model: Model, load: float, traffic: float) -> Times:
        """The component waits according to its load, all others according to theirs at this traffic."""
        own: dict[str, OwnTime] = {}
        for each in self.usual.own:
            found = model.loads.components.get(each)
            if found is None or found.capacity is None:
                own[each] = self.usual.own[each]
                continue
            arriving = load * found.capacity.value if each == self.each else found.busiest * traffic
            own[each] = own_of(model, each, arriving=arriving)
        times = replace(self.usual, own=own, worst=None, drawn={})
        return with_entries(times, model)

    def _failed(self, model: Model, drawn: Mapping[str, Drawn]) -> float:
        rates = {key: model.loads.rates[key].peak or 0.0 for key in self.operations}
        total = sum(rates.values())
        return sum(rates[key] * found.share_failed for key, found in drawn.items()) / total if total else 0.0

    def _hits_left(self, drawn: Mapping[str, Drawn], load: float) -> float:
        """The share of calls to the component that are answered before their callers give up."""
        if not self.caches:
            return 1.0
        answered = [
            1.0 - float(tries.failed.mean())
            for found in drawn.values()
            for key, tries in found.tries.items()
            if key in self.into and key in self.model.impatient
        ]
        if answered:
            return sum(answered) / len(answered)
        return min(1.0, 1.0 / load)

    def _with_hits(self, answered: float) -> Model:
        """The design with caches in which only this share of misses is filled."""
        if not self.caches or answered >= 1.0:
            return self.model
        rounded = round(answered, 3)
        if rounded not in self.by_hits:
            self.by_hits[rounded] = self._cooled(rounded)
        return self.by_hits[rounded]

    def _cooled(self, answered: float) -> Model:
        diagram = self.model.document.diagram
        components = dict(diagram.components)
        for each in self.caches:
            usual = hit_ratio(components[each])
            left = usual * answered / (usual * answered + 1.0 - usual) if answered > 0 and usual < 1 else 0.0
            components[each] = components[each].model_copy(update={"cache_hit_ratio": f"{left * 100:.6f}%"})
        document = self.model.document.model_copy(
            update={"diagram": diagram.model_copy(update={"components": components})}
        )
        graph = graph_of(document)
        flows = flows_of(document, graph, self.model.attempts)
        return replace(self.model, document=document, graph=graph, flows=flows)
