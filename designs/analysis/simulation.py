"""Requests one by one through the drawing: what percentiles are measured when traffic rises, spikes, or a part is lost.

Each operation is a chain of visits in the order in which its flow makes them: who calls is served first and then calls,
arrow after arrow; calls of one arrow that fans out run side by side; what lies behind a queue goes on by itself. All
draws are seeded. There are two ways to follow them:

- Stations are worked off whole, in the order in which requests reach them; where operations pass them in different
  orders, they are worked off again until no request's times change any more (waveform relaxation). It is quick.
- Where what is late changes what is asked (time-outs, retries, threads), and where a store has copies or shards, calls
  are made at once or instances have queues of their own, requests are followed event by event (see events.py).

The time is what was asked for. Where it holds more requests than may be followed one by one, an even sample of them is,
each standing for `weight` requests: stations keep a fluid backlog (see fluid.py), or, event by event, the whole system
is scaled down (see following.py).

While all servers of a component are lost, requests go the way that the drill of the design finds: past a lost cache to
the store, to what is left of several equals; those that can go no way fail, as often as they are tried. It comes back
as it was: a cache counts as warm again.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from calculators.engine.queueing import mean_wait
from designs.analysis import fluid, values
from designs.analysis.drill import ALMOST_ALL, ways_left
from designs.analysis.events import Change, Followed, Follower, Node, Place
from designs.analysis.flow import OperationFlow
from designs.analysis.following import Layout, gives_up, has_more_than_stations, largest_scale, tries_again
from designs.analysis.itineraries import Array, Chain, Mask, NotSimulatedError, Visit, chains_of, reached_in_order
from designs.analysis.latency import OwnTime, Times, spread_over, times_of
from designs.analysis.model import Model
from designs.analysis.queues import Outage, starts
from designs.analysis.service_times import variation_of
from designs.analysis.traffic import EVENT_BEGINS, LONGEST_EVENT, USUAL_EVENT, Curve, curve_of, mean_of, moments
from designs.analysis.waiting import waiting_of

SEED = 17
MOST_CALLS = 2_000_000  # of one request: more would fill the memory
DEFAULT_VISITS = 200_000
MOST_SWEEPS = 25
MOST_AMPLIFIED = 5  # times the visits that were asked for, before retries are too many to follow
COARSE = (
    "copies and shards, calls made at once and queues of single instances: there are too many requests to follow, "
    "so each component is one queue and calls come one after another"
)
STILL_S = 1e-9
WARM_UP = 0.1
STAGES = 12
QUANTILES = (0.5, 0.95, 0.99)
GOLDEN = (5**0.5 - 1) / 2  # its multiples spread evenly over 0 to 1


@dataclass(frozen=True)
class Loss:
    """Replicas of a component that are gone for a while, as shares of the whole time."""

    component: str
    replicas: int
    begins: float = EVENT_BEGINS
    ends: float = 0.7


@dataclass(frozen=True)
class Percentiles:
    """Seconds, of so many requests."""

    count: int
    mean: float
    p50: float
    p95: float
    p99: float


@dataclass(frozen=True)
class Stage:
    """A slice of the time: the rate at which requests came, and how long those took that were answered.

    `inside` is how many were still under way at its end, `failed` how many came in it and failed.
    """

    begins_s: float
    ends_s: float
    rate: float
    took: Percentiles | None
    inside: int
    failed: int = 0


@dataclass(frozen=True)
class StationResult:
    """One component: its measured use and wait, and the mean wait that Erlang C gives for the measured rate."""

    component: str
    rate: float
    utilisation: float | None
    mean_wait_s: float
    p99_wait_s: float
    expected_wait_s: float | None


@dataclass(frozen=True)
class Simulation:
    duration_s: float
    requests: int
    visits: int
    operations: Mapping[str, Percentiles]
    stages: tuple[Stage, ...]
    stations: tuple[StationResult, ...]
    sweeps: int
    is_settled: bool
    failed: Mapping[str, int] = field(default_factory=dict)
    weight: float = 1.0
    is_scaled: bool = False
    timed_out: Mapping[str, int] = field(default_factory=dict)
    retried: Mapping[str, int] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Station:
    component: str
    servers: float
    hold_s: float
    outages: tuple[Outage, ...]


@dataclass(frozen=True)
class _Plan:
    """What is simulated: traffic over a time, of which each request that is followed stands for `weight`."""

    rates: Mapping[str, float]
    curve: Curve
    duration_s: float
    weight: float
    losses: tuple[Loss, ...]
    seed: int
    visits: int = DEFAULT_VISITS

    @property
    def is_sampled(self) -> bool:
        return self.weight > 1.0


def simulate(
    model: Model,
    *,
    shape: str = "constant",
    seed: int = SEED,
    visits: int = DEFAULT_VISITS,
    duration_s: float | None = None,
    event_s: float | None = None,
    losses: Sequence[Loss] = (),
    progress: Callable[[float], None] = lambda _: None,
) -> Simulation:
    """Over so many seconds, or as long as `visits` visits of components last. A spike and a loss last `event_s`.

    No more than about `visits` visits are followed, retries apart. Raises NotSimulatedError, which says what is
    missing. `timed_out` and `retried` are calls by connection; `left_out` says what a sample does not show.
    """
    times = times_of(model)
    rates = _rates(model)
    chains = chains_of(model, times, {key: model.flows[key] for key in rates})
    plan = _plan(model, chains, rates, shape, seed, visits, duration_s, event_s, losses)
    gone = _gone(model, plan.losses)
    left = _left_flows(model, gone, rates)
    way = _way(model, [*(model.flows[key] for key in rates), *left.values()], gone, plan)
    if way == "events":
        return _followed(model, times, plan, gone, left, progress)
    if gone:
        chains = chains_of(model, times, left, chains)
    order, is_ordered = reached_in_order(chains)
    stations = _stations(model, times, order, plan)
    random = np.random.default_rng((SEED, seed))
    failed = _draw(model, chains, plan, gone, left, times, stations, random)
    progress(0.1)
    sweeps, is_settled = _run(chains, stations, plan, progress, is_ordered=is_ordered)
    found = _result(model, chains, stations, plan, failed, sweeps, is_settled=is_settled)
    return replace(found, left_out=(COARSE,)) if way == "coarse" else found


def _way(model: Model, flows: Sequence[OperationFlow], gone: frozenset[str], plan: _Plan) -> str:
    """`stations`, `events`, or `coarse` when so many requests would have to be followed that stations must do."""
    is_bound = gives_up(model, flows) or bool(gone and tries_again(model, flows))
    if not is_bound and not has_more_than_stations(model, flows):
        return "stations"
    scale = largest_scale(model, {each for flow in flows for each in flow.components})
    if plan.weight <= scale:
        return "events"
    if not is_bound:
        return "coarse"
    most = plan.duration_s * scale / plan.weight
    raise NotSimulatedError(
        "Calls that time out or are tried again must be followed, and the smallest component keeps one server for "
        f"{scale:,.0f} requests at most: ask for {values.said_seconds(most).removeprefix('about ')} or less."
    )


def _rates(model: Model) -> dict[str, float]:
    rates = {key: rate.peak for key, rate in model.loads.rates.items() if rate.peak and not model.flows[key].problem}
    if not rates:
        raise NotSimulatedError("No operation has both a rate and a path through the drawing.")
    return rates


def _plan(
    model: Model,
    chains: Sequence[Chain],
    rates: Mapping[str, float],
    shape: str,
    seed: int,
    visits: int,
    duration_s: float | None,
    event_s: float | None,
    losses: Sequence[Loss],
) -> _Plan:
    event = event_s / duration_s if event_s and duration_s else USUAL_EVENT
    if event > LONGEST_EVENT:
        raise NotSimulatedError(f"What happens meanwhile takes more than {LONGEST_EVENT:.0%} of the whole time.")
    curve = curve_of(shape, peak_factor=model.loads.peak_factor or 1.0, event=event)
    visits_per_s = mean_of(curve) * _visits_per_s(chains, rates)
    duration = duration_s or visits / visits_per_s
    if event_s and duration_s:
        losses = [replace(loss, ends=loss.begins + event) for loss in losses]
    weight = max(1.0, visits_per_s * duration / visits) if duration_s else 1.0
    return _Plan(rates, curve, duration, weight, tuple(losses), seed, visits)


def _visits_per_s(chains: Sequence[Chain], rates: Mapping[str, float]) -> float:
    found = 0.0
    for chain in chains:
        expected = sum(visit.copies * visit.share for visit in chain.visits)
        if expected > MOST_CALLS:
            raise NotSimulatedError(
                f"One request of {chain.operation!r} makes {expected:,.3g} calls; at most {MOST_CALLS:,} are simulated."
            )
        found += rates[chain.operation] * max(expected, 1.0)
    if not math.isfinite(found) or found <= 0:
        raise NotSimulatedError("There is more traffic than a number can say.")
    return found


def _gone(model: Model, losses: Sequence[Loss]) -> frozenset[str]:
    """Components of which nothing is left."""
    loads = model.loads.components
    return frozenset(
        loss.component for loss in losses if loss.component in loads and loss.replicas >= loads[loss.component].replicas
    )


def _left_flows(model: Model, gone: frozenset[str], rates: Mapping[str, float]) -> dict[str, OperationFlow]:
    """The ways of the operations that still go some way, as the drill finds them."""
    if not gone:
        return {}
    _, flows = ways_left(model, gone)
    return {key: flows[key] for key in rates if not flows[key].problem and _share_lost(model, key, gone) <= ALMOST_ALL}


def _share_lost(model: Model, operation: str, gone: frozenset[str]) -> float:
    return model.structures[operation].share_lost(gone, gone)


def _stations(model: Model, times: Times, order: Sequence[str], plan: _Plan) -> dict[str, _Station]:
    found = {}
    for component in order:
        load = model.loads.components[component]
        servers, hold = math.inf, times.own[component].service_s
        if load.capacity is not None and model.graph.components[component].kind != "client":
            # At a store a request takes as much of the whole as it takes of the busiest copy.
            stations = load.burden.stations
            share = load.busiest / load.peak * stations if load.peak > 0 else 1.0
            servers, hold = float(load.servers), load.servers / (load.capacity.value * stations) * share
        outages = tuple(
            Outage(
                max(1, round(servers * min(loss.replicas, load.replicas) / load.replicas)),
                loss.begins * plan.duration_s,
                loss.ends * plan.duration_s,
            )
            for loss in plan.losses
            if loss.component == component and math.isfinite(servers) and loss.replicas < load.replicas
        )
        found[component] = _Station(component, servers, hold, outages)
    return found


def _draw(
    model: Model,
    chains: Sequence[Chain],
    plan: _Plan,
    gone: frozenset[str],
    left: Mapping[str, OperationFlow],
    times: Times,
    stations: Mapping[str, _Station],
    random: np.random.Generator,
) -> dict[str, Array]:
    """When requests come, which way each goes, and how long each of its stops will serve it.

    Answers with the moments of those that fail, by operation.
    """
    failed: dict[str, Array] = {}
    begins: dict[tuple[str, bool], Array] = {}
    for key in plan.rates:
        all_of, lost, fails = _begins(model, key, plan, gone, left, random)
        failed[key] = all_of[fails]
        begins[key, False], begins[key, True] = all_of[~lost], all_of[lost & ~fails]
    for chain in chains:
        chain.begins = begins[chain.operation, chain.is_meanwhile]
        chances: dict[int, Array] = {}
        for visit in chain.visits:
            above = chain.visits[visit.chooser] if visit.chooser >= 0 else None
            if above is None and chain.of >= 0:
                above = chains[chain.of].visits[chain.after]
            if visit.chooser not in chances:
                chances[visit.chooser] = _chances(len(chain.begins), plan, random)
            chance = chances[visit.chooser]
            visit.taken = (chance >= visit.low) & (chance < visit.low + visit.share)
            if above is not None:
                visit.taken &= above.taken
            taking = int(visit.taken.sum())
            visit.is_everyone = taking == len(chain.begins)
            size = taking * visit.copies
            visit.wires = visit.wire(random, size)
            _serve(visit, times.own[visit.component], stations[visit.component], random, size)
    return failed


def _begins(
    model: Model,
    operation: str,
    plan: _Plan,
    gone: frozenset[str],
    left: Mapping[str, OperationFlow],
    random: np.random.Generator,
) -> tuple[Array, Mask, Mask]:
    """When requests of an operation come, which of them while something is lost, and which of these fail."""
    all_of = _coming(plan.rates[operation], plan, random)
    lost = _while_lost(all_of, gone, plan)
    fails = lost.copy()
    if operation in left:
        fails &= random.random(len(all_of)) < _share_lost(model, operation, gone)
    return all_of, lost, fails


def _coming(rate: float, plan: _Plan, random: np.random.Generator) -> Array:
    """Moments of requests: a Poisson process, or where only some are followed, an even sample of it."""
    expected = rate * mean_of(plan.curve) * plan.duration_s
    if plan.is_sampled:
        count = max(1, round(expected / plan.weight))
        chances = (np.arange(count) + random.random(count)) / count
    else:
        chances = random.random(int(random.poisson(expected)))
    return np.sort(moments(plan.curve, chances) * plan.duration_s)


def _chances(count: int, plan: _Plan, random: np.random.Generator) -> Array:
    """By which requests choose their way; spread evenly where each stands for many."""
    if plan.is_sampled:
        return np.asarray((np.arange(count) * GOLDEN + random.random()) % 1.0)
    return random.random(count)


def _while_lost(begins: Array, gone: frozenset[str], plan: _Plan) -> Mask:
    lost = np.zeros(len(begins), dtype=bool)
    for loss in plan.losses:
        if loss.component in gone:
            lost |= (begins >= loss.begins * plan.duration_s) & (begins < loss.ends * plan.duration_s)
    return lost


def _serve(visit: Visit, own: OwnTime, station: _Station, random: np.random.Generator, size: int) -> None:
    """The answer leaves after the service; the server is held for as long as its capacity says."""
    if own.service_s <= 0 and station.hold_s <= 0:
        visit.answer = visit.held = np.zeros(size)
    elif own.spread is None:
        unit = random.standard_exponential(size)
        visit.answer = unit * own.service_s
        visit.held = unit * station.hold_s
    else:
        visit.answer = spread_over(own.spread, random.standard_normal(size))
        visit.held = visit.answer * (station.hold_s / own.service_s if own.service_s > 0 else 1.0)
    visit.arrive = np.zeros(size)
    visit.waited = np.zeros(size)


def _run(
    chains: Sequence[Chain],
    stations: Mapping[str, _Station],
    plan: _Plan,
    progress: Callable[[float], None],
    *,
    is_ordered: bool,
) -> tuple[int, bool]:
    """Works off every station until the times stand still; one sweep is enough when there is an order."""
    held_at: dict[str, list[tuple[Chain, Visit]]] = {each: [] for each in stations}
    for chain in chains:
        for visit in chain.visits:
            held_at[visit.component].append((chain, visit))
    for sweep in range(1, MOST_SWEEPS + 1):
        moved, done = 0.0, set[str]() if is_ordered else set(held_at)
        for chain in chains:
            chain.position = 0
        for count, (component, stops) in enumerate(held_at.items(), start=1):
            for chain in {id(chain): chain for chain, _ in stops}.values():
                chain.position = chain.position if is_ordered else 0
                _advance(chain, chains, done)
            moved = max(moved, _work_off(stations[component], [visit for _, visit in stops], plan, count))
            done.add(component)
            progress(0.1 + 0.85 * min(1.0, (sweep - 1 + count / len(held_at)) / 2))
        if is_ordered or moved <= STILL_S:
            break
    for chain in chains:
        _advance(chain, chains, done)
    return sweep, is_ordered or moved <= STILL_S


def _advance(chain: Chain, chains: Sequence[Chain], done: Set[str]) -> None:
    """Times along a chain from where it stands, by the waits known so far, up to a stop that is not worked off yet."""
    if chain.position == 0:
        begins = chain.begins if chain.of < 0 else _until(chains[chain.of], chain.after)
        chain.moments = begins[:, None].copy()
    for visit in chain.visits[chain.position :]:
        if chain.moments.shape[1] > visit.callers:
            # Whoever fanned out before goes on when the slowest of its calls is back.
            chain.moments = _slowest(chain.moments, visit.callers)
        if visit.copies > visit.callers:
            chain.moments = np.repeat(chain.moments, visit.copies // visit.callers, axis=1)
        here = chain.moments if visit.is_everyone else chain.moments[visit.taken]
        visit.arrive = here.reshape(-1) + visit.wires
        if visit.component not in done:
            return
        left = _by_request(visit.arrive + visit.waited + visit.answer, visit.copies)
        if visit.is_everyone:
            chain.moments = left
        else:
            chain.moments[visit.taken] = left
        chain.position += 1
    chain.ends = chain.moments.max(axis=1)


def _by_request(moments: Array, copies: int) -> Array:
    return moments.reshape(len(moments) // copies, copies)


def _slowest(moments: Array, callers: int) -> Array:
    """For each of so many callers the last of its calls."""
    rows, columns = moments.shape
    return np.asarray(np.max(moments.reshape(rows, callers, columns // callers), axis=2))


def _until(chain: Chain, position: int) -> Array:
    """When each request has left a visit of its chain (or has passed it by)."""
    visit = chain.visits[position]
    found = chain.begins.copy()
    if visit.taken.any():
        left = _by_request(visit.arrive + visit.waited + visit.answer, visit.copies)
        found[visit.taken] = left.max(axis=1)
    return found


def _work_off(station: _Station, visits: Sequence[Visit], plan: _Plan, number: int) -> float:
    """Waits of all that come to a station; answers by how much any of them changed."""
    if math.isinf(station.servers):
        return 0.0
    arrivals = np.concatenate([visit.arrive for visit in visits])
    held = np.concatenate([visit.held for visit in visits])
    if plan.is_sampled and len(arrivals):
        waits = fluid.waits(
            arrivals,
            held,
            weight=plan.weight,
            servers=station.servers,
            outages=station.outages,
            duration_s=plan.duration_s,
            random=np.random.default_rng((SEED, plan.seed, number)),
        )
    else:
        order = np.argsort(arrivals, kind="stable")
        begun = np.empty_like(arrivals)
        begun[order] = starts(arrivals[order], held[order], station.servers, station.outages)
        waits = begun - arrivals
    moved, position = 0.0, 0
    for visit in visits:
        size = len(visit.arrive)
        new = waits[position : position + size]
        if size:
            moved = max(moved, float(np.max(np.abs(new - visit.waited))))
        visit.waited = new
        position += size
    return moved


def _followed(
    model: Model,
    times: Times,
    plan: _Plan,
    gone: frozenset[str],
    left: Mapping[str, OperationFlow],
    progress: Callable[[float], None],
) -> Simulation:
    """The same, event by event."""
    random = np.random.default_rng((SEED, plan.seed))
    layout = Layout(model, times, plan.weight, random)
    moments, names, roots = list[Array](), list[str](), list[Node | None]()
    for key in plan.rates:
        all_of, lost, fails = _begins(model, key, plan, gone, left, random)
        usual = layout.roots(model.flows[key])
        meanwhile = layout.roots(left[key]) if key in left else []
        # Those that fail whatever they do go as far as they come, again and again.
        failing = [] if key in left or not gone else layout.roots(model.flows[key], gone)
        moments.append(all_of)
        names += [key] * len(all_of)
        for is_lost, is_failing, turn in zip(
            lost.tolist(), fails.tolist(), random.random(len(all_of)).tolist(), strict=True
        ):
            ways = usual if not is_lost else failing if is_failing else meanwhile
            roots.append(ways[min(len(ways) - 1, int(turn * len(ways)))] if ways else None)
    order = np.argsort(np.concatenate(moments), kind="stable")
    begins = np.concatenate(moments)[order]
    follower = Follower(
        random,
        (WARM_UP * plan.duration_s, plan.duration_s),
        most_visits=MOST_AMPLIFIED * plan.visits,
        progress=lambda share: progress(0.05 + 0.9 * share),
    )
    changes = _changes(model, layout.places, plan)
    found = follower.run(begins, [roots[place] for place in order.tolist()], changes)
    return _summed_up(model, layout, plan, (begins, np.array(names)[order], found))


def _changes(model: Model, places: Mapping[str, Place], plan: _Plan) -> list[Change]:
    """Losses of some servers of a component."""
    found, gone = list[Change](), tuple[tuple[int, int], ...]()
    for loss in plan.losses:
        place, load = places.get(loss.component), model.loads.components.get(loss.component)
        if place is None or load is None or place.is_endless or loss.replicas >= load.replicas:
            continue
        if len(place.lanes) == 1:
            servers = place.lanes[0].servers
            gone = ((0, min(servers, max(1, round(servers * loss.replicas / load.replicas)))),)
        else:
            count = max(1, round(loss.replicas * len(place.lanes) / load.replicas))
            gone = tuple((number, lane.servers) for number, lane in enumerate(place.lanes[:count]))
        found.append(Change(loss.begins * plan.duration_s, place, tuple((number, -some) for number, some in gone)))
        found.append(Change(loss.ends * plan.duration_s, place, gone))
    return found


def _summed_up(
    model: Model, layout: Layout, plan: _Plan, followed: tuple[Array, npt.NDArray[np.str_], Followed]
) -> Simulation:
    begins, names, found = followed
    took, good = found.ends - begins, ~found.failed
    warm = begins >= WARM_UP * plan.duration_s
    operations = {}
    for key in plan.rates:
        if (measured := _percentiles(took[good & warm & (names == key)])) is not None:
            operations[key] = measured
    counts = {key: calls[0].counts for key, calls in layout.calls.items()}
    return Simulation(
        duration_s=plan.duration_s,
        requests=round(len(begins) * plan.weight),
        visits=round(found.visits * plan.weight),
        operations=operations,
        stages=_stages(begins[good], found.ends[good], begins[~good], plan),
        stations=tuple(
            _place_result(model, place, plan)
            for place in layout.places.values()
            if model.graph.components[place.component].kind != "client"
        ),
        sweeps=1,
        is_settled=True,
        failed={key: round(lost * plan.weight) for key in plan.rates if (lost := int(np.sum(~good & (names == key))))},
        weight=plan.weight,
        is_scaled=plan.is_sampled,
        timed_out={key: round(each[1] * plan.weight) for key, each in counts.items() if each[1]},
        retried={key: round(each[2] * plan.weight) for key, each in counts.items() if each[2]},
    )


def _place_result(model: Model, place: Place, plan: _Plan) -> StationResult:
    begins, ends = WARM_UP * plan.duration_s, plan.duration_s
    arrive, waits = np.array(place.arrivals), np.array(place.waits)
    inside = (arrive >= begins) & (arrive < ends)
    measured = waits[inside] if inside.any() else np.zeros(1)
    utilisation = expected = None
    if not place.is_endless:
        busiest = max(place.lanes, key=lambda lane: lane.busy_s)
        servers = max(1, busiest.servers)
        utilisation = busiest.busy_s / (servers * (ends - begins))
        arriving = busiest.begun * plan.weight / (ends - begins) / _stations_in(model, place)
        expected = _expected(model, place.component, arriving)
    return StationResult(
        place.component,
        float(inside.sum()) * plan.weight / (ends - begins),
        utilisation,
        float(measured.mean()),
        float(np.quantile(measured, 0.99)),
        expected,
    )


def _stations_in(model: Model, place: Place) -> int:
    """Instances that share the queue of one lane."""
    stations = model.loads.components[place.component].burden.stations
    return max(1, stations // len(place.lanes)) if place.copies * place.shards == 1 else 1


def _expected(model: Model, component: str, arriving: float) -> float | None:
    """The mean wait that the analysis gives when so many requests a second come to the busiest server."""
    load, box = model.loads.components[component], model.graph.components[component]
    wait = waiting_of(load, box.balancing, variation_of(box), arriving).mean_s
    return wait if math.isfinite(wait) else None


def _result(
    model: Model,
    chains: Sequence[Chain],
    stations: Mapping[str, _Station],
    plan: _Plan,
    failed: Mapping[str, Array],
    sweeps: int,
    *,
    is_settled: bool,
) -> Simulation:
    mains = [chain for chain in chains if chain.of < 0]
    operations = {}
    for key in plan.rates:
        parts = [chain.ends - chain.begins for chain in mains if chain.operation == key]
        warm = [chain.begins >= WARM_UP * plan.duration_s for chain in mains if chain.operation == key]
        if (found := _percentiles(np.concatenate(parts)[np.concatenate(warm)])) is not None:
            operations[key] = found
    begins = np.concatenate([chain.begins for chain in mains])
    ends = np.concatenate([chain.ends for chain in mains])
    lost = np.concatenate(list(failed.values()))
    followed = sum(len(visit.arrive) for chain in chains for visit in chain.visits)
    return Simulation(
        duration_s=plan.duration_s,
        requests=round((len(begins) + len(lost)) * plan.weight),
        visits=round(followed * plan.weight),
        operations=operations,
        stages=_stages(begins, ends, lost, plan),
        stations=_station_results(model, chains, stations, plan),
        sweeps=sweeps,
        is_settled=is_settled,
        failed={key: round(len(some) * plan.weight) for key, some in failed.items() if len(some)},
        weight=plan.weight,
    )


def _percentiles(took: Array) -> Percentiles | None:
    if not len(took):
        return None
    p50, p95, p99 = np.quantile(took, QUANTILES).tolist()
    return Percentiles(len(took), float(took.mean()), p50, p95, p99)


def _stages(begins: Array, ends: Array, failed: Array, plan: _Plan) -> tuple[Stage, ...]:
    order = np.argsort(begins, kind="stable")
    begun, took = begins[order], (ends - begins)[order]
    left, lost = np.sort(ends, kind="stable"), np.sort(failed)
    edges = np.linspace(0, plan.duration_s, STAGES + 1)
    came, gone, fell = (np.searchsorted(each, edges).tolist() for each in (begun, left, lost))
    found = []
    for number, (low, high) in enumerate(pairwise(edges.tolist())):
        first, last = came[number], came[number + 1]
        fallen = fell[number + 1] - fell[number]
        found.append(
            Stage(
                begins_s=low,
                ends_s=high,
                rate=(last - first + fallen) * plan.weight / (high - low),
                took=_percentiles(took[first:last]),
                inside=round((last - gone[number + 1]) * plan.weight),
                failed=round(fallen * plan.weight),
            )
        )
    return tuple(found)


def _station_results(
    model: Model, chains: Sequence[Chain], stations: Mapping[str, _Station], plan: _Plan
) -> tuple[StationResult, ...]:
    """Measured between the warm-up and the end of the time, whenever the last request leaves."""
    found = []
    begins, ends = WARM_UP * plan.duration_s, plan.duration_s
    for key, station in stations.items():
        if model.graph.components[key].kind == "client":
            continue
        visits = [visit for chain in chains for visit in chain.visits if visit.component == key]
        arrive, waits, held = (
            np.concatenate([getattr(visit, name) for visit in visits]) for name in ("arrive", "waited", "held")
        )
        inside = (arrive >= begins) & (arrive < ends)
        rate = float(inside.sum()) * plan.weight / (ends - begins)
        measured = waits[inside] if inside.any() else np.zeros(1)
        is_counted = math.isfinite(station.servers)
        busy = np.clip(np.minimum(arrive + waits + held, ends) - np.maximum(arrive + waits, begins), 0.0, None)
        expected = None
        if is_counted and station.hold_s > 0 and rate < station.servers / station.hold_s:
            expected = float(mean_wait(rate, 1 / station.hold_s, station.servers))
        found.append(
            StationResult(
                key,
                rate,
                float(busy.sum()) * plan.weight / (station.servers * (ends - begins)) if is_counted else None,
                float(measured.mean()),
                float(np.quantile(measured, 0.99)),
                expected,
            )
        )
    return tuple(found)
