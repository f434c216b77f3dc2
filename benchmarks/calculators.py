"""Budget 6: a sheet with ranges against the same computation in numpy."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from benchmarks.table import Row, best_of_both
from calculators.engine.quantities import Z_90
from calculators.engine.sheets import Formula, Input, Sheet
from calculators.engine.solve import read_inputs
from calculators.engine.uncertainty import BINS, samples_of, uncertainty

Samples = npt.NDArray[np.float64]
SIZE = 10_000
RANGES = {
    "users": (50e6, 200e6), "writes": (2.0, 12.0), "reads": (5.0, 100.0), "peak": (2.0, 6.0), "size": (200.0, 800.0),
    "media": (0.02, 0.2), "media_size": (100e3, 900e3), "days": (365.0, 3_650.0), "copies": (1.0, 3.0),
    "capacity": (1_000.0, 10_000.0),
}  # fmt: skip
OUTPUTS = {
    "rate": "users * writes / 86400",
    "peak_rate": "rate * peak",
    "read_rate": "peak_rate * reads",
    "volume": "users * writes * (size + media * media_size)",
    "stored": "volume * days * copies",
    "servers": "ceil((peak_rate + read_rate) / capacity)",
}
SHEET = Sheet(
    slug="bench",
    title="Ten doubts, six answers",
    summary="",
    inputs=tuple(Input(name=name, label=name, default=f"{low}..{high}") for name, (low, high) in RANGES.items()),
    formulas=tuple(Formula(name=name, label=name, expression=text) for name, text in OUTPUTS.items()),
    outputs=tuple(OUTPUTS),
)


def run() -> list[Row]:
    inputs, _ = read_inputs(SHEET, {})
    drawn = best_of_both(lambda: samples_of(SHEET, inputs, seed=1, size=SIZE), lambda: samples_by_hand(1), rounds=15)
    whole = best_of_both(lambda: uncertainty(SHEET, inputs, seed=1, size=SIZE), lambda: answers_by_hand(1), rounds=15)
    names = ("10 doubts, 6 formulas, samples alone", "the same with quantiles, histograms and sensitivity")
    return [
        Row(number=6, name=name, ours=ours * 1_000, yardstick=theirs * 1_000, unit="ms", budget=1.5)
        for name, (ours, theirs) in zip(names, (drawn, whole), strict=True)
    ]


def samples_by_hand(seed: int) -> tuple[dict[str, Samples], dict[str, Samples]]:
    """Inputs and outputs as one would write them in a notebook."""
    normals = np.random.default_rng(seed).standard_normal((len(RANGES), SIZE))
    given = {}
    for (name, (low, high)), normal in zip(RANGES.items(), normals, strict=True):
        middle, width = (np.log(low) + np.log(high)) / 2, (np.log(high) - np.log(low)) / (2 * Z_90)
        given[name] = np.exp(middle + width * normal)
    rate = given["users"] * given["writes"] / 86_400
    peak_rate = rate * given["peak"]
    read_rate = peak_rate * given["reads"]
    volume = given["users"] * given["writes"] * (given["size"] + given["media"] * given["media_size"])
    stored = volume * given["days"] * given["copies"]
    servers = np.ceil((peak_rate + read_rate) / given["capacity"])
    results = (rate, peak_rate, read_rate, volume, stored, servers)
    return given, dict(zip(OUTPUTS, results, strict=True))


def answers_by_hand(seed: int) -> tuple[Samples, list[Samples], Samples]:
    """The quantiles and the histogram of each output, and the rank correlations of everything with everything."""
    given, results = samples_by_hand(seed)
    outputs = np.stack(list(results.values()))
    quantiles = np.quantile(outputs, [0.005, 0.05, 0.5, 0.95, 0.995], axis=1)
    counts = [
        np.histogram(np.clip(values, low, high), bins=BINS)[0]
        for values, low, high in zip(outputs, quantiles[0], quantiles[-1], strict=True)
    ]
    everything = np.concatenate([np.stack(list(given.values())), outputs])
    return quantiles, counts, np.corrcoef(np.argsort(np.argsort(everything, axis=1), axis=1))
