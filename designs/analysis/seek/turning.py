"""Varies one input until a requirement breaks, or two inputs at once."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from calculators.engine.figures import Figures
from designs.analysis.requirements import Meter, RequirementResult
from designs.analysis.seek.inputs import Input
from designs.analysis.settling import model_of
from designs.document.patches import apply
from designs.document.schema import Document

CLOSE = 0.005
DECADES = 2  # below and above today's value
STEPS_A_DECADE = 5
MOST_FLIPS = 4
TABLE_FACTORS = (0.25, 0.5, 1.0, 1.5, 2.0, 4.0)
SHARES = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.99, 0.999)
Progress = Callable[[float], None]


@dataclass(frozen=True)
class Point:
    value: float
    result: RequirementResult


@dataclass(frozen=True)
class Flip:
    """Between these two values, which are less than half a per cent (or one server) apart, the verdict changes."""

    below: Point
    above: Point


@dataclass(frozen=True)
class Sought:
    turned: Input
    points: tuple[Point, ...]
    flips: tuple[Flip, ...]


@dataclass(frozen=True)
class Table:
    """`cells[row][column]`, the first input down and the second across."""

    down: Input
    across: Input
    rows: tuple[float, ...]
    columns: tuple[float, ...]
    cells: tuple[tuple[RequirementResult, ...], ...]


def result_at(document: Mapping[str, Any], figures: Figures, key: str) -> RequirementResult:
    model = model_of(Document.model_validate(document), figures)
    return Meter(model).result(key, model.document.scope.measurable_requirements[key])


def seek(
    document: Mapping[str, Any], figures: Figures, turned: Input, key: str, *, progress: Progress | None = None
) -> Sought:
    """The verdict from a hundredth to a hundred times today's value, and where it changes."""

    def at(value: float) -> Point:
        return Point(value, result_at(apply(document, turned.patch(document, value)), figures, key))

    grid = values_around(turned)
    points = list[Point]()
    for number, value in enumerate(grid):
        points.append(at(value))
        if progress:
            progress(0.7 * (number + 1) / len(grid))
    flips = itertools.chain.from_iterable(_flips(one, other, at, turned) for one, other in itertools.pairwise(points))
    return Sought(turned, tuple(points), tuple(itertools.islice(flips, MOST_FLIPS)))


def _flips(one: Point, other: Point, at: Callable[[float], Point], turned: Input) -> Iterator[Flip]:
    """The changes between two steps: often one, or two where the verdict is not known in between."""
    while one.result.verdict != other.result.verdict:
        found = _narrowed(one, other, at, turned)
        yield found
        one = found.above


def _narrowed(below: Point, above: Point, at: Callable[[float], Point], turned: Input) -> Flip:
    while True:
        low, high = below.value, above.value
        if turned.is_whole:
            if high - low <= 1:
                return Flip(below, above)
            middle = float((low + high) // 2)
        elif turned.is_share or low <= 0:
            if high - low <= CLOSE * (1 - low if turned.is_share else high):
                return Flip(below, above)
            middle = (low + high) / 2
        else:
            if high <= low * (1 + CLOSE):
                return Flip(below, above)
            middle = (low * high) ** 0.5
        found = at(middle)
        below, above = (found, above) if found.result.verdict == below.result.verdict else (below, found)


def values_around(turned: Input) -> list[float]:
    """From a hundredth to a hundred times today's value; whole numbers and shares in their own steps."""
    if turned.is_share:
        return sorted({*SHARES, turned.value})
    factors = [10 ** (step / STEPS_A_DECADE) for step in range(-DECADES * STEPS_A_DECADE, DECADES * STEPS_A_DECADE + 1)]
    if turned.is_whole:
        return sorted({float(max(1, round(turned.value * factor))) for factor in factors})
    return [turned.value * factor for factor in factors]


def table_values(turned: Input) -> tuple[float, ...]:
    """Six values around today's, for one side of a table."""
    if turned.is_share:
        return tuple(sorted({*SHARES[::2], turned.value}))
    if turned.is_whole:
        return tuple(sorted({float(max(1, round(turned.value * factor))) for factor in TABLE_FACTORS}))
    return tuple(turned.value * factor for factor in TABLE_FACTORS)


def table(
    document: Mapping[str, Any],
    figures: Figures,
    down: Input,
    across: Input,
    key: str,
    *,
    progress: Progress | None = None,
) -> Table:
    rows, columns = table_values(down), table_values(across)
    cells = []
    for number, row in enumerate(rows):
        so_far = apply(document, down.patch(document, row))
        cells.append(tuple(result_at(apply(so_far, across.patch(so_far, column)), figures, key) for column in columns))
        if progress:
            progress((number + 1) / len(rows))
    return Table(down, across, rows, columns, tuple(cells))
