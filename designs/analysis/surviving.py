"""Metrics of failures: availability, requests that fail, single points, loss of a zone, and recovery."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

from designs.analysis import values
from designs.analysis.burden import copies_of, hottest_of
from designs.analysis.capacities import failover_of
from designs.analysis.drill import ways_left
from designs.analysis.graph import STORES
from designs.analysis.load import Loads
from designs.analysis.model import CutOff, Model
from designs.analysis.redundancy import waits_for_leader
from designs.analysis.reliability import Availability
from designs.analysis.settling import typed_rooms
from designs.analysis.working import Measured, Step, shown

UNLIKELY = 10.0  # e^-10: the share of requests that find a bucket empty is negligible
RETRIED_WORDS = "how many of the late calls that are tried again fail in the end is known to a factor of two"


def availability(model: Model, operation: str, cut_off: CutOff | None = None) -> Measured:
    """The share of requests that work, without cache hits: a full cache may become empty.

    `cut_off` is the share that gets no answer in time where it is known better than to the model.
    """
    reach = model.reach[operation]
    if reach.served is None:
        return Measured(None, missing=reach.missing)
    cut = cut_off or model.cut_off_of(operation)
    missing = (*reach.missing, *_unsteady(model, cut))
    kept, lacking = _kept_without_caches(model, operation)
    missing = (*missing, *lacking)
    found, promised = replace(reach.served, value=reach.served.value * kept), promised_of(model, operation)
    measured = Measured(found.value, promised=promised, work=lambda: _steps(model, operation, cut))
    return _with_cut_off(measured, found, cut, missing)


def _unsteady(model: Model, cut: CutOff) -> list[str]:
    if not cut.unsteady:
        return []
    return [f"how long retries keep {model.graph.names(cut.unsteady)} full once a busy moment has filled it"]


def _with_cut_off(measured: Measured, found: Availability, cut: CutOff, missing: Iterable[str]) -> Measured:
    """An availability with the requests that get no answer in time taken off."""
    lacking = tuple(missing)
    low, high = found.value * (1.0 - _most(cut)), found.value * (1.0 - _least(cut))
    error = found.error + found.value * cut.error * cut.factor
    if lacking:
        return replace(measured, value=high, missing=lacking, bound="at most", error=error)
    if cut.factor > 1 and low < high:
        return replace(measured, value=low, upper=high, error=error, missing=(RETRIED_WORDS,))
    return replace(measured, value=found.value * (1.0 - cut.share), error=error)


def _most(cut: CutOff) -> float:
    return replace(cut, error=0.0).most


def _least(cut: CutOff) -> float:
    return replace(cut, error=0.0).least


def promised_of(model: Model, operation: str) -> tuple[str, ...]:
    """Names of components that the operation needs and for which only an SLA is known."""
    known = ((each, model.server_availability[each]) for each in model.structures[operation].components)
    return tuple(model.graph.name(each) for each, found in known if found is not None and found.is_promise)


def error_rate(model: Model, operation: str, cut_off: CutOff | None = None) -> Measured:
    """The share of requests that fail, with caches as full as they usually are."""
    reach = model.reach[operation]
    if reach.warm is None:
        return Measured(None, missing=reach.missing)
    unserved, full = _unserved(model, operation)
    cut = cut_off or model.cut_off_of(operation)
    missing = (*reach.missing, *_unsteady(model, cut))
    kept, lacking = _kept_without_caches(model, operation)
    missing = (*missing, *lacking)
    served = replace(reach.warm, value=reach.warm.value * (1.0 - unserved) * kept)
    works = _with_cut_off(Measured(0.0), served, cut, missing)
    least = 1.0 - (works.value if works.upper is None else works.upper)  # type: ignore[operator]
    most = None if works.upper is None else 1.0 - (works.value or 0.0)
    told = values.said_failing(least) + (f" to {values.said_failing(most)}" if most is not None else "")
    overload = f"{model.graph.name(full)} gets more at peak than it serves; as many are never answered"
    steps = [
        *_steps(model, operation, cut),
        *([Step("Overload", overload, values.said_failing(unserved))] if unserved else []),
        Step("Requests that fail", "1 - those that are served from warm caches in time", told),
    ]
    return Measured(
        least,
        works.missing,
        "at least" if missing else "exact",
        works.error,
        most,
        promised=promised_of(model, operation),
        work=lambda: steps,
    )


def _unserved(model: Model, operation: str) -> tuple[float, str]:
    """The share of requests that the fullest component on the way never answers, and that component.

    Behind a timeout, and at a full queue that refuses requests, they count in `cut_off`. The other shards divide the
    requests that do not go to the hottest one. Threads that are too few leave requests waiting like servers do.
    """
    most, full = 0.0, ""
    flow, late = model.flows[operation], _behind_timeouts(model, operation)
    held = typed_rooms(model) if any(model.graph.components[each].concurrency.strip() for each in flow.visits) else {}
    for each, visits in flow.visits.items():
        component, used = model.graph.components[each], model.loads.components[each].utilisation or 0.0
        if each in model.shedding:
            used = 0.0
        threads = held[each].utilisation if each in held else None
        if threads is not None and math.isfinite(threads):
            used = max(used, threads)
        if used <= 1.0 or component.kind == "client" or each in late:
            continue
        left, hot = 1.0 - 1.0 / used, hottest_of(component)
        if hot and component.shards > 1:
            others = used * (1.0 - hot) / (component.shards - 1) / hot
            left = hot * left + (1.0 - hot) * max(0.0, 1.0 - 1.0 / others if others else 0.0)
        most, full = max((most, full), (min(1.0, visits) * left, each))
    return most, full


def _kept_without_caches(model: Model, operation: str) -> tuple[float, list[str]]:
    """The share of requests that is answered although caches fail, and what is missing to tell it.

    While a cache is down its reads reach what it protects, which may not bear them: then only as many are answered.
    """
    kept, missing = _let_through(model, operation)
    for cache, _, share in _overloads_without_caches(model, operation):
        known = model.server_availability[cache]
        if known is None:
            missing.append(f"the availability of {model.graph.name(cache)}")
            continue
        kept *= 1.0 - _down(model, cache) * share
    return kept, missing


def _let_through(model: Model, operation: str) -> tuple[float, list[str]]:
    """The share of requests that rate limits on the way let through, and those limits near which bursts decide."""
    kept, missing = 1.0, list[str]()
    for each in model.structures[operation].components:
        box, peak = model.graph.components[each], model.loads.components[each].peak
        limit = values.per_second(box.rate_limit)
        if not limit or peak <= 0:
            continue
        visits, burst = min(1.0, model.flows[operation].visits.get(each, 0.0)), values.count(box.rate_burst)
        kept *= 1.0 - visits * max(0.0, 1.0 - limit / peak)
        # The bucket is a queue of one server of constant speed: P(empty) falls as exp(-2 (1 - load) x tokens).
        spare = 2.0 * (1.0 - peak / limit) * (limit if burst is None else burst)
        if peak <= limit and spare < UNLIKELY:
            missing.append(f"how many bursts the rate limit of {model.graph.name(each)} refuses")
    return kept, missing


def _overloads_without_caches(model: Model, operation: str) -> list[tuple[str, str, float]]:
    """Caches, what is overloaded while one of them is down, and the share of requests that get no answer then."""
    found = []
    for cache, left in model.without_caches.items():
        most, full = 0.0, ""
        for each, visits in left.flows[operation].visits.items():
            used, before = left.loads.components[each].utilisation, model.loads.components[each].utilisation
            if used is not None and used > 1.0 >= (before or 0.0):
                most, full = max((most, full), (min(1.0, visits) * (1.0 - 1.0 / used), each))
        if full:
            found.append((cache, full, most))
    return found


def _down(model: Model, cache: str) -> float:
    """The share of time in which no server of a cache is up."""
    idle = next(of_one[cache].idle for of_one in model.redundancies.values() if cache in of_one)
    return 1.0 - idle.alone


def _behind_timeouts(model: Model, operation: str) -> set[str]:
    """Components whose answers some caller on the way waits for with a timeout."""
    flow = model.flows[operation]
    targets: dict[str, list[str]] = {}
    for hop in flow.hops:
        targets.setdefault(model.graph.connections[hop.connection].source, []).append(hop.target)
    waiting = [hop.target for hop in flow.hops if hop.connection in model.impatient and not hop.is_later]
    found = set[str]()
    while waiting:
        each = waiting.pop()
        if each not in found:
            found.add(each)
            waiting += targets.get(each, ())
    return found


def _steps(model: Model, operation: str, cut: CutOff) -> list[Step]:
    reach, name = model.reach[operation], model.graph.name
    parts, served, warm = reach.availability, reach.served, reach.warm
    if parts is None or served is None or warm is None:
        return []
    said = values.said_availability
    steps = [
        Step(name(each), _words(model, operation, each), said(chance)) for each, chance in reversed(parts.certain_parts)
    ]
    if parts.rest < 1:
        steps.append(Step("Everything that has an alternative", f"by {parts.method}", said(parts.rest)))
    steps.append(Step("All parts", "the product, because every request may need all of these", said(parts.value)))
    if not _same(served, parts):
        steps.append(Step("Requests served", "some need less than all parts", said(served.value)))
    if not _same(warm, served):
        steps.append(Step("Requests served while caches are warm", "hits need no store", said(warm.value)))
    if (let := _let_through(model, operation)[0]) < 1:
        words = "of requests at peak are above a rate limit, and refused"
        steps.append(Step("Rate limits", words, values.said_failing(1.0 - let)))
    for cache, full, share in _overloads_without_caches(model, operation):
        if model.server_availability[cache] is not None:
            words = f"down {values.said_failing(_down(model, cache))} of the time; {name(full)} does not bear its reads"
            steps.append(Step(name(cache), words, f"{values.said_failing(share)} of requests fail then"))
    if cut.said:
        words = "of requests at peak get no answer in time, whatever is up; they count as failed"
        if cut.factor > 1:
            words += f"; {RETRIED_WORDS}"
        steps.append(Step("Timeouts", words, cut.said))
    return steps


def _same(one: Availability, other: Availability) -> bool:
    return math.isclose(one.value, other.value, rel_tol=1e-12, abs_tol=1e-15)


def _words(model: Model, operation: str, each: str) -> str:
    if each not in model.graph.components:
        return "as given for the zone"
    known = model.server_availability.get(each)
    standing = model.bearing[operation].standings[each]
    if known is None:
        return "not given, so counted as never failing"
    one = f"{values.said_availability(known.value)} ({known.source})"
    if standing.servers == 1:
        return one
    words = f"{standing.needed} of {standing.servers} needed, {one}; {standing.common:.0%} of outages hit all"
    return words + (
        f"; fails over {values.said_failing(standing.failing_over)} of the time" if standing.failing_over else ""
    )


# Single points


def single_points(model: Model, operation: str) -> list[str]:
    """Components with a server or a shard whose loss fails requests."""
    structure = model.structures[operation]
    return [
        each
        for each in model.cuts[operation].components
        if not structure.standings[each].survives_one and not _is_bought(model, operation, each)
    ]


def _is_bought(model: Model, operation: str, each: str) -> bool:
    """A managed service has no single server whose loss is visible from outside."""
    return model.is_bought(each) and model.structures[operation].standings[each].servers == 1


def no_single_point(model: Model, operation: str) -> Measured:
    if operation not in model.structures:
        return Measured(None, missing=(model.flows[operation].problem,))
    points, name = single_points(model, operation), model.graph.name
    structure = model.structures[operation]
    steps = [Step(name(each), _why_single(model, operation, each), "a single point") for each in points]
    zones = [zone for zone in model.cuts[operation].zones if model.graph.zones[zone].kind == "zone"]
    steps += [Step(name(zone), "everything that some request needs is in it", "a single point") for zone in zones]
    missing = []
    for each in model.cuts[operation].components:
        if each in points:
            continue
        standing = structure.standings[each]
        if _is_bought(model, operation, each):
            steps.append(Step(name(each), "a managed service", "nothing is known of its servers"))
            continue
        steps.append(
            Step(
                name(each),
                f"no way around it, but {standing.servers} servers, {standing.needed} of them needed",
                "survives the loss of one",
            )
        )
        component = model.graph.components[each]
        if component.kind in STORES and copies_of(component) > 1 and not component.replication:
            missing.append(f"how the {copies_of(component)} copies of {name(each)} are kept the same (replication)")
    missing += model.doubts_of(model.flows[operation])
    value = float(len(points) + len(zones))
    return shown(value, steps, missing, "at least" if missing else "exact")


def _why_single(model: Model, operation: str, each: str) -> str:
    component, standing = model.graph.components[each], model.structures[operation].standings[each]
    share = model.structures[operation].lost_shares.get(each, 1.0) * standing.parts / component.shards
    words = "one server" if standing.servers == 1 else f"all of its {standing.servers} servers are needed at peak"
    if component.shards > 1:
        words = f"a shard has {words.replace('server', 'copy') if standing.servers == 1 else words}"
    words += ", and no way around it"
    return words + (f"; {values.said_share(share)} of requests fail with it" if share < 1 else "")


# Recovery


def recovery_time(model: Model, operation: str) -> Measured:
    """The longest time that the loss of one server stops requests: until it is back, or until another takes over."""
    if operation not in model.structures:
        return Measured(None, missing=(model.flows[operation].problem,))
    steps, missing, longest = list[Step](), list[str](), 0.0
    points = single_points(model, operation)
    for each in model.cuts[operation].components:
        name, component = model.graph.name(each), model.graph.components[each]
        if each in points:
            time, words = values.seconds(component.recovery_time), "stops requests until it is back"
            if followers := model.graph.followers.get(each):
                words += f"; that {model.graph.names(followers)} takes over is not counted"
            lacking = f"the recovery time of {name}"
        elif _is_bought(model, operation, each):
            continue
        else:
            takes_over = _takes_over(model, operation, each)
            if takes_over is None:
                continue
            time, words = takes_over
            lacking = f"the failover time of {name}"
        if time is None:
            missing.append(lacking)
        else:
            longest = max(longest, time)
            steps.append(Step(name, words, values.said_seconds(time)))
    if not steps and not missing:
        words = "stops nothing: each has another that serves already, or a way around it"
        steps.append(Step("Loss of one server", words, "0 s"))
    return shown(longest, steps, missing, "at least" if missing else "exact")


def _takes_over(model: Model, operation: str, each: str) -> tuple[float | None, str] | None:
    """How long until others do the work of a lost server; None where they do so already."""
    component = model.graph.components[each]
    typed = values.seconds(component.failover_time)
    if component.kind not in STORES:
        # Health checks remove a stateless server; the time that this takes counts where it is given.
        return None if typed is None else (typed, "until the others take its requests (as given in the design)")
    flow = model.flows[operation]
    is_write = not flow.is_read and (not component.stores or any(store in component.stores for store in flow.written))
    if not waits_for_leader(component, is_write=is_write):
        return None
    found = failover_of(component, model.figures)
    if found is None:
        return None, ""
    return found.value, f"until another copy leads ({found.source})"


# Loss of a zone, and of one server


def zone_loss(model: Model, operation: str) -> Measured:
    """How many zones are critical: without them requests fail, or the remaining servers are overloaded."""
    if operation not in model.structures:
        return Measured(None, missing=(model.flows[operation].problem,))
    structure, graph = model.structures[operation], model.graph
    zones = [zone for zone in structure.zones if graph.zones[zone].kind == "zone"]
    missing = _unplaced(model, operation)
    steps, bad = list[Step](), 0
    for zone in zones:
        worst, at, unknown = after_loss(model, operation, {zone})
        if not structure.works(frozenset({zone})):
            fallen = [each for each in structure.fallen(frozenset({zone})) if each in structure.single_points]
            words = f"{graph.names(fallen or structure.fallen(frozenset({zone})))} cannot do without it"
            steps.append(Step(graph.name(zone), words, "requests fail"))
            bad += 1
        elif worst > 1:
            steps.append(
                Step(graph.name(zone), f"{graph.name(at)} is left with too little", f"{worst:.0%} of capacity")
            )
            bad += 1
        else:
            words = f"{graph.name(at)} is the fullest after it" if at else "nothing is full after it"
            steps.append(Step(graph.name(zone), words, f"{worst:.0%} of capacity"))
        missing += [f"the capacity of {graph.name(each)}" for each in unknown]
    if not zones:
        return shown(None, steps, missing or ["zones (zone, or zones, of each component)"])
    missing += model.doubts_of(model.flows[operation])
    return shown(float(bad), steps, missing, "at least" if missing else "exact")


def _unplaced(model: Model, operation: str) -> list[str]:
    structure, graph = model.structures[operation], model.graph
    nowhere = [
        each
        for each in structure.components
        if not structure.standings[each].zones
        and not model.is_bought(each)
        and graph.components[each].kind != "third_party"
    ]
    return [f"the zones of {graph.names(nowhere[:3])}{' and others' if nowhere[3:] else ''}"] if nowhere else []


def after_loss(model: Model, operation: str, zones: set[str]) -> tuple[float, str, list[str]]:
    """The highest utilisation among the remaining servers of the operation, their component, and components without
    figures.

    Boxes that stand in for fallen ones take their requests, and so does all that is behind them.
    """
    structure, graph = model.structures[operation], model.graph
    fallen = frozenset(structure.fallen(frozenset(zones)))
    loads = _rerouted(model, fallen) if fallen else model.loads
    worst, at, unknown = 0.0, "", list[str]()
    for each in structure.components:
        standing, load = structure.standings[each], loads.components[each]
        lost = sum(
            count
            for zone, count in zip(standing.zones, standing.in_zones, strict=True)
            if zones.intersection(structure.parents[zone])
        )
        if model.is_bought(each) or (lost == standing.servers and each not in structure.single_points):
            continue  # includes the work that others take over
        if not lost and not _gained(model, loads, each):
            continue
        used = load.utilisation_without(lost, graph.components[each])
        if used is None:
            if load.peak > 0:
                unknown.append(each)
        elif used > worst:
            worst, at = used, each
    return worst, at, unknown


def _rerouted(model: Model, gone: frozenset[str]) -> Loads:
    """The loads while these components are down and others take their requests."""
    return replace(model, flows=ways_left(model, gone)[1]).loads


def _gained(model: Model, loads: Loads, each: str) -> bool:
    return loads.components[each].peak > model.loads.components[each].peak * (1.0 + 1e-9)


def _after_one(model: Model, each: str, operations: Iterable[str]) -> float:
    """The highest utilisation after the loss of a component of one server, where others take its requests."""
    gone = frozenset({each})
    if not all(model.structures[key].works(gone) for key in operations):
        return math.inf
    loads = _rerouted(model, gone)
    gaining = (other for other in model.graph.components if other != each and _gained(model, loads, other))
    return max((loads.components[other].utilisation or 0.0 for other in gaining), default=0.0)


def spare_utilisation(model: Model, operation: str) -> Measured:
    """The highest utilisation at peak after the loss of one server or of one zone (N-1)."""
    structures = [operation] if operation else list(model.structures)
    if not structures or any(each not in model.structures for each in structures):
        problem = model.flows[operation].problem if operation in model.flows else "an operation with a path"
        return Measured(None, missing=(problem,))
    steps, missing, worst = dict[str, Step](), list[str](), 0.0
    for each in _used_by(model, structures):
        load, component = model.loads.components[each], model.graph.components[each]
        if model.is_bought(each) or component.kind in ("client", "third_party") or load.peak <= 0:
            continue
        used = load.utilisation_without(1, component)
        if used is not None and math.isinf(used):
            used = _after_one(model, each, [key for key in structures if each in model.structures[key].order])
        if used is None:
            missing.append(f"the capacity of {model.graph.name(each)}")
            continue
        worst = max(worst, used)
        shown_as = "nothing is left" if math.isinf(used) else f"{used:.0%}"
        steps[each] = Step(model.graph.name(each), f"one of {load.replicas} lost", shown_as)
    for key in structures:
        zones = [zone for zone in model.structures[key].zones if model.graph.zones[zone].kind == "zone"]
        for zone in zones:
            used, at, unknown = after_loss(model, key, {zone})
            missing += [f"the capacity of {model.graph.name(each)}" for each in unknown]
            if at and used >= worst:
                worst = used
                shown_as = "nothing is left" if math.isinf(used) else f"{used:.0%}"
                steps[zone] = Step(model.graph.name(zone), f"lost: {model.graph.name(at)} is the fullest", shown_as)
    if not steps:
        return shown(None, (), missing or ["a component that receives traffic"])
    ordered = list(steps.values())
    return shown(worst, ordered, missing, "at least" if missing else "exact")


def _used_by(model: Model, operations: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(each for key in operations for each in model.structures[key].components))
