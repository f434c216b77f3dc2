"""Solves a sheet on thousands of samples: how wide the answer is, and which input makes it so."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from calculators.engine.dimensions import Dimension
from calculators.engine.expressions import ExpressionError, Value, evaluate
from calculators.engine.quantities import Z_90, Quantity, Spread
from calculators.engine.sheets import Check, ParsedCheck, ParsedFormula, Sheet

Samples = npt.NDArray[np.float64]
DEFAULT_SIZE = 10_000
# Fixed, so that the same inputs always show the same figures, in a calculator and in the estimate of a design.
SEED = 20_260_101
BINS = 30


@dataclass(frozen=True, kw_only=True)
class Influence:
    """`share` is the part of an output's spread that an input explains: its squared rank correlation, divided by the
    sum over inputs.

    `rank_correlation` is Spearman's; its sign says whether more of the input means more of the output.
    """

    name: str
    share: float
    rank_correlation: float


@dataclass(frozen=True, kw_only=True)
class Distribution:
    """An output in base units: quantiles, a histogram with one more edge than counts, and the inputs that drive it.

    Quantiles are over all draws that have an answer, and infinite where the output grows without end; `unusable` draws
    have no answer. The histogram shows the finite draws.
    """

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
    endless: int = 0

    @property
    def quantity(self) -> Quantity:
        """The 90 % interval as a quantity."""
        return Quantity(self.median, self.dimension, Spread(self.low, self.high), self.unit)


def samples_of(
    sheet: Sheet,
    inputs: Mapping[str, Quantity],
    *,
    seed: int = SEED,
    size: int = DEFAULT_SIZE,
    without: Container[str] = (),
) -> dict[str, Value]:
    """Every row of the sheet, but for those `without` a result, on `size` samples of its uncertain inputs.

    Certain rows stay single numbers. Correlated inputs are drawn by a Gaussian copula. What falls outside of an
    input's bounds is moved to the bound. In draws that break a check its rows are infinite or NaN: see `Check`.
    """
    values: dict[str, Value] = {name: quantity.value for name, quantity in inputs.items()}
    values |= _drawn_inputs(sheet, inputs, seed, size)
    broken: list[tuple[Check, Value]] = []
    look = sheet.checks_after
    broken += _broken(look.get("", ()), values)
    for parsed in sheet.parsed:
        name = parsed.formula.name
        if name in without or any(used not in values for used in parsed.uses):
            continue
        values[name] = _masked(name, _sampled(parsed, values), values, parsed.uses, broken)
        broken += _broken(look.get(name, ()), values)
    for check, where in broken:
        if not check.endless and not check.spoils:
            for name in sheet.guarded & values.keys():
                values[name] = np.where(where, np.nan, values[name])
    return values


def _drawn_inputs(sheet: Sheet, inputs: Mapping[str, Quantity], seed: int, size: int) -> dict[str, Value]:
    uncertain = {name: quantity.spread for name, quantity in inputs.items() if quantity.spread}
    normals = np.random.default_rng(seed).standard_normal((len(uncertain), size))
    if len(uncertain) > 1 and sheet.correlations:
        normals = np.linalg.cholesky(_correlation(list(uncertain), sheet.correlations)) @ normals
    bounds = {row.name: row.bounds for row in sheet.inputs}
    return {
        name: _within(drawn_from(spread, normal), *bounds[name])
        for (name, spread), normal in zip(uncertain.items(), normals, strict=True)
    }


def _sampled(parsed: ParsedFormula, values: Mapping[str, Value]) -> Value:
    """A formula that cannot be computed on samples, although it can in their middle, gives NaN."""
    try:
        return evaluate(parsed.node, values)
    except ExpressionError:
        return float("nan")


def _broken(checks: Iterable[ParsedCheck], values: Mapping[str, Value]) -> list[tuple[Check, Value]]:
    """Each check whose rows are known, with the samples where it does not hold."""
    found: list[tuple[Check, Value]] = []
    for parsed in checks:
        if parsed.uses <= values.keys():
            held = evaluate(parsed.node, values)
            if isinstance(held, np.ndarray) and not held.all():
                found.append((parsed.check, np.asarray(~(held > 0))))
    return found


def _masked(
    name: str, result: Value, values: Mapping[str, Value], uses: Iterable[str], broken: Iterable[tuple[Check, Value]]
) -> Value:
    """The result with infinity or NaN where a check is broken, and NaN where a row that it uses is."""
    for check, where in broken:
        if name in check.endless:
            result = np.where(where, np.inf, result)
        if name in check.spoils:
            result = np.where(where, np.nan, result)
    if broken:
        for used in uses:
            if isinstance(values[used], np.ndarray) and np.isnan(values[used]).any():
                result = np.where(np.isnan(values[used]), np.nan, result)
    return result


def uncertainty(
    sheet: Sheet,
    inputs: Mapping[str, Quantity],
    *,
    seed: int = SEED,
    size: int = DEFAULT_SIZE,
    without: Container[str] = (),
) -> dict[str, Distribution]:
    """The distribution of each output that is uncertain; empty when no input is a range.

    Draws in which a check of the sheet does not hold have no answer, or one that grows without end: see `Distribution`.
    """
    values = samples_of(sheet, inputs, seed=seed, size=size, without=without)
    ranks = {name: _ranked(values[name]) for name, quantity in inputs.items() if quantity.spread}
    found = {}
    for name in sheet.outputs or [parsed.formula.name for parsed in sheet.parsed]:
        result = values.get(name)
        if isinstance(result, np.ndarray) and not _is_certain(result):
            found[name] = _distribution(sheet, name, result, ranks)
    return found


def influences_on(result: Samples, inputs: Mapping[str, Value]) -> tuple[Influence, ...]:
    """The inputs that drive a result computed elsewhere on samples of these inputs, the strongest first."""
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


def drawn_from(spread: Spread, normal: Samples) -> Samples:
    """Draws of a range from draws of the standard normal distribution."""
    if spread.shape == "lognormal":
        low, high = np.log(spread.low), np.log(spread.high)
        return np.asarray(np.exp((low + high) / 2 + (high - low) / (2 * Z_90) * normal))
    return np.asarray((spread.low + spread.high) / 2 + (spread.high - spread.low) / (2 * Z_90) * normal)


def _is_certain(result: Samples) -> bool:
    """Whether all samples are one number, apart from noise in the last digits: the uncertain part has cancelled out."""
    return bool(np.isfinite(result).all() and np.ptp(result) <= 1e-9 * abs(result[0]))


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
    answered = result[~np.isnan(result)]
    if not len(answered):
        answered = np.zeros(1)
    finite = answered[np.isfinite(answered)]
    # Between a finite sample and an infinite one there is nothing to interpolate.
    low, median, high = np.quantile(
        answered, [0.05, 0.5, 0.95], method="linear" if len(finite) == len(answered) else "higher"
    )
    counted = finite if len(finite) else np.zeros(1)
    first, last = np.quantile(counted, [0.005, 0.995])
    counts, edges = np.histogram(np.clip(counted, first, last), bins=BINS)
    own = _ranked(np.where(np.isnan(result), np.inf, result))
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
        unusable=int(np.isnan(result).sum()),
        endless=int(np.isinf(result).sum()),
    )


def _influences(correlations: Mapping[str, float]) -> tuple[Influence, ...]:
    total = sum(correlation**2 for correlation in correlations.values()) or 1.0
    found = [
        Influence(name=name, share=correlation**2 / total, rank_correlation=correlation)
        for name, correlation in correlations.items()
    ]
    return tuple(sorted(found, key=lambda influence: -influence.share))
