"""Takes a component, a zone or a connection away: which operations fail, degrade or survive, and where the load
goes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Literal

from designs.analysis import values
from designs.analysis.flow import OperationFlow
from designs.analysis.flows import flows_of
from designs.analysis.graph import CACHES
from designs.analysis.load import Loads
from designs.analysis.model import Model
from designs.analysis.patience import patience_of
from designs.analysis.settling import said_all_tried, settled

Outcome = Literal["fails", "degrades", "survives"]
LEAST_MOVE = 1e-9
ALMOST_ALL = 1 - 1e-9


class UnknownTargetError(LookupError):
    """There is nothing of this id that a drill can take away."""

    def __init__(self, target: str) -> None:
        super().__init__(f"There is no component, zone or connection {target!r} to take away.")
        self.target = target


@dataclass(frozen=True)
class OperationOutcome:
    operation: str
    outcome: Outcome
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class MovedLoad:
    """Peak requests a second at a component before and after; `utilisation` after, where its capacity is known."""

    component: str
    before: float
    after: float
    utilisation: float | None


@dataclass(frozen=True)
class Drill:
    target: str
    lost: tuple[str, ...]
    outcomes: tuple[OperationOutcome, ...]
    moved: tuple[MovedLoad, ...]
    doubt: str = ""  # why the loads are only the highest that can be


def targets_of(model: Model) -> list[str]:
    """What a drill can take away: every component except clients, every zone that holds one, every connection."""
    graph = model.graph
    components = [key for key, each in graph.components.items() if each.kind != "client"]
    zones = [key for key in graph.zones if any(key in graph.domains[each] for each in components)]
    return [*components, *zones, *graph.connections]


def random_target(model: Model, *, seed: int) -> str:
    """A target chosen by a seed: the same seed gives the same target.

    Raises UnknownTargetError when the drawing is empty.
    """
    targets = targets_of(model)
    if not targets:
        raise UnknownTargetError("anything")
    return Random(seed).choice(targets)  # noqa: S311  (a drill, not a secret)


def drill(model: Model, target: str) -> Drill:
    graph = model.graph
    if target not in targets_of(model):
        raise UnknownTargetError(target)
    lost = _lost(model, target)
    gone = frozenset([*lost, *([target] if target in graph.connections else [])])
    unusable, flows = ways_left(model, gone)
    failing = {key: failing_flow(model, key, gone) for key in model.structures if _fails(model, key, gone)}
    left = settled(replace(model, flows={**flows, **failing}), gone=unusable, lost=failing)
    flows, after = dict(left.flows), left.loads
    moved = _moved(model.loads, after, gone)
    outcomes = tuple(
        _failure(model, key, gone)
        if _fails(model, key, gone)
        else _survival(model, flows[key], (unusable[key], gone), after)
        for key in model.structures
    )
    return Drill(target, tuple(lost), outcomes, moved, said_all_tried("After this loss") if left.is_all_tried else "")


def ways_left(model: Model, gone: frozenset[str]) -> tuple[dict[str, frozenset[str]], dict[str, OperationFlow]]:
    """For each operation: what cannot be used while these components and connections are gone, and the flow that is
    left.
    """
    unusable = {key: gone | structure.failed(gone, gone) for key, structure in model.structures.items()}
    return unusable, flows_of(model.document, model.graph, model.attempts, gone=unusable)


def failing_flow(model: Model, operation: str, gone: frozenset[str]) -> OperationFlow:
    """The flow of requests that fail in any case: how far they get, with all their tries.

    A caller of the lost part tries as often as its arrow allows and then fails itself, so its own caller tries again
    too.
    """
    flow = model.flows[operation]
    unusable = gone | model.structures[operation].failed(gone, gone)
    order = flow.callees_first
    if order is None:
        return replace(flow, visits={}, later_visits={}, calls={}, later_calls={}, copied_writes={})
    visits = dict.fromkeys(order, 0.0)
    calls = dict[str, float]()
    for entry in flow.entries:
        visits[entry] = 1.0 / len(flow.entries)
    for each in reversed(order):
        if each in gone:
            visits[each] = 0.0
        for group in flow.groups.get(each, ()):
            for hop in group.hops if group.mode != "later" else ():
                is_failing = hop.connection in gone or hop.target in unusable
                tries = patience_of(model.graph.connections[hop.connection]).tries(1.0) if is_failing else 1.0
                calls[hop.connection] = visits[each] * hop.calls * tries
                visits[hop.target] += 0.0 if hop.connection in gone else calls[hop.connection]
            needed = [hop for hop in group.hops if not hop.is_optional] if group.mode == "all" else ()
            if any(hop.connection in gone or hop.target in unusable for hop in needed):
                break  # a failed caller makes no further calls
    return replace(flow, visits=visits, later_visits={}, calls=calls, later_calls={}, copied_writes={})


def _lost(model: Model, target: str) -> list[str]:
    """Components that fail with the target; for a zone, those that have too few servers elsewhere."""
    if target in model.graph.components:
        return [target]
    fallen = {each for structure in model.structures.values() for each in structure.fallen(frozenset({target}))}
    alone = {
        key
        for key in model.graph.components
        if (zones := model.graph.spread(key)) and all(target in model.graph.around(zone) for zone in zones)
    }
    return [key for key in model.graph.components if key in fallen | alone]


def _fails(model: Model, operation: str, gone: frozenset[str]) -> bool:
    """Whether no request is served any longer."""
    structure = model.structures.get(operation)
    return structure is not None and structure.share_lost(gone, gone) > ALMOST_ALL


def _moved(before: Loads, after: Loads, gone: frozenset[str]) -> tuple[MovedLoad, ...]:
    found = [
        MovedLoad(key, load.peak, after.components[key].peak, after.components[key].utilisation)
        for key, load in before.components.items()
        if key not in gone and abs(after.components[key].peak - load.peak) > LEAST_MOVE * max(1.0, load.peak)
    ]
    return tuple(sorted(found, key=lambda moved: moved.before - moved.after))


def _failure(model: Model, operation: str, gone: frozenset[str]) -> OperationOutcome:
    flow, graph = model.flows[operation], model.graph
    touched = [each for each in (*flow.components, *(hop.connection for hop in flow.hops)) if each in gone]
    cut = [each for each in model.cuts[operation].components if each in gone]
    words = f"it needs {graph.names(cut)}" if cut else f"nothing is left in place of {graph.names(touched)}"
    return OperationOutcome(operation, "fails", (words,))


def _survival(
    model: Model, left: OperationFlow, lost: tuple[frozenset[str], frozenset[str]], after: Loads
) -> OperationOutcome:
    unusable, gone = lost
    share = model.structures[left.operation].share_lost(gone, gone)
    failing = [f"{values.said_failing(share)} of requests fail"] if share > LEAST_MOVE else []
    reasons = (*failing, *_lost_help(model, model.flows[left.operation], unusable), *_overloads(model, left, after))
    return OperationOutcome(left.operation, "degrades" if reasons else "survives", reasons)


def _lost_help(model: Model, flow: OperationFlow, unusable: frozenset[str]) -> list[str]:
    """What the operation works without: a cache, work behind a queue, some of several equal components."""
    words: dict[str, str] = {
        "optional": "without {} every read goes on to the store",
        "unneeded": "it is answered without {}",
        "later": "work for {} waits until it is back",
        "any": "the others carry the share of {}",
    }
    graph, reasons = model.graph, []
    for component, groups in flow.groups.items():
        for group in groups:
            lost = [hop.target for hop in group.hops if {hop.target, hop.connection} & unusable]
            mode: str = group.mode
            if mode == "optional" and not any(graph.components[each].kind in CACHES for each in lost):
                mode = "unneeded"
            if lost and component not in unusable and mode in words:
                reasons.append(words[mode].format(graph.names(lost)))
    return list(dict.fromkeys(reasons))


def _overloads(model: Model, left: OperationFlow, after: Loads) -> list[str]:
    """Components of the flow that are above their capacity because of the moved load."""
    before: Mapping[str, float | None] = {key: load.utilisation for key, load in model.loads.components.items()}
    found = []
    for each in left.components:
        now, was = after.components[each].utilisation, before[each]
        if now is not None and was is not None and now > 1 >= was:
            found.append(f"{model.graph.name(each)} would need {now:.0%} of its capacity")
    return found
