"""A sheet: named inputs and formulas over them, declared once and checked when it is declared."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter
from typing import Any

from calculators.engine.dimensions import Dimension
from calculators.engine.expressions import (
    ExpressionError,
    Node,
    Values,
    calls_in,
    computing,
    dimension_of,
    names_in,
    parse_expression,
    write,
)
from calculators.engine.quantities import Quantity, QuantityError, parse_quantity
from calculators.engine.units import UnitError, parse_unit
from calculators.engine.wording import readable

NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")


class SheetError(ValueError):
    """A sheet that cannot be solved, whatever its inputs: which row, and what is wrong with it."""

    def __init__(self, message: str, *, row: str = "", position: int = 0) -> None:
        super().__init__(f"{row}: {message}" if row else message)
        self.message, self.row, self.position = message, row, position


@dataclass(frozen=True, kw_only=True)
class Input:
    """What one may type. `default`, `minimum` and `maximum` are quantities as text; a bare number is in `unit`."""

    name: str
    label: str
    default: str
    unit: str = ""
    minimum: str = ""
    maximum: str = ""
    help: str = ""
    source: str = ""

    @cached_property
    def dimension(self) -> Dimension:
        return parse_unit(self.unit).dimension

    @cached_property
    def default_quantity(self) -> Quantity:
        return self.read(self.default)

    @cached_property
    def default_words(self) -> str:
        return readable(self.default_quantity)

    def read(self, text: str) -> Quantity:
        """The typed quantity in this input's dimension; QuantityError says what was expected."""
        quantity = in_unit(parse_quantity(text), self.unit)
        ends = (quantity.spread.low, quantity.spread.high) if quantity.spread else (quantity.value, quantity.value)
        low, high = self.bounds
        if ends[0] < low:
            raise QuantityError(f"expected at least {self.minimum}")
        if ends[1] > high:
            raise QuantityError(f"expected at most {self.maximum}")
        return quantity

    @cached_property
    def bounds(self) -> tuple[float, float]:
        """The least and the most in base units; infinite where nothing is said."""
        low = in_unit(parse_quantity(self.minimum), self.unit).value if self.minimum else -math.inf
        return low, in_unit(parse_quantity(self.maximum), self.unit).value if self.maximum else math.inf


def in_unit(quantity: Quantity, unit: str) -> Quantity:
    """A bare number takes the unit, and `300 B` will do for bytes per write: what is counted may be left out.

    Any other quantity must be of the unit's dimension, or QuantityError names both.
    """
    wanted = parse_unit(unit)
    if quantity.dimension == wanted.dimension:
        return quantity
    if quantity.unit and quantity.dimension == wanted.dimension.measured:
        return quantity.scaled(1.0, wanted.dimension, quantity.unit)
    if not quantity.dimension.is_plain or quantity.unit:
        raise QuantityError(f"expected {wanted.dimension}, found {quantity.dimension}")
    return quantity.scaled(wanted.factor, wanted.dimension, unit)


@dataclass(frozen=True, kw_only=True)
class Formula:
    """A row that follows from others. `unit` is what its result is shown in (empty: what suits its size).

    `rounded` is the same the way one would do it in the head (a day as 100,000 s); `words` says the formula in words,
    which otherwise are made from the labels.
    """

    name: str
    label: str
    expression: str
    unit: str = ""
    rounded: str = ""
    words: str = ""
    help: str = ""


@dataclass(frozen=True, kw_only=True)
class Remark:
    """What a sensible person would say when `when` holds; `{name}` in the text becomes that row's result."""

    when: str
    text: str
    topic: str = ""


@dataclass(frozen=True, kw_only=True)
class Check:
    """What must hold for there to be an answer at all; if it does not, `text` stands beside the field `input`."""

    must: str
    text: str
    input: str


@dataclass(frozen=True, kw_only=True)
class ParsedCheck:
    """`uses` names the rows that must be known before it can be looked at."""

    check: Check
    node: Node
    uses: frozenset[str]

    @cached_property
    def compute(self) -> Callable[[Values], float]:
        return computing(self.node)


