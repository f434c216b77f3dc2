"""The functions that formulas may call. Each works on single numbers and on arrays of samples."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any, Literal

import numpy as np

from calculators.engine import combinations, queueing, reliability

Rule = Literal["same", "if", "root", "plain"]
MANY = 20


@dataclass(frozen=True)
class Function:
    """`rule` says how dimensions combine: all arguments and the result alike, a choice, a square root, or plain
    numbers."""

    compute: Callable[..., Any]
    rule: Rule
    least: int
    most: int


def _of_one(for_number: Callable[[float], float], for_samples: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Uses `math` for a single number, which is quick and raises errors, and numpy for samples, which gives NaN."""
    return lambda value: for_samples(value) if isinstance(value, np.ndarray) else for_number(value)


def _folded(for_numbers: Callable[..., float], for_samples: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    def compute(*values: Any) -> Any:
        if any(isinstance(value, np.ndarray) for value in values):
            return reduce(for_samples, values)
        return for_numbers(*values)

    return compute


def _k_of_n(needed: Any, parts: Any, availability: Any) -> Any:
    if not isinstance(needed, np.ndarray) and not isinstance(parts, np.ndarray):
        return reliability.k_of_n(int(needed), int(parts), availability)
    return combinations.at_least(needed, parts, availability)


def _erlang(compute: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Samples outside of the domain give NaN instead of spoiling all others."""

    def guarded(servers: Any, load: Any) -> Any:
        if not isinstance(servers, np.ndarray) and not isinstance(load, np.ndarray):
            return compute(servers, load)
        c, a = np.broadcast_arrays(servers, load)
        usable = (c >= 0) & (a >= 0) & np.isfinite(c) & np.isfinite(a)
        return np.where(usable, compute(np.where(usable, c, 0.0), np.where(usable, a, 0.0)), np.nan)

    return guarded


FUNCTIONS: dict[str, Function] = {
    "min": Function(_folded(min, np.minimum), "same", 1, MANY),
    "max": Function(_folded(max, np.maximum), "same", 1, MANY),
    "ceil": Function(_of_one(math.ceil, np.ceil), "same", 1, 1),
    "floor": Function(_of_one(math.floor, np.floor), "same", 1, 1),
    "round": Function(_of_one(round, np.round), "same", 1, 1),
    "abs": Function(abs, "same", 1, 1),
    "sqrt": Function(_of_one(math.sqrt, np.sqrt), "root", 1, 1),
    "log2": Function(_of_one(math.log2, np.log2), "plain", 1, 1),
    "log10": Function(_of_one(math.log10, np.log10), "plain", 1, 1),
    "ln": Function(_of_one(math.log, np.log), "plain", 1, 1),
    "exp": Function(_of_one(math.exp, np.exp), "plain", 1, 1),
    "if": Function(np.where, "if", 3, 3),
    "erlang_b": Function(_erlang(queueing.erlang_b), "plain", 2, 2),
    "erlang_c": Function(_erlang(queueing.erlang_c), "plain", 2, 2),
    "k_of_n": Function(_k_of_n, "plain", 3, 3),
    "choose": Function(combinations.choose, "plain", 2, 2),
    "levels": Function(combinations.levels, "plain", 2, 2),
    "zipf_share": Function(combinations.zipf_share, "plain", 3, 3),
}
