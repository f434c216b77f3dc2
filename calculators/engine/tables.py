"""A result of a sheet over two of its inputs, and the input value at which a result reaches a target."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from calculators.engine.quantities import Quantity, parse_quantity
from calculators.engine.sheets import Sheet
from calculators.engine.solve import solve

FACTORS = (0.25, 0.5, 1.0, 2.0, 4.0)
STEPS = 120
DECADES = 6
CLOSE = 1e-6
Point = tuple[float, float]


class SeekError(ValueError):
    """Why there is no such value, in words."""


@dataclass(frozen=True)
class TwoWay:
    """`cells[row][column]` is the result, or None with the reason in `reasons` where the sheet gives none."""

    down: str
    across: str
    result: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[Quantity | None, ...], ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Reached:
    """The values of an input at which the result is the target, from the smallest; `typed` as one would type them."""

    values: tuple[float, ...]
    typed: tuple[str, ...]


def two_way(
    sheet: Sheet,
    given: Mapping[str, str],
    down: str,
    across: str,
    result: str,
    rows: tuple[str, ...],
    columns: tuple[str, ...],
) -> TwoWay:
    reasons: dict[str, None] = {}
    cells = []
    for row in rows:
        line: list[Quantity | None] = []
        for column in columns:
            solution = solve(sheet, {**given, down: row, across: column})
            line.append(solution.results.get(result))
            if solution.errors:
                reasons.update(dict.fromkeys(solution.errors.values()))
        cells.append(tuple(line))
    return TwoWay(down, across, result, rows, columns, tuple(cells), tuple(reasons))


def usual_values(text: str) -> tuple[str, ...]:
    """Five around what was typed, from a quarter to four times it. QuantityError for what is no quantity."""
    middle = parse_quantity(text)
    return tuple(written(middle, middle.value * factor) for factor in FACTORS)


def written(like: Quantity, value: float) -> str:
    """A value in base units in the unit of another quantity."""
    return f"{value / like.factor:.6g} {like.unit}".strip()


def goal_seek(sheet: Sheet, given: Mapping[str, str], turned: str, result: str, target: str) -> Reached:
    """Searches from a millionth to a million times the present value, then narrows down. Raises SeekError and
    QuantityError."""
    wanted = parse_quantity(target)
    typed = given.get(turned, "").strip() or next(row.default for row in sheet.inputs if row.name == turned)
    start = parse_quantity(typed)
    first = solve(sheet, given).results.get(result)
    if first is not None and first.dimension != wanted.dimension and not wanted.dimension.is_plain:
        raise SeekError(f"the result is {first.dimension}, and {target!r} is {wanted.dimension}")
    goal = wanted.value * first.factor if first is not None and not wanted.unit else wanted.value

    def off(value: float) -> float:
        found = solve(sheet, {**given, turned: written_exactly(start, value)}).results.get(result)
        return math.nan if found is None else found.value - goal

    grid = [start.value * 10 ** (DECADES * (2 * step / STEPS - 1)) for step in range(STEPS + 1)] if start.value else []
    points = [(value, off(value)) for value in grid]
    found = []
    for one, other in itertools.pairwise(points):
        (low, at_low), (high, at_high) = _inside(off, one, other)
        if math.isfinite(at_low) and math.isfinite(at_high) and at_low != 0 and at_low * at_high <= 0:
            found.append(_root(off, low, high, at_low))
    if not found:
        raise SeekError("no value from a millionth to a million times the present one gives that")
    return Reached(tuple(found), tuple(written(start, value) for value in found))


def written_exactly(like: Quantity, value: float) -> str:
    return f"{value / like.factor:.15g} {like.unit}".strip()


def _inside(off: Callable[[float], float], one: Point, other: Point) -> tuple[Point, Point]:
    """Where the sheet has an answer at one end only, the other end is moved to the last value at which it has one."""
    if math.isnan(one[1]) == math.isnan(other[1]):
        return one, other
    good, bad = (one, other[0]) if math.isnan(other[1]) else (other, one[0])
    while abs(bad - good[0]) > CLOSE * good[0]:
        middle = math.sqrt(bad * good[0])
        now = off(middle)
        good, bad = (good, middle) if math.isnan(now) else ((middle, now), bad)
    return (one, good) if math.isnan(other[1]) else (good, other)


def _root(off: Callable[[float], float], low: float, high: float, at_low: float) -> float:
    while high > low * (1 + CLOSE):
        middle = math.sqrt(low * high)
        now = off(middle)
        if math.isnan(now):
            break
        low, high = (middle, high) if now * at_low > 0 else (low, middle)
    return high
