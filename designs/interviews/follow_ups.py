"""Follow-up questions about this design, with answers computed by its analysis."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from calculators.engine.quantities import parse_quantity
from designs.analysis import values
from designs.analysis.drill import drill
from designs.analysis.graph import CACHES
from designs.analysis.report import Analysis
from designs.analysis.surviving import single_points

NUMBER_TOLERANCE = 0.15
MOST = 6
NOTHING = "Nothing of it"


@dataclass(frozen=True)
class FollowUp:
    """A question; its answer is a number (in base units, within a tolerance) or one of `choices`."""

    key: str
    question: str
    said: str
    working: str
    value: float | None = None
    choices: tuple[str, ...] = ()
    topic: str = ""

    def judge(self, typed: str) -> bool:
        """Whether the answer is right. Raises QuantityError for a number that cannot be read."""
        if self.value is None:
            return typed == self.said
        given = parse_quantity(typed).value
        return abs(given - self.value) <= NUMBER_TOLERANCE * abs(self.value)


def follow_ups(analysis: Analysis) -> list[FollowUp]:
    """The most important first, at most six; none where the design leaves too much open to compute them."""
    return [
        *_cold_cache(analysis),
        *_first_to_break(analysis),
        *_growth(analysis),
        *_losses(analysis),
        *_storage(analysis),
    ][:MOST]


def _cold_cache(analysis: Analysis) -> Iterator[FollowUp]:
    """A cache restarts empty: the load of its misses on what is behind it."""
    model = analysis.model
    for key, component in model.graph.components.items():
        if component.kind not in CACHES or not model.loads.components[key].peak:
            continue
        found = drill(model, key)
        moved = [each for each in found.moved if each.after > each.before]
        if not moved or found.doubt:
            continue
        worst = max(moved, key=lambda each: each.after - each.before)
        behind = model.graph.name(worst.component)
        yield FollowUp(
            key=f"cold-{key}",
            question=f"{model.graph.name(key)} restarts empty at peak. How many requests a second reach {behind}?",
            said=values.said_rate(worst.after),
            value=worst.after,
            working=(
                f"{values.said_rate(worst.before)} reach {behind} while the cache answers, "
                f"{values.said_rate(worst.after)} without it."
            ),
            topic="caching-basics",
        )


def _first_to_break(analysis: Analysis) -> Iterator[FollowUp]:
    """Which component saturates first as traffic grows."""
    order = analysis.breaks_first
    if len(order) < 2:
        return
    names = tuple(analysis.model.graph.name(each.component) for each in order[:4])
    first = order[0]
    yield FollowUp(
        key="breaks-first",
        question="Traffic grows and grows. What saturates first?",
        said=names[0],
        choices=tuple(sorted(names)),
        working=(
            f"{names[0]} serves {values.said_rate(first.capacity)} and gets {values.said_rate(first.peak)} at peak: "
            f"it is full at {first.times:.2g} times today's traffic."
        ),
        topic="estimate-scale",
    )


def _growth(analysis: Analysis) -> Iterator[FollowUp]:
    """How far traffic can grow until the first component saturates."""
    order = analysis.breaks_first
    if not order or order[0].times <= 1:
        return
    name = analysis.model.graph.name(order[0].component)
    yield FollowUp(
        key="headroom",
        question=f"By what factor may traffic grow until {name} is full? A plain number will do.",
        said=f"{order[0].times:.2g}",
        value=order[0].times,
        working=(
            f"{values.said_rate(order[0].capacity)} ÷ {values.said_rate(order[0].peak)} at peak = {order[0].times:.2g}."
        ),
        topic="bottleneck-review",
    )


def _losses(analysis: Analysis) -> Iterator[FollowUp]:
    """An operation with single points of failure: which components it cannot do without."""
    model = analysis.model
    served = [each for each, component in model.graph.components.items() if component.kind != "client"]
    for operation in model.structures:
        singles = single_points(model, operation)
        others = [each for each in served if each not in singles]
        if not singles or not others:
            continue
        right = model.graph.name(singles[0])
        choices = (right, *(model.graph.name(each) for each in others[:2]), NOTHING)
        yield FollowUp(
            key=f"loss-{operation}",
            question=f"Which of these must not stop, or {model.operation_name(operation)} fails?",
            said=right,
            choices=tuple(dict.fromkeys(choices)),
            working=(
                f"Every path of {model.operation_name(operation)} goes through one replica of "
                f"{model.graph.names(singles)}."
            ),
            topic="node-failures",
        )
        return


def _storage(analysis: Analysis) -> Iterator[FollowUp]:
    """The bytes that the fullest store takes in a day."""
    known = [(load.bytes_per_day, key) for key, load in analysis.model.loads.stores.items() if load.bytes_per_day]
    if not known:
        return
    most, key = max(known)
    name = analysis.model.graph.name(key)
    yield FollowUp(
        key=f"storage-{key}",
        question=f"How much does one copy of {name} grow in a day?",
        said=values.said_bytes(most),
        value=most,
        working=f"Rows a day × bytes of a row, over all that {name} stores, come to {values.said_bytes(most)}.",
        topic="storage-estimation",
    )
