"""Rows of one's own below a calculator, or on a blank sheet: each is a quantity or a formula over what stands above."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from calculators.engine.quantities import QuantityError, parse_quantity
from calculators.engine.sheets import NAME, Formula, Input, Sheet, SheetError, in_unit
from calculators.engine.units import UnitError, parse_unit

MOST_ROWS = 50
BLANK = Sheet(slug="own-sheet", title="", summary="", inputs=(), formulas=())


@dataclass(frozen=True)
class OwnRow:
    """As typed. `formula` may be a plain quantity such as 5 kB; `unit` is what the result is shown in."""

    name: str
    label: str = ""
    formula: str = ""
    unit: str = ""


@dataclass(frozen=True)
class RowProblem:
    """What is wrong in which row (from 0), at which of its fields."""

    row: int
    field: str
    message: str


def named(label: str) -> str:
    """`photos_per_user` for a label such as Photos per user; empty when nothing of it can be in a name."""
    return re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_0123456789")[:60]


def with_rows(base: Sheet, title: str, rows: Sequence[OwnRow]) -> tuple[Sheet, tuple[RowProblem, ...]]:
    """The sheet with all rows that can be used, and what is wrong with each of the others."""
    problems = {problem.row: problem for problem in _alone(base, rows)}
    while True:
        usable = [(number, row) for number, row in enumerate(rows) if number not in problems]
        try:
            return _joined(base, title, [row for _, row in usable]), tuple(problems[each] for each in sorted(problems))
        except SheetError as error:
            number = next((number for number, row in usable if row.name == error.row), None)
            if number is None:
                raise
            problems[number] = _problem_of(error, number, rows, problems)


def _problem_of(error: SheetError, number: int, rows: Sequence[OwnRow], problems: dict[int, RowProblem]) -> RowProblem:
    """A name that is missing only because its own row is wrong is said to be so."""
    missing = re.match(r"there is no '(\w+)'", error.message)
    if missing and any(rows[each].name == missing[1] for each in problems):
        return RowProblem(number, "formula", f"the row {missing[1]!r} has to be put right first")
    return RowProblem(number, "unit" if "its unit is" in error.message else "formula", error.message)


def _alone(base: Sheet, rows: Sequence[OwnRow]) -> Iterable[RowProblem]:
    """What can be seen without looking at other formulas."""
    taken = set(base.by_name)
    for number, row in enumerate(rows):
        if not NAME.fullmatch(row.name):
            message = "expected a lower-case letter, then letters, digits and underscores (at most 60)"
            yield RowProblem(number, "name", message)
        elif row.name in taken:
            yield RowProblem(number, "name", f"there is a row {row.name!r} already")
        elif problem := _unusable(row):
            yield RowProblem(number, *problem)
        taken.add(row.name)


def _unusable(row: OwnRow) -> tuple[str, str] | None:
    """The field and the message, for a formula that is missing or a unit or quantity that does not fit."""
    if not row.formula.strip():
        return "formula", "expected a quantity such as 5 kB, or a formula such as daily_users * 2"
    try:
        parse_unit(row.unit)
    except UnitError as error:
        return "unit", error.message
    try:
        quantity = parse_quantity(row.formula)
    except QuantityError:
        return None
    try:
        in_unit(quantity, row.unit or quantity.unit)
    except QuantityError as error:
        return "unit", error.message
    return None


def _joined(base: Sheet, title: str, rows: Sequence[OwnRow]) -> Sheet:
    inputs, formulas = [], []
    for row in rows:
        label = row.label or row.name.replace("_", " ")
        try:
            quantity = parse_quantity(row.formula)
            inputs.append(
                Input(name=row.name, label=label, default=row.formula.strip(), unit=row.unit or quantity.unit)
            )
        except QuantityError:
            formulas.append(Formula(name=row.name, label=label, expression=row.formula.strip(), unit=row.unit))
    return replace(
        base,
        title=title,
        inputs=(*base.inputs, *inputs),
        formulas=(*base.formulas, *formulas),
        outputs=(*(formula.name for formula in formulas), *base.outputs),
    )
