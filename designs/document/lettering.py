"""How wide text is, as far as one can tell without its font, and how it breaks into lines. PURE.

The widths are those of common sans-serif fonts at 13 pixels, half bold, on the wide side; East Asian letters are as
wide as they are high.
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
    """Pixels that a line takes at this font size."""
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
    while text and width_of(f"{text}…", size=size) > width:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _pieces(word: str, width: float, size: float) -> list[str]:
    """A word that is too long for a line, in parts."""
    found, rest = [], word
    while len(rest) > 1 and width_of(rest, size=size) > width:
        length = len(rest) - 1
        while length > 1 and width_of(rest[:length], size=size) > width:
            length -= 1
        found.append(rest[:length])
        rest = rest[length:]
    return [*found, rest]
