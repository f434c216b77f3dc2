"""Figures as pictures: one ladder for each kind of unit, where sources that disagree stand apart on one rung."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from calculators.engine.figure_units import say_in
from calculators.engine.figures import Entry, Figure
from web.charts.rows import Heads, Rung, Span, ladder

SHARES = ("share", "share/year")  # drawn as the share that is missing, because the values crowd just below one
HEADS = Heads("Figure", "All sources together")


def ladders(figures: Iterable[Figure]) -> list[str]:
    """A ladder for each scale that several figures share: dollars and seconds cannot stand on one."""
    by_scale: dict[str, list[Figure]] = {}
    for figure in figures:
        by_scale.setdefault(_scale_of(figure), []).append(figure)
    return [_ladder(title, group) for title, group in by_scale.items() if len(group) > 1]


def _ladder(title: str, figures: list[Figure]) -> str:
    latest = max(entry.source.year for figure in figures for entry in figure.entries)
    place = _unavailability if figures[0].unit in SHARES else _as_it_is
    rungs = [
        Rung(figure.title, tuple(_span(entry, latest, place) for entry in figure.entries), figure.said, _years(figure))
        for figure in figures
    ]
    return ladder(title, rungs, HEADS, _tick_words(figures[0]))


def _span(entry: Entry, latest: int, place: Callable[[float], float]) -> Span:
    low, high = sorted((place(entry.low), place(entry.high)))
    return Span(low, high, f"{entry.said}: {entry.source}", "older" if entry.source.year < latest - 8 else "")


def _years(figure: Figure) -> str:
    """Which source says what; nothing where only one source exists, since the rung says it already."""
    if len(figure.entries) == 1:
        return str(figure.entries[0].source.year)
    return " · ".join(f"{entry.source.year}: {entry.said}" for entry in figure.entries)


def _scale_of(figure: Figure) -> str:
    titles = {
        "s": "How long it takes",
        "share/year": "What is lost in a year, as a share",
        "share": "Downtime that the promise allows, as a share of a month",
        "connection": "Connections",
        "byte": "How much room it takes",
        "byte/connection": "Memory of a connection",
        "USD/GB": "Moving a gigabyte",
        "USD/GB/month": "Keeping a gigabyte for a month",
        "USD/hour": "An hour of a machine",
        "USD/million": "A million calls",
    }
    return titles.get(figure.unit, "How many a second")


def _tick_words(figure: Figure) -> Callable[[float], str]:
    unit = figure.unit
    if unit in SHARES:
        return lambda value: f"{value * 100:.6g}%"
    if unit.endswith("/s"):
        return lambda value: f"{value:,.0f}/s"
    if unit.startswith("USD/"):
        return lambda value: f"${value:,.6g}"
    return lambda value: say_in(unit, value, value)


def _as_it_is(value: float) -> float:
    return value


def _unavailability(value: float) -> float:
    return round(1.0 - value, 12)
