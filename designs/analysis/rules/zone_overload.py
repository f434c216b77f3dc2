"""After the loss of one zone the remaining servers of a component are overloaded."""

from __future__ import annotations

import math
from collections.abc import Iterator

from designs.analysis import values
from designs.analysis.findings import Finding, Remedy, Rule
from designs.analysis.graph import STORES
from designs.analysis.rules.case import Case
from designs.analysis.surviving import after_loss


def check(case: Case) -> Iterator[Finding]:
    worst: dict[str, tuple[float, str, list[str]]] = {}
    for key, structure in case.model.structures.items():
        for zone in structure.zones:
            if case.graph.zones[zone].kind != "zone" or key in case.stopped_by.get(zone, ()):
                continue
            used, at, _ = after_loss(case.model, key, {zone})
            full = case.loads.components[at].utilisation if at else None
            if used <= 1 or math.isinf(used) or full is None or full > 1:
                continue
            before = worst.get(at, (0.0, "", []))
            operations = list(dict.fromkeys([*before[2], key]))
            worst[at] = (used, zone, operations) if used > before[0] else (*before[:2], operations)
    for each, (used, zone, operations) in worst.items():
        yield _finding(case, each, used, zone, operations)


def _finding(case: Case, each: str, used: float, zone: str, operations: list[str]) -> Finding:
    name, load = case.graph.name(each), case.loads.components[each]
    enough = _enough(case, each)
    what = "instances" if case.graph.components[each].kind not in STORES else "copies"
    return Finding(
        rule=RULE.id,
        severity="medium",
        elements=(case.component(each), case.zone(zone)),
        title=f"Without {case.graph.name(zone)} the rest of {name} is overloaded",
        proof=(
            f"It receives {values.said_rate(load.peak)} at peak. With the servers in {case.graph.name(zone)} gone, "
            f"the rest of it is at {used:.0%} of its capacity."
        ),
        why="A zone fails as a whole: the servers in the other zones must serve the whole peak, or they fail too.",
        topic="failover",
        remedies=(
            Remedy(
                f"Run {enough} {what}" if enough else f"Run more {what} in every zone",
                "the peak survives the loss of one zone",
                "the capacity is idle while all zones are up",
                "failover",
                case.scaled(enough, each) if enough and what == "instances" else None,
            ),
            Remedy(
                "Refuse work that can wait while a zone is gone",
                "what matters most still works",
                "some callers are refused",
                "rate-limiting",
            ),
        ),
        operations=tuple(operations),
    )


def _enough(case: Case, each: str) -> int | None:
    """Enough servers for the peak after the loss of the zone that holds most of them."""
    load, zones = case.loads.components[each], case.graph.spread(each)
    if load.capacity is None or len(zones) < 2:
        return None
    needed = math.ceil(load.peak / load.capacity.value - 1e-9)
    count = load.replicas
    while count - math.ceil(count / len(zones)) < needed:
        count += 1
    return count


RULE = Rule("zone-overload", "The loss of a zone leaves too little", check)
