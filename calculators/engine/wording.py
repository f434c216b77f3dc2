"""Quantities as people read them, in the requested unit or in one that suits the size: `150 GB`, `1.7 days`, `5,787
writes/s`, `about 5,800 writes/s`, `50 to 200 million users`."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from calculators.engine.dimensions import Dimension
from calculators.engine.quantities import Quantity
from calculators.engine.units import BYTE, MONEY, ONE_PER, RATE_WORDS, SECOND, parse_unit, plural, singular

BIT_SCALES = tuple(
    (1000.0**power / 8, f"{letter}bit") for power, letter in ((4, "T"), (3, "G"), (2, "M"), (1, "k"), (0, ""))
)
BYTE_SCALES = ((1e18, "EB"), (1e15, "PB"), (1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1.0, "B"))
TIME_SCALES = (
    (365.25 * 86_400, "years"), (86_400.0, "days"), (3600.0, "hours"), (60.0, "min"), (1.0, "s"), (1e-3, "ms"),
    (1e-6, "µs"), (1e-9, "ns"),
)  # fmt: skip
COUNT_SCALES = ((1e12, " trillion"), (1e9, " billion"), (1e6, " million"), (1.0, ""))
NEARLY = 1 + 1e-12
SAID_DIGITS = 2
NO_END = "without end"


@dataclass(frozen=True, slots=True)
class Step:
    """Numbers from `size` on are divided by it and stand between `before` and `after`, or `after_one` when the result
    is 1."""

    size: float
    before: str
    after: str
    after_one: str


Steps = tuple[Step, ...]


def readable(quantity: Quantity, *, digits: int = 6) -> str:
    """In the unit that was asked for, or scaled to one that suits the size: `150 GB`, `1.7 days`, `5,787 writes/s`."""
    if not math.isfinite(quantity.value if quantity.spread is None else quantity.spread.low):
        return NO_END
    if quantity.spread and math.isinf(quantity.spread.high):
        return f"{readable(replace(quantity, value=quantity.spread.low, spread=None), digits=digits)} to {NO_END}"
    if quantity.spread:
        return _range_text(quantity, (quantity.spread.low, quantity.spread.high), digits)
    if quantity.unit and quantity.unit != "%":
        step = _in_own_unit(quantity.unit)
        number = quantity.value / step.size
        return _written(step, number_text(number, digits=_kept(number, digits)))
    return _written(*_stepped(quantity.value, _steps(quantity.dimension, quantity.unit), digits))


def say(quantity: Quantity) -> str:
    """As one would say it: `about 5,800 writes/s`, `about 150 GB`; exact small numbers without "about"."""
    if not math.isfinite(quantity.value):
        return NO_END
    steps = _steps(quantity.dimension, quantity.unit, is_range=quantity.spread is not None)
    step, shown = _stepped(quantity.value, steps, SAID_DIGITS)
    text = _written(step, shown)
    return text if shown == number_text(quantity.value / step.size) else f"about {text}"


@lru_cache(maxsize=100)
def saying(dimension: Dimension, unit: str = "") -> Callable[[float], str]:
    """A function that words many numbers of one dimension without "about", for axes and their tables.

    It caches its results, since an axis stays the same when one input changes.
    """
    steps = _steps(dimension, unit)
    return lru_cache(maxsize=500)(lambda value: _written(*_stepped(value, steps, SAID_DIGITS)))


def format_quantity(quantity: Quantity, *, digits: int = 12) -> str:
    """The quantity in its own unit, so that `parse_quantity` gives it back; without a unit in base units."""
    unit = quantity.unit or _unit_of(quantity.dimension)
    factor, (before, after) = parse_unit(unit).factor, _around(unit)
    ends = (quantity.spread.low, quantity.spread.high) if quantity.spread else (quantity.value,)
    return f"{before}{'..'.join(number_text(end / factor, digits=digits) for end in ends)}{after}"


def number_text(value: float, *, digits: int = 12) -> str:
    """A number with thousands apart, to at most `digits` significant digits, without noise of binary fractions."""
    # Slightly more, so that 345 rounds to 350 at two digits and not to the even 340.
    text = f"{value * (1 + 1e-14):.{digits}g}"
    if -999 < value < 999 and value and "e" not in text:
        return text
    rounded = float(text)
    if rounded == 0:
        return "0"
    if abs(rounded) < 1e15 and rounded.is_integer():
        return f"{rounded:,.0f}"
    if 1e-4 <= abs(rounded) < 1e15:
        decimals = max(0, digits - 1 - math.floor(math.log10(abs(rounded))))
        return f"{rounded:,.{decimals}f}".rstrip("0").rstrip(".")
    return text


def _range_text(quantity: Quantity, ends: tuple[float, float], digits: int) -> str:
    """`50 to 200 million users`, `500 users to 2 million users`."""
    steps = _steps(quantity.dimension, quantity.unit)
    (low_step, low), (high_step, high) = (_stepped(end, steps, digits) for end in ends)
    if (low_step, low) == (high_step, high) and digits < 6:
        return _range_text(quantity, ends, digits + 1)
    if low_step is high_step and low_step.after.startswith(" "):
        return f"{low_step.before}{low} to {_written(high_step, high)}"
    return f"{_written(low_step, low)} to {_written(high_step, high)}"


def _stepped(value: float, steps: Steps, digits: int) -> tuple[Step, str]:
    """The step that a value reaches, and its number there."""
    step = _step(value, steps)
    number = value / step.size
    return step, number_text(number, digits=_needed(step, number, digits))


def _step(value: float, steps: Steps) -> Step:
    """The largest step that the value reaches; for zero the first step that is at most one."""
    reached = abs(value) * NEARLY or 1.0
    for step in steps:
        if reached >= step.size:
            return step
    return steps[-1]


def _written(step: Step, shown: str) -> str:
    return f"{step.before}{shown}{step.after_one if shown in ('1', '-1') else step.after}"


def _kept(number: float, digits: int) -> int:
    """From a thousand on a number is shown whole, up to a billion: 5,787 and not 5,787.04 or 5.79 thousand."""
    if not math.isfinite(number):
        return digits
    return min(max(4, math.floor(math.log10(abs(number))) + 1), 9) if abs(number) >= 1000 else digits


def _needed(step: Step, number: float, digits: int) -> int:
    """A share keeps a digit more than it has nines: 99.99% to two digits would be 100%."""
    if step.after != "%":
        return digits
    nines = round(-math.log10(1 - number / 100)) if 90 <= number < 100 else 0
    return max(digits, nines + 1, 3)


@lru_cache(maxsize=2_000)
def _steps(dimension: Dimension, unit: str, *, is_range: bool = False) -> Steps:
    """How numbers of a dimension scale. Things, and things per second, go by thousands and millions."""
    if unit == "%":
        return (Step(0.01, "", "%", "%"),)
    if dimension in (BYTE, BYTE / SECOND):
        scales = BIT_SCALES if "bit" in unit else BYTE_SCALES
        per = "" if dimension == BYTE else "/s"
        return _all_steps((size, f" {name}{per}") for size, name in scales)
    if dimension == SECOND and (is_range or not unit):
        return tuple(
            Step(size, "", f" {name}", f" {name.removesuffix('s') if len(name) > 2 else name}")
            for size, name in TIME_SCALES
        )
    if dimension == MONEY:
        return _all_steps(COUNT_SCALES, before="$")
    if unit and (dimension == SECOND or not _counts_things(dimension)):
        return (_in_own_unit(unit),)
    return _counting(dimension)


def _all_steps(scales: Iterable[tuple[float, str]], before: str = "") -> Steps:
    return tuple(Step(size, before, after, after) for size, after in scales)


@lru_cache(maxsize=2_000)
def _in_own_unit(unit: str) -> Step:
    (before, after), (_, after_one) = _around(_in_plural(unit)), _around(_in_singular(unit))
    return Step(parse_unit(unit).factor, before, after, after_one)


def _counting(dimension: Dimension) -> Steps:
    """`5.8 million writes/s`, `100`, `20 per second` as `20/s`."""
    unit = _unit_of(dimension)
    (before, many), (_, one) = _around(_in_plural(unit)), _around(unit)
    return tuple(Step(size, before, name + many, name + (many if name else one)) for size, name in COUNT_SCALES)


def _unit_of(dimension: Dimension) -> str:
    """The base unit, as it is written behind a number: `writes/s`, `/s`, nothing for a plain number."""
    return "" if dimension.is_plain else str(dimension).removeprefix("1")


def _counts_things(dimension: Dimension) -> bool:
    return any(
        len(each.powers) <= 1 and all(power == 1 for _, power in each.powers)
        for each in (dimension, dimension * SECOND)
    )


def _around(unit: str) -> tuple[str, str]:
    """What stands before and after a number of the unit: `$5 /GB` is money, `5%` and `5/s` have no space."""
    unit = "min" if unit == "m" else ONE_PER.sub("", unit)
    if unit in ("%", "") or unit.startswith("/"):
        return "", unit
    if unit.startswith(("USD", "$")):
        rest = unit.removeprefix("USD").removeprefix("$").strip()
        return "$", f" {rest}" if rest and not rest.startswith("/") else rest
    return "", f" {unit}"


def _in_plural(unit: str) -> str:
    """The unit's first word in the plural when it counts things: `5 writes/s`."""
    return _with_first_word(unit, lambda word: word if word.endswith("s") else plural(word))


def _in_singular(unit: str) -> str:
    return _with_first_word(unit, singular)


def _with_first_word(unit: str, change: Callable[[str], str]) -> str:
    first = re.match(r"[a-z]{3,}", unit)
    if first is None or first.group() in ("min", "bit", "per", "cent", *RATE_WORDS):
        return unit
    return unit.replace(first.group(), change(first.group()), 1)
