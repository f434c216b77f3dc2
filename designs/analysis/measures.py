"""What a design reaches, metric by metric, each with its working and with what is missing to know it exactly."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from designs.analysis import values
from designs.analysis.graph import STORES
from designs.analysis.model import Model
from designs.analysis.reliability import Availability
from designs.analysis.reliability import availability as availability_with
from designs.analysis.sizes import answer_bytes
from designs.analysis.values import SECONDS_PER_DAY
from designs.analysis.working import Bound, Measured, Step
from designs.document.servers import servers

DAYS_PER_MONTH = 365.25 / 12
SECONDS_PER_MONTH = DAYS_PER_MONTH * SECONDS_PER_DAY


def single_points(model: Model, operation: str) -> list[str]:
    """Components of one replica without which the operation does not work."""
    return [each for each in model.cuts[operation].components if servers(model.graph.components[each]) == 1]


def availability(model: Model, operation: str) -> Measured:
    reach = model.reach[operation]
    if operation not in model.structures:
        return Measured(None, missing=reach.missing)
    structure = model.structures[operation]
    known = {each: model.chances.get(each, 1.0) for each in structure.components}
    found = reach.availability or availability_with(structure, known, model.zone_chances)
    bound: Bound = "at most" if reach.missing else "exact"
    return Measured(found.value, reach.missing, bound, found.error, lambda: _availability_steps(model, found))


def _availability_steps(model: Model, found: Availability) -> list[Step]:
    name = model.graph.name
    steps = [
        Step(name(each), _availability_words(model, each), values.said_share(chance))
        for each, chance in reversed(found.certain_parts)
    ]
    if found.rest < 1:
        steps.append(Step("Everything that has an alternative", f"by {found.method}", values.said_share(found.rest)))
    steps.append(Step("Availability", "the product, because all of these are needed", values.said_share(found.value)))
    return steps


def _availability_words(model: Model, each: str) -> str:
    component, known = model.graph.components.get(each), model.replica_availability.get(each)
    if component is None:
        return "as given for the zone"
    if known is None:
        return "not given, so counted as 100 %"
    return f"{servers(component)} of {values.said_share(known.value)}; {known.source}"


def no_single_point(model: Model, operation: str) -> Measured:
    if operation not in model.structures:
        return Measured(None, missing=(model.flows[operation].problem,))
    points, name = single_points(model, operation), model.graph.name
    steps = [Step(name(each), "one replica, and no way around it", "a single point") for each in points]
    for each in model.cuts[operation].components:
        if each not in points:
            replicas = servers(model.graph.components[each])
            steps.append(Step(name(each), f"no way around it, but {replicas} replicas", "survives the loss of one"))
    return _shown(float(len(points)), steps)


def recovery_time(model: Model, operation: str) -> Measured:
    """The longest that the loss of one component stops the operation."""
    if operation not in model.structures:
        return Measured(None, missing=(model.flows[operation].problem,))
    steps, missing, longest = [], [], 0.0
    for each in single_points(model, operation):
        name = model.graph.name(each)
        time = values.seconds(model.graph.components[each].recovery_time)
        if time is None:
            missing.append(f"the recovery time of {name}")
        else:
            longest = max(longest, time)
            steps.append(Step(name, "stops the operation until it is back", values.said_seconds(time)))
    if not steps and not missing:
        steps.append(Step("Loss of one component", "stops nothing: each has a replica or a way around it", "0 s"))
    return _shown(longest, steps, missing, "at least" if missing else "exact")


def throughput(model: Model, operation: str) -> Measured:
    """Requests a second until the first component saturates: of one operation, or of all in today's proportions."""
    loads = model.loads
    rates = {key: rate.peak for key, rate in loads.rates.items()}
    missing = [f"the rate of {model.operation_name(key)}" for key, rate in rates.items() if rate is None]
    if operation and model.flows[operation].problem:
        return Measured(None, missing=(model.flows[operation].problem,))
    flow = model.flows.get(operation)
    steps, least = [], math.inf
    for each, load in loads.components.items():
        visits = flow.visits.get(each, 0.0) + flow.copied_writes.get(each, 0.0) if flow else load.peak
        if visits <= 0 or model.graph.components[each].kind == "client":
            continue
        name = model.graph.name(each)
        if load.total_capacity is None:
            missing.append(f"the capacity of {name}")
            continue
        free = load.total_capacity - (load.peak - load.by_operation.get(operation, 0.0) if flow else 0.0)
        total = sum(rate for rate in rates.values() if rate)
        bears = max(free, 0.0) / visits * (1.0 if flow else total)
        least = min(least, bears)
        left = "left by other operations " if flow else ""
        words = f"{values.said_rate(max(free, 0.0))} {left}of capacity"
        steps.append(Step(name, words, values.said_rate(bears)))
    if math.isinf(least):
        return _shown(None, steps, missing or ("a component that bears traffic",))
    return _shown(least, steps, missing, "at most" if missing else "exact")


