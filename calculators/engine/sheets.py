"""A sheet: named inputs and formulas over them, declared once and checked at declaration."""

from __future__ import annotations

import heapq
import math
import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
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
    with_units,
    write,
)
from calculators.engine.quantities import Quantity, QuantityError, hint, parse_quantity
from calculators.engine.units import RATE_WORDS, UnitError, parse_unit
from calculators.engine.wording import readable

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,59}")
PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")


class SheetError(ValueError):
    """A sheet that cannot be solved with any inputs: which row, and what is wrong with it."""

    def __init__(self, message: str, *, row: str = "", position: int = 0) -> None:
        super().__init__(f"{row}: {message}" if row else message)
        self.message, self.row, self.position = message, row, position


@dataclass(frozen=True, kw_only=True)
class Input:
    """An input field. `default`, `minimum` and `maximum` are quantities as text; a bare number is in `unit`."""

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
    if quantity.unit.lower() in RATE_WORDS and wanted.dimension.measured == quantity.dimension.measured:
        return quantity.scaled(1.0, wanted.dimension, quantity.unit)
    if not quantity.dimension.is_plain or quantity.unit:
        raise QuantityError(f"expected {wanted.dimension}, found {quantity.dimension}{hint(quantity)}")
    return quantity.scaled(wanted.factor, wanted.dimension, unit)


@dataclass(frozen=True, kw_only=True)
class Formula:
    """A row computed from others. `unit` is the unit of its result (empty: whatever suits its size).

    `rounded` is the same formula as one would compute it in the head (a day as 100,000 s). `words` says the formula in
    words; by default the labels are used.
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
    """A remark that is shown when `when` holds; `{name}` in the text becomes that row's result."""

    when: str
    text: str
    topic: str = ""


@dataclass(frozen=True, kw_only=True)
class Check:
    """A condition without which the sheet has no answer; if it fails, `text` stands beside the field `input`.

    Of a range, some draws may break it. In those draws the rows in `endless` are infinite, the rows in `spoils` have no
    result, and the others are kept. Without either list no row has a result there.
    """

    must: str
    text: str
    input: str
    endless: tuple[str, ...] = ()
    spoils: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ParsedCheck:
    """`uses` names the rows that must be known before the check can be evaluated."""

    check: Check
    node: Node
    uses: frozenset[str]

    @cached_property
    def compute(self) -> Callable[[Values], float]:
        return computing(self.node)


@dataclass(frozen=True, kw_only=True)
class ParsedRemark:
    """`uses` names the rows that must be known before the remark can be shown."""

    remark: Remark
    compute: Callable[[Values], float]
    uses: frozenset[str]


@dataclass(frozen=True, kw_only=True, eq=False)
class ParsedFormula:
    """Exists once in each sheet, so it is compared and hashed by identity."""

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
        """The rows from which it is computed."""
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

    `added` names rows that somebody put below the sheet: its checks guard only those that rest on its own rows.
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
    added: frozenset[str] = frozenset()

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
        parsed, problems = parse_rows(self.inputs, self.formulas, self.outputs)
        for problem in problems.values():
            raise problem
        return parsed

    @cached_property
    def guarded(self) -> frozenset[str]:
        """The formulas that have no answer when a check does not hold."""
        found: set[str] = set()
        for parsed in self.parsed if self.checks else ():
            name = parsed.formula.name
            if name not in self.added or not found.isdisjoint(parsed.uses):
                found.add(name)
        return frozenset(found)

    @cached_property
    def parsed_remarks(self) -> tuple[ParsedRemark, ...]:
        return tuple(parse_remark(remark, self.dimensions) for remark in self.remarks)

    @cached_property
    def default_inputs(self) -> Mapping[str, Quantity]:
        return {row.name: row.default_quantity for row in self.inputs}

    @cached_property
    def default_figures(self) -> Mapping[str, str]:
        """How the defaults are written."""
        return {row.name: row.default_words for row in self.inputs}

    @cached_property
    def checks_after(self) -> Mapping[str, list[ParsedCheck]]:
        """By row, the checks that can be evaluated once that row is known; under the empty name those that need inputs
        only."""
        order = [parsed.formula.name for parsed in self.parsed]
        found: dict[str, list[ParsedCheck]] = {}
        for parsed in self.parsed_checks:
            last = max((name for name in parsed.uses if name in order), key=order.index, default="")
            found.setdefault(last, []).append(parsed)
        return found

    @cached_property
    def parsed_checks(self) -> tuple[ParsedCheck, ...]:
        return tuple(parse_check(check, self.dimensions, self.input_names) for check in self.checks)

    def _check_names(self) -> None:
        seen: set[str] = set()
        rows: tuple[Input | Formula, ...] = (*self.inputs, *self.formulas)
        for row in rows:
            if not NAME.fullmatch(row.name):
                raise SheetError("a name is a letter, then letters, digits and underscores (at most 60)", row=row.name)
            if row.name in seen:
                raise SheetError("the name stands twice", row=row.name)
            seen.add(row.name)
            try:
                parse_unit(row.unit)
            except UnitError as error:
                raise SheetError(error.message, row=row.name) from error


