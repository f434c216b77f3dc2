"""The functions that formulas may call. Each works on single numbers and on arrays of samples."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any, Literal

import numpy as np

from calculators.engine import queueing, reliability

Rule = Literal["same", "if", "root", "plain"]
MANY = 20


@dataclass(frozen=True)
class Function:
    """`rule` says what happens to dimensions: arguments and result alike, a choice, a square root, or plain numbers."""

    compute: Callable[..., Any]
    rule: Rule
    least: int
    most: int


def _of_one(for_number: Callable[[float], float], for_samples: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A single number goes by `math`, which is quick and complains; samples go by numpy, which gives NaN."""
    return lambda value: for_samples(value) if isinstance(value, np.ndarray) else for_number(value)


def _folded(for_numbers: Callable[..., float], for_samples: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    def compute(*values: Any) -> Any:
        if any(isinstance(value, np.ndarray) for value in values):
            return reduce(for_samples, values)
        return for_numbers(*values)

    return compute


def _k_of_n(needed: float, parts: float, availability: Any) -> Any:
    return reliability.k_of_n(int(needed), int(parts), availability)


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
    "erlang_b": Function(queueing.erlang_b, "plain", 2, 2),
    "erlang_c": Function(queueing.erlang_c, "plain", 2, 2),
    "k_of_n": Function(_k_of_n, "plain", 3, 3),
}