def bandwidth(model: Model, operation: str) -> Measured:
    """Bytes a second, both ways, between clients and the system at the peak."""
    if operation:
        return _bandwidth_of(model, operation)
    total, steps, missing = 0.0, list[Step](), list[str]()
    for key in _outer(model):
        load = model.loads.connections.get(key)
        if load is None:
            continue
        missing += load.missing
        if load.bytes_peak is not None:
            total += load.bytes_peak
            shown = values.said_bytes_rate(load.bytes_peak)
            steps.append(Step(model.graph.name(key), f"{values.said_rate(load.peak)} at peak", shown))
    missing += [f"the rate of {model.operation_name(key)}" for key, each in model.loads.rates.items() if not each.peak]
    return _shown(total, steps, missing, "at least" if missing else "exact")


def _bandwidth_of(model: Model, operation: str) -> Measured:
    rate, flow = model.loads.rates[operation], model.flows[operation]
    size, lacking = model.message_size(operation)
    if size is None or rate.peak is None or flow.problem:
        missing = (lacking, rate.working if rate.peak is None else "", flow.problem)
        return Measured(None, missing=tuple(each for each in missing if each))
    calls = sum(flow.calls.get(key, 0.0) for key in _outer(model))
    value = calls * rate.peak * size
    working = f"{values.said_rate(rate.peak)} of {values.said_bytes(size)}"
    return _shown(value, [Step("Traffic of clients", working, values.said_bytes_rate(value))])


def _outer(model: Model) -> list[str]:
    return [key for each in model.graph.entries for key in model.graph.outgoing[each]]


def storage(model: Model, operation: str) -> Measured:
    """Bytes of one copy of each entity, for as long as it is kept."""
    total, steps, missing = 0.0, list[Step](), list[str]()
    for key in _entities(model, operation):
        size = model.loads.sizes[key]
        missing += size.missing
        if size.bytes_kept is None or size.rows_kept is None or size.row_bytes is None:
            if size.retention_s is None:
                missing.append(f"the retention of {_entity_name(model, key)}")
            continue
        total += size.bytes_kept
        working = f"{size.rows_kept:,.0f} rows of {values.said_bytes(size.row_bytes)}"
        steps.append(Step(_entity_name(model, key), working, values.said_bytes(size.bytes_kept)))
    if not steps and not missing:
        missing.append("an entity with rows")
    return _shown(total, steps, missing, "at least" if missing else "exact")


def retention(model: Model, operation: str, *, wants_least: bool) -> Measured:
    """How long the entity that is kept the shortest (or the longest) is kept; without a limit that is for ever."""
    kept = {}
    for key in _entities(model, operation):
        text = model.document.data_model.entities[key].retention
        time = values.seconds(text)
        if time is None and text.strip():
            return Measured(None, missing=(f"the retention of {_entity_name(model, key)}: {text!r} is no time",))
        kept[key] = math.inf if time is None else time
    if not kept:
        return Measured(None, missing=("an entity that is kept",))
    steps = tuple(
        Step(_entity_name(model, key), "kept", "for ever" if math.isinf(time) else values.said_seconds(time))
        for key, time in kept.items()
    )
    return _shown((min if wants_least else max)(kept.values()), steps)


def recovery_point(model: Model, operation: str) -> Measured:
    """How much of the newest data is gone after the loss of one store: the worst of them."""
    steps, missing, worst = [], [], 0.0
    stores = _leaders(model, operation)
    for each in stores:
        name = model.graph.name(each)
        lost = _lost_with(model, each)
        if lost is None:
            missing.append(f"how far the copies of {name} may be behind, or how often it is backed up")
            continue
        worst = max(worst, lost[0])
        shown = "all of it" if math.isinf(lost[0]) else values.said_seconds(lost[0])
        steps.append(Step(name, lost[1], shown))
    if not stores:
        return Measured(None, missing=("a component that stores an entity",))
    return _shown(worst, steps, missing, "at least" if missing else "exact")


def _lost_with(model: Model, store: str) -> tuple[float, str] | None:
    component, graph = model.graph.components[store], model.graph
    if servers(component) > 1:
        return 0.0, f"{servers(component)} copies hold it"
    arrows = [each for each in graph.connections.values() if each.source == store and each.kind == "replication"]
    if any(each.synchronous for each in arrows):
        return 0.0, "a follower confirms each write"
    behind = [(values.seconds(each.lag), f"{graph.name(each.target)} is behind by that much") for each in arrows]
    behind.append((values.seconds(component.backup_every), "since the last backup"))
    known = [(time, words) for time, words in behind if time is not None]
    if known:
        return min(known)
    return None if arrows else (math.inf, "no other copy and no backup")


