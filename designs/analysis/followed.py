"""A simulation that follows requests event by event (see events.py)."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from designs.analysis.events import Change, Followed, Follower, Node, Place
from designs.analysis.flow import OperationFlow
from designs.analysis.following import Layout
from designs.analysis.itineraries import Array
from designs.analysis.model import Model
from designs.analysis.outcomes import Simulation, StationResult, percentiles, stages_of
from designs.analysis.plans import SEED, WARM_UP, Plan, begins_of
from designs.analysis.service_times import variation_of
from designs.analysis.timeline import busiest, course_of, looks_at
from designs.analysis.times import Times, bounded_at
from designs.analysis.waiting import waiting_of

MOST_AMPLIFIED = 5  # times the visits that were asked for, before retries are too many to follow


def followed(
    model: Model,
    times: Times,
    plan: Plan,
    gone: frozenset[str],
    left: Mapping[str, OperationFlow],
    progress: Callable[[float], None],
) -> Simulation:
    """`gone` are components of which nothing is left for a while, `left` the ways that still go then."""
    random = np.random.default_rng((SEED, plan.seed))
    layout = Layout(model, times, plan.weight, random)
    moments, names, roots = list[Array](), list[str](), list[Node | None]()
    for key in plan.rates:
        all_of, lost, fails = begins_of(model, key, plan, gone, left, random)
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
    follower.watch(layout.places.values(), looks_at(plan.duration_s))
    changes = _changes(model, layout.places, plan)
    found = follower.run(begins, [roots[place] for place in order.tolist()], changes)
    return _summed_up(model, layout, plan, (begins, np.array(names)[order], found))


def _changes(model: Model, places: Mapping[str, Place], plan: Plan) -> list[Change]:
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
    model: Model, layout: Layout, plan: Plan, followed: tuple[Array, npt.NDArray[np.str_], Followed]
) -> Simulation:
    begins, names, found = followed
    took, good = found.ends - begins, ~found.failed
    warm = begins >= WARM_UP * plan.duration_s
    operations = {}
    for key in plan.rates:
        if (measured := percentiles(took[good & warm & (names == key)])) is not None:
            operations[key] = measured
    counts = {key: calls[0].counts for key, calls in layout.calls.items()}
    stages, moments = stages_of(begins[good], found.ends[good], begins[~good], plan.duration_s, plan.weight)
    shown = {
        key: course_of(place.looks, plan.weight)
        for key, place in layout.places.items()
        if place.looks.waiting and model.graph.components[key].kind != "client"
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
        failed={key: round(lost * plan.weight) for key in plan.rates if (lost := int(np.sum(~good & (names == key))))},
        weight=plan.weight,
        is_scaled=plan.is_sampled,
        timed_out={key: round(each[1] * plan.weight) for key, each in counts.items() if each[1]},
        retried={key: round(each[2] * plan.weight) for key, each in counts.items() if each[2]},
    )


def _place_result(model: Model, place: Place, plan: Plan) -> StationResult:
    begins, ends = WARM_UP * plan.duration_s, plan.duration_s
    arrive, waits = np.array(place.arrivals), np.array(place.waits)
    inside = (arrive >= begins) & (arrive < ends)
    measured = waits[inside] if inside.any() else np.zeros(1)
    utilisation = expected = None
    if not place.is_endless:
        busiest = max(place.lanes, key=lambda lane: lane.busy_s)
        servers = max(1, busiest.servers)
        utilisation = busiest.busy_s / (servers * (ends - begins))
        coming = busiest.begun + place.refused / len(place.lanes)
        arriving = coming * plan.weight / (ends - begins) / _stations_in(model, place)
        expected = _expected(model, place.component, arriving)
    return StationResult(
        place.component,
        float(inside.sum()) * plan.weight / (ends - begins),
        utilisation,
        float(measured.mean()),
        float(np.quantile(measured, 0.99)),
        expected,
        round(place.refused * plan.weight),
    )


def _stations_in(model: Model, place: Place) -> int:
    """Instances that share the queue of one lane."""
    stations = model.loads.components[place.component].burden.stations
    return max(1, stations // len(place.lanes)) if place.copies * place.shards == 1 else 1


def _expected(model: Model, component: str, arriving: float) -> float | None:
    """The mean wait that the analysis gives when so many requests a second come to the busiest server."""
    load, box = model.loads.components[component], model.graph.components[component]
    queue = bounded_at(load, box, box.balancing, variation_of(box), arriving, model.echoes.get(component, 0.0))
    wait = waiting_of(load, box.balancing, variation_of(box), arriving).mean_s if queue is None else queue.mean_s
    return wait if math.isfinite(wait) else None
