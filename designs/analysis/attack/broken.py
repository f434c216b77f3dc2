"""How it shows that a requirement does not hold any more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from designs.analysis.model import Model

# These count requests that fail. An overload is no outage to them, but nobody answers more than they can.
BY_SHARE = frozenset({"availability", "error_rate"})


@dataclass(frozen=True)
class Broken:
    requirement: str
    words: str


def overloaded(before: Model, after: Model, operations: Iterable[str]) -> str:
    """Which component of these operations is asked for more than it serves, and was not before; empty for none."""
    for operation in operations:
        for each in after.flows[operation].components:
            used, was = after.loads.components[each].utilisation, before.loads.components[each].utilisation
            if used is not None and was is not None and used > 1 >= was:
                return f"{after.graph.name(each)} is asked for {used:.1%} of its capacity"
    return ""
