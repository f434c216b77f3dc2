"""A design's estimate, solved row by row, and the formulas of other sections read over it.

A row that cannot be computed is named with its reason and stops only what rests on it, because drafts are unfinished.
Ranges give samples (seeded) beside the plain value, so that whatever follows from them can have quantiles.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np

from calculators.engine.catalogue.registry import CATALOGUE
from calculators.engine.dimensions import Dimension
from calculators.engine.expressions import (
    ExpressionError,
    Node,
    Value,
    dimension_of,
    evaluate,
    names_in,
    parse_expression,
)  # fmt: skip
from calculators.engine.quantities import Z_90, Quantity, QuantityError, Spread, parse_quantity
from calculators.engine.units import Unit, UnitError, parse_unit
from calculators.engine.wording import readable
from designs.analysis.values import PER_SECOND, SECONDS_PER_DAY
from designs.document.basics import in_order
from designs.document.estimate import Estimate

SAMPLES = 2_000
SEED = 20_260_301
PEAK_FACTOR = "peak_factor"


class FormulaError(ValueError):
    """Why a formula gives no figure."""


@dataclass(frozen=True)
class Figure:
    """A result of a formula: in base units, and on samples when a range stands behind it."""

    value: float
    dimension: Dimension
    working: str
    samples: Value | None = None


@dataclass(frozen=True)
class SolvedEstimate:
    values: Mapping[str, float] = field(default_factory=dict)
    samples: Mapping[str, Value] = field(default_factory=dict)
    dimensions: Mapping[str, Dimension] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)
    drawn: Mapping[str, Value] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    def read(self, formula: str) -> Figure:
        """A formula over the estimate, or a quantity. FormulaError says what is missing or wrong."""
        if not formula.strip():
            raise FormulaError("no formula is given")
        if (typed := _typed_figure(formula)) is not None:
            return typed
        node = _parsed(formula)
        names = dict.fromkeys(each.name for each in names_in(node))
        units = _units(names, self.values)
        for name in names:
            if name not in self.values and name not in units:
                raise FormulaError(self._why_unknown(name))
        factors = {name: unit.factor for name, unit in units.items()}
        try:
            dimension = dimension_of(
                node, {**self.dimensions, **{name: each.dimension for name, each in units.items()}}
            )
            value = float(evaluate(node, {**self.values, **factors}))
            samples = evaluate(node, {**self.samples, **factors}) if self.drawn else None
        except ExpressionError as error:
            raise FormulaError(error.message) from error
        used = [f"{name} = {self.shown[name]}" for name in names if name in self.shown]
        working = formula + (f" with {', '.join(used)}" if used else "")
        return Figure(value, dimension, working, samples if isinstance(samples, np.ndarray) else None)

    def rate(self, formula: str) -> Figure:
        """How often a second. FormulaError when the formula has no time in it."""
        found = self.read(formula)
        if found.dimension.measured != PER_SECOND:
            raise FormulaError(f"{formula!r} gives {found.dimension}; a rate needs a time, such as 5M/day")
        if found.value < 0:
            raise FormulaError(f"{formula!r} is negative")
        return found

    def rows_per_day(self, formula: str) -> Figure:
        """A plain count is taken as a count a day."""
        found = self.read(formula)
        if found.dimension.measured == PER_SECOND:
            samples = None if found.samples is None else found.samples * SECONDS_PER_DAY
            return replace(found, value=found.value * SECONDS_PER_DAY, samples=samples)
        if found.dimension.measured.is_plain:
            return found
        raise FormulaError(f"{formula!r} gives {found.dimension}, and not a number of rows a day")

    @property
    def peak_factor(self) -> float | None:
        """How many times the average the busiest time is, when the estimate says so."""
        return self.values.get(PEAK_FACTOR)

    def _why_unknown(self, name: str) -> str:
        return f"{name}: {self.errors[name]}" if name in self.errors else f"the estimate has no {name!r}"


def solved(estimate: Estimate) -> SolvedEstimate:
    """All that can be computed of an estimate; the rest is in `errors`, by name."""
    given, nodes, errors = _calculator_rows(estimate)
    for name, entry in in_order(estimate.inputs):
        if name in given or not entry.value.strip() or name in errors:
            continue
        if (typed := _typed(entry.value)) is None:
            errors[name] = f"{entry.value!r} is no quantity"
        else:
            given[name] = typed
    for name, row in in_order(estimate.rows):
        given.pop(name, None)
        if (typed := _typed(row.formula)) is not None:
            given[name] = typed
        else:
            try:
                nodes[name] = _parsed(row.formula)
            except FormulaError as error:
                errors[name] = str(error)
    return _solve_all(given, nodes, errors)


def _calculator_rows(estimate: Estimate) -> tuple[dict[str, Quantity], dict[str, Node], dict[str, str]]:
    """Inputs (typed or default) and formulas of the calculator that the estimate started from."""
    sheet = CATALOGUE.get(estimate.calculator)
    if sheet is None:
        return {}, {}, {}
    given, errors = dict[str, Quantity](), dict[str, str]()
    for row in sheet.inputs:
        typed = estimate.inputs[row.name].value if row.name in estimate.inputs else ""
        try:
            given[row.name] = row.read(typed or row.default)
        except QuantityError as error:
            errors[row.name] = error.message
    return given, {parsed.formula.name: parsed.node for parsed in sheet.parsed}, errors


def _solve_all(given: dict[str, Quantity], nodes: dict[str, Node], errors: dict[str, str]) -> SolvedEstimate:
    values = {name: each.value for name, each in given.items()}
    dimensions = {name: each.dimension for name, each in given.items()}
    drawn = _drawn({name: each.spread for name, each in given.items() if each.spread})
    samples: dict[str, Value] = {**values, **drawn}
    shown = {name: readable(each) for name, each in given.items()}
    pending = dict(nodes)
    while pending:
        ready = [name for name, node in pending.items() if not any(each.name in pending for each in names_in(node))]
        if not ready:
            circle = ", ".join(sorted(pending))
            errors.update(dict.fromkeys(pending, f"these rows depend on each other: {circle}"))
            break
        for name in ready:
            node = pending.pop(name)
            try:
                names = dict.fromkeys(each.name for each in names_in(node))
                units = _units(names, values)
                unknown = next((each for each in names if each not in values and each not in units), "")
                if unknown:
                    raise FormulaError(errors.get(unknown, f"the estimate has no {unknown!r}"))
                factors = {each: unit.factor for each, unit in units.items()}
                measures = {each: unit.dimension for each, unit in units.items()}
                dimension = dimension_of(node, {**dimensions, **measures})
                value = float(evaluate(node, {**values, **factors}))
                samples[name] = evaluate(node, {**samples, **factors}) if drawn else value
            except (FormulaError, ExpressionError) as error:
                errors[name] = str(error)
                continue
            values[name], dimensions[name] = value, dimension
            shown[name] = readable(Quantity(value, dimension))
    return SolvedEstimate(values, samples, dimensions, shown, drawn, errors)


def _units(names: Iterable[str], known: Mapping[str, object]) -> dict[str, Unit]:
    """Units that a formula uses as names, so that `users * 2/day` means what it says; rows of the estimate win."""
    found = {}
    for name in names:
        if name not in known:
            try:
                unit = parse_unit(name)
            except UnitError:
                continue
            if unit.dimension.measured == unit.dimension:
                found[name] = unit
    return found


def _drawn(spreads: Mapping[str, Spread]) -> dict[str, Value]:
    """Samples of each range, read as a 90 % interval."""
    random = np.random.default_rng(SEED)
    found: dict[str, Value] = {}
    for name, spread in spreads.items():
        normal = random.standard_normal(SAMPLES)
        if spread.shape == "lognormal":
            low, high = np.log(spread.low), np.log(spread.high)
            found[name] = np.asarray(np.exp((low + high) / 2 + (high - low) / (2 * Z_90) * normal))
        else:
            middle, width = (spread.low + spread.high) / 2, (spread.high - spread.low) / (2 * Z_90)
            found[name] = np.asarray(middle + width * normal)
    return found


@lru_cache(maxsize=8192)
def _typed_figure(text: str) -> Figure | None:
    typed = _typed(text)
    return None if typed is None else Figure(typed.value, typed.dimension, readable(typed))


@lru_cache(maxsize=8192)
def _typed(text: str) -> Quantity | None:
    try:
        return parse_quantity(text) if text.strip() else None
    except QuantityError:
        return None


def _parsed(text: str) -> Node:
    if not text.strip():
        raise FormulaError("no formula is given")
    try:
        return parse_expression(text)
    except ExpressionError as error:
        raise FormulaError(error.message) from error
