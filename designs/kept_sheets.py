"""Sheets that a person keeps in the calculators. Designs know no more about calculators' pages; the site registers the
source here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from calculators.engine.sheet_content import Content


@dataclass(frozen=True)
class KeptSheet:
    id: str
    name: str
    calculator: str
    content: Content


Source = Callable[[int], list[KeptSheet]]
_sources: list[Source] = []


def register(source: Source) -> None:
    """Called once when the site is ready. `source(user_id)` returns the sheets that this person keeps."""
    _sources.append(source)


def kept_by(user_id: int | None) -> list[KeptSheet]:
    return [sheet for source in _sources for sheet in source(user_id)] if user_id else []
