"""The steady state of a design in which callers time out, retry, and hold threads while they wait.

Waits cause timeouts, failed calls are tried again, retries add load, and load causes waits. The first state in which
all of these agree is found by iteration that starts without retries: it is the state after a quiet start. There may be
a second one, in which retries alone keep a component full (see `storm`); which of the two a system is in depends on its
history.

A second try finds the queue that made the first one late, so tries arrive in bursts. Bursts of N wait longer, by (1 +
E[N^2] / E[N]) / 2, as in M[X]/M/1 (L. Kleinrock, Queueing Systems 1, 1975, section 4.5).

A request holds a thread from when it has one until its answer leaves. By Little's law, the number held is the arrival
rate times the time that each request stays, including its calls; requests wait for a thread as for a server (M/M/c).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from calculators.engine.figures import Figures
from calculators.engine.queueing import mean_wait
from designs.analysis import values
from designs.analysis.capacities import availability_of
from designs.analysis.draws import Drawn, Tail, drawn_of, is_cut_short, now_of
from designs.analysis.effort import DRAWS, Effort, TooManyTriesError
from designs.analysis.flow import OperationFlow
from designs.analysis.flows import flows_of
from designs.analysis.graph import CONSUMERS, SERVERS
from designs.analysis.latency import residences
from designs.analysis.load import is_thread_bound
from designs.analysis.model import CutOff, Model, plain_model
from designs.analysis.patience import patience_of
from designs.analysis.times import OwnTime, Times, times_of
from designs.analysis.waiting import Waiting
from designs.document.schema import Document

MOST_ROUNDS = 40
MOST_TRIES = 10_000  # and visits that are drawn for one state, or this many rounds
STILL = 1e-3  # tries for each call
RETRIED = 2.0  # the share that fails in spite of retries is within this factor, in the simulations of the tests
# The number of running workers is how much a worker does at once, so it has no such limit.
AT_ONCE = {"sql": "database-connections", "cache": "cache-connections"} | dict.fromkeys(
    SERVERS - CONSUMERS, "requests-at-once-server"
)


@dataclass(frozen=True)
class Held:
    """Requests inside a component at peak, each for `stays_s`, and how many it can hold: as typed, or the product's
    default.

    The product's default is marked `is_default`.
    """

    inside: float
    stays_s: float
    room: float | None = None
    source: str = ""
    is_default: bool = False

    @property
    def utilisation(self) -> float | None:
        return None if not self.room else self.inside / self.room


def model_of(document: Document, figures: Figures) -> Model:
    return settled(plain_model(document, figures))


def settled(
    model: Model,
    *,
    gone: Mapping[str, Collection[str]] | None = None,
    lost: Mapping[str, OperationFlow] | None = None,
    is_storm: bool = False,
) -> Model:
    """The same model with attempts, waits for threads and timeouts that agree with each other.

    `gone` are components and connections that are down, by operation, and `lost` the flows of operations that fail in
    any
    case. A storm is searched from the other side: as if every call were tried again; that raises TooManyTriesError
    where it takes too many draws. Operations of a quiet state that takes too many get no figures; where something is
    down, all calls count as tried again then, and the model says so (`is_all_tried`).
    """
    connections = model.graph.connections
    rooms = [each for each, component in model.graph.components.items() if component.concurrency.strip()]
    if not model.impatient and not model.shedding and not model.erring and not rooms:
        return model
    most = {key: patience_of(each).tries(1.0) for key, each in connections.items() if each.retries}
    if is_storm:
        model = with_attempts(model, most, gone, lost)
    visits = sum(len(flow.components) for flow in model.flows.values())
    model = replace(model, effort=Effort(max(MOST_TRIES, MOST_ROUNDS * visits)))
    try:
        found = replace(_still(model, gone, lost), effort=None)
    except TooManyTriesError:
        if is_storm:
            raise
        model = replace(model, effort=None)
        if gone is None:
            return _unsettled(model)
        return replace(with_attempts(model, most, gone, lost), is_all_tried=True)
    return found if is_storm or gone is not None else _doubted(found)


def said_all_tried(when: str) -> str:
    """What is said beside figures of a model that `is_all_tried`; `when` begins the sentence, as "After this loss"."""
    return (
        f"{when} the waits take more than {MOST_TRIES:,} tries to compute, so every call counts as tried as often as "
        "its arrow allows: the loads are the highest that can be."
    )


def _unsettled(model: Model) -> Model:
    """The same without figures of the operations whose calls time out, are refused or fail."""
    words = f"its waits take more than {MOST_TRIES:,} tries to compute; give arrows fewer retries"
    flows = {
        key: flow.without_figures(words) if not flow.problem and is_cut_short(model, flow) else flow
        for key, flow in model.flows.items()
    }
    return replace(model, flows=flows, effort=None)


def _still(model: Model, gone: Mapping[str, Collection[str]] | None, lost: Mapping[str, OperationFlow] | None) -> Model:
    for _ in range(MOST_ROUNDS):
        times = with_entries(times_of(model), model)
        drawn = drawn_flows(model, times)
        attempts = tries_of(model, drawn)
        moved = max((abs(attempts[key] - model.attempts.get(key, 1.0)) for key in attempts), default=0.0)
        doubt = {key: cut_off_of(found) for key, found in drawn.items()}
        model = replace(model, cut_off_doubt=doubt, bursts=bursts_of(model, drawn), echoes=echoes_of(model, drawn))
        if moved <= STILL:
            break
        model = with_attempts(model, attempts, gone, lost)
    return model


def _doubted(model: Model) -> Model:
    """The same, with the components that chance may fill and retries then keep full.

    Where no call of a quiet system is late, chance does not fill it.
    """
    if not any(each.factor > 1 and each.share > 0 for each in model.cut_off_doubt.values()):
        return model
    try:
        full: Collection[str] = storm(model)
    except TooManyTriesError:
        full = model.graph.components
    doubt = {
        key: replace(each, unsteady=tuple(on_way)) if (on_way := _among(model, key, full)) and each.share > 0 else each
        for key, each in model.cut_off_doubt.items()
    }
    return replace(model, cut_off_doubt=doubt)


def _among(model: Model, operation: str, components: Collection[str]) -> list[str]:
    return [each for each in model.flows[operation].components if each in components]


def cut_off_of(drawn: Drawn) -> CutOff:
    factor = RETRIED if drawn.is_tried_again else 1.0
    return CutOff(drawn.share_failed, drawn.error_failed, factor)


def more_exactly(model: Model, times: Times, operation: str, draws: int) -> CutOff:
    """The share of requests that fail at the peak, from more draws of the same steady state."""
    known = model.cut_off_of(operation)
    flow = model.flows[operation]
    order = None if flow.problem else flow.callees_first
    if operation not in model.cut_off_doubt or order is None:
        return known
    found = cut_off_of(drawn_of(model, times, flow, order, draws, Tail(0.5)))
    return replace(found, unsteady=known.unsteady)


def with_attempts(
    model: Model,
    attempts: Mapping[str, float],
    gone: Mapping[str, Collection[str]] | None = None,
    lost: Mapping[str, OperationFlow] | None = None,
) -> Model:
    """The same model with these mean tries for each call of these arrows."""
    attempts = {**model.attempts, **attempts}
    flows = flows_of(model.document, model.graph, attempts, gone=gone)
    return replace(model, attempts=attempts, flows={**flows, **(lost or {})})


def drawn_flows(model: Model, times: Times, among: Collection[str] | None = None) -> dict[str, Drawn]:
    """Draws of the operations (of those in `among`) that have a caller with a timeout."""
    found = {}
    for key, flow in model.flows.items():
        if among is not None and key not in among:
            continue
        order = None if flow.problem else flow.callees_first
        if order is not None and flow.entries and is_cut_short(model, flow):
            found[key] = drawn_of(model, times, flow, order, DRAWS, Tail(0.5))
    return found


def tries_of(model: Model, drawn: Mapping[str, Drawn]) -> dict[str, float]:
    """Mean tries for each call of an arrow, over all operations; outages of the target add more."""
    tries, calls = dict[str, float](), dict[str, float]()
    for key, found in drawn.items():
        rate = model.loads.rates[key].peak or 0.0
        for connection, each in found.tries.items():
            made = rate * model.flows[key].calls.get(connection, 0.0) / model.attempts.get(connection, 1.0)
            tries[connection] = tries.get(connection, 0.0) + each.mean * made
            calls[connection] = calls.get(connection, 0.0) + made
    attempts = {}
    for connection, made in calls.items():
        arrow = model.graph.connections[connection]
        if not arrow.retries or made <= 0:
            continue
        known = availability_of(model.graph.components[arrow.target], model.figures)
        down = 0.0 if known is None else 1.0 - known.value
        patience = patience_of(arrow)
        both = tries[connection] / made + patience.tries(down) - 1.0
        attempts[connection] = min(both, patience.tries(1.0))
    return attempts


def echoes_of(model: Model, drawn: Mapping[str, Drawn]) -> dict[str, float]:
    """The share of calls of each component that come back at once after a refusal and find the queue still full."""
    echoes, all_of = dict[str, float](), dict[str, float]()
    for key, found in drawn.items():
        rate = model.loads.rates[key].peak or 0.0
        for connection, each in found.tries.items():
            target = model.graph.connections[connection].target
            if target in model.shedding:
                made = rate * model.flows[key].calls.get(connection, 0.0) / model.attempts.get(connection, 1.0)
                echoes[target] = echoes.get(target, 0.0) + each.echoes * made
                all_of[target] = all_of.get(target, 0.0) + each.mean * made
    return {target: echoes[target] / count for target, count in all_of.items() if count > 0}


def bursts_of(model: Model, drawn: Mapping[str, Drawn]) -> dict[str, float]:
    """The burst factor of each component that retries reach, directly or through others."""
    found = dict[str, float]()
    for key, draws in drawn.items():
        flow = model.flows[key]
        for each in reversed(flow.callees_first or []):
            for hop in (hop for group in flow.groups.get(each, ()) if group.mode != "later" for hop in group.hops):
                tries = draws.tries.get(hop.connection)
                own = 1.0 if tries is None else (1.0 + tries.mean_square / tries.mean) / 2.0
                stretch = max(found.get(each, 1.0), own)
                if stretch > found.get(hop.target, 1.0):
                    found[hop.target] = stretch
    return found


# Threads


def with_entries(times: Times, model: Model) -> Times:
    """Times with the waits for threads of all components for which the number of threads is typed."""
    rooms = {each: room for each in times.own if (room := _typed_room(model, each))}
    for _ in range(MOST_ROUNDS if rooms else 0):
        inside, rates = _inside(model, times)
        entries = {
            each: Waiting()
            if _servers_limit(model, each)
            else _entry(inside.get(each, 0.0), rates.get(each, 0.0), room)
            for each, room in rooms.items()
        }
        now = [times.own[each].entry.mean_s for each in rooms]
        own = {**times.own, **{each: replace(times.own[each], entry=entry) for each, entry in entries.items()}}
        worst = None if times.worst is None else replace(times.worst, own=_same_entries(times.worst, entries), drawn={})
        times = replace(times, own=own, worst=worst, drawn={})
        if all(math.isclose(one, entries[each].mean_s, rel_tol=1e-3) for one, each in zip(now, rooms, strict=True)):
            break
    return times


def _servers_limit(model: Model, each: str) -> bool:
    """Whether its threads limit nothing: it calls nobody while it holds one, and has at least one for each server.

    It does not matter then whether a request waits for a thread or for a server.
    """
    load, component = model.loads.components[each], model.graph.components[each]
    room = _typed_room(model, each)
    if room is None or load.capacity is None or is_thread_bound(load, component, component.balancing):
        return False
    is_calling = any(now_of(group) for flow in model.flows.values() for group in flow.groups.get(each, ()))
    return not is_calling and room >= load.servers and (load.utilisation or 0.0) < 1.0


def _same_entries(times: Times, entries: Mapping[str, Waiting]) -> dict[str, OwnTime]:
    return {each: replace(own, entry=entries.get(each, Waiting())) for each, own in times.own.items()}


def _entry(inside: float, rate: float, room: float) -> Waiting:
    """The wait for a thread; `inside` are the requests that hold one, without that wait."""
    if rate <= 0 or inside <= 0:
        return Waiting()
    if inside >= room:
        return Waiting(1.0, 0.0)
    spare = room / (inside / rate) - rate
    wait = float(mean_wait(rate, rate / inside, float(max(1, round(room)))))
    return Waiting(min(1.0, wait * spare), spare)


def _inside(model: Model, times: Times) -> tuple[dict[str, float], dict[str, float]]:
    """Requests that hold a thread of each component at peak, and how many come a second."""
    inside, rates = dict[str, float](), dict[str, float]()
    open_ones = {each: replace(own, entry=Waiting()) for each, own in times.own.items() if math.isinf(own.entry.mean_s)}
    # The time that a request holds a thread does not depend on how long it waits for the thread.
    entered = replace(times, own={**times.own, **open_ones}, drawn={}) if open_ones else times
    for key, flow in model.flows.items():
        rate = model.loads.rates[key].peak
        if rate is None or flow.problem or flow.callees_first is None:
            continue
        means = _stays(model, times, flow)
        if open_ones:
            means |= {each: mean for each, mean in _stays(model, entered, flow).items() if each in open_ones}
        for each, mean in means.items():
            coming = rate * flow.visits.get(each, 0.0)
            if coming > 0 and not times.own[each].missing:
                inside[each] = inside.get(each, 0.0) + coming * mean
                rates[each] = rates.get(each, 0.0) + coming
    return inside, rates


def _stays(model: Model, times: Times, flow: OperationFlow) -> dict[str, float]:
    """Mean seconds from when a request gets a thread until its answer leaves."""
    order = flow.callees_first or []
    if is_cut_short(model, flow):
        drawn = drawn_of(model, times, flow, order, DRAWS, Tail(0.5))
        means = {each: float(drawn.times[each].mean()) for each in order}
    else:
        means = residences(model, times, flow, order)
    for each in means:
        own = times.own[each]
        if own.waiting > 0 and own.spare_per_s > 0 and _servers_limit(model, each):
            means[each] -= own.waiting / own.spare_per_s
    entries = {each: own.entry.mean_s for each in means if (own := times.own[each]).entry.share > 0}
    if not entries:
        return means
    return {
        each: mean - entries[each] if math.isfinite(entries.get(each, math.inf)) else mean
        for each, mean in means.items()
    }


def held_of(model: Model, times: Times) -> dict[str, Held]:
    """For each component whose times are known; infinite where a callee never answers."""
    found = {}
    all_inside, rates = _inside(model, times)
    for each, inside in all_inside.items():
        typed = _typed_room(model, each)
        room, source = room_of(model, each)
        found[each] = Held(inside, inside / rates[each], room or None, source, is_default=typed is None)
    return found


def typed_rooms(model: Model) -> dict[str, Held]:
    """The same for components with a typed limit."""
    if not any(component.concurrency.strip() for component in model.graph.components.values()):
        return {}
    held = held_of(model, with_entries(times_of(model), model))
    return {each: found for each, found in held.items() if not found.is_default}


def room_of(model: Model, each: str) -> tuple[float, str]:
    """Requests that all instances hold at once, as typed or by the product's default; 0 when not known."""
    typed = _typed_room(model, each)
    if typed is not None:
        return typed, "as given in the design"
    figure_id = AT_ONCE.get(model.graph.components[each].kind)
    known = None if figure_id is None else model.newest(figure_id)
    if known is None:
        return 0.0, ""
    least, words = known
    return least * model.loads.components[each].replicas, words


def _typed_room(model: Model, each: str) -> float | None:
    typed = values.count(model.graph.components[each].concurrency)
    return max(1.0, typed * model.loads.components[each].replicas) if typed else None


# Storms


def storm(model: Model) -> dict[str, float]:
    """Components that today's peak does not fill and its retries alone would keep full, with their utilisation then.

    Raises TooManyTriesError.
    """
    if not any(each.retries for each in model.graph.connections.values()):
        return {}
    worst = settled(model, is_storm=True)
    found = {}
    for each, load in worst.loads.components.items():
        before = model.loads.components[each].utilisation
        if load.utilisation is not None and before is not None and before < 1 <= load.utilisation:
            found[each] = load.utilisation
    return found
