"""Metrics of data: how much of the newest is lost, how stale reads are, how much survives, and how long it is kept."""

from __future__ import annotations

import math

from designs.analysis import values
from designs.analysis.burden import copies_of, quorum
from designs.analysis.caching import hit_ratio
from designs.analysis.graph import CACHES, QUEUES, STORES
from designs.analysis.model import Model
from designs.analysis.working import Bound, Measured, Step, shown
from designs.document.diagram import Component


def recovery_point(model: Model, operation: str) -> Measured:
    """How much of the newest data is lost with a store's leader: the worst of the stores."""
    steps, missing, worst = list[Step](), list[str](), 0.0
    stores = leaders(model, operation)
    for each in stores:
        name = model.graph.name(each)
        lost = lost_with(model, each)
        if lost is None:
            missing.append(_unknown_loss(model, each))
            continue
        worst = max(worst, lost[0])
        told = "all of it" if math.isinf(lost[0]) else values.said_seconds(lost[0])
        steps.append(Step(name, lost[1], told))
    if not stores:
        return Measured(None, missing=("a component that stores an entity",))
    return shown(worst, steps, missing, "at least" if missing else "exact")


def lost_with(model: Model, store: str) -> tuple[float, str] | None:
    """Seconds of writes that are lost with a leader, and why; None where that is not known."""
    component, graph = model.graph.components[store], model.graph
    copies = copies_of(component)
    arrows = [graph.connections[key] for key in graph.replications.get(store, ())]
    if copies > 1 and component.replication in ("synchronous", "quorum"):
        confirmed = copies if component.replication == "synchronous" else quorum(component, component.write_quorum)
        if confirmed > 1:
            return 0.0, f"{confirmed} of {copies} copies confirm each write"
    if any(each.synchronous for each in arrows):
        return 0.0, "a follower confirms each write"
    behind = [(values.seconds(each.lag), f"{graph.name(each.target)} is behind by that much") for each in arrows]
    if copies > 1 and component.replication:
        behind.append((values.seconds(component.lag), "its copies are behind by that much"))
    behind.append((values.seconds(component.backup_every), "since the last backup"))
    known = [(time, words) for time, words in behind if time is not None]
    if known:
        return min(known)
    if component.kind in ("object_store", "data_lake") or model.is_bought(store):
        # The copies inside a managed store are not visible; its promised durability counts.
        return None
    return None if arrows or copies > 1 else (math.inf, "no other copy and no backup")


def _unknown_loss(model: Model, store: str) -> str:
    component, name = model.graph.components[store], model.graph.name(store)
    if copies_of(component) > 1 and not component.replication:
        return f"how the {copies_of(component)} copies of {name} are kept the same (replication)"
    return f"how far the copies of {name} may be behind (lag), or how often it is backed up"


def durability(model: Model, operation: str) -> Measured:
    """A lower bound of the share of data that survives a year, if no lost copy is replaced.

    Copies in one zone, and copies whose zone is not given, count as one: an event that destroys the zone destroys all.
    """
    steps, missing, worst = list[Step](), list[str](), 1.0
    stores = leaders(model, operation)
    for each in stores:
        component = model.graph.components[each]
        kind = (
            "durability-object-store" if component.kind in ("object_store", "data_lake") else "durability-block-storage"
        )
        if kind not in model.figures.by_id:
            missing.append(f"how durable one copy of {model.graph.name(each)} is")
            continue
        figure = model.figures[kind].latest
        own = copies_of(component) if component.replication else 1
        copies = own + len(model.graph.followers.get(each, ()))
        if copies_of(component) > own:
            missing.append(_unknown_loss(model, each))
        places = _places(model, each)
        if copies > places and component.kind not in ("object_store", "data_lake"):
            missing.append(f"the zones of the {copies} copies of {model.graph.name(each)}")
            copies = places
        kept = 1.0 - (1.0 - figure.low) ** copies
        worst = min(worst, kept)
        working = f"1 - (1 - {values.said_share(figure.low)}) ^ {copies}; {figure.source}"
        steps.append(Step(model.graph.name(each), working, values.said_availability(kept)))
    if not stores:
        return Measured(None, missing=("a component that stores an entity",))
    if not missing:
        missing.append("how quickly a lost copy is replaced, which makes it better than this")
    return shown(worst, steps, missing, "at least")


