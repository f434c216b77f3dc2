"""Judges a typed number against a numeric card: in any unit, within the card's tolerance."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from calculators.engine.quantities import Quantity, QuantityError, parse_quantity
from calculators.engine.wording import number_text, readable

SHARE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*%")
FACTOR = re.compile(r"(?:[x×]|factor(?:\s++of)?\s)\s*+([0-9]++(?:\.[0-9]++)?)", re.IGNORECASE)
ROUNDING = 1e-9  # tolerance for binary fractions


class ToleranceError(ValueError):
    """A tolerance that cannot be read."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """`message` says in words how the typed number compares."""

    is_right: bool
    message: str


@dataclass(frozen=True, kw_only=True)
class Tolerance:
    """A share of the answer (0.05 for `5 %`), or a factor either way (2 for `x2`)."""

    share: float = 0.0
    factor: float = 1.0

    def allows(self, typed: float, answer: float) -> bool:
        if abs(typed - answer) <= abs(answer) * (self.share + ROUNDING):
            return True
        same_side = typed * answer > 0
        return same_side and answer / self.factor * (1 - ROUNDING) <= typed <= answer * self.factor * (1 + ROUNDING)


def read_tolerance(text: str) -> Tolerance:
    """`5 %`, or `x2` for twice or half as much; ToleranceError for anything else."""
    if share := SHARE.fullmatch(text.strip()):
        return Tolerance(share=float(share[1]) / 100)
    if (factor := FACTOR.fullmatch(text.strip())) and float(factor[1]) >= 1:
        return Tolerance(factor=float(factor[1]))
    raise ToleranceError(f"a tolerance is a share such as 5 % or a factor such as x2, found {text!r}")


def judge(typed: str, *, answer: Any, tolerance: str) -> Verdict:
    """QuantityError when what was typed is no number or measures something else; its message says what was expected."""
    expected = parse_quantity(str(answer))
    allowed = read_tolerance(tolerance)
    if not typed.strip():
        raise QuantityError("type a number first")
    given = parse_quantity(typed)
    if given.spread:
        raise QuantityError("expected one number, found a range")
    value = _in_the_same_unit(given, expected, typed)
    is_right = any(allowed.allows(each, expected.value) for each in value)
    said = readable(given)
    if is_right and any(allowed.allows(each, expected.value) and _is_equal(each, expected.value) for each in value):
        return Verdict(is_right=True, message=f"{said} is exact.")
    if is_right:
        return Verdict(is_right=True, message=f"{said} is close enough ({tolerance.strip()} is allowed).")
    return Verdict(is_right=False, message=f"{said} is {_how_far(value[0], expected.value)}.")


def _in_the_same_unit(given: Quantity, expected: Quantity, typed: str) -> tuple[float, ...]:
    """The base values that the typed number may mean. A bare number is in the unit of the answer; counted things need
    not be named, and need not have the same name."""
    if not given.unit and given.dimension.is_plain:
        scaled = given.value * expected.factor
        return (scaled, given.value) if expected.unit == "%" else (scaled,)
    if given.dimension.measured != expected.dimension.measured:
        wanted = f"a number in {expected.unit}" if expected.unit else "a number without a unit"
        raise QuantityError(f"expected {wanted}, found {given.unit or given.dimension} in {typed.strip()!r}")
    return (given.value,)


def _is_equal(first: float, second: float) -> bool:
    return abs(first - second) <= abs(second) * ROUNDING


def _how_far(typed: float, answer: float) -> str:
    if answer == 0 or typed * answer <= 0:
        return "not it"
    ratio = typed / answer
    if ratio >= 2:
        return f"{number_text(ratio, digits=2)} times too much"
    if ratio <= 0.5:
        return f"{number_text(1 / ratio, digits=2)} times too little"
    return f"{abs(ratio - 1):.1%} too {'much' if ratio > 1 else 'little'}"
