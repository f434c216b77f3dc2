"""The drawings in a note's HTML."""

from __future__ import annotations

import re

# Flowcharts and sequences, the pictures of labs, and charts; icons have classes of their own.
DRAWN = re.compile(r'<svg\b[^<>]*\bclass="(?:flow(?: for-column)?|lab-drawing|chart)"[^<>]*>')
IN_A_COLUMN = 'class="flow for-column"'


def drawing_of(html: str, number: int) -> str | None:
    """The drawing with that number as an <svg>; None where no link leads to it (small ones stand large in the text)."""
    before, link, _ = html.partition(f'/drawings/{number}/">')
    figure = before[before.rfind("<figure") :] if link else ""
    named = figure.find(IN_A_COLUMN)
    begin, end = figure.rfind("<svg", 0, max(named, 0)), figure.find("</svg>", named)
    return figure[begin:end] + "</svg>" if 0 <= begin < end else None


def first_drawing(html: str) -> str:
    """The first drawing in a text as an <svg>, of the live parts too, in its size for wide screens; empty where there
    is none."""
    found = DRAWN.search(html)
    if found is None:
        return ""
    end = html.find("</svg>", found.end())
    return html[found.start() : end] + "</svg>" if end > 0 else ""
