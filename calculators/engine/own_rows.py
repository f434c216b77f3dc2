"""Rows that a person adds below a calculator or on a blank sheet: each is a quantity or a formula over the rows
above."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from calculators.engine.dimensions import Dimension
from calculators.engine.quantities import QuantityError, parse_quantity
from calculators.engine.sheets import (
    Check,
    Formula,
    Input,
    Remark,
    Sheet,
    SheetError,
    in_unit,
    parse_check,
    parse_remark,
    parse_rows,
    put_right_first,
)
from calculators.engine.units import UnitError, parse_unit

MOST_ROWS = 50
NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
OPERATORS = re.compile(r"[-+*/^(<>=]")
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
    """What is wrong, in which row (from 0) and at which of its fields."""

    row: int
    field: str
    message: str


def named(label: str) -> str:
    """`photos_per_user` for the label "Photos per user"; empty when no character of the label may stand in a name."""
    return re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_0123456789")[:60]


def with_rows(base: Sheet, title: str, rows: Sequence[OwnRow]) -> tuple[Sheet, tuple[RowProblem, ...]]:
    """The sheet with all rows that can be used, and what is wrong with each of the others."""
    problems = {problem.row: problem for problem in _alone(base, rows)}
    usable = {row.name: number for number, row in enumerate(rows) if number not in problems}
    taken = {rows[number].name: number for number in problems if rows[number].name not in usable}
    sheet, wrong = sheet_with(base, [rows[number] for number in usable.values()], title=title)
    for name, error in wrong.items():
        number = usable[name]
        problems[number] = _problem(error, number, taken)
    return sheet, tuple(problems[each] for each in sorted(problems))


def _problem(error: SheetError, number: int, wrong: Mapping[str, int]) -> RowProblem:
    """Says of a name that is missing only because its own row is wrong that this is the reason."""
    missing = re.match(r"there is no '(\w+)'", error.message)
    if missing and missing[1] in wrong:
        return RowProblem(number, "formula", put_right_first(missing[1]))
    return RowProblem(number, "unit" if "its unit is" in error.message else "formula", error.message)


def sheet_with(base: Sheet, rows: Sequence[OwnRow], *, title: str = "") -> tuple[Sheet, dict[str, SheetError]]:
    """The sheet with these rows below it, or in place of its rows of the same name; and what is wrong, by name.

    Left out are rows that are wrong, rows that depend on them, rows of the sheet that no longer fit a replaced row, and
    rows behind a check that can no longer be evaluated.
    """
    inputs: dict[str, Input] = {row.name: row for row in base.inputs}
    formulas: dict[str, Formula] = {row.name: row for row in base.formulas}
    problems: dict[str, SheetError] = {}
    for row in rows:
        try:
            made = _row(base, row)
        except SheetError as error:
            problems[row.name] = error
            inputs.pop(row.name, None)
            formulas.pop(row.name, None)
            continue
        if isinstance(made, Input):
            formulas.pop(row.name, None)
            inputs[row.name] = made
        else:
            inputs.pop(row.name, None)
            formulas[row.name] = made
    added = frozenset(row.name for row in rows)
    checks, remarks = base.checks, base.remarks
    if problems or added & base.by_name.keys():
        known, found = _dimensions(inputs, formulas, problems)
        kept = [check for check in checks if _fits(check, known, inputs)]
        if len(kept) < len(checks):
            for name in base.guarded - added:
                problems[name] = SheetError(
                    "its check cannot be looked at: put the replaced rows right first", row=name
                )
                formulas.pop(name, None)
        known, found = _dimensions(inputs, formulas, problems)
        checks = tuple(check for check in kept if _fits(check, known, inputs))
        remarks = tuple(remark for remark in remarks if _fits(remark, known, inputs))
    else:
        _, found = _dimensions(inputs, formulas, problems)
    problems = found
    own = [name for name in formulas if name in added and name not in problems]
    names = {*inputs, *(name for name in formulas if name not in problems)}
    sheet = replace(
        base,
        title=title or base.title,
        inputs=tuple(inputs.values()),
        formulas=tuple(formula for name, formula in formulas.items() if name not in problems),
        outputs=(*own, *(name for name in base.outputs if name in names and name not in own)),
        checks=checks,
        remarks=remarks,
        correlations={pair: rank for pair, rank in base.correlations.items() if inputs.keys() >= set(pair)},
        added=added,
    )
    return sheet, problems


def _dimensions(
    inputs: Mapping[str, Input], formulas: Mapping[str, Formula], problems: Mapping[str, SheetError]
) -> tuple[dict[str, Dimension], dict[str, SheetError]]:
    """The dimension of each usable row, and what is wrong with the others, including those in `problems`."""
    parsed, wrong = parse_rows(list(inputs.values()), list(formulas.values()))
    known = {name: row.dimension for name, row in inputs.items()}
    for name, error in wrong.items():
        missing = re.match(r"there is no '(\w+)'", error.message)
        if missing and missing[1] in problems:
            wrong[name] = SheetError(put_right_first(missing[1]), row=name)
    return known | {each.formula.name: each.dimension for each in parsed}, {**problems, **wrong}


def _fits(line: Check | Remark, known: Mapping[str, Dimension], inputs: Mapping[str, Input]) -> bool:
    try:
        if isinstance(line, Check):
            parse_check(line, known, inputs)
        else:
            parse_remark(line, known)
    except SheetError:
        return False
    return True


def _row(base: Sheet, row: OwnRow) -> Input | Formula:
    """A quantity is an input, anything else a formula; SheetError when it is neither. It keeps the label and the unit
    of a row that it replaces."""
    if problem := _unusable(row):
        raise SheetError(problem[1], row=row.name)
    replaced, formula = base.by_name.get(row.name), row.formula.strip()
    label = row.label or (replaced.label if replaced else row.name.replace("_", " "))
    try:
        quantity = parse_quantity(formula)
    except QuantityError as error:
        if formula[:1].isdigit() and not OPERATORS.search(formula):
            raise SheetError(error.message, row=row.name) from error
        return Formula(name=row.name, label=label, expression=formula, unit=row.unit)
    made = Input(name=row.name, label=label, default=formula, unit=row.unit or quantity.unit)
    if replaced is not None and not row.unit:
        minimum, maximum = (replaced.minimum, replaced.maximum) if isinstance(replaced, Input) else ("", "")
        unit = replaced.unit or _plain_unit(base.dimensions[row.name])
        made = replace(made, unit=unit, minimum=minimum, maximum=maximum)
        try:
            _ = made.default_quantity
        except (QuantityError, UnitError) as error:
            raise SheetError(error.message, row=row.name) from error
    return made


def _plain_unit(dimension: Dimension) -> str:
    return "" if dimension.is_plain else str(dimension).replace("1/", "/")


def _alone(base: Sheet, rows: Sequence[OwnRow]) -> Iterable[RowProblem]:
    """What is wrong with a row by itself, without other formulas."""
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
