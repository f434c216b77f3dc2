"""Results of what-if questions, in words and as plain values for JSON and CSV."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from designs.analysis.model import Model
from designs.analysis.repair.told import requirement_name
from designs.analysis.requirements import RequirementResult
from designs.analysis.seek import turning
from designs.analysis.seek import worlds as drawn
from designs.analysis.seek.inputs import Input, inputs_of
from designs.analysis.seek.turning import Flip, Progress


def input_at(model: Model, document: Mapping[str, Any], place: str) -> Input:
    """Raises LookupError for a place that is no number of the design."""
    for each in inputs_of(model, document):
        if each.place == place:
            return each
    raise LookupError(place)


def seek(
    document: Mapping[str, Any], model: Model, place: str, key: str, *, progress: Progress | None = None
) -> dict[str, Any]:
    turned = input_at(model, document, place)
    found = turning.seek(document, model.figures, turned, key, progress=progress)
    today = next((point for point in found.points if math.isclose(point.value, turned.value)), found.points[0])
    return {
        "input": turned.label,
        "requirement": requirement_name(model, key),
        "asked": today.result.asked,
        "today": {"value": turned.said(turned.value), "verdict": today.result.verdict, "reached": today.result.reached},
        "flips": [_flip(turned, each) for each in found.flips],
        "points": [_cell(turned.said(point.value), point.result) for point in found.points],
        "from": turned.said(found.points[0].value),
        "to": turned.said(found.points[-1].value),
    }


def _flip(turned: Input, flip: Flip) -> dict[str, Any]:
    below, above = flip.below, flip.above
    words = {"pass": "it passes", "fail": "it fails", "cannot tell": "the verdict is not known"}
    return {
        "value": turned.said(above.value),
        "number": above.value,
        "below": below.result.verdict,
        "above": above.result.verdict,
        "words": (
            f"Up to {turned.said(below.value)} {words[below.result.verdict]}"
            f"{f' ({below.result.reached})' if below.result.reached else ''}, "
            f"from {turned.said(above.value)} {words[above.result.verdict]}"
            f"{f' ({above.result.reached})' if above.result.reached else ''}."
        ),
    }


def table(
    document: Mapping[str, Any], model: Model, down: str, across: str, key: str, *, progress: Progress | None = None
) -> dict[str, Any]:
    first, second = input_at(model, document, down), input_at(model, document, across)
    found = turning.table(document, model.figures, first, second, key, progress=progress)
    return {
        "down": first.label,
        "across": second.label,
        "requirement": requirement_name(model, key),
        "asked": found.cells[0][0].asked,
        "columns": [second.said(value) for value in found.columns],
        "rows": [
            {"value": first.said(value), "cells": [_cell("", result) for result in cells]}
            for value, cells in zip(found.rows, found.cells, strict=True)
        ],
    }


def _cell(value: str, result: RequirementResult) -> dict[str, Any]:
    return {"value": value, "verdict": result.verdict, "reached": result.reached}


def worlds(document: Mapping[str, Any], model: Model, *, progress: Progress | None = None) -> dict[str, Any]:
    found = drawn.worlds(document, model.figures, progress=progress)
    return {
        "count": found.count,
        "inputs": list(found.inputs),
        "chances": [
            {
                "requirement": each.requirement,
                "name": requirement_name(model, each.requirement),
                "passes": each.passes,
                "fails": each.fails,
                "untold": found.count - each.passes - each.fails,
                "decides": [{"input": label, "share": round(share, 4)} for label, share in each.decides],
                "words": _chance(each, found.count),
            }
            for each in found.chances
        ],
    }


def _chance(chance: drawn.Chance, count: int) -> str:
    words = f"passes in {chance.passes} of {count} worlds"
    untold = count - chance.passes - chance.fails
    if untold:
        words += f", not known in {untold}"
    if chance.decides:
        label, share = chance.decides[0]
        words += f"; what decides is {label} ({share:.0%})" if share > 0.5 else f"; {label} decides most ({share:.0%})"
    return words
