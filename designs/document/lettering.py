"""Estimates the width of text without its font, and breaks it into lines. PURE.

The widths are upper estimates for common sans-serif fonts at 13 pixels, half bold; East Asian characters are as wide as
they are high.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

SIZE = 13.0
NARROW, WIDE = frozenset("iljtfrI.,:;'|!()[]`- "), frozenset("mwMW@%—…")
NARROW_WIDTH, USUAL_WIDTH, CAPITAL_WIDTH, WIDE_WIDTH, FULL_WIDTH = 5.0, 8.1, 9.7, 12.2, 13.5


@lru_cache(maxsize=4096)
def _width(character: str) -> float:
    if unicodedata.combining(character):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return FULL_WIDTH
    if character in NARROW:
        return NARROW_WIDTH
    if character in WIDE:
        return WIDE_WIDTH
    return CAPITAL_WIDTH if character.isupper() else USUAL_WIDTH


def width_of(text: str, *, size: float = SIZE) -> float:
    """The width of a line in pixels at this font size."""
    return sum(map(_width, text)) * size / SIZE


def wrapped(text: str, width: float, *, most: int = 3, size: float = SIZE) -> list[str]:
    """The text in at most this many lines of this width; the last ends in an ellipsis when there is more."""
    lines: list[str] = []
    for word in text.split():
        for piece in _pieces(word, width, size):
            if lines and width_of(f"{lines[-1]} {piece}", size=size) <= width:
                lines[-1] += f" {piece}"
            else:
                lines.append(piece)
    if len(lines) > most:
        lines = [*lines[: most - 1], shortened(" ".join(lines[most - 1 :]), width, size=size)]
    return lines or [""]


def shortened(text: str, width: float, *, size: float = SIZE) -> str:
    """The text, or as much of it as fits before an ellipsis."""
    if width_of(text, size=size) <= width:
        return text
    return f"{text[: _fitting(text, width, size, ending='…')].rstrip()}…"


def _pieces(word: str, width: float, size: float) -> list[str]:
    """A word that is too long for a line, in parts."""
    found, start = [], 0
    while len(word) - start > 1 and (length := _fitting(word, width, size, start=start)) < len(word) - start:
        found.append(word[start : start + max(length, 1)])
        start += max(length, 1)
    return [*found, word[start:]]


def _fitting(text: str, width: float, size: float, *, start: int = 0, ending: str = "") -> int:
    """How many characters from `start` fit into the width together with the ending."""
    total, behind = 0.0, sum(map(_width, ending))
    for at in range(start, len(text)):
        total += _width(text[at])
        if (total + behind) * size / SIZE > width:
            return at - start
    return len(text) - start
