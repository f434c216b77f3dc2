"""Simulates requests one by one through the drawing: measured percentiles when traffic rises, spikes, or a part is
lost.

Each operation is a chain of visits in the order in which its flow makes them: a caller is served first and then makes
its calls, arrow after arrow; calls of one arrow that fans out run in parallel; work behind a queue goes on
independently. All draws are seeded. There are two ways to follow them:

- Each station is computed for the whole time, in the order in which requests reach stations; where operations pass them
  in different orders, they are computed again until no request's times change (waveform relaxation). This is fast.
- Where delays change later calls (timeouts, retries, threads), and where a store has copies or shards, calls are made
  at once or instances have queues of their own, requests are followed event by event (see events.py). Where only
  timeouts and retries matter, stations are again computed one after another (see retrying.py).

The simulated time is the time asked for. Where it holds more requests than can be followed one by one, an even sample
of them is followed, each representing `weight` requests: stations keep a fluid backlog (see fluid.py), or, event by
event, the whole system is scaled down (see following.py).

While all servers of a component are lost, requests take the path that the drill of the design finds: past a lost cache
to the store, or to the remaining ones of several equal components; requests without a path fail at every try. The
component comes back unchanged: a cache counts as warm again.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from calculators.engine.queueing import mean_wait
from designs.analysis import fluid, values
from designs.analysis.drill import ALMOST_ALL, ways_left
from designs.analysis.flow import OperationFlow
from designs.analysis.followed import followed
from designs.analysis.following import gives_up, has_more_than_stations, largest_scale, tries_again
from designs.analysis.itineraries import Array, Chain, NotSimulatedError, Visit, chains_of, reached_in_order
from designs.analysis.model import Model
from designs.analysis.outcomes import Simulation, StationResult, percentiles, stages_of
from designs.analysis.plans import DEFAULT_VISITS, SEED, WARM_UP, Loss, Partition, Plan, begins_of, chances, share_lost
from designs.analysis.queues import Outage, starts
from designs.analysis.service_times import variation_of
from designs.analysis.timeline import Course, busiest, looks_at, seen
from designs.analysis.times import OwnTime, Times, times_of
from designs.analysis.traffic import LONGEST_EVENT, USUAL_EVENT, Curve, curve_of, mean_of
from designs.analysis.warming import warming_of

MOST_CALLS = 2_000_000  # of one request: more would exceed the memory
MOST_SWEEPS = 25
STILL_S = 1e-9
COUNTED_AT_ONCE = 250_000  # visits of a station; a long run has millions
COARSE = (
    "copies and shards, calls made at once and queues of single instances: there are too many requests to follow, "
    "so each component is one queue and calls come one after another"
)


@dataclass(frozen=True)
class _Seen:
    """What a station did: nothing for clients, and no course where it serves every request at once."""

    result: StationResult | None = None
    course: Course | None = None


@dataclass(frozen=True)
class _Station:
    component: str
    servers: float
    hold_s: float
    outages: tuple[Outage, ...]


def simulate(
    model: Model,
    *,
    shape: str = "constant",
    seed: int = SEED,
    visits: int = DEFAULT_VISITS,
    duration_s: float | None = None,
    event_s: float | None = None,
    losses: Sequence[Loss] = (),
    partitions: Sequence[Partition] = (),
    curve: Curve | None = None,
    progress: Callable[[float], None] = lambda _: None,
) -> Simulation:
    """Simulates for a number of seconds, or for as long as `visits` visits of components take.

    A spike and a loss last `event_s`.

    A `curve` of the traffic, as multiples of the peak, replaces a shape.

    No more than about `visits` visits are followed, retries apart. Raises NotSimulatedError, which says what is
    missing. `timed_out` and `retried` are calls by connection; `left_out` says what a sample does not show.
    """
    times = times_of(model)
    rates = _rates(model)
    chains = chains_of(model, times, {key: model.flows[key] for key in rates})
    plan = _plan(model, chains, rates, shape, seed, visits, duration_s, event_s, losses, partitions, curve)
    gone = _gone(model, plan.losses)
    left = _left_flows(model, gone, rates)
    way = _way(model, [*(model.flows[key] for key in rates), *left.values()], gone, plan)
    if way == "events":
        return followed(model, times, plan, gone, left, progress)
    if gone:
        chains = chains_of(model, times, left, chains)
    order, is_ordered = reached_in_order(chains)
    stations = _stations(model, times, order, plan)
    random = np.random.default_rng((SEED, seed))
    failed = _draw(model, chains, plan, gone, left, times, stations, random)
    progress(0.1)
    seeing = partial(_seen, model, stations, plan)
    sweeps, is_settled, stops = _run(chains, stations, plan, seeing, progress, is_ordered=is_ordered)
    found = _result(chains, stops, plan, failed, sweeps, is_settled=is_settled)
    return replace(found, left_out=(COARSE,)) if way == "coarse" else found


def _way(model: Model, flows: Sequence[OperationFlow], gone: frozenset[str], plan: Plan) -> str:
    """`stations`, `events`, or `coarse` when there are too many requests to follow event by event."""
    is_bound = gives_up(model, flows) or bool(gone and tries_again(model, flows)) or bool(plan.partitions)
    is_bound = is_bound or any(warming_of(model.graph.components[each]) for each in gone)
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
    partitions: Sequence[Partition],
    curve: Curve | None,
) -> Plan:
    event = event_s / duration_s if event_s and duration_s else USUAL_EVENT
    if event > LONGEST_EVENT:
        raise NotSimulatedError(f"What happens meanwhile takes more than {LONGEST_EVENT:.0%} of the whole time.")
    if curve is None:
        curve = curve_of(shape, peak_factor=model.loads.peak_factor or 1.0, event=event)
    visits_per_s = mean_of(curve) * _visits_per_s(chains, rates)
    duration = duration_s or visits / visits_per_s
    if event_s and duration_s:
        losses = [replace(loss, ends=loss.begins + event) for loss in losses]
        partitions = [replace(each, ends=each.begins + event) for each in partitions]
    weight = max(1.0, visits_per_s * duration / visits) if duration_s else 1.0
    return Plan(rates, curve, duration, weight, tuple(losses), seed, visits, tuple(partitions))


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
    """Components that have no server left."""
    loads = model.loads.components
    return frozenset(
        loss.component for loss in losses if loss.component in loads and loss.replicas >= loads[loss.component].replicas
    )


def _left_flows(model: Model, gone: frozenset[str], rates: Mapping[str, float]) -> dict[str, OperationFlow]:
    """The paths of operations that still work in part, as the drill finds them."""
    if not gone:
        return {}
    _, flows = ways_left(model, gone)
    return {key: flows[key] for key in rates if not flows[key].problem and share_lost(model, key, gone) <= ALMOST_ALL}


def _stations(model: Model, times: Times, order: Sequence[str], plan: Plan) -> dict[str, _Station]:
    found = {}
    for component in order:
        load = model.loads.components[component]
        servers, hold = math.inf, times.own[component].service_s
        if load.capacity is not None and model.graph.components[component].kind != "client":
            # At a store a request uses the same share of the whole as of the busiest copy.
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
    plan: Plan,
    gone: frozenset[str],
    left: Mapping[str, OperationFlow],
    times: Times,
    stations: Mapping[str, _Station],
    random: np.random.Generator,
) -> dict[str, Array]:
    """Draws when requests arrive, which path each takes, and the service time of each of its visits.

    Returns the moments of requests that fail, by operation.
    """
    failed: dict[str, Array] = {}
    begins: dict[tuple[str, bool], Array] = {}
    for key in plan.rates:
        all_of, lost, fails = begins_of(model, key, plan, gone, left, random)
        failed[key] = all_of[fails]
        begins[key, False], begins[key, True] = all_of[~lost], all_of[lost & ~fails]
    for chain in chains:
        chain.begins = begins[chain.operation, chain.is_meanwhile]
        drawn: dict[int, Array] = {}
        last = {visit.chooser: number for number, visit in enumerate(chain.visits)}
        for number, visit in enumerate(chain.visits):
            above = chain.visits[visit.chooser] if visit.chooser >= 0 else None
            if above is None and chain.of >= 0:
                above = chains[chain.of].visits[chain.after]
            if visit.chooser not in drawn:
                drawn[visit.chooser] = chances(len(chain.begins), plan, random)
            chance = drawn.pop(visit.chooser) if last[visit.chooser] == number else drawn[visit.chooser]
            visit.taken = (chance >= visit.low) & (chance < visit.low + visit.share)
            if above is not None:
                visit.taken &= above.taken
            taking = int(visit.taken.sum())
            visit.is_everyone = taking == len(chain.begins)
            visit.size = size = taking * visit.copies
            visit.wires = visit.wire(random, size)
            _serve(visit, times.own[visit.component], stations[visit.component], random, size)
    return failed


def _serve(visit: Visit, own: OwnTime, station: _Station, random: np.random.Generator, size: int) -> None:
    """The answer leaves after the service; the server is held for as long as its capacity says."""
    none = np.broadcast_to(0.0, size)
    if own.service_s > 0:
        visit.answer = own.served(random, size)
        longer = station.hold_s / own.service_s
        visit.held = visit.answer if math.isclose(longer, 1.0) else visit.answer * longer
    else:
        visit.answer = none
        visit.held = none if station.hold_s <= 0 else replace(own, service_s=station.hold_s).served(random, size)
    visit.arrive = visit.waited = np.broadcast_to(0.0, size)


def _run(
    chains: Sequence[Chain],
    stations: Mapping[str, _Station],
    plan: Plan,
    seeing: Callable[[str, Sequence[Visit]], _Seen],
    progress: Callable[[float], None],
    *,
    is_ordered: bool,
) -> tuple[int, bool, list[_Seen]]:
    """Computes every station until the times no longer change; one sweep is enough when there is an order.

    Then each station is measured once it is computed, and its visits are freed when requests have moved on.
    """
    for chain in chains:
        chain.forgets = is_ordered
        if chain.of >= 0:
            chains[chain.of].visits[chain.after].is_asked = True
    held_at = {
        each: [(chain, visit) for chain in chains for visit in chain.visits if visit.component == each]
        for each in stations
    }
    visits = {component: [visit for _, visit in stops] for component, stops in held_at.items()}
    found, done, moved = list[_Seen](), set[str]() if is_ordered else set(held_at), 0.0
    for sweep in range(1, MOST_SWEEPS + 1):
        for chain in chains:
            chain.position = 0
        moved = 0.0
        for count, (component, stops) in enumerate(held_at.items(), start=1):
            for chain in {id(chain): chain for chain, _ in stops}.values():
                chain.position = chain.position if is_ordered else 0
                _advance(chain, chains, done)
            moved = max(moved, _work_off(stations[component], visits[component], plan, count))
            found += [seeing(component, visits[component])] if is_ordered else []
            done.add(component)
            progress(0.1 + 0.85 * min(1.0, (sweep - 1 + count / len(held_at)) / 2))
        if is_ordered or moved <= STILL_S:
            break
    for chain in chains:
        _advance(chain, chains, done)
    found = found or [seeing(*each) for each in visits.items()]
    return sweep, is_ordered or moved <= STILL_S, found


def _advance(chain: Chain, chains: Sequence[Chain], done: Set[str]) -> None:
    """Times along a chain from its position, by the waits known so far, up to a visit that is not computed yet."""
    if chain.position == 0:
        begins = chain.begins if chain.of < 0 else _until(chains[chain.of], chain.after)
        chain.moments = begins[:, None].copy()
    for visit in chain.visits[chain.position :]:
        if chain.moments.shape[1] > visit.callers:
            # A request that fanned out before continues when the slowest of its calls returns.
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
        if chain.forgets:
            visit.forget()
    chain.ends = chain.moments.max(axis=1)
    if chain.forgets:
        chain.moments = np.zeros((0, 1))


def _by_request(moments: Array, copies: int) -> Array:
    return moments.reshape(len(moments) // copies, copies)


def _slowest(moments: Array, callers: int) -> Array:
    """For each caller, the last of its calls."""
    rows, columns = moments.shape
    return np.asarray(np.max(moments.reshape(rows, callers, columns // callers), axis=2))


def _joined(parts: list[Array]) -> Array:
    """Arrays concatenated; a single one is returned as it is and must not be changed."""
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _until(chain: Chain, position: int) -> Array:
    """When each request has left a visit of its chain (or has skipped it)."""
    visit = chain.visits[position]
    found = chain.begins.copy()
    if visit.taken.any():
        left = _by_request(visit.arrive + visit.waited + visit.answer, visit.copies)
        found[visit.taken] = left.max(axis=1)
    return found


def _work_off(station: _Station, visits: Sequence[Visit], plan: Plan, number: int) -> float:
    """The waits of all visits to a station; returns by how much any of them changed."""
    if math.isinf(station.servers):
        return 0.0
    arrivals, held = (_joined([getattr(visit, name) for visit in visits]) for name in ("arrive", "held"))
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
        waits = _waited(arrivals, held, station)
    moved, position = 0.0, 0
    for visit in visits:
        size = len(visit.arrive)
        new = waits[position : position + size]
        if size:
            moved = max(moved, float(np.max(np.abs(new - visit.waited))))
        visit.waited = new
        position += size
    return moved


def _result(
    chains: Sequence[Chain],
    stops: Sequence[_Seen],
    plan: Plan,
    failed: Mapping[str, Array],
    sweeps: int,
    *,
    is_settled: bool,
) -> Simulation:
    mains = [chain for chain in chains if chain.of < 0]
    operations = {}
    for key in plan.rates:
        warm = [
            (chain.ends - chain.begins)[chain.begins >= WARM_UP * plan.duration_s]
            for chain in mains
            if chain.operation == key
        ]
        if (found := percentiles(_joined(warm))) is not None:
            operations[key] = found
    begins, ends = _joined([chain.begins for chain in mains]), _joined([chain.ends for chain in mains])
    lost = _joined(list(failed.values()))
    stages, moments = stages_of(begins, ends, lost, plan.duration_s, plan.weight)
    followed = sum(visit.size for chain in chains for visit in chain.visits)
    return Simulation(
        duration_s=plan.duration_s,
        requests=round((len(begins) + len(lost)) * plan.weight),
        visits=round(followed * plan.weight),
        operations=operations,
        stages=stages,
        moments=moments,
        courses=busiest({each.result.component: each.course for each in stops if each.result and each.course}),
        stations=tuple(each.result for each in stops if each.result),
        sweeps=sweeps,
        is_settled=is_settled,
        failed={key: round(len(some) * plan.weight) for key, some in failed.items() if len(some)},
        weight=plan.weight,
    )


def _waited(arrivals: Array, held: Array, station: _Station) -> Array:
    order = np.argsort(arrivals, kind="stable")
    came = arrivals[order]
    waited = starts(came, held[order], station.servers, station.outages)
    waited -= came
    came[order] = waited  # this would take the same memory again
    return came


def _seen(model: Model, stations: Mapping[str, _Station], plan: Plan, key: str, visits: Sequence[Visit]) -> _Seen:
    """Measured between the warm-up and the end of the time, whenever the last request leaves."""
    if model.graph.components[key].kind == "client":
        return _Seen()
    station, (begins, ends) = stations[key], (WARM_UP * plan.duration_s, plan.duration_s)
    arrive, waits, held = (_joined([getattr(visit, name) for visit in visits]) for name in ("arrive", "waited", "held"))
    inside = (arrive >= begins) & (arrive < ends)
    rate = float(inside.sum()) * plan.weight / (ends - begins)
    measured = waits[inside] if inside.any() else np.zeros(1)
    mean, p99 = float(measured.mean()), float(np.quantile(measured, 0.99, overwrite_input=True))
    del inside, measured
    if math.isinf(station.servers):
        return _Seen(StationResult(key, rate, None, mean, p99, None))
    busy, expected = 0.0, None
    parts = [slice(first, first + COUNTED_AT_ONCE) for first in range(0, len(arrive), COUNTED_AT_ONCE)]
    for part in parts:
        begun = arrive[part] + waits[part]
        within = np.minimum(begun + held[part], ends) - np.maximum(begun, begins)
        busy += float(np.clip(within, 0.0, None, out=within).sum())
    used = busy * plan.weight / (station.servers * (ends - begins))
    if station.hold_s > 0 and rate < station.servers / station.hold_s:
        stretch = (1.0 + variation_of(model.graph.components[key]) ** 2) / 2.0
        expected = float(mean_wait(rate, 1 / station.hold_s, station.servers)) * stretch
    at = looks_at(plan.duration_s)
    standing = np.full(len(at), station.servers)
    for outage in station.outages:
        standing[(at >= outage.begins_s) & (at < outage.ends_s)] -= outage.servers
    moments = ((arrive[part], arrive[part] + waits[part], arrive[part] + waits[part] + held[part]) for part in parts)
    course = seen(moments, standing, plan.duration_s, plan.weight)
    return _Seen(StationResult(key, rate, used, mean, p99, expected), course)