def _places(model: Model, each: str) -> int:
    """How many zones hold copies of a store, including its followers; one where no zone is drawn."""
    zones = {zone for store in (each, *model.graph.followers.get(each, ())) for zone in model.graph.spread(store)}
    return max(1, sum(model.graph.zones[zone].kind != "boundary" for zone in zones))


def staleness(model: Model, operation: str) -> Measured:
    """The highest age of an answer: the lag of the copies and caches that answer it."""
    steps, missing, worst = list[Step](), list[str](), 0.0
    for key in [operation] if operation else [each for each, flow in model.flows.items() if flow.is_read]:
        flow = model.flows[key]
        if flow.problem:
            return Measured(None, missing=(flow.problem,))
        for each in flow.components:
            age = _age(model, each, key)
            if age is None:
                continue
            if isinstance(age, str):
                missing.append(age)
                continue
            worst = max(worst, age[0])
            told = "without end" if math.isinf(age[0]) else values.said_seconds(age[0])
            steps.append(Step(model.graph.name(each), age[1], told))
    if not steps and not missing:
        steps.append(Step("Reads", "are answered by leaders or by a quorum", "0 s"))
    return shown(worst, list(dict.fromkeys(steps)), missing, "at least" if missing else "exact")


def _age(model: Model, each: str, operation: str) -> tuple[float, str] | str | None:
    """The highest age of its answers and why; a missing fact; or None where answers are fresh."""
    component, graph = model.graph.components[each], model.graph
    if component.kind in CACHES:
        return _age_in_cache(model, each, operation)
    if component.kind not in STORES:
        return None
    if each in graph.followed:
        arrows = [arrow for arrow in graph.connections.values() if arrow.target == each and arrow.kind == "replication"]
        lags = [0.0 if arrow.synchronous else values.seconds(arrow.lag) for arrow in arrows]
        known = [lag for lag in lags if lag is not None]
        if len(known) < len(lags):
            return f"how far {graph.name(each)} may be behind (lag)"
        return max(known), "is behind its leader by that much"
    return _age_of_copies(component, graph.name(each))


def _age_in_cache(model: Model, each: str, operation: str) -> tuple[float, str] | str | None:
    component, asked = model.graph.components[each], model.document.api.operations[operation]
    if not hit_ratio(component) and not component.stores:
        return None
    if component.stores and not any(entity in component.stores for entity in asked.reads):
        return None
    if component.invalidation in ("on_write", "write_through"):
        return 0.0, "entries go, or change, with each write"
    lag = values.seconds(component.lag)
    return (
        (lag, "entries live that long")
        if lag is not None
        else f"how long {model.graph.name(each)} keeps an entry (lag)"
    )


def _age_of_copies(component: Component, name: str) -> tuple[float, str] | str | None:
    if copies_of(component) == 1 or component.reads_from == "leader" or component.replication == "synchronous":
        return None
    if _quorums_meet(component):
        return None
    if not component.reads_from and not component.replication:
        return f"which of the {copies_of(component)} copies of {name} answer reads (reads_from), and how far they lag"
    lag = values.seconds(component.lag)
    return (lag, "reads may ask a copy that is behind") if lag is not None else f"how far copies of {name} lag (lag)"


def _quorums_meet(component: Component) -> bool:
    """Whether every read quorum holds a copy of every write quorum: R + W > N."""
    is_quorum = component.replication == "quorum" and component.reads_from in ("", "quorum")
    asked = quorum(component, component.read_quorum) + quorum(component, component.write_quorum)
    return is_quorum and asked > copies_of(component)


