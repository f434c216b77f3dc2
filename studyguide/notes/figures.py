"""What notes may say of figures with provenance, so that a number of `fixtures/figures.yaml` is typed there alone.

`[[figure:price-cdn]]` says the span of all sources, `[[figure:price-cdn#aws]]` what one of them says, and
`[[figure:disk-seek#2009]]` what those of one year say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from calculators.engine.figure_units import say_in
from calculators.engine.figures import Entry, Figure
from studyguide.notes.slugs import slugify


@dataclass(frozen=True, kw_only=True)
class Said:
    """A value with its unit as it stands in a sentence, and who says so."""

    value: str
    source: str


def said_by_name(figures: Iterable[Figure]) -> dict[str, Said]:
    """Every name under which a note may ask for a figure."""
    return {name: _said(figure, entries) for figure in figures for name, entries in _named(figure)}


def _named(figure: Figure) -> Iterator[tuple[str, Sequence[Entry]]]:
    yield figure.id, figure.entries
    parts: dict[str, list[Entry]] = {}
    for entry in figure.entries:
        for part in (slugify(entry.source.name.partition(",")[0]), str(entry.source.year)):
            parts.setdefault(part, []).append(entry)
    for part, entries in parts.items():
        yield f"{figure.id}#{part}", entries


def _said(figure: Figure, entries: Sequence[Entry]) -> Said:
    value = say_in(figure.unit, min(entry.low for entry in entries), max(entry.high for entry in entries))
    value = value.replace("%", " %")  # as topics write it
    if figure.theme == "price":
        # A price without its year misleads; one that is looked up again changes both here.
        value += f" ({max(entry.source.year for entry in entries)})"
    if len(entries) == 1:
        return Said(value=value, source=str(entries[0].source))
    return Said(value=value, source="; ".join(f"{entry.said}: {entry.source}" for entry in entries))
