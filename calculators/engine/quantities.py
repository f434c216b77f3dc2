"""Numbers as people write them: `100M`, `5 KB`, `10 Gbit/s`, `99.95%`, `3 nines`, and ranges such as `50M..200M`."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from calculators.engine.dimensions import DIMENSIONLESS, Dimension
from calculators.engine.units import BYTE, MONEY, SECOND, Unit, UnitError, parse_unit, plural

Shape = Literal["normal", "lognormal"]
Kind = Literal["bytes", "bytes per second", "time", "money", "things", "other"]
MAX_LENGTH = 200
LARGEST = 1e300
LOGNORMAL_FROM_RATIO = 3.0
Z_90 = 1.6448536269514722  # 5 % of a normal distribution lie above this many standard deviations
NUMBER = re.compile(r"[-+]?(?:[0-9][0-9,_]*(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]{1,4})?")
POWER = re.compile(r"(?:\s*[x*×·]\s*10)?\s*(?:\^|\*\*)\s*([-+]?[0-9]{1,4})")
SCALES = {"k": 1e3, "K": 1e3, "M": 1e6, "bn": 1e9, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
SCALE = re.compile(r"\s*(thousand|million|billion|trillion)\b|(k|K|M|bn|B|T)(?!\w)")
RANGE = re.compile(r"\s*(?:\.\.|…|–|\bto\b|\+-|\+/-|±)\s*")
NINES = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s+nines?", re.IGNORECASE)
APPROXIMATELY = re.compile(r"^\s*(?:about|around|approximately|roughly|[~≈])\s*", re.IGNORECASE)
BIT_SCALES = tuple(
    (1000.0**power / 8, f"{letter}bit") for power, letter in ((4, "T"), (3, "G"), (2, "M"), (1, "k"), (0, ""))
)
BYTE_SCALES = ((1e18, "EB"), (1e15, "PB"), (1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1.0, "B"))
TIME_SCALES = (
    (365.25 * 86_400, "years"), (86_400.0, "days"), (3600.0, "hours"), (60.0, "min"), (1.0, "s"), (1e-3, "ms"),
    (1e-6, "µs"), (1e-9, "ns"),
)  # fmt: skip
KINDS: tuple[tuple[Dimension, Kind], ...] = (
    (BYTE, "bytes"), (BYTE / SECOND, "bytes per second"), (SECOND, "time"), (MONEY, "money"),
)  # fmt: skip
# What is said in scaled units: its dimension, its scales, and its dimension per second where that is said so too.
_SCALED = ((BYTE, BYTE_SCALES, BYTE / SECOND), (SECOND, TIME_SCALES, SECOND))
COUNT_SCALES = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))


class QuantityError(ValueError):
    """Text that is no quantity: what was expected, and where (characters from 0)."""

    def __init__(self, message: str, *, position: int = 0) -> None:
        super().__init__(f"{message} (at character {position + 1})")
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
        """A bare number becomes so many of a unit."""
        spread = Spread(self.spread.low * factor, self.spread.high * factor) if self.spread else None
        return Quantity(self.value * factor, dimension, spread, unit)

    def shown_in(self, unit: str) -> Quantity:
        """The same quantity, to be written in another unit of its dimension; QuantityError for any other."""
        wanted = parse_unit(unit)
        if wanted.dimension != self.dimension:
            raise QuantityError(f"expected {wanted.dimension}, found {self.dimension}")
        return replace(self, unit=unit)


def parse_quantity(text: str) -> Quantity:
    """Reads one quantity or range; QuantityError names what was expected and where."""
    if len(text) > MAX_LENGTH:
        raise QuantityError(f"a quantity may have {MAX_LENGTH} characters, this has {len(text):,}", position=MAX_LENGTH)
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
    if abs(number * scale * unit.factor) > LARGEST:
        raise QuantityError("the number is too large", position=at)
    return _Part(number, scale, unit, is_bare=end == len(stripped) and scale == 1.0 and not is_money)


def _number(text: str, at: int) -> tuple[float, int]:
    match = NUMBER.match(text)
    if match is None:
        found = repr(text[:12]) if text else "nothing"
        raise QuantityError(f"expected a number such as 100M or 5 KB, found {found}", position=at)
    value = float(match.group().replace(",", "").replace("_", ""))
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
    name = match[1] or match[2]
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


def number_text(value: float, *, digits: int = 12) -> str:
    """A number with thousands apart, to at most `digits` significant digits, without noise of binary fractions."""
    # A hair more, so that 345 to two digits is 350 and not the even 340.
    rounded = float(f"{value * (1 + 1e-14):.{digits}g}")
    if rounded == 0:
        return "0"
    if abs(rounded) < 1e15 and rounded.is_integer():
        return f"{rounded:,.0f}"
    if 1e-4 <= abs(rounded) < 1e15:
        decimals = max(0, digits - 1 - math.floor(math.log10(abs(rounded))))
        return f"{rounded:,.{decimals}f}".rstrip("0").rstrip(".")
    return f"{rounded:.{digits}g}"


def format_quantity(quantity: Quantity, *, digits: int = 12) -> str:
    """The quantity in its own unit, so that `parse_quantity` gives it back; without a unit in base units."""
    unit = quantity.unit or ("" if quantity.dimension.is_plain else str(quantity.dimension))
    factor = parse_unit(unit).factor
    if quantity.spread:
        low, high = (number_text(end / factor, digits=digits) for end in (quantity.spread.low, quantity.spread.high))
        return _joined(f"{low}..{high}", unit)
    return _joined(number_text(quantity.value / factor, digits=digits), unit)


def _joined(number: str, unit: str) -> str:
    if unit in ("%", "") or unit.startswith("/"):
        return number + unit
    if unit.startswith(("USD", "$")):
        rest = unit.removeprefix("USD").removeprefix("$").strip()
        return f"${number}{' ' if rest and not rest.startswith('/') else ''}{rest}"
    return f"{number} {unit}"


def readable(quantity: Quantity, *, digits: int = 6) -> str:
    """In the unit that was asked for, or scaled to one that suits the size: `150 GB`, `1.7 days`, `5,787 writes/s`."""
    if quantity.spread:
        return _range_text(quantity, (quantity.spread.low, quantity.spread.high), digits)
    if quantity.unit and quantity.unit != "%":
        number = quantity.in_unit
        return _joined(number_text(number, digits=_kept(number, digits)), _agreeing(quantity.unit, number))
    return _scaled(quantity, digits)


def _range_text(quantity: Quantity, ends: tuple[float, float], digits: int) -> str:
    """`50 to 200 million users`."""
    low, high = (_scaled(replace(quantity, value=end, spread=None), digits) for end in ends)
    if low == high and digits < 6:
        return _range_text(quantity, ends, digits + 1)
    first, _, tail = low.partition(" ")
    return f"{first} to {high}" if tail and high.endswith(tail) else f"{low} to {high}"


def say(quantity: Quantity, *, digits: int = 2) -> str:
    """As one would say it: `about 5,800 writes/s`, `about 150 GB`; exact small numbers without "about"."""
    text = _scaled(quantity, digits)
    exact = _scaled(quantity, 12)
    return text if text == exact else f"about {text}"


def _kept(number: float, digits: int) -> int:
    """From a thousand on a number is shown whole, up to a billion: 5,787 and not 5,787.04 or 5.79 thousand."""
    return min(max(4, math.floor(math.log10(abs(number))) + 1), 9) if abs(number) >= 1000 else digits


def _scaled(quantity: Quantity, digits: int) -> str:
    value, unit, kind = quantity.value, quantity.unit, _kind(quantity.dimension)
    if unit == "%":
        nines = 0 if not 0.9 <= value < 1 else round(-math.log10(1 - value))
        return f"{number_text(value * 100, digits=max(digits, nines + 1, 3))}%"
    if kind in ("bytes", "bytes per second"):
        number, name = _step(value, BIT_SCALES if "bit" in unit else BYTE_SCALES)
        return f"{number_text(number, digits=digits)} {name}{'/s' if kind == 'bytes per second' else ''}"
    if kind == "time" and (quantity.spread or not unit):
        number, name = _step(value, TIME_SCALES) if value else (0.0, "s")
        shown = number_text(number, digits=digits)
        return f"{shown} {name.removesuffix('s') if shown == '1' and len(name) > 2 else name}"
    if kind == "money":
        number, name = _step(value, COUNT_SCALES)
        return f"${number_text(number, digits=digits)}{' ' + name if name else ''}"
    if unit and kind in ("time", "other"):
        return _joined(number_text(quantity.in_unit, digits=digits), _agreeing(unit, quantity.in_unit))
    return _counted(value, quantity.dimension, digits)


def _counted(value: float, dimension: Dimension, digits: int) -> str:
    """`5.8 million writes/s`, `100`, `20 per second` as `20/s`."""
    number, name = _step(value, COUNT_SCALES)
    shown = number_text(number, digits=digits) + (f" {name}" if name else "")
    if dimension.is_plain:
        return shown
    unit = _agreeing(_text_of(dimension), value)
    return f"{shown}{unit[1:]}" if unit.startswith("1/") else f"{shown} {unit}"


@lru_cache(maxsize=2_000)
def _kind(dimension: Dimension) -> Kind:
    """How people scale it. Things, and things per second, go by thousands and millions."""
    for measured, kind in KINDS:
        if dimension == measured:
            return kind
    is_thing = any(
        len(each.powers) <= 1 and all(power == 1 for _, power in each.powers)
        for each in (dimension, dimension * SECOND)
    )
    return "things" if is_thing else "other"


@lru_cache(maxsize=2_000)
def _text_of(dimension: Dimension) -> str:
    return str(dimension)


def _step(value: float, scales: tuple[tuple[float, str], ...]) -> tuple[float, str]:
    for size, name in scales:
        if abs(value) >= size * (1 - 1e-12):
            return value / size, name
    last_size, last_name = scales[-1]
    return (value / last_size, last_name) if last_size <= 1 else (value, "")


def _agreeing(unit: str, number: float) -> str:
    """The unit's first word in the plural when it counts things: `5 writes/s`, `1 write/s`."""
    return unit if abs(number) == 1 else _in_plural(unit)


@lru_cache(maxsize=2_000)
def _in_plural(unit: str) -> str:
    first = re.match(r"[a-z]{3,}", unit)
    if first is None or first.group() in ("min", "bit", "per", "cent"):
        return unit
    word = first.group()
    return unit.replace(word, plural(word), 1) if not word.endswith("s") else unit
