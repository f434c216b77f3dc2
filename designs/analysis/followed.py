"""A simulation that follows requests event by event (see events.py), or along tracks (see retrying.py)."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from designs.analysis.events import Change, Cut, Followed, Follower
from designs.analysis.flow import OperationFlow
from designs.analysis.following import Layout, unsaid
from designs.analysis.itineraries import Array
from designs.analysis.model import Model
from designs.analysis.outcomes import Simulation, StationResult, percentiles, stages_of
from designs.analysis.places import Node, Place
from designs.analysis.plans import SEED, WARM_UP, Plan, begins_of
from designs.analysis.retrying import retried
from designs.analysis.service_times import variation_of
from designs.analysis.timeline import Looks, busiest, course_of, looks_at
from designs.analysis.times import Times, bounded_at
from designs.analysis.waiting import waiting_of

Codes = npt.NDArray[np.int32]
MOST_AMPLIFIED = 5  # limit on visits with retries, as a multiple of the visits asked for


def followed(
    model: Model,
    times: Times,
    plan: Plan,
    gone: frozenset[str],
    left: Mapping[str, OperationFlow],
    progress: Callable[[float], None],
) -> Simulation:
    """`gone` are components that have no server for a while, `left` the paths that still work during that time."""
    random = np.random.default_rng((SEED, plan.seed))
    layout = Layout(model, times, plan.weight, random, (WARM_UP * plan.duration_s, plan.duration_s), plan.duration_s)
    coming = _coming(layout, plan, gone, left)
    changes = _changes(model, layout.places, plan)
    cuts = [
        Cut(each.begins * plan.duration_s, each.ends * plan.duration_s, layout.cut_shares(each))
        for each in plan.partitions
    ]
    layout.settles({change.place.component for change in changes}, is_cut=bool(cuts))
    most = MOST_AMPLIFIED * plan.visits

    def tell(share: float) -> None:
        progress(0.05 + 0.9 * share)

    found = None if plan.losses or cuts else retried(coming.begins, coming.roots, coming.ways, random, most, tell)
    if found is None:
        follower = Follower(random, most_visits=most, cuts=cuts, progress=tell)
        follower.watch(layout.places.values(), looks_at(plan.duration_s), plan.duration_s)
        for loss in plan.losses:
            if loss.component in gone and loss.component in layout.warmths:
                follower.empties(layout.warmths[loss.component], loss.ends * plan.duration_s)
        found = follower.run(coming.begins, coming.roots, coming.ways.tolist(), changes)
    summed = _summed_up(model, layout, plan, coming, found)
    return replace(summed, left_out=tuple(unsaid(model, [*model.flows.values(), *left.values()])))


@dataclass(frozen=True)
class _Coming:
    """Requests in the order in which they arrive: when, the number of their operation, and of the root each takes."""

    begins: Array
    numbers: Codes
    ways: Codes
    roots: list[Node | None]


def _coming(layout: Layout, plan: Plan, gone: frozenset[str], left: Mapping[str, OperationFlow]) -> _Coming:
    model, random = layout.model, layout.random
    moments, roots = list[Array](), list[Node | None]()
    numbers, taking = list[Codes](), list[Codes]()
    for number, key in enumerate(plan.rates):
        all_of, lost, fails = begins_of(model, key, plan, gone, left, random)
        usual = layout.roots(model.flows[key])
        meanwhile = layout.roots(left[key]) if key in left else []
        # Requests that fail in any case go as far as they get, once for each try.
        failing = [] if key in left or not gone else layout.roots(model.flows[key], gone)
        moments.append(all_of)
        numbers.append(np.full(len(all_of), number, dtype=np.int32))
        turns, ways = random.random(len(all_of)), np.zeros(len(all_of), dtype=np.int32)
        for which, some in ((~lost, usual), (lost & fails, failing), (lost & ~fails, meanwhile)):
            some_or_none: list[Node | None] = [*some] or [None]
            ways[which] = len(roots) + np.minimum(len(some_or_none) - 1, (turns[which] * len(some_or_none)).astype(int))
            roots += some_or_none
        taking.append(ways)
    begins = np.concatenate(moments)
    order = np.argsort(begins, kind="stable")
    return _Coming(begins[order], np.concatenate(numbers)[order], np.concatenate(taking)[order], roots)


def _changes(model: Model, places: Mapping[str, Place], plan: Plan) -> list[Change]:
    """The loss of some servers of a component."""
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


def _summed_up(model: Model, layout: Layout, plan: Plan, coming: _Coming, found: Followed) -> Simulation:
    begins, numbers = coming.begins, coming.numbers
    for place in layout.places.values():
        place.counts_passed()
    numbered = {key: numbers == number for number, key in enumerate(plan.rates)}
    took, good = found.ends - begins, ~found.failed
    warm = begins >= WARM_UP * plan.duration_s
    operations = {}
    for key in plan.rates:
        if (measured := percentiles(took[good & warm & numbered[key]])) is not None:
            operations[key] = measured
    del took
    stages, moments = stages_of(
        begins[good], found.ends[good], begins[~good], plan.duration_s, plan.weight, found.ends[~good]
    )
    shown = {
        key: course_of(_looks(place), plan.weight)
        for key, place in layout.places.items()
        if not place.is_endless and model.graph.components[key].kind != "client"
    }
    return Simulation(
        duration_s=plan.duration_s,
        requests=round(len(begins) * plan.weight),
        visits=round(found.visits * plan.weight),
        operations=operations,
        stages=stages,
        moments=moments,
        courses=busiest(shown),
        stations=tuple(
            _place_result(model, place, plan)
            for place in layout.places.values()
            if model.graph.components[place.component].kind != "client"
        ),
        sweeps=1,
        is_settled=True,
        failed={key: round(lost * plan.weight) for key in plan.rates if (lost := int(np.sum(~good & numbered[key])))},
        weight=plan.weight,
        is_scaled=plan.is_sampled,
        timed_out=_counted(layout, plan, "timed_out"),
        retried=_counted(layout, plan, "retried"),
        hedged=_counted(layout, plan, "hedged"),
        stopped=_counted(layout, plan, "stopped"),
    )


def _counted(layout: Layout, plan: Plan, what: str) -> dict[str, int]:
    """Calls by arrow, without arrows that had none."""
    return {key: round(found * plan.weight) for key, guard in layout.guards.items() if (found := getattr(guard, what))}


def _looks(place: Place) -> Looks:
    return place.passing.looks(place.lanes[0].servers) if place.is_direct else place.looks


def _place_result(model: Model, place: Place, plan: Plan) -> StationResult:
    begins, ends = WARM_UP * plan.duration_s, plan.duration_s
    utilisation = expected = None
    if not place.is_endless:
        busiest = max(place.lanes, key=lambda lane: lane.busy_s / max(1, lane.servers))
        servers = max(1.0, _standing(place) if place.scaler else busiest.servers)
        utilisation = busiest.busy_s / (servers * (ends - begins))
        coming = busiest.begun + place.refused / len(place.lanes)
        arriving = coming * plan.weight / (ends - begins) / _stations_in(model, place)
        expected = _expected(model, place.component, arriving) if _is_analysed(place) else None
    return StationResult(
        place.component,
        place.waits.count * plan.weight / (ends - begins),
        utilisation,
        place.waits.mean_s,
        place.waits.quantile_s(0.99),
        expected,
        round(place.refused * plan.weight),
    )


def _is_analysed(place: Place) -> bool:
    """Whether the analysis models everything that affects its waits."""
    is_steady = place.scaler is None and place.bucket is None
    return is_steady and place.slow_factor == 1.0 and place.sheds != "nobody"


def _standing(place: Place) -> float:
    """The mean number of running servers of an autoscaled component after the warm-up."""
    standing = place.looks.standing[round(WARM_UP * len(place.looks.standing)) :]
    return sum(standing) / len(standing) if standing else 1.0


def _stations_in(model: Model, place: Place) -> int:
    """Instances that share the queue of one lane."""
    stations = model.loads.components[place.component].burden.stations
    return max(1, stations // len(place.lanes)) if place.copies * place.shards == 1 else 1


def _expected(model: Model, component: str, arriving: float) -> float | None:
    """The mean wait by the analysis at this rate at the busiest server."""
    load, box = model.loads.components[component], model.graph.components[component]
    arriving *= load.mix.mean
    queue = bounded_at(load, box, box.balancing, variation_of(box), arriving, model.echoes.get(component, 0.0))
    wait = waiting_of(load, box.balancing, variation_of(box), arriving).mean_s if queue is None else queue.mean_s
    return wait if math.isfinite(wait) else None
