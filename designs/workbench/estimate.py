"""The work area of the estimate: the calculator that it starts from, added rows, and the working of both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from calculators.engine.catalogue.registry import CATALOGUE
from calculators.engine.sheets import Input, Sheet
from calculators.engine.solve import Solution
from designs.analysis.estimate import FormulaError, SolvedEstimate, solved
from designs.document.estimate import Estimate
from designs.workbench.fields import Cell, Column, Row, Table, fill, single

START = "capacity"
ROWS = Table(
    path=("estimate", "rows"),
    noun="row",
    heading="Rows of your own",
    columns=(
        Column(name="label", label="What", placeholder="Loans a day"),
        Column(name="formula", label="Figure or formula", kind="formula", placeholder="members * 2/month"),
        Column(name="source", label="Source", placeholder="assumption"),
    ),
)
CALCULATOR = Column(
    name="calculator",
    label="Starts from",
    kind="choice",
    choices=(("", "a blank sheet"), *((sheet.slug, sheet.title) for sheet in CATALOGUE.values())),
)


@dataclass(frozen=True)
class InputRow:
    """An input of the calculator with its fields, and how the typed value was read."""

    row: Input
    cells: tuple[Cell, ...]
    result: str
    error: str


@dataclass(frozen=True)
class OwnRow:
    """A row of the design's own with its working: `daily_users * 5/day with daily_users = 100 million users`."""

    row: Row
    label: str
    working: str
    result: str
    error: str


def estimate_area(document: Mapping[str, Any], errors: Mapping[str, str]) -> dict[str, Any]:
    estimate = _typed(document)
    sheet = CATALOGUE.get(estimate.calculator)
    answers = solved(estimate)
    filled = fill(ROWS, document, errors)
    return {
        "calculator": single(document, ("estimate",), CALCULATOR, errors),
        "start": START,
        "sheet": sheet,
        "inputs": _inputs(sheet, document, answers, errors) if sheet else _typed_inputs(estimate, document, errors),
        "solution": _solution(sheet, answers) if sheet else None,
        "filled": filled,
        "own_rows": [_own(row, estimate, answers) for row in filled.rows],
        "names": sorted(answers.values),
    }


def _typed(document: Mapping[str, Any]) -> Estimate:
    """The values that can be computed, also from a document that was refused."""
    try:
        return Estimate.model_validate(document.get("estimate", {}))
    except ValidationError:
        return Estimate()


def _inputs(
    sheet: Sheet, document: Mapping[str, Any], answers: SolvedEstimate, errors: Mapping[str, str]
) -> list[InputRow]:
    return [
        InputRow(
            row,
            _cells(row, document, errors),
            answers.shown.get(row.name, ""),
            answers.errors.get(row.name, ""),
        )
        for row in sheet.inputs
    ]


def _cells(row: Input, document: Mapping[str, Any], errors: Mapping[str, str]) -> tuple[Cell, ...]:
    value = Column(name="value", label="Value", kind="quantity", placeholder=row.default)
    source = Column(name="source", label="Source", placeholder=row.source)
    path = ("estimate", "inputs", row.name)
    return tuple(single(document, path, column, errors, row.label) for column in (value, source))


def _typed_inputs(estimate: Estimate, document: Mapping[str, Any], errors: Mapping[str, str]) -> list[InputRow]:
    """Inputs of a sheet without a calculator, or whose calculator was removed: their names serve as labels."""
    found = []
    for name, given in sorted(estimate.inputs.items(), key=lambda pair: (pair[1].order, pair[0])):
        row = Input(name=name, label=name.replace("_", " "), default=given.value)
        found.append(InputRow(row, _cells(row, document, errors), given.value, ""))
    return found


def _solution(sheet: Sheet, answers: SolvedEstimate) -> Solution:
    """The calculator's own rows, as far as they can be solved."""
    solution = answers.solution
    steps = tuple(step for step in solution.steps if step.name in sheet.by_name)
    return replace(solution, sheet=sheet, steps=steps)


def _own(row: Row, estimate: Estimate, answers: SolvedEstimate) -> OwnRow:
    given = estimate.rows.get(row.id)
    if given is None:
        return OwnRow(row, row.name, "", "", "")
    working = error = ""
    try:
        working = answers.read(given.formula).working
    except FormulaError as problem:
        error = str(problem)
    error = answers.errors.get(row.id, error)
    return OwnRow(row, given.label or row.id, working, answers.shown.get(row.id, ""), error)
