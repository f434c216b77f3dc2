"""Copies a kept sheet into the estimate of a design."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from calculators.engine.catalogue.registry import CATALOGUE
from designs.kept_sheets import KeptSheet
from designs.workbench.posted import next_order


class OtherSheetError(ValueError):
    """The estimate starts from another calculator, and its rows would be lost."""


@dataclass(frozen=True)
class Brought:
    """What a sheet adds. Where the estimate already has an entry of the same name, the estimate's stays; `kept` lists
    these names."""

    patch: dict[str, Any]
    kept: tuple[str, ...]


def brought(document: Mapping[str, Any], sheet: KeptSheet) -> Brought:
    """The patch that copies inputs and rows, with the sheet's name as their source."""
    name, calculator, content = sheet.name, sheet.calculator, sheet.content
    estimate = document.get("estimate", {})
    standing = estimate.get("calculator", "")
    if calculator and standing and standing != calculator:
        titles = [CATALOGUE[each].title if each in CATALOGUE else each for each in (standing, calculator)]
        raise OtherSheetError(
            f"This estimate starts from “{titles[0]}”, and {name} from “{titles[1]}”. Choose that one above first."
        )
    inputs, rows = estimate.get("inputs", {}), estimate.get("rows", {})
    source = f"My sheet: {name}"
    new_inputs = {
        each: {"value": value, "source": source}
        for each, value in content.inputs.items()
        if value.strip() and each not in inputs
    }
    new_rows = {
        row.name: {"label": row.label, "formula": row.formula, "unit": row.unit, "source": source, "order": order}
        for order, row in enumerate(
            (row for row in content.rows if row.name and row.name not in rows), next_order(rows)
        )
    }
    patch: dict[str, Any] = {}
    if calculator and not standing:
        patch["calculator"] = calculator
    if new_inputs:
        patch["inputs"] = new_inputs
    if new_rows:
        patch["rows"] = new_rows
    there = {
        **{each: value for each, value in content.inputs.items() if inputs.get(each, {}).get("value", value) != value},
        **{
            row.name: row.formula
            for row in content.rows
            if rows.get(row.name, {}).get("formula", row.formula) != row.formula
        },
    }
    return Brought({"estimate": patch} if patch else {}, tuple(there))
