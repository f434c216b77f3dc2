"""The rows of an estimate with their working in short form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from calculators.engine.catalogue.registry import CATALOGUE
from designs.analysis.estimate import SolvedEstimate
from designs.document.basics import in_order
from designs.document.estimate import Estimate

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


@dataclass(frozen=True, kw_only=True)
class WorkedRow:
    """`figures` is the formula with the results of other rows in it; `result` says why there is none where it fails."""

    name: str
    label: str
    formula: str = ""
    figures: str = ""
    result: str = ""
    source: str = ""


def worked_rows(estimate: Estimate, solution: SolvedEstimate) -> list[WorkedRow]:
    """The calculator's inputs and formulas first, then what the design added or replaced."""
    sheet = CATALOGUE.get(estimate.calculator)
    labels: dict[str, tuple[str, str, str]] = {}
    for row in sheet.inputs if sheet else ():
        typed = estimate.inputs.get(row.name)
        source = typed.source if typed and typed.value else row.source or "the calculator's default"
        labels[row.name] = (row.label, "", source)
    for parsed in sheet.parsed if sheet else ():
        labels[parsed.formula.name] = (parsed.formula.label, parsed.formula.expression, "")
    for name, entry in in_order(estimate.inputs):
        labels.setdefault(name, (name.replace("_", " "), "", entry.source))
    for name, added in in_order(estimate.rows):
        labels[name] = (added.label or name.replace("_", " "), added.formula, added.source)
    return [
        WorkedRow(
            name=name,
            label=label,
            formula=formula,
            figures=_figures(formula, solution.shown),
            result=_result(name, solution),
            source=source,
        )
        for name, (label, formula, source) in labels.items()
    ]


def _result(name: str, solution: SolvedEstimate) -> str:
    """For an input that can be read but prevents an answer of the sheet, both are shown."""
    shown, error = solution.shown.get(name, ""), solution.errors.get(name, "")
    if shown and error:
        return f"{shown}; {error}"
    return shown or f"not known: {error or 'no figure is given'}"


def _figures(formula: str, shown: Mapping[str, str]) -> str:
    """`daily_users * 2/day` gives `100,000,000 * 2/day`; empty when the formula names no other row."""
    written = NAME.sub(lambda found: shown.get(found[0], found[0]), formula)
    return "" if written == formula else written
