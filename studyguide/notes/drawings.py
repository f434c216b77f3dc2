"""The drawings in a note's HTML."""

from __future__ import annotations

IN_A_COLUMN = 'class="flow for-column"'


def drawing_of(html: str, number: int) -> str | None:
    """The drawing with that number as an <svg>; None where no link leads to it (small ones stand large in the text)."""
    before, link, _ = html.partition(f'/drawings/{number}/">')
    figure = before[before.rfind("<figure") :] if link else ""
    named = figure.find(IN_A_COLUMN)
    begin, end = figure.rfind("<svg", 0, max(named, 0)), figure.find("</svg>", named)
    return figure[begin:end] + "</svg>" if 0 <= begin < end else None
