"""Cards of a step on several pages, so that none of its forms has more fields than one post may send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from designs.workbench.fields import Cell, FilledTable

MOST_FIELDS = 800  # of the thousand of DATA_UPLOAD_MAX_NUMBER_FIELDS; the rest is for what stands around the cards

Card = Mapping[str, Any]


def on_pages(cards: Sequence[Card], *, most: int = MOST_FIELDS) -> list[list[Card]]:
    """The cards in order, as many on each page as fit; one that is too large by itself has a page of its own."""
    pages: list[list[Card]] = [[]]
    room = most
    for card in cards:
        wanted = posted_fields(card)
        if wanted > room and pages[-1]:
            pages.append([])
            room = most
        pages[-1].append(card)
        room -= wanted
    return pages


def posted_fields(part: Any) -> int:
    """How many fields a browser sends of it at most."""
    match part:
        case Cell():
            return 1 + (len(part.choices) if part.column.kind == "set" else part.column.kind == "check")
        case FilledTable():
            return sum(posted_fields(cell) for row in (*part.rows, part.blank) for cell in row.cells)
        case Mapping():
            return sum(map(posted_fields, part.values()))
        case list() | tuple():
            return sum(map(posted_fields, part))
    return 0