def parse_remark(remark: Remark, known: Mapping[str, Dimension]) -> ParsedRemark:
    """SheetError for a name that is not known, or dimensions that clash."""
    node = _parsed(remark.when, "remark", known)
    _dimension(node, known, "remark")
    uses = {used.name for used in names_in(node)} | _placeholders(remark.text, known, "remark")
    return ParsedRemark(remark=remark, compute=computing(node), uses=frozenset(uses))


def parse_check(check: Check, known: Mapping[str, Dimension], inputs: Iterable[str]) -> ParsedCheck:
    """SheetError for a name that is not known, or dimensions that clash."""
    node = _parsed(check.must, "check", known)
    _dimension(node, known, "check")
    if check.input not in inputs:
        raise SheetError(f"there is no input {check.input!r}", row="check")
    for name in (*check.endless, *check.spoils):
        if name not in known:
            raise SheetError(f"there is no {name!r}", row="check")
    uses = {used.name for used in names_in(node)} | _placeholders(check.text, known, "check")
    return ParsedCheck(check=check, node=node, uses=frozenset(uses))


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


def parse_rows(
    inputs: Sequence[Input], formulas: Sequence[Formula], outputs: Iterable[str] = ()
) -> tuple[tuple[ParsedFormula, ...], dict[str, SheetError]]:
    """The formulas, each after those that it uses and otherwise in the given order; and what is wrong, by row name.

    A row that depends on a wrong one is wrong too.
    """
    declared: tuple[Input | Formula, ...] = (*inputs, *formulas)
    labels = {row.name: row.label for row in declared}
    nodes: dict[str, Node] = {}
    problems: dict[str, SheetError] = {}
    for formula in formulas:
        try:
            nodes[formula.name] = _parsed(formula.expression, formula.name, labels)
        except SheetError as error:
            problems[formula.name] = error
    uses = {name: {used.name for used in names_in(node)} for name, node in nodes.items()}
    order, circles = _in_order(uses)
    problems |= {
        name: SheetError(f"the rows depend on each other: {circle}", row=name) for name, circle in circles.items()
    }
    known = {given.name: given.dimension for given in inputs}
    by_name = {formula.name: formula for formula in formulas}
    found = []
    for name in order:
        if wrong := next((used.name for used in names_in(nodes[name]) if used.name in problems), ""):
            problems[name] = SheetError(put_right_first(wrong), row=name)
            continue
        try:
            parsed = _checked(by_name[name], nodes[name], known, labels, is_output=name in outputs)
        except SheetError as error:
            problems[name] = error
            continue
        known[name] = parsed.dimension
        found.append(parsed)
    return tuple(found), problems


def _can_be_shown_in(found: Dimension, wanted: Dimension) -> bool:
    """Whether the unit fits when counted things are left out, as in `11,574/s` for clicks a second; what a quantity is
    divided among may not be left out."""
    left_out = found / wanted
    return left_out.measured.is_plain and all(power > 0 for _, power in left_out.powers)


def put_right_first(name: str) -> str:
    return f"the row {name!r} has to be put right first"


def _in_order(uses: Mapping[str, Iterable[str]]) -> tuple[list[str], dict[str, str]]:
    """The names in an order in which each comes after those that it uses; and those in a cycle, each with its cycle."""
    place = {name: number for number, name in enumerate(uses)}
    circles: dict[str, str] = {}
    while True:
        waiting = {
            name: [other for other in used if other in uses and other not in circles]
            for name, used in uses.items()
            if name not in circles
        }
        sorter = TopologicalSorter(waiting)
        try:
            sorter.prepare()
        except CycleError as error:
            circle = list(reversed(error.args[1][1:]))
            first = circle.index(min(circle, key=place.__getitem__))
            circle = circle[first:] + circle[:first]
            circles |= dict.fromkeys(circle, " → ".join([*circle, circle[0]]))
            continue
        ordered, ready = list[str](), list[int]()
        names = list(uses)
        while sorter.is_active():
            for name in sorter.get_ready():
                heapq.heappush(ready, place[name])
            ordered.append(names[heapq.heappop(ready)])
            sorter.done(ordered[-1])
        return ordered, circles


def _parsed(text: str, row: str, names: Container[str]) -> Node:
    """The parsed formula over these names; a word that is none of them may be a unit: `users * 2/day`."""
    try:
        return with_units(parse_expression(text), names)
    except ExpressionError as error:
        raise SheetError(str(error), row=row, position=error.position) from error


def _checked(
    formula: Formula, node: Node, known: Mapping[str, Dimension], labels: Mapping[str, str], *, is_output: bool
) -> ParsedFormula:
    dimension = _dimension(node, known, formula.name)
    if formula.unit and not _can_be_shown_in(dimension, parse_unit(formula.unit).dimension):
        wanted = parse_unit(formula.unit).dimension
        raise SheetError(f"the formula gives {dimension}, its unit is {wanted}", row=formula.name)
    rounded = _parsed(formula.rounded, formula.name, labels) if formula.rounded else None
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
