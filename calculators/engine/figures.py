"""Figures with provenance: what one component serves, how long things take, what they cost, what is promised.

A figure has one entry for each source that speaks of it; sources that disagree all stay, and are shown as such.
The file is YAML (`fixtures/figures.yaml`); whatever is wrong in it becomes a FigureError that says where.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_args

import yaml

from calculators.engine.figure_units import UNITS, Theme, say_in
from web.reading.safe_yaml import own_yaml

THEMES: tuple[Theme, ...] = get_args(Theme)
FIGURE_KEYS = frozenset({"id", "title", "theme", "unit", "component", "topics", "note", "entries"})
ENTRY_KEYS = frozenset({"value", "low", "high", "source", "section", "url", "year", "note", "tiers"})
MAX_BYTES = 1_000_000


class FigureError(ValueError):
    """What is wrong in a file of figures, and at which figure and entry."""


@dataclass(frozen=True)
class Source:
    name: str
    section: str
    year: int
    url: str = ""

    def __str__(self) -> str:
        return f"{self.name}, {self.section}, {self.year}"


@dataclass(frozen=True)
class Entry:
    """What one source says: low and high in the unit of its figure, equal where it names one value.

    `tiers` are pairs of an amount and the price of what is bought beyond it, the smallest amount first.
    """

    low: float
    high: float
    unit: str
    source: Source
    note: str = ""
    tiers: tuple[tuple[float, float], ...] = ()

    def paid_for(self, amount: float) -> float:
        """The price of an amount: its first part at the price of the figure, the part beyond each tier at that tier's
        price."""
        paid, price, bought = 0.0, self.low, 0.0
        for beyond, next_price in self.tiers:
            paid += max(0.0, min(amount, beyond) - bought) * price
            bought, price = beyond, next_price
        return paid + max(0.0, amount - bought) * price

    @property
    def is_range(self) -> bool:
        return self.low != self.high

    @property
    def middle(self) -> float:
        """The geometric mean, since sources differ by factors."""
        return math.sqrt(self.low * self.high)

    @property
    def said(self) -> str:
        """As people write it: `0.5 ns`, `100,000 to 300,000 /s`, `99.95%`."""
        return say_in(self.unit, self.low, self.high)


@dataclass(frozen=True)
class Figure:
    id: str
    title: str
    theme: Theme
    unit: str
    entries: tuple[Entry, ...]
    component: str = ""
    topics: tuple[str, ...] = ()
    note: str = ""

    @property
    def low(self) -> float:
        return min(entry.low for entry in self.entries)

    @property
    def high(self) -> float:
        return max(entry.high for entry in self.entries)

    @property
    def disagreement(self) -> float:
        """The highest value of any source divided by the lowest: 1 when all agree, infinite against a zero."""
        return self.high / self.low if self.low > 0 else math.inf

    @property
    def has_one_publisher(self) -> bool:
        """Whether all entries come from one company or author, so that no independent source confirms the figure."""
        return len({entry.source.name.partition(",")[0] for entry in self.entries}) == 1

    @property
    def said(self) -> str:
        return say_in(self.unit, self.low, self.high)

    @cached_property
    def latest(self) -> Entry:
        return max(self.entries, key=lambda entry: entry.source.year)


@dataclass(frozen=True)
class Figures:
    """All figures by id, in the order of the file."""

    by_id: Mapping[str, Figure]

    def __iter__(self) -> Iterator[Figure]:
        return iter(self.by_id.values())

    def __len__(self) -> int:
        return len(self.by_id)

    def __getitem__(self, figure_id: str) -> Figure:
        try:
            return self.by_id[figure_id]
        except KeyError:
            raise FigureError(f"no figure is called {figure_id!r}") from None

    def of_theme(self, theme: Theme) -> tuple[Figure, ...]:
        return tuple(figure for figure in self if figure.theme == theme)


def load_figures(path: Path) -> Figures:
    if path.stat().st_size > MAX_BYTES:
        raise FigureError(f"{path.name}: larger than {MAX_BYTES:,} bytes")
    return parse_figures(path.read_text(encoding="utf-8"))


def parse_figures(text: str) -> Figures:
    """Figures from YAML: a list of figures, each with its entries. FigureError names the figure and the entry."""
    try:
        found = own_yaml(text)
    except yaml.YAMLError as error:
        raise FigureError(f"not YAML: {error}") from error
    if not isinstance(found, list):
        raise FigureError("expected a list of figures")
    by_id: dict[str, Figure] = {}
    for position, raw in enumerate(found, start=1):
        figure = _figure(raw, position)
        if figure.id in by_id:
            raise FigureError(f"figure {figure.id!r}: the id is used twice")
        by_id[figure.id] = figure
    return Figures(MappingProxyType(by_id))


def _figure(raw: Any, position: int) -> Figure:
    if not isinstance(raw, dict) or not isinstance(raw.get("id"), str):
        raise FigureError(f"figure number {position}: expected a mapping with an `id`")
    where = f"figure {raw['id']!r}"
    _only(raw, FIGURE_KEYS, where)
    theme, unit = _word(raw, "theme", where), _word(raw, "unit", where)
    if theme not in THEMES:
        raise FigureError(f"{where}: the theme {theme!r} is none of {', '.join(THEMES)}")
    if unit not in UNITS:
        raise FigureError(f"{where}: the unit {unit!r} is none of {', '.join(sorted(UNITS))}")
    entries = raw.get("entries")
    if not isinstance(entries, list) or not entries:
        raise FigureError(f"{where}: expected at least one entry, each with a source")
    topics = raw.get("topics", [])
    if not isinstance(topics, list) or not all(isinstance(topic, str) for topic in topics):
        raise FigureError(f"{where}: `topics` must be a list of slugs")
    return Figure(
        id=raw["id"],
        title=_word(raw, "title", where),
        theme=theme,
        unit=unit,
        entries=tuple(_entry(entry, unit, f"{where}, entry {n}") for n, entry in enumerate(entries, start=1)),
        component=_word(raw, "component", where, default=""),
        topics=tuple(topics),
        note=_word(raw, "note", where, default=""),
    )


def _entry(raw: Any, unit: str, where: str) -> Entry:
    if not isinstance(raw, dict):
        raise FigureError(f"{where}: expected a mapping")
    _only(raw, ENTRY_KEYS, where)
    low, high = _bounds(raw, where)
    year = raw.get("year")
    if not isinstance(year, int) or not 1900 <= year <= 2100:
        raise FigureError(f"{where}: expected the `year` of the source")
    source = Source(
        name=_word(raw, "source", where),
        section=_word(raw, "section", where),
        year=year,
        url=_word(raw, "url", where, default=""),
    )
    if source.url and not source.url.startswith("https://"):
        raise FigureError(f"{where}: an address begins with https://")
    return Entry(low, high, unit, source, note=_word(raw, "note", where, default=""), tiers=_tiers(raw, where))


def _tiers(raw: Mapping[str, Any], where: str) -> tuple[tuple[float, float], ...]:
    given = raw.get("tiers", [])
    pairs = [each for each in given if isinstance(each, list) and len(each) == 2] if isinstance(given, list) else []
    if not isinstance(given, list) or len(pairs) < len(given):
        raise FigureError(f"{where}: `tiers` is a list of pairs, an amount and the price beyond it")
    found = [
        (_number({"tiers": beyond}, "tiers", where), _number({"tiers": price}, "tiers", where))
        for beyond, price in pairs
    ]
    if found != sorted(found, key=lambda each: each[0]):
        raise FigureError(f"{where}: the amounts of `tiers` rise")
    return tuple(found)


def _bounds(raw: Mapping[str, Any], where: str) -> tuple[float, float]:
    if "value" in raw and ("low" in raw or "high" in raw):
        raise FigureError(f"{where}: either a `value`, or `low` and `high`")
    low = _number(raw, "value" if "value" in raw else "low", where)
    high = _number(raw, "value" if "value" in raw else "high", where)
    if low > high:
        raise FigureError(f"{where}: low ({low:g}) is above high ({high:g})")
    return low, high


def _number(raw: Mapping[str, Any], key: str, where: str) -> float:
    value = raw.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise FigureError(f"{where}: `{key}` must be a number, not {value!r}")
    if not 0 <= value < 1e30:
        raise FigureError(f"{where}: `{key}` must be a finite number from 0, not {value!r}")
    return float(value)


def _word(raw: Mapping[str, Any], key: str, where: str, *, default: str | None = None) -> str:
    value = raw.get(key, default)
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise FigureError(f"{where}: expected `{key}` in words")
    return value.strip()


def _only(raw: Mapping[str, Any], allowed: frozenset[str], where: str) -> None:
    unknown = sorted(str(key) for key in raw if key not in allowed)
    if unknown:
        raise FigureError(f"{where}: unknown key {', '.join(unknown)}; known are {', '.join(sorted(allowed))}")