def read_your_writes(model: Model, operation: str) -> Measured:
    """Whether users always read their own writes: not with stale caches or copies, or writes behind a queue."""
    measured = staleness(model, operation)
    if measured.value is None:
        return measured
    late = measured.value > 0
    steps = [*measured.steps]
    for key in [operation] if operation else list(model.flows):
        asked, graph = model.document.api.operations[key], model.graph
        for entity in asked.reads:
            behind = _written_later(model, entity)
            if behind:
                late = True
                words = f"{model.entity_name(entity)} is written behind {graph.names(behind)}"
                steps.append(Step(model.operation_name(key), words, "comes later"))
    bound: Bound = "at least" if measured.missing and not late else "exact"
    missing = () if late else measured.missing
    return shown(1.0 if late else 0.0, steps, missing, bound)


def _written_later(model: Model, entity: str) -> list[str]:
    """Queues of flows that write this entity to a store only behind a queue, so after the answer."""
    found = list[str]()
    for flow in model.flows.values():
        if entity not in flow.written or flow.problem:
            continue
        holders = [each for each in model.graph.holders.get(entity, ()) if model.graph.components[each].kind in STORES]
        later = [each for each in holders if flow.later_visits.get(each, 0) > 0 and not flow.visits.get(each, 0)]
        if later:
            found += [each for each in flow.components if model.graph.components[each].kind in QUEUES]
    return list(dict.fromkeys(found))


def retention(model: Model, operation: str, *, wants_least: bool) -> Measured:
    """How long the entity with the shortest (or longest) retention is kept; without a limit, for ever."""
    kept = {}
    for key in entities_of(model, operation):
        text = model.document.data_model.entities[key].retention
        time = values.seconds(text)
        if time is None and text.strip():
            return Measured(None, missing=(f"the retention of {model.entity_name(key)}: {text!r} is no time",))
        kept[key] = math.inf if time is None else time
    if not kept:
        return Measured(None, missing=("an entity that is kept",))
    steps = tuple(
        Step(model.entity_name(key), "kept", "for ever" if math.isinf(time) else values.said_seconds(time))
        for key, time in kept.items()
    )
    return shown((min if wants_least else max)(kept.values()), steps)


def storage(model: Model, operation: str) -> Measured:
    """Bytes of all copies of each entity over its retention; of one copy where no store is drawn."""
    total, steps, missing = 0.0, list[Step](), list[str]()
    for key in entities_of(model, operation):
        size = model.loads.sizes[key]
        missing += size.missing
        if size.bytes_kept is None or size.rows_kept is None or size.row_bytes is None:
            if size.retention_s is None:
                missing.append(f"the retention of {model.entity_name(key)}")
            continue
        copies = sum(
            copies_of(model.graph.components[each])
            for each in model.graph.holders.get(key, ())
            if model.graph.components[each].kind in STORES
        )
        total += size.bytes_kept * max(copies, 1)
        rows = f"{size.rows_kept:,.0f} rows of {values.said_bytes(size.row_bytes)}"
        working = f"{rows}, {copies} copies" if copies > 1 else f"{rows}, one copy"
        steps.append(Step(model.entity_name(key), working, values.said_bytes(size.bytes_kept * max(copies, 1))))
    if not steps and not missing:
        missing.append("an entity with rows")
    return shown(total, steps, missing, "at least" if missing else "exact")


def entities_of(model: Model, operation: str) -> list[str]:
    """Entities that an operation reads or writes, or all."""
    entities = model.document.data_model.entities
    if not operation:
        return list(entities)
    asked = model.document.api.operations[operation]
    return [key for key in entities if key in asked.reads or key in asked.writes]


def leaders(model: Model, operation: str) -> list[str]:
    """Stores of those entities, followers left out."""
    graph = model.graph
    found = [store for entity in entities_of(model, operation) for store in graph.holders.get(entity, ())]
    return [
        each for each in dict.fromkeys(found) if graph.components[each].kind in STORES and each not in graph.followed
    ]