@dataclass(frozen=True, kw_only=True, eq=False)
class ParsedFormula:
    """One of each sheet: compared, and kept by, as itself."""

    formula: Formula
    node: Node
    rounded_node: Node | None
    dimension: Dimension
    words: str
    figures: str | None
    """With `{name}` for each figure; None when it depends on them how the formula is written."""
    is_output: bool

    @cached_property
    def uses(self) -> tuple[str, ...]:
        """The rows that it follows from."""
        nodes = (self.node, *([self.rounded_node] if self.rounded_node else []))
        return tuple(sorted({used.name for node in nodes for used in names_in(node)}))

    @cached_property
    def used(self) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
        """Takes what belongs to these rows, in their order."""
        if len(self.uses) > 1:
            return itemgetter(*self.uses)
        return lambda known: tuple(known[name] for name in self.uses)

    @cached_property
    def compute(self) -> Callable[[Values], float]:
        return computing(self.node)

    @cached_property
    def compute_rounded(self) -> Callable[[Values], float]:
        return computing(self.rounded_node) if self.rounded_node else self.compute


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """`outputs` are the rows that people come for; `correlations` are rank correlations between pairs of inputs.

    Making one checks it: SheetError for an unknown name, a cycle, a clash of dimensions, an unreadable default.
    """

    slug: str
    title: str
    summary: str
    inputs: tuple[Input, ...]
    formulas: tuple[Formula, ...]
    outputs: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    checks: tuple[Check, ...] = ()
    topics: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    correlations: Mapping[tuple[str, str], float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._check_names()
        for given in self.inputs:
            _reading_default(given)
        _ = self.parsed, self.parsed_remarks, self.parsed_checks
        for name in (*self.outputs, *(name for pair in self.correlations for name in pair)):
            if name not in self.dimensions:
                raise SheetError(f"there is no {name!r}")

    @cached_property
    def input_names(self) -> frozenset[str]:
        return frozenset(given.name for given in self.inputs)

    @cached_property
    def by_name(self) -> dict[str, Input | Formula]:
        rows: tuple[Input | Formula, ...] = (*self.inputs, *self.formulas)
        return {row.name: row for row in rows}

    @cached_property
    def labels(self) -> dict[str, str]:
        return {name: row.label for name, row in self.by_name.items()}

    @cached_property
    def dimensions(self) -> dict[str, Dimension]:
        """Of every row, known before any number is."""
        known = {given.name: given.dimension for given in self.inputs}
        return known | {parsed.formula.name: parsed.dimension for parsed in self.parsed}

    @cached_property
    def parsed(self) -> tuple[ParsedFormula, ...]:
        """The formulas in an order in which each uses only what stands before it."""
        nodes = {formula.name: _parsed(formula.expression, formula.name) for formula in self.formulas}
        known = {given.name: given.dimension for given in self.inputs}
        ordered = []
        for name in _dependency_order(nodes, self.input_names):
            formula, is_output = self._formula(name), name in self.outputs
            parsed = _checked(formula, nodes[name], known, self.labels, is_output=is_output)
            known[name] = parsed.dimension
            ordered.append(parsed)
        return tuple(ordered)

    @cached_property
    def parsed_remarks(self) -> tuple[tuple[Remark, Callable[[Values], float]], ...]:
        """Each remark with what says whether it holds."""
        known = self.dimensions
        found = []
        for remark in self.remarks:
            node = _parsed(remark.when, "remark")
            _dimension(node, known, "remark")
            _placeholders(remark.text, known, "remark")
            found.append((remark, computing(node)))
        return tuple(found)

    @cached_property
    def default_inputs(self) -> Mapping[str, Quantity]:
        return {row.name: row.default_quantity for row in self.inputs}

    @cached_property
    def default_figures(self) -> Mapping[str, str]:
        """How the defaults are written."""
        return {row.name: row.default_words for row in self.inputs}

    @cached_property
    def checks_after(self) -> Mapping[str, list[ParsedCheck]]:
        """The checks that can be looked at as soon as a row is known; under no name those of inputs alone."""
        order = [parsed.formula.name for parsed in self.parsed]
        found: dict[str, list[ParsedCheck]] = {}
        for parsed in self.parsed_checks:
            last = max((name for name in parsed.uses if name in order), key=order.index, default="")
            found.setdefault(last, []).append(parsed)
        return found

    @cached_property
    def parsed_checks(self) -> tuple[ParsedCheck, ...]:
        known = self.dimensions
        found = []
        for check in self.checks:
            node = _parsed(check.must, "check")
            _dimension(node, known, "check")
            if check.input not in self.input_names:
                raise SheetError(f"there is no input {check.input!r}", row="check")
            uses = {used.name for used in names_in(node)} | _placeholders(check.text, known, "check")
            found.append(ParsedCheck(check=check, node=node, uses=frozenset(uses)))
        return tuple(found)

    def _formula(self, name: str) -> Formula:
        return next(formula for formula in self.formulas if formula.name == name)

    def _check_names(self) -> None:
        seen: set[str] = set()
        rows: tuple[Input | Formula, ...] = (*self.inputs, *self.formulas)
        for row in rows:
            if not NAME.fullmatch(row.name):
                raise SheetError("a name is a lower-case letter, then letters, digits and underscores", row=row.name)
            if row.name in seen:
                raise SheetError("the name stands twice", row=row.name)
            seen.add(row.name)
            try:
                parse_unit(row.unit)
            except UnitError as error:
                raise SheetError(error.message, row=row.name) from error


def _placeholders(text: str, known: Mapping[str, Dimension], row: str) -> set[str]:
    names = set(PLACEHOLDER.findall(text))
    for name in sorted(names - known.keys()):
        raise SheetError(f"there is no {name!r}", row=row)
    return names


def _reading_default(given: Input) -> None:
    try:
        _ = given.default_quantity
    except QuantityError as error:
        raise SheetError(f"default {given.default!r}: {error.message}", row=given.name) from error


def _parsed(text: str, row: str) -> Node:
    try:
        return parse_expression(text)
    except ExpressionError as error:
        raise SheetError(str(error), row=row, position=error.position) from error


def _checked(
    formula: Formula, node: Node, known: Mapping[str, Dimension], labels: Mapping[str, str], *, is_output: bool
) -> ParsedFormula:
    dimension = _dimension(node, known, formula.name)
    if formula.unit and (wanted := parse_unit(formula.unit).dimension) != dimension:
        raise SheetError(f"the formula gives {dimension}, its unit is {wanted}", row=formula.name)
    rounded = _parsed(formula.rounded, formula.name) if formula.rounded else None
    if rounded is not None and (other := _dimension(rounded, known, formula.name)) != dimension:
        raise SheetError(f"the formula gives {dimension}, its rounded form {other}", row=formula.name)
    words = formula.words or write(node, labels)
    return ParsedFormula(
        formula=formula,
        node=node,
        rounded_node=rounded,
        dimension=dimension,
        words=words,
        figures=_figures(node),
        is_output=is_output,
    )


def _figures(node: Node) -> str | None:
    """The formula written once for all figures, unless an `if` or a floor in it is written by what they are."""
    if any(call in ("if", "floor") for call in calls_in(node)):
        return None
    return write(node, {used.name: f"{{{used.name}}}" for used in names_in(node)})


def _dimension(node: Node, known: Mapping[str, Dimension], row: str) -> Dimension:
    try:
        return dimension_of(node, known)
    except ExpressionError as error:
        raise SheetError(str(error), row=row, position=error.position) from error


def _dependency_order(nodes: Mapping[str, Node], inputs: Iterable[str]) -> list[str]:
    """Names of formulas so that each comes after those that it uses; SheetError for an unknown name or a cycle."""
    done, ordered = set(inputs), list[str]()
    for start in nodes:
        path = [start]
        while path:
            name = path[-1]
            waiting = [used for used in names_in(nodes[name]) if used.name not in done] if name not in done else []
            if not waiting:
                path.pop()
                if name not in done:
                    done.add(name)
                    ordered.append(name)
                continue
            used = waiting[0]
            if used.name not in nodes:
                raise SheetError(f"there is no {used.name!r}", row=name, position=used.position)
            if used.name in path:
                circle = " → ".join([*path[path.index(used.name) :], used.name])
                raise SheetError(f"the rows depend on each other: {circle}", row=name, position=used.position)
            path.append(used.name)
    return ordered
