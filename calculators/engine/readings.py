"""Reads a typed figure as the kind that a field asks for: a rate, a time, a share. A number without a unit is accepted
where only one unit can be meant, and a remark says so; where two can be meant it is refused."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from calculators.engine.dimensions import DIMENSIONLESS, Dimension
from calculators.engine.quantities import Quantity, QuantityError, hint, parse_quantity
from calculators.engine.units import BYTE, MONEY, MONTH_SECONDS, SECOND, parse_unit
from calculators.engine.wording import readable

Kind = Literal["rate", "capacity", "time", "share", "availability", "size", "bandwidth", "money", "count"]
PER_SECOND = SECOND**-1


@dataclass(frozen=True)
class _Wanted:
    """`words` say what is expected; `bare` is the unit of a number without one, empty where no unit is obvious."""

    dimension: Dimension
    words: str
    bare: str = ""
    is_above_zero: bool = False


WANTED: dict[Kind, _Wanted] = {
    "rate": _Wanted(PER_SECOND, "a rate such as 500/s or 5M/day", bare="/s"),
    "capacity": _Wanted(PER_SECOND, "a rate such as 500/s or 5M/day", bare="/s", is_above_zero=True),
    "time": _Wanted(SECOND, "a time such as 200 ms or 5 min"),
    "share": _Wanted(DIMENSIONLESS, "a share from 0% to 100%", bare="%"),
    "availability": _Wanted(
        DIMENSIONLESS, "an availability such as 99.9%, or a downtime such as 43 min/month", bare="%"
    ),
    "size": _Wanted(BYTE, "a size such as 500 B or 2 kB"),
    "bandwidth": _Wanted(BYTE / SECOND, "bytes or bits a second such as 10 Gbit/s"),
    "money": _Wanted(MONEY, "a sum such as $200", bare="USD"),
    "count": _Wanted(DIMENSIONLESS, "a number such as 200"),
}


@dataclass(frozen=True)
class Reading:
    """`quantity` is in base units (a price a month as the price of one month). `remark` says how an ambiguous text was
    understood, and is empty for an unambiguous one."""

    quantity: Quantity
    remark: str = ""


@lru_cache(maxsize=8192)
def read_as(kind: Kind, text: str) -> Reading:
    """Reads what was typed where this kind is asked for; QuantityError says what was expected."""
    wanted = WANTED[kind]
    found = parse_quantity(text)
    reading = _in_kind(kind, wanted, found, text.strip())
    low, high = _ends(reading.quantity)
    if low < 0:
        raise QuantityError(f"expected {wanted.words}, found a negative number")
    if wanted.is_above_zero and low == 0:
        raise QuantityError(f"expected {wanted.words}, found nothing at all")
    if kind in ("share", "availability") and high > 1:
        raise QuantityError(f"expected {wanted.words}, found {readable(found)}")
    return reading


def _in_kind(kind: Kind, wanted: _Wanted, found: Quantity, text: str) -> Reading:
    measured = found.dimension.measured
    if kind in ("share", "availability"):
        return _share(kind, wanted, found, text)
    if kind == "money" and measured == MONEY / SECOND:
        return Reading(found.scaled(MONTH_SECONDS, MONEY, "USD"))
    if measured == wanted.dimension and not (kind == "count" and _is_ratio(found)):
        return Reading(found)
    if found.unit or not found.dimension.is_plain:
        raise QuantityError(f"expected {wanted.words}, found {_named(found)}{hint(found)}")
    if not wanted.bare:
        raise QuantityError(f"expected {wanted.words}: {text} has no unit")
    unit = parse_unit(wanted.bare)
    read = found.scaled(unit.factor, unit.dimension, wanted.bare)
    return Reading(read, "" if kind == "money" else f"{text} is read as {readable(read)}")


def _share(kind: Kind, wanted: _Wanted, found: Quantity, text: str) -> Reading:
    if not found.dimension.measured.is_plain:
        raise QuantityError(f"expected {wanted.words}, found {_named(found)}")
    if _is_ratio(found):
        return _downtime(kind, wanted, found, text)
    if not found.dimension.is_plain or (found.unit and found.unit not in ("%", "percent")):
        raise QuantityError(f"expected {wanted.words}, found {_named(found)}")
    if not found.unit and _ends(found)[1] > 1:
        read = found.scaled(0.01, DIMENSIONLESS, "%")
        return Reading(read, f"{text} is read as {readable(read)}")
    return Reading(found)


def _downtime(kind: Kind, wanted: _Wanted, found: Quantity, text: str) -> Reading:
    """Minutes a month are the share of time in which it does not work."""
    low, high = _ends(found)
    if kind != "availability" or high > 1:
        raise QuantityError(f"expected {wanted.words}, found {text}")
    spread = None if found.spread is None else replace(found.spread, low=1 - high, high=1 - low)
    read = Quantity(1 - found.value, DIMENSIONLESS, spread, "%")
    return Reading(read, f"{text} is read as downtime: {readable(read)} available")


def _is_ratio(found: Quantity) -> bool:
    """A time for each time, as `43 min/month`."""
    return "/" in found.unit or " per " in found.unit


def _ends(found: Quantity) -> tuple[float, float]:
    return (found.spread.low, found.spread.high) if found.spread else (found.value, found.value)


def _named(found: Quantity) -> str:
    return found.unit if found.dimension.is_plain and found.unit else str(found.dimension)
