"""How a requirement shows that it no longer holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from designs.analysis.model import Model

# These count failed requests. They do not count an overload as an outage, though nobody answers beyond capacity.
BY_SHARE = frozenset({"availability", "error_rate"})


@dataclass(frozen=True)
class Broken:
    requirement: str
    words: str


def overloaded(before: Model, after: Model, operations: Iterable[str]) -> str:
    """The first component of these operations that is above its capacity and was not before; empty when there is
    none.
    """
    for operation in operations:
        for each in after.flows[operation].components:
            used, was = after.loads.components[each].utilisation, before.loads.components[each].utilisation
            if used is not None and was is not None and used > 1 >= was:
                return f"{after.graph.name(each)} is at {used:.1%} of its capacity"
    return ""
