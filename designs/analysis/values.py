"""Quantities of a document as plain floats in base units; None where no usable quantity was typed."""

from __future__ import annotations

import math
from functools import lru_cache

from calculators.engine.dimensions import Dimension
from calculators.engine.quantities import Quantity, QuantityError, parse_quantity
from calculators.engine.readings import Kind, read_as
from calculators.engine.units import BYTE, MONEY, SECOND
from calculators.engine.wording import say

PER_SECOND = SECOND**-1
REQUESTS = Dimension.of({"request": 1}) / SECOND
BYTES = BYTE / SECOND
SECONDS_PER_DAY = 86_400.0
MOST_NINES = 12


@lru_cache(maxsize=8192)
def quantity(text: str) -> Quantity | None:
    """The typed quantity; None for an empty text and for a text that is no quantity."""
    if not text.strip():
        return None
    try:
        return parse_quantity(text)
    except QuantityError:
        return None


@lru_cache(maxsize=16_384)
def _as(kind: Kind, text: str) -> float | None:
    """The value in base units; None for an empty text, and for one that `designs.document.figures` reports as
    unreadable.
    """
    if not text.strip():
        return None
    try:
        return read_as(kind, text).quantity.value
    except QuantityError:
        return None


def seconds(text: str) -> float | None:
    return _as("time", text)


def size_bytes(text: str) -> float | None:
    return _as("size", text)


def per_second(text: str) -> float | None:
    return _as("rate", text)


def bytes_per_second(text: str) -> float | None:
    return _as("bandwidth", text)


def money(text: str) -> float | None:
    """USD; a price a month is accepted too, because a component's cost is a monthly price."""
    return _as("money", text)


def share(text: str) -> float | None:
    """0 to 1."""
    return _as("share", text)


def availability(text: str) -> float | None:
    """0 to 1; a downtime such as 43 min/month is converted to an availability."""
    return _as("availability", text)


def count(text: str) -> float | None:
    return _as("count", text)


def said_rate(value: float) -> str:
    """`about 5,800 requests/s`."""
    return say(Quantity(value, REQUESTS))


def said_seconds(value: float) -> str:
    return "under 1 ns" if 0 < value < 1e-9 else say(Quantity(value, SECOND))


def said_bytes(value: float) -> str:
    return say(Quantity(value, BYTE))


def said_bytes_rate(value: float) -> str:
    return say(Quantity(value, BYTES))


def said_money(value: float) -> str:
    return say(Quantity(value, MONEY))


def said_availability(value: float) -> str:
    """Never 100 %: availabilities above twelve nines are not known to anyone."""
    return f"over 99.{'9' * (MOST_NINES - 2)} %" if value > 1 - 10.0**-MOST_NINES else said_share(value)


def said_factor(value: float) -> str:
    """`3.4`, `1,200`, `10^33`."""
    if value < 1e6:
        return f"{value:.3g}" if value < 1e3 else f"{value:,.0f}"
    return f"10^{math.floor(math.log10(min(value, 1e300)))}"


def said_share(value: float) -> str:
    """A percentage with as many digits as its nines need, rounded down, so that 99.95 % is never shown as 100 %."""
    if value >= 1:
        return "100 %"
    if value <= 0:
        return "0 %"
    return _percent(int(value * 100 * 10.0 ** (digits := _digits(value)) + 1e-6), digits)


def said_failing(value: float) -> str:
    """The same for requests that fail, rounded up: 0.04 % is never shown as 0 %."""
    if value <= 0 or value >= 1:
        return said_share(value)
    return _percent(math.ceil(value * 100 * 10.0 ** (digits := _digits(value)) - 1e-6), digits)


def _digits(value: float) -> int:
    """Decimal places: as many as it takes for two digits to tell it from 0 and one from 1."""
    digits = 1
    while digits < MOST_NINES and (100 * (1 - value) < 10.0 ** (1 - digits) or 100 * value < 10.0 ** (1 - digits)):
        digits += 1
    return digits


def _percent(scaled: int, digits: int) -> str:
    return f"{scaled / 10.0**digits:.{digits}f}".rstrip("0").rstrip(".") + " %"
