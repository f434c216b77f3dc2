"""The drawings in a note's HTML."""

from __future__ import annotations

import re

LARGE = re.compile(r"<svg[^>]*class=\"flow for-column\"[^<]*(?:<(?!/svg>)[^<]*)*</svg>")
LINK = re.compile(r"<a class=\"enlarge\" href=\"[^\"]*/drawings/(\d+)/\">")


def drawing_of(html: str, number: int) -> str | None:
    """The drawing with that number as an <svg>; None where no link leads to it (small ones stand large in the text)."""
    before, link, _ = html.partition(f'/drawings/{number}/">')
    found = LARGE.findall(before[before.rfind("<figure") :]) if link else []
    return found[-1] if found else None
