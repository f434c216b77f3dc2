"""The same sheet on thousands of plausible worlds: how wide the answer is, and which input makes it so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from calculators.engine.dimensions import Dimension
from calculators.engine.expressions import Value, evaluate
from calculators.engine.quantities import Z_90, Quantity, Spread
from calculators.engine.sheets import Sheet

Samples = npt.NDArray[np.float64]
DEFAULT_SIZE = 10_000
BINS = 30


@dataclass(frozen=True, kw_only=True)
class Influence:
    """`share` of an output's spread that an input explains: its squared rank correlation, of the sum over inputs.

    `rank_correlation` is Spearman's, and its sign says whether more of the input means more of the output.
    """

    name: str
    share: float
    rank_correlation: float


@dataclass(frozen=True, kw_only=True)
class Distribution:
    """An output in base units: quantiles, a histogram whose edges are one more than its counts, and what drives it."""

    name: str
    dimension: Dimension
    unit: str
    low: float
    median: float
    high: float
    counts: tuple[int, ...]
    edges: tuple[float, ...]
    influences: tuple[Influence, ...]
    unusable: int

    @property
    def quantity(self) -> Quantity:
        """The 90 % interval as a quantity."""
        return Quantity(self.median, self.dimension, Spread(self.low, self.high), self.unit)


def samples_of(
    sheet: Sheet, inputs: Mapping[str, Quantity], *, seed: int, size: int = DEFAULT_SIZE
) -> dict[str, Value]:
    """Every row of the sheet on `size` samples of its uncertain inputs; certain rows stay single numbers.

    Correlated inputs are drawn by a Gaussian copula. What falls outside of an input's bounds is moved to the bound.
    """
    values: dict[str, Value] = {name: quantity.value for name, quantity in inputs.items()}
    uncertain = {name: quantity.spread for name, quantity in inputs.items() if quantity.spread}
    normals = np.random.default_rng(seed).standard_normal((len(uncertain), size))
    if len(uncertain) > 1 and sheet.correlations:
        normals = np.linalg.cholesky(_correlation(list(uncertain), sheet.correlations)) @ normals
    bounds = {row.name: row.bounds for row in sheet.inputs}
    for (name, spread), normal in zip(uncertain.items(), normals, strict=True):
        values[name] = _within(_drawn(spread, normal), *bounds[name])
    for parsed in sheet.parsed:
        values[parsed.formula.name] = evaluate(parsed.node, values)
    return values


def uncertainty(
    sheet: Sheet, inputs: Mapping[str, Quantity], *, seed: int, size: int = DEFAULT_SIZE
) -> dict[str, Distribution]:
    """The distribution of each output that is uncertain; empty when no input is a range.

    Worlds in which a check of the sheet does not hold have no answer and count as unusable.
    """
    values = samples_of(sheet, inputs, seed=seed, size=size)
    held = [evaluate(parsed.node, values) for parsed in sheet.parsed_checks]
    ranks = {name: _ranked(values[name]) for name, quantity in inputs.items() if quantity.spread}
    found = {}
    for name in sheet.outputs or [parsed.formula.name for parsed in sheet.parsed]:
        result = values[name]
        if isinstance(result, np.ndarray) and not _is_certain(result):
            for holds in held:
                result = np.where(holds, result, np.nan)
            found[name] = _distribution(sheet, name, result, ranks)
    return found


def influences_on(result: Samples, inputs: Mapping[str, Value]) -> tuple[Influence, ...]:
    """What drives a result that was worked out elsewhere on samples of these inputs, the strongest first."""
    own = _ranked(result)
    return _influences({name: float(own @ _ranked(drawn)) for name, drawn in inputs.items()})


def _correlation(names: list[str], pairs: Mapping[tuple[str, str], float]) -> Samples:
    matrix = np.eye(len(names))
    for (first, second), rank in pairs.items():
        if first in names and second in names:
            i, j = names.index(first), names.index(second)
            # Pearson's correlation of normals that gives this rank correlation.
            matrix[i, j] = matrix[j, i] = 2 * np.sin(np.pi * rank / 6)
    return matrix


def _drawn(spread: Spread, normal: Samples) -> Samples:
    if spread.shape == "lognormal":
        low, high = np.log(spread.low), np.log(spread.high)
        return np.asarray(np.exp((low + high) / 2 + (high - low) / (2 * Z_90) * normal))
    return np.asarray((spread.low + spread.high) / 2 + (spread.high - spread.low) / (2 * Z_90) * normal)


def _is_certain(result: Samples) -> bool:
    """All samples are one number, but for noise in its last digits: what is uncertain has cancelled out."""
    return bool(np.ptp(result) <= 1e-9 * abs(result[0]))


def _within(drawn: Samples, low: float, high: float) -> Samples:
    if drawn.min() >= low and drawn.max() <= high:
        return drawn
    return np.clip(drawn, low, high)


def _ranked(values: Value) -> Samples:
    """Ranks with mean 0 and length 1, so that a product of two is their rank correlation."""
    order = np.argsort(values)
    ranks = np.empty(len(order))
    ranks[order] = np.arange(len(order))
    ranks -= ranks.mean()
    return ranks / np.linalg.norm(ranks)


def _distribution(sheet: Sheet, name: str, result: Samples, ranks: Mapping[str, Samples]) -> Distribution:
    usable = np.isfinite(result)
    kept = result[usable]
    if not len(kept):
        kept = np.zeros(1)
    low, median, high = np.quantile(kept, [0.05, 0.5, 0.95])
    first, last = np.quantile(kept, [0.005, 0.995])
    counts, edges = np.histogram(np.clip(kept, first, last), bins=BINS)
    own = _ranked(np.where(usable, result, np.inf))
    return Distribution(
        name=name,
        dimension=sheet.dimensions[name],
        unit=sheet.by_name[name].unit,
        low=float(low),
        median=float(median),
        high=float(high),
        counts=tuple(int(count) for count in counts),
        edges=tuple(float(edge) for edge in edges),
        influences=_influences({each: float(own @ rank) for each, rank in ranks.items()}),
        unusable=int(len(result) - usable.sum()),
    )


def _influences(correlations: Mapping[str, float]) -> tuple[Influence, ...]:
    total = sum(correlation**2 for correlation in correlations.values()) or 1.0
    found = [
        Influence(name=name, share=correlation**2 / total, rank_correlation=correlation)
        for name, correlation in correlations.items()
    ]
    return tuple(sorted(found, key=lambda influence: -influence.share))