def durability(model: Model, operation: str) -> Measured:
    """The share of data that survives a year: of independent copies that nobody replaces, so at least that much."""
    steps, missing, worst = [], [], 1.0
    stores = _leaders(model, operation)
    for each in stores:
        component = model.graph.components[each]
        kind = "durability-object-store" if component.kind == "object_store" else "durability-block-storage"
        if kind not in model.figures.by_id:
            missing.append(f"how durable one copy of {model.graph.name(each)} is")
            continue
        figure = model.figures[kind].latest
        copies = servers(component) + len(model.graph.followers.get(each, ()))
        kept = 1.0 - (1.0 - figure.low) ** copies
        worst = min(worst, kept)
        working = f"1 - (1 - {values.said_share(figure.low)}) ^ {copies}; {figure.source}"
        steps.append(Step(model.graph.name(each), working, values.said_share(kept)))
    if not stores:
        return Measured(None, missing=("a component that stores an entity",))
    if not missing:
        missing.append("how quickly a lost copy is replaced, which makes it better than this")
    return _shown(worst, steps, missing, "at least")


def cost_per_month(model: Model, operation: str) -> Measured:  # noqa: ARG001  (cost is of the whole system)
    """What the components cost, and what clients are sent."""
    total, steps, missing = 0.0, list[Step](), list[str]()
    for each, component in model.graph.components.items():
        if component.kind == "client":
            continue
        price = values.money(component.cost)
        if price is None:
            missing.append(f"the cost of {model.graph.name(each)}")
            continue
        total += price * servers(component)
        working = f"{servers(component)} × {values.said_money(price)}"
        steps.append(Step(model.graph.name(each), working, values.said_money(price * servers(component))))
    sent, lacking = egress(model)
    missing += lacking
    if sent and "price-egress" in model.figures.by_id:
        figure = model.figures["price-egress"].latest
        paid = sent / 1e9 * figure.low
        total += paid
        working = f"{values.said_bytes(sent)} a month at ${figure.low:g} per GB; {figure.source}"
        steps.append(Step("Data sent to clients", working, values.said_money(paid)))
    steps.append(Step("Cost", "the sum, a month", values.said_money(total)))
    return _shown(total, steps, missing, "at least" if missing else "exact")


def egress(model: Model) -> tuple[float, list[str]]:
    """Bytes of answers sent to clients in a month, as far as known, and what is missing."""
    total, missing = 0.0, []
    for key, flow in model.flows.items():
        rate = model.loads.rates[key]
        size, lacking = answer_bytes(model.document.api.operations[key], model.entity_keys, model.loads.sizes)
        if rate.average is None or flow.problem:
            missing.append(f"the traffic of {model.operation_name(key)}")
        elif size is None:
            missing.append(lacking)
        else:
            total += rate.average * size * SECONDS_PER_MONTH
    return total, missing


def _shown(value: float | None, steps: Sequence[Step], missing: Sequence[str] = (), bound: Bound = "exact") -> Measured:
    """A value whose working is at hand."""
    return Measured(value, tuple(dict.fromkeys(missing)), bound, work=lambda: steps)


def _entities(model: Model, operation: str) -> list[str]:
    """Those that an operation reads or writes, or all."""
    entities = model.document.data_model.entities
    if not operation:
        return list(entities)
    asked = model.document.api.operations[operation]
    return [key for key in entities if key in asked.reads or key in asked.writes]


def _leaders(model: Model, operation: str) -> list[str]:
    """Stores of those entities, followers left out."""
    graph = model.graph
    found = [store for entity in _entities(model, operation) for store in graph.holders.get(entity, ())]
    return [
        each for each in dict.fromkeys(found) if graph.components[each].kind in STORES and each not in graph.followed
    ]


def _entity_name(model: Model, key: str) -> str:
    return model.document.data_model.entities[key].name or key


# What is asked of each operation, and what is asked of the system as a whole unless an operation is named.
OF_OPERATIONS: Mapping[str, Callable[[Model, str], Measured]] = {
    "availability": availability,
    "no_single_point": no_single_point,
    "recovery_time": recovery_time,
}
OF_SYSTEM: Mapping[str, Callable[[Model, str], Measured]] = {
    "throughput": throughput,
    "bandwidth": bandwidth,
    "storage": storage,
    "durability": durability,
    "recovery_point": recovery_point,
    "cost_per_month": cost_per_month,
}
