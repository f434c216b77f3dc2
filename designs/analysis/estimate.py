"""A design's estimate, which is a sheet of the calculators, and the formulas of other sections read over it.

A row that cannot be computed is named with its reason and affects only the rows that depend on it, because drafts are
unfinished. Ranges give samples beside the plain value, so that results computed from them can have quantiles.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

import numpy as np

from calculators.engine.catalogue.registry import CATALOGUE
from calculators.engine.dimensions import Dimension
from calculators.engine.expressions import (
    ExpressionError,
    Value,
    dimension_of,
    evaluate,
    names_in,
    parse_expression,
    with_units,
)
from calculators.engine.own_rows import BLANK, OwnRow, sheet_with
from calculators.engine.quantities import Quantity, QuantityError, parse_quantity
from calculators.engine.sheets import Sheet, SheetError
from calculators.engine.solve import Solution, solve
from calculators.engine.uncertainty import samples_of
from calculators.engine.wording import readable
from designs.analysis.values import PER_SECOND, SECONDS_PER_DAY
from designs.document.basics import in_order
from designs.document.estimate import Estimate

PEAK_FACTOR = "peak_factor"


class FormulaError(ValueError):
    """Why a formula gives no figure."""


@dataclass(frozen=True)
class Figure:
    """A result of a formula: in base units, and as samples when it depends on a range."""

    value: float
    dimension: Dimension
    working: str
    samples: Value | None = None


@dataclass(frozen=True)
class SolvedEstimate:
    """A partly solved sheet. Each row has a value or an error; an input that a check refuses has both."""

    solution: Solution = field(default_factory=lambda: Solution(sheet=BLANK))
    errors: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def quantities(self) -> dict[str, Quantity]:
        return {**self.solution.inputs, **self.solution.results}

    @cached_property
    def values(self) -> dict[str, float]:
        return {name: each.value for name, each in self.quantities.items()}

    @cached_property
    def dimensions(self) -> dict[str, Dimension]:
        return {name: each.dimension for name, each in self.quantities.items()}

    @cached_property
    def shown(self) -> dict[str, str]:
        return {name: readable(each) for name, each in self.quantities.items()}

    @cached_property
    def samples(self) -> dict[str, Value]:
        """Samples of each row; a row without a range has a single number."""
        return samples_of(self.solution.sheet, self.solution.inputs, without=self.errors.keys() - self.values.keys())

    @cached_property
    def drawn(self) -> dict[str, Value]:
        """Samples of the inputs that are ranges."""
        uncertain = [name for name, each in self.solution.inputs.items() if each.spread]
        return {name: self.samples[name] for name in uncertain}

    def read(self, formula: str) -> Figure:
        """A formula over the estimate, or a quantity. FormulaError says what is missing or wrong."""
        if not formula.strip():
            raise FormulaError("no formula is given")
        if (typed := _typed_figure(formula)) is not None:
            return typed
        try:
            node = with_units(parse_expression(formula), self.values)
            names = dict.fromkeys(each.name for each in names_in(node))
            for name in names:
                if name not in self.values:
                    raise FormulaError(self._why_unknown(name))
            dimension = dimension_of(node, self.dimensions)
            value = float(evaluate(node, self.values))
            samples = evaluate(node, self.samples) if self.drawn else None
        except ExpressionError as error:
            raise FormulaError(error.message) from error
        used = [f"{name} = {self.shown[name]}" for name in names if name in self.shown]
        working = formula + (f" with {', '.join(used)}" if used else "")
        return Figure(value, dimension, working, samples if isinstance(samples, np.ndarray) else None)

    def rate(self, formula: str) -> Figure:
        """The rate of a formula per second. FormulaError when the formula contains no time."""
        found = self.read(formula)
        if found.dimension.measured != PER_SECOND:
            raise FormulaError(f"{formula!r} gives {found.dimension}; a rate needs a time, such as 5M/day")
        if found.value < 0:
            raise FormulaError(f"{formula!r} is negative")
        return found

    def rows_per_day(self, formula: str) -> Figure:
        """Rows a day. A plain count is read as a count per day."""
        found = self.read(formula)
        if found.dimension.measured == PER_SECOND:
            samples = None if found.samples is None else found.samples * SECONDS_PER_DAY
            return replace(found, value=found.value * SECONDS_PER_DAY, samples=samples)
        if found.dimension.measured.is_plain:
            return found
        raise FormulaError(f"{formula!r} gives {found.dimension}, and not a number of rows a day")

    @property
    def peak_factor(self) -> float | None:
        """The ratio of peak to average traffic, when the estimate gives it."""
        return self.values.get(PEAK_FACTOR)

    def _why_unknown(self, name: str) -> str:
        return f"{name}: {self.errors[name]}" if name in self.errors else f"the estimate has no {name!r}"


def solved(estimate: Estimate) -> SolvedEstimate:
    """Everything that can be computed of an estimate; the rest is in `errors`, by name."""
    sheet, wrong = estimate_sheet(estimate)
    given = {name: entry.value for name, entry in estimate.inputs.items() if name in sheet.input_names - sheet.added}
    solution = solve(sheet, given, partly=True)
    errors = {**{name: error.message for name, error in wrong.items()}, **solution.errors}
    return SolvedEstimate(solution, errors)


def estimate_sheet(estimate: Estimate) -> tuple[Sheet, dict[str, SheetError]]:
    """The calculator that the estimate is based on together with the design's own rows; and errors by name."""
    base = CATALOGUE.get(estimate.calculator, BLANK)
    loose = [
        OwnRow(name, formula=entry.value)
        for name, entry in in_order(estimate.inputs)
        if name not in base.input_names and name not in estimate.rows and entry.value.strip()
    ]
    rows = [OwnRow(name, row.label, row.formula, row.unit) for name, row in in_order(estimate.rows)]
    return sheet_with(base, [*loose, *rows])


@lru_cache(maxsize=8192)
def _typed_figure(text: str) -> Figure | None:
    try:
        typed = parse_quantity(text)
    except QuantityError:
        return None
    return Figure(typed.value, typed.dimension, readable(typed))
