"""Numbers as people write them: `100M`, `5 KB`, `10 Gbit/s`, `99.95%`, `3 nines`, and ranges such as `50M..200M`."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Literal

import numpy as np
import numpy.typing as npt

from calculators.engine.dimensions import DIMENSIONLESS, Dimension
from calculators.engine.units import Unit, UnitError, parse_unit

Shape = Literal["normal", "lognormal"]
MAX_LENGTH = 200
# Larger than anything people count or measure, and small enough that products of several stay finite.
LARGEST, SMALLEST = 1e60, 1e-60
LOGNORMAL_FROM_RATIO = 3.0
Z_90 = 1.6448536269514722  # 5 % of a normal distribution lie above this many standard deviations
SPACES = " \u00a0\u2009\u202f"  # a blank, and those that typographers put between thousands
GROUPED = rf"[0-9]{{1,3}}(?:[{SPACES}][0-9]{{3}})+(?![0-9])|[0-9]{{1,3}}(?:,[0-9]{{3}})+(?![0-9])|[0-9][0-9_]*"
NUMBER = re.compile(rf"[-+]?(?:(?:{GROUPED})(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]{{1,4}})?")
# Digits with commas or points that are not English thousands separators: `1,5`, `1,50,000`, `10.000.000`.
OTHER_MARKS = re.compile(r"[-+]?[0-9]+(?:,[0-9]*)+(?:\.[0-9]*)*|[-+]?[0-9]+(?:\.[0-9]+){2,}")
# A point before three zeros separates thousands in some countries and begins a fraction in others.
THOUSAND_OR_NOTHING = re.compile(r"[-+]?[0-9]{1,3}\.000(?![0-9.eE]|\s*%)")
SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
RAISED = re.compile(r"(?<=[0-9])(⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,4})")
POWER = re.compile(r"(?:\s*[x*×·]\s*10)?\s*(?:\^|\*\*)\s*([-+]?[0-9]{1,4})")
SCALES = {
    "k": 1e3, "K": 1e3, "M": 1e6, "bn": 1e9, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12,
    "mn": 1e6, "mln": 1e6, "mio": 1e6,
}  # fmt: skip
SCALE = re.compile(r"\s*(?:((?i:thousand|million|billion|trillion|mn|mln|mio))s?\b|(k|K|M|bn|B|T)(?!\w))")
TIMES = re.compile(r"(?:x|×|times|-?fold)$")
# A hyphen is a range only between two numbers, and not in 1e-5 or 10^-3.
HYPHEN = r"(?<=[\w%])\s*[-\u2010\u2011\u2012\u2212](?=\s*\$?[0-9.])"
RANGE = re.compile(rf"(?:\.\.+|…|–|—|\bto\b|\+-|\+/-|±)\s*|(?<![0-9][eE]){HYPHEN}")
NINES = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s+nines?", re.IGNORECASE)
APPROXIMATELY = re.compile(r"^\s*(?:about|around|approximately|roughly|[~≈])\s*", re.IGNORECASE)


class QuantityError(ValueError):
    """Text that is no quantity: what was expected, and where (characters from 0)."""

    def __init__(self, message: str, *, position: int = 0) -> None:
        super().__init__(message)
        self.message, self.position = message, position


@dataclass(frozen=True)
class Spread:
    """A 90 % interval in base units: 5 % lie below `low`, 5 % above `high`.

    Lognormal when both ends are positive and the higher is 3 or more times the lower, normal otherwise.
    """

    low: float
    high: float

    @property
    def shape(self) -> Shape:
        return "lognormal" if self.low > 0 and self.high >= LOGNORMAL_FROM_RATIO * self.low else "normal"

    @property
    def middle(self) -> float:
        """The median, which for a normal distribution is the mean too."""
        if self.shape == "lognormal":
            return math.exp((math.log(self.low) + math.log(self.high)) / 2)
        return (self.low + self.high) / 2

    def share_below(self, value: npt.NDArray[np.float64] | float) -> npt.NDArray[np.float64]:
        """The probability that a value from this interval lies below the given one."""
        values = np.asarray(value, dtype=float)
        low, high = self.low, self.high
        if self.shape == "lognormal":
            with np.errstate(divide="ignore"):
                values, low, high = np.log(np.maximum(values, 0.0)), math.log(low), math.log(high)
        deviations = (values - (low + high) / 2) / ((high - low) / (2 * Z_90))
        return np.asarray(np.vectorize(NormalDist().cdf, otypes=[float])(deviations))


@dataclass(frozen=True)
class Quantity:
    """`value` is in base units (byte, s, USD, things); `unit` is how it was or should be written."""

    value: float
    dimension: Dimension = DIMENSIONLESS
    spread: Spread | None = None
    unit: str = ""

    @property
    def factor(self) -> float:
        return parse_unit(self.unit).factor if self.unit else 1.0

    @property
    def in_unit(self) -> float:
        """The value in its own unit: 5 for `5 GB`."""
        return self.value / self.factor

    def scaled(self, factor: float, dimension: Dimension, unit: str) -> Quantity:
        """A bare number counted in a unit."""
        spread = Spread(self.spread.low * factor, self.spread.high * factor) if self.spread else None
        return Quantity(self.value * factor, dimension, spread, unit)


def parse_quantity(text: str) -> Quantity:
    """Reads one quantity or range; QuantityError names what was expected and where."""
    if len(text) > MAX_LENGTH:
        raise QuantityError(f"a quantity may have {MAX_LENGTH} characters, this has {len(text):,}", position=MAX_LENGTH)
    text = RAISED.sub(lambda found: f"^{found[1].translate(SUPERSCRIPTS)}", text)
    start = match.end() if (match := APPROXIMATELY.match(text)) else 0
    ends = RANGE.search(text, start + 1)
    if ends is None:
        return _single(text[start:], start).quantity
    left, right = text[start : ends.start()], text[ends.end() :]
    is_money = left.lstrip().startswith("$") and "%" not in right
    first, second = _single(left, start), _single(right, ends.end(), is_money=is_money)
    if any(mark in ends.group() for mark in "+±"):
        return _around(first, second, ends.end())
    return _between(first, second, ends.end())


def hint(quantity: Quantity) -> str:
    """A suggestion for a unit that did not fit."""
    if quantity.unit == "m":
        return ": m is minutes, M is million"
    return ""


@dataclass(frozen=True)
class _Part:
    """A single quantity as written: the number, what multiplies it, and its unit."""

    number: float
    scale: float
    unit: Unit
    is_bare: bool

    @property
    def quantity(self) -> Quantity:
        return Quantity(self.number * self.scale * self.unit.factor, self.unit.dimension, unit=self.unit.text)


def _single(text: str, offset: int, *, is_money: bool = False) -> _Part:
    stripped = text.strip()
    at = offset + len(text) - len(text.lstrip())
    if (times := TIMES.search(stripped)) and NUMBER.fullmatch(stripped[: times.start()].strip()):
        stripped = stripped[: times.start()]
    if nines := NINES.fullmatch(stripped):
        return _Part(100 * (1 - 10 ** -float(nines[1])), 1.0, parse_unit("%"), is_bare=False)
    if stripped.startswith("$"):
        stripped, at, is_money = stripped[1:], at + 1, True
    number, end = _number(stripped, at)
    scale, end = _scale(stripped, end)
    try:
        unit = parse_unit(f"USD {stripped[end:]}" if is_money else stripped[end:].strip())
    except UnitError as error:
        space = len(stripped[end:]) - len(stripped[end:].lstrip())
        raise QuantityError(error.message, position=at + end + space + error.position) from error
    size = abs(number * scale * unit.factor)
    if size > LARGEST:
        raise QuantityError("the number is too large", position=at)
    if number and size < SMALLEST:
        raise QuantityError("the number is too small", position=at)
    return _Part(number, scale, unit, is_bare=end == len(stripped) and scale == 1.0 and not is_money)


def _number(text: str, at: int) -> tuple[float, int]:
    match = NUMBER.match(text)
    other = OTHER_MARKS.match(text)
    if other and (match is None or other.end() > match.end()):
        raise QuantityError(_which_number(other.group()), position=at)
    if match is None:
        found = repr(text[:12]) if text else "nothing"
        raise QuantityError(f"expected a number such as 100M or 5 KB, found {found}", position=at)
    if unclear := THOUSAND_OR_NOTHING.match(text):
        whole, thousands = unclear.group().split(".")[0], unclear.group().replace(".", ",")
        raise QuantityError(f"{unclear.group()!r} is unclear: write {whole}, or {thousands}", position=at)
    value = float(re.sub(rf"[,_{SPACES}]", "", match.group()))
    end = match.end()
    if power := POWER.match(text, end):
        exponent = int(power[1])
        is_scientific = power.group().lstrip()[0] in "x*×·" and not power.group().lstrip().startswith("**")
        if abs(exponent) > 308:
            raise QuantityError("the number is too large", position=at)
        value, end = (value * 10.0**exponent if is_scientific else _raised(value, exponent, at)), power.end()
    if not math.isfinite(value) or abs(value) > LARGEST:
        raise QuantityError("the number is too large", position=at)
    return value, end


def _which_number(text: str) -> str:
    """Asks which number is meant: some read `1,5` as one and a half, and nobody reads it as fifteen."""
    digits = re.sub(r"[^0-9]", "", text)
    if text.count(",") == 1 and "." not in text:
        return f"{text!r} is unclear: write {text.replace(',', '.')} with a point, or {int(digits):,}"
    return f"{text!r} is unclear: write {int(digits):,} with commas between thousands, and a point before a fraction"


def _raised(base: float, exponent: int, at: int) -> float:
    try:
        return float(base**exponent)
    except (OverflowError, ZeroDivisionError) as error:
        raise QuantityError("the number is too large", position=at) from error


def _scale(text: str, end: int) -> tuple[float, int]:
    """What multiplies the number: `M`, ` million`. A `B` or `T` scales only in front of a counted thing: `1B users`."""
    match = SCALE.match(text, end)
    if match is None:
        return 1.0, end
    name = (match[1] or "").lower() or match[2]
    if name in ("B", "T"):
        rest = text[match.end() :].strip()
        if not re.match(r"[a-z]{3}", rest):
            return 1.0, end
        return (1e9 if name == "B" else 1e12), match.end()
    return SCALES[name], match.end()


def _between(first: _Part, second: _Part, at: int) -> Quantity:
    if first.is_bare:
        first = replace(first, scale=second.scale)
    if first.unit.text in ("", "USD"):
        first = replace(first, unit=second.unit)
    if first.unit.dimension != second.unit.dimension:
        raise QuantityError(
            f"the ends of a range must agree: {first.unit.dimension} against {second.unit.dimension}", position=at
        )
    low, high = first.quantity.value, second.quantity.value
    if not low <= high:
        raise QuantityError("the range must go from the lower to the higher end", position=at)
    spread = Spread(low, high)
    return Quantity(spread.middle, second.unit.dimension, spread if low < high else None, second.unit.text)


def _around(middle: _Part, margin: _Part, at: int) -> Quantity:
    if middle.is_bare and margin.unit.text != "%":
        middle = replace(middle, unit=margin.unit, scale=margin.scale)
    if margin.unit.text == "%" and middle.unit.text != "%":
        width = abs(middle.quantity.value) * margin.quantity.value
    elif margin.is_bare:
        width = margin.number * middle.scale * middle.unit.factor
    elif margin.unit.dimension == middle.unit.dimension:
        width = margin.quantity.value
    else:
        raise QuantityError(f"expected {middle.unit.dimension}, found {margin.unit.dimension}", position=at)
    if width < 0:
        raise QuantityError("the margin must not be negative", position=at)
    value = middle.quantity.value
    spread = Spread(value - width, value + width)
    return Quantity(spread.middle, middle.unit.dimension, spread if width else None, middle.unit.text)
