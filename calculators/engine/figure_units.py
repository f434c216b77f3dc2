"""The units that figures are kept in, and how a figure in one of them is said."""

from __future__ import annotations

from typing import Literal

Theme = Literal["latency", "capacity", "limit", "price", "availability"]

# The units that the file may use.
UNITS: frozenset[str] = frozenset(
    {
        "s",
        "share",
        "share/year",
        "connection",
        "byte",
        "byte/connection",
        "request/s",
        "query/s",
        "transaction/s",
        "operation/s",
        "write/s",
        "read/s",
        "message/s",
        "search/s",
        "token/s",
        "USD/GB",
        "USD/GB/month",
        "USD/hour",
        "USD/million",
    }
)
_TIMES = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))
_BYTES = ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1.0, "B"))


def say_in(unit: str, low: float, high: float) -> str:
    """`100 ns`, `50 to 100 ms`, `99.95%`, `100,000 to 300,000 requests/s`, `$0.023 /GB/month`."""
    first, last = _say(unit, low), _say(unit, high)
    if first == last:
        return first
    number, _, name = first.partition(" ")
    last_number, _, last_name = last.partition(" ")
    return f"{number} to {last_number} {name}".strip() if name == last_name else f"{first} to {last}"


def _say(unit: str, value: float) -> str:
    if unit == "s":
        return _scaled(value, _TIMES)
    if unit == "byte":
        return _scaled(value, _BYTES)
    if unit == "byte/connection":
        return f"{_scaled(value, _BYTES)} per connection"
    if unit in ("share", "share/year"):
        return f"{_plain(value * 100)}%"
    if unit.startswith("USD/"):
        return f"${_money(value)} per {unit.removeprefix('USD/').replace('GB/month', 'GB and month')}"
    counted, _, per = unit.partition("/")
    plural = {"query": "queries", "search": "searches"}.get(counted, f"{counted}s")
    return f"{_plain(value)} {plural}/{per}" if per else f"{_plain(value)} {plural}"


def _scaled(value: float, scales: tuple[tuple[float, str], ...]) -> str:
    factor, name = next((scale for scale in scales if value >= scale[0] * (1 - 1e-12)), scales[-1])
    return f"{_plain(value / factor)} {name}"


def _plain(value: float) -> str:
    """Every digit that the source gave, with thousands apart, and without the noise of binary fractions."""
    rounded = float(f"{value:.12g}")
    return f"{rounded:,.12g}" if abs(rounded) < 1e12 else f"{rounded:.6g}"


def _money(value: float) -> str:
    """Cents at least: `0.40`, and more digits where the price has them: `0.0225`."""
    shown = _plain(value)
    return f"{value:,.2f}" if len(shown.partition(".")[2]) < 2 else shown
