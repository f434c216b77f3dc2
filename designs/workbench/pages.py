"""Splits the cards of a step into pages, so that no form has more fields than one post may send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from designs.workbench.fields import Cell, FilledTable

MOST_CHOICES = 20_000  # options of all select fields on a page
MOST_FIELDS = 800  # DATA_UPLOAD_MAX_NUMBER_FIELDS is 1,000; the rest is for the fields around the cards

Card = Mapping[str, Any]


def on_pages(cards: Sequence[Card], *, most: int = MOST_FIELDS) -> list[list[Card]]:
    """The cards in order, as many on each page as fit; a card too large for any page has a page of its own."""
    pages: list[list[Card]] = [[]]
    room, choices = most, MOST_CHOICES
    for card in cards:
        wanted, offered = posted_fields(card), offered_choices(card)
        if (wanted > room or offered > choices) and pages[-1]:
            pages.append([])
            room, choices = most, MOST_CHOICES
        pages[-1].append(card)
        room, choices = room - wanted, choices - offered
    return pages


def offered_choices(part: Any) -> int:
    """The number of options in all of its select fields."""
    match part:
        case Cell():
            return len(part.choices)
        case FilledTable():
            return sum(len(cell.choices) for row in (*part.rows, part.blank) for cell in row.cells)
        case Mapping():
            return sum(map(offered_choices, part.values()))
        case list() | tuple():
            return sum(map(offered_choices, part))
    return 0


def posted_fields(part: Any) -> int:
    """The largest number of fields that a browser sends for it."""
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
