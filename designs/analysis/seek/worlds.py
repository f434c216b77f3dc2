"""The probability that each requirement passes, given the ranges of a design; all requirements see the same worlds.

The estimate's ranges use the first hundred of the draws that all pages use (same seed, same correlations). Ranges of
boxes and arrows are drawn independently. The whole design is judged in each world.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from calculators.engine.figures import Figures
from calculators.engine.quantities import Quantity, parse_quantity
from calculators.engine.uncertainty import SEED, drawn_from
from calculators.engine.units import parse_unit
from designs.analysis.model import Model
from designs.analysis.requirements import Meter
from designs.analysis.settling import model_of
from designs.document.basics import in_order
from designs.document.diagram_fields import Collection, quantities_of
from designs.document.patches import apply
from designs.document.schema import Document

WORLDS = 100
LEAST_SHARE = 0.05
Samples = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Doubtful:
    """An input that is a range, with its draws."""

    label: str
    path: tuple[str, ...]
    quantity: Quantity
    draws: Samples


@dataclass(frozen=True)
class Chance:
    """One requirement: in how many worlds it passes and fails, and the influence of each input."""

    requirement: str
    passes: int
    fails: int
    decides: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Worlds:
    count: int
    inputs: tuple[str, ...]
    chances: tuple[Chance, ...]


def worlds(
    document: Mapping[str, Any],
    figures: Figures,
    *,
    count: int = WORLDS,
    progress: Callable[[float], None] | None = None,
) -> Worlds:
    """The worlds of a design. Without a range there is one world and no probability."""
    model = model_of(Document.model_validate(document), figures)
    doubtful = [*_of_estimate(model, count), *_of_drawing(model, count)]
    keys = [key for key, each in in_order(model.document.scope.measurable_requirements) if each.metric]
    if not doubtful:
        return Worlds(0, (), ())
    verdicts: dict[str, list[str]] = {key: [] for key in keys}
    for number in range(count):
        meter = Meter(model_of(Document.model_validate(apply(document, _world(doubtful, number))), figures))
        for key in keys:
            requirement = meter.model.document.scope.measurable_requirements[key]
            verdicts[key].append(meter.result(key, requirement).verdict)
        if progress:
            progress((number + 1) / count)
    chances = tuple(_chance(key, verdicts[key], doubtful) for key in keys)
    return Worlds(count, tuple(each.label for each in doubtful), chances)


def _of_estimate(model: Model, count: int) -> Iterator[Doubtful]:
    estimate, typed = model.estimate, model.document.estimate
    for name, draws in estimate.drawn.items():
        path = ("estimate", "rows", name, "formula") if name in typed.rows else ("estimate", "inputs", name, "value")
        label = typed.rows[name].label if name in typed.rows else ""
        yield Doubtful(label or name.replace("_", " "), path, estimate.solution.inputs[name], np.asarray(draws)[:count])


def _of_drawing(model: Model, count: int) -> Iterator[Doubtful]:
    random = np.random.default_rng(SEED + 1)
    drawn: dict[Collection, Mapping[str, Any]] = {
        "components": model.graph.components,
        "connections": model.graph.connections,
    }
    for collection, objects in drawn.items():
        for key, each in objects.items():
            for field in quantities_of(collection):
                text = getattr(each, field)
                quantity = _ranged(text)
                if quantity is not None and quantity.spread is not None:
                    draws = drawn_from(quantity.spread, random.standard_normal(count))
                    label = f"{field.replace('_', ' ')} of {model.graph.name(key)}"
                    yield Doubtful(label, ("diagram", collection, key, field), quantity, draws)


def _ranged(text: str) -> Quantity | None:
    try:
        return parse_quantity(text) if text.strip() else None
    except ValueError:
        return None


def _world(doubtful: list[Doubtful], number: int) -> dict[str, Any]:
    patch: dict[str, Any] = {}
    for each in doubtful:
        at = patch
        for part in each.path[:-1]:
            at = at.setdefault(part, {})
        at[each.path[-1]] = written(each.quantity, float(each.draws[number]))
    return patch


def written(quantity: Quantity, value: float) -> str:
    """A value in base units as a person types it, in the unit of the range."""
    if not quantity.unit:
        return f"{value:.10g}"
    return f"{value / parse_unit(quantity.unit).factor:.10g} {quantity.unit}"


def _chance(key: str, verdicts: list[str], doubtful: list[Doubtful]) -> Chance:
    passes = np.array([verdict == "pass" for verdict in verdicts], dtype=float)
    found: list[tuple[str, float]] = []
    if 0 < passes.sum() < len(passes):
        squares = [float(np.corrcoef(_ranks(each.draws), passes)[0, 1]) ** 2 for each in doubtful]
        total = sum(squares) or 1.0
        shares = [(each.label, square / total) for each, square in zip(doubtful, squares, strict=True)]
        found = sorted((each for each in shares if each[1] >= LEAST_SHARE), key=lambda each: -each[1])
    return Chance(key, int(passes.sum()), verdicts.count("fail"), tuple(found))


def _ranks(draws: Samples) -> Samples:
    ranks = np.empty(len(draws))
    ranks[np.argsort(draws, kind="stable")] = np.arange(len(draws))
    return ranks
