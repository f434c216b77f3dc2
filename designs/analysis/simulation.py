"""Requests one by one through the drawing: what percentiles are measured when traffic rises, spikes, or a part is lost.

Each operation is a chain of visits in the order in which its flow makes them: who calls is served first and then calls,
arrow after arrow; calls of one arrow that fans out run side by side; what lies behind a queue goes on by itself. All
draws are seeded. Stations are worked off whole, in the order in which requests reach them; where operations pass them
in different orders, they are worked off again until no request's times change any more (waveform relaxation).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from calculators.engine.queueing import mean_wait
from designs.analysis.itineraries import Array, Chain, NotSimulatedError, Visit, chains_of, reached_in_order
from designs.analysis.latency import OwnTime, Times, spread_over, times_of
from designs.analysis.model import Model
from designs.analysis.queues import Outage, starts

SEED = 17
MOST_CALLS = 2_000_000  # of one request: more would fill the memory
DEFAULT_VISITS = 200_000
MOST_SWEEPS = 25
STILL_S = 1e-9
WARM_UP = 0.1
STAGES = 12
QUANTILES = (0.5, 0.95, 0.99)
# Times the rate at peak, by the share of the time that has passed.
SHAPES: Mapping[str, tuple[tuple[float, float], ...]] = {
    "constant": ((0.0, 1.0), (1.0, 1.0)),
    "ramp": ((0.0, 0.2), (1.0, 2.0)),
    "spike": ((0.0, 0.5), (0.4, 0.5), (0.42, 2.5), (0.5, 2.5), (0.52, 0.5), (1.0, 0.5)),
}


@dataclass(frozen=True)
class Loss:
    """Replicas of a component that are gone for a while, as shares of the whole time."""

    component: str
    replicas: int
    begins: float = 0.4
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
    """A slice of the time: requests that came in it, how long they took, and how many were inside at its end."""

    begins_s: float
    ends_s: float
    rate: float
    took: Percentiles | None
    inside: int


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
    losses: Sequence[Loss] = (),
    progress: Callable[[float], None] = lambda _: None,
) -> Simulation:
    """About so many visits of components in all. Raises NotSimulatedError, which says what is missing."""
    times = times_of(model)
    rates = _rates(model)
    chains = chains_of(model, times, rates)
    curve = _curve(shape, model)
    duration = _duration(chains, rates, curve, visits)
    order, is_ordered = reached_in_order(chains)
    stations = _stations(model, times, order, losses, duration)
    random = np.random.default_rng((SEED, seed))
    _draw(chains, rates, curve, duration, times, stations, random)
    progress(0.1)
    sweeps, is_settled = _run(chains, stations, progress, is_ordered=is_ordered)
    return _result(model, chains, stations, duration, sweeps, is_settled=is_settled)


def _rates(model: Model) -> dict[str, float]:
    rates = {key: rate.peak for key, rate in model.loads.rates.items() if rate.peak and not model.flows[key].problem}
    if not rates:
        raise NotSimulatedError("No operation has both a rate and a path through the drawing.")
    return rates


def _curve(shape: str, model: Model) -> tuple[tuple[float, float], ...]:
    if shape == "daily":
        # A day between the quietest hour and the peak, around the average.
        low = max(0.0, 2.0 / (model.loads.peak_factor or 1.0) - 1.0)
        points = np.linspace(0, 1, 49)
        return tuple((float(u), float(low + (1 - low) * (1 - math.cos(2 * math.pi * u)) / 2)) for u in points)
    if shape not in SHAPES:
        raise NotSimulatedError(f"There is no traffic called {shape!r}.")
    return SHAPES[shape]


def _mean(curve: Sequence[tuple[float, float]]) -> float:
    return sum((b[0] - a[0]) * (a[1] + b[1]) / 2 for a, b in pairwise(curve))


def _duration(
    chains: Sequence[Chain], rates: Mapping[str, float], curve: Sequence[tuple[float, float]], visits: int
) -> float:
    per_second = 0.0
    for chain in chains:
        expected = sum(visit.copies * visit.share for visit in chain.visits)
        if expected > MOST_CALLS:
            raise NotSimulatedError(
                f"One request of {chain.operation!r} makes {expected:,.3g} calls; at most {MOST_CALLS:,} are simulated."
            )
        per_second += rates[chain.operation] * max(expected, 1.0)
    if not math.isfinite(per_second) or per_second <= 0:
        raise NotSimulatedError("There is more traffic than a number can say.")
    return visits / (per_second * _mean(curve))


def _stations(
    model: Model, times: Times, order: Sequence[str], losses: Sequence[Loss], duration: float
) -> dict[str, _Station]:
    found = {}
    for component in order:
        load = model.loads.components[component]
        servers, hold = math.inf, times.own[component].service_s
        if load.capacity is not None and model.graph.components[component].kind != "client":
            servers, hold = float(load.servers), load.servers / (load.capacity.value * load.replicas)
        outages = tuple(
            Outage(
                max(1, round(servers * min(loss.replicas, load.replicas) / load.replicas)),
                loss.begins * duration,
                loss.ends * duration,
            )
            for loss in losses
            if loss.component == component and math.isfinite(servers)
        )
        found[component] = _Station(component, servers, hold, outages)
    return found


def _draw(
    chains: Sequence[Chain],
    rates: Mapping[str, float],
    curve: Sequence[tuple[float, float]],
    duration: float,
    times: Times,
    stations: Mapping[str, _Station],
    random: np.random.Generator,
) -> None:
    """When requests come, which way each goes, and how long each of its stops will serve it."""
    begins: dict[str, Array] = {}
    for chain in chains:
        if chain.operation not in begins:
            count = int(random.poisson(rates[chain.operation] * _mean(curve) * duration))
            begins[chain.operation] = np.sort(_moments(curve, random.random(count)) * duration)
        chain.begins = begins[chain.operation] if chain.of < 0 else chains[chain.of].begins
        count = len(chain.begins)
        chances: dict[int, Array] = {}
        for visit in chain.visits:
            above = chain.visits[visit.chooser] if visit.chooser >= 0 else None
            if above is None and chain.of >= 0:
                above = chains[chain.of].visits[chain.after]
            chance = chances.setdefault(visit.chooser, random.random(count))
            visit.taken = (chance >= visit.low) & (chance < visit.low + visit.share)
            if above is not None:
                visit.taken &= above.taken
            taking = int(visit.taken.sum())
            visit.is_everyone = taking == count
            size = taking * visit.copies
            visit.wires = visit.wire(random, size)
            _serve(visit, times.own[visit.component], stations[visit.component], random, size)


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


def _moments(curve: Sequence[tuple[float, float]], chances: Array) -> Array:
    """Shares of the time at which requests come: the inverse of the sum of the curve, piece by piece."""
    if len({height for _, height in curve}) == 1:
        return chances
    places = np.array([place for place, _ in curve])
    heights = np.array([height for _, height in curve])
    widths = np.diff(places)
    areas = widths * (heights[1:] + heights[:-1]) / 2
    sums = np.concatenate([[0.0], np.cumsum(areas)])
    wanted = chances * sums[-1]
    piece = np.clip(np.searchsorted(sums, wanted, side="right") - 1, 0, len(areas) - 1)
    first, slope = heights[piece], (heights[piece + 1] - heights[piece]) / widths[piece]
    rest = wanted - sums[piece]
    with np.errstate(divide="ignore", invalid="ignore"):
        curved = (np.sqrt(first**2 + 2 * slope * rest) - first) / slope
        flat = rest / first
    return np.asarray(places[piece] + np.where(np.abs(slope) > 1e-12, curved, flat))


def _run(
    chains: Sequence[Chain],
    stations: Mapping[str, _Station],
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
            moved = max(moved, _work_off(stations[component], [visit for _, visit in stops]))
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


def _work_off(station: _Station, visits: Sequence[Visit]) -> float:
    """Waits of all that come to a station; answers by how much any of them changed."""
    if math.isinf(station.servers):
        return 0.0
    arrivals = np.concatenate([visit.arrive for visit in visits])
    order = np.argsort(arrivals, kind="stable")
    held = np.concatenate([visit.held for visit in visits])[order]
    begun = np.empty_like(arrivals)
    begun[order] = starts(arrivals[order], held, station.servers, station.outages)
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


def _result(
    model: Model,
    chains: Sequence[Chain],
    stations: Mapping[str, _Station],
    duration: float,
    sweeps: int,
    *,
    is_settled: bool,
) -> Simulation:
    mains = [chain for chain in chains if chain.of < 0]
    took = {chain.operation: chain.ends - chain.begins for chain in mains}
    warm = {chain.operation: chain.begins >= WARM_UP * duration for chain in mains}
    operations = {key: found for key, all_of in took.items() if (found := _percentiles(all_of[warm[key]])) is not None}
    begins = np.concatenate([chain.begins for chain in mains])
    ends = np.concatenate([chain.ends for chain in mains])
    return Simulation(
        duration_s=duration,
        requests=len(begins),
        visits=sum(len(visit.arrive) for chain in chains for visit in chain.visits),
        operations=operations,
        stages=_stages(begins, ends, duration),
        stations=_station_results(model, chains, stations, duration),
        sweeps=sweeps,
        is_settled=is_settled,
    )


def _percentiles(took: Array) -> Percentiles | None:
    if not len(took):
        return None
    p50, p95, p99 = np.quantile(took, QUANTILES).tolist()
    return Percentiles(len(took), float(took.mean()), p50, p95, p99)


def _stages(begins: Array, ends: Array, duration: float) -> tuple[Stage, ...]:
    order = np.argsort(begins, kind="stable")
    begun, took = begins[order], (ends - begins)[order]
    left = np.sort(ends, kind="stable")
    edges = np.linspace(0, duration, STAGES + 1)
    came, gone = np.searchsorted(begun, edges).tolist(), np.searchsorted(left, edges).tolist()
    found = []
    for number, (low, high) in enumerate(pairwise(edges.tolist())):
        first, last = came[number], came[number + 1]
        still = last - gone[number + 1]
        found.append(Stage(low, high, (last - first) / (high - low), _percentiles(took[first:last]), still))
    return tuple(found)


def _station_results(
    model: Model, chains: Sequence[Chain], stations: Mapping[str, _Station], duration: float
) -> tuple[StationResult, ...]:
    found = []
    for key, station in stations.items():
        if model.graph.components[key].kind == "client":
            continue
        visits = [visit for chain in chains for visit in chain.visits if visit.component == key]
        arrive, waits = (np.concatenate([getattr(visit, name) for visit in visits]) for name in ("arrive", "waited"))
        held = float(sum(visit.held.sum() for visit in visits))
        warm = arrive >= WARM_UP * duration
        rate = float(warm.sum()) / ((1 - WARM_UP) * duration)
        measured = waits[warm] if warm.any() else np.zeros(1)
        is_counted = math.isfinite(station.servers)
        expected = None
        if is_counted and station.hold_s > 0 and rate < station.servers / station.hold_s:
            expected = float(mean_wait(rate, 1 / station.hold_s, station.servers))
        found.append(
            StationResult(
                key,
                rate,
                held / (station.servers * duration) if is_counted else None,
                float(measured.mean()),
                float(np.quantile(measured, 0.99)),
                expected,
            )
        )
    return tuple(found)
