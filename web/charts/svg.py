"""The pieces that every drawing is made of: text with its breaks and width, shapes, and the element around them."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from xml.sax.saxutils import escape

FONT_SIZE = 14
LINE_HEIGHT = 18
# Mean advance of system sans fonts at 14 px, on the generous side.
CHARACTER_WIDTH = 7.5
LONG_WORD = 22
NOT_XML = re.compile(r"[\x00-\x08\x0b-\x1f]")
SPECIAL = re.compile(r"[\x00-\x08\x0b-\x1f&<>\"]")


def wrapped(label: str, *, characters: int) -> list[str]:
    """Lines of at most about `characters`; explicit line breaks are kept."""
    return [line for part in label.split("\n") for line in _lines(part, characters)]


def _lines(part: str, characters: int) -> list[str]:
    if len(part) <= characters and part.isprintable() and part == part.strip():
        return [part]  # most labels, which textwrap would take apart and put together again
    return textwrap.wrap(part, characters) or [""]


def words_wrapped(label: str, *, characters: int) -> list[str]:
    """The same, and no word is taken apart that is not very long."""
    longest = max((len(word) for word in label.split()), default=0)
    return wrapped(label, characters=max(characters, min(longest, LONG_WORD)))


def text_width(lines: list[str]) -> float:
    return max((len(line) for line in lines), default=0) * CHARACTER_WIDTH


def text_svg(lines: list[str], x: float, y: float, css_class: str) -> str:
    """Lines centred on (x, y)."""
    top = y - (len(lines) - 1) * LINE_HEIGHT / 2 + FONT_SIZE * 0.35
    spans = "".join(
        f'<tspan x="{x:.1f}" y="{top + index * LINE_HEIGHT:.1f}">{escaped(line)}</tspan>'
        for index, line in enumerate(lines)
    )
    return f'<text class="{css_class}" text-anchor="middle">{spans}</text>'


def escaped(text: str) -> str:
    """Escaped for XML, without the control characters that XML cannot hold."""
    if not SPECIAL.search(text):
        return text  # nearly all words and figures; three times as fast as a replacement without matches
    return escape(NOT_XML.sub("", text)).replace('"', "&quot;")


def rect_svg(left: float, top: float, width: float, height: float, *, radius: float = 0, css_class: str = "") -> str:
    named = f' class="{css_class}"' if css_class else ""
    place = f'x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}"'
    return f'<rect{named} {place} rx="{radius:.1f}"/>'


def polygon_svg(points: list[tuple[float, float]], *, css_class: str = "") -> str:
    named = f' class="{css_class}"' if css_class else ""
    return f'<polygon{named} points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}"/>'


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """What is drawn, in pixels, and what it says to those who do not see it."""

    width: float
    height: float
    title: str
    description: str
    inside: str

    def svg(self, css_class: str = "") -> str:
        size = f'viewBox="0 0 {self.width:.0f} {self.height:.0f}" width="{self.width:.0f}" height="{self.height:.0f}"'
        words = f"<title>{escaped(self.title)}</title><desc>{escaped(self.description)}</desc>"
        named = f"flow {css_class}".strip()
        return f'<svg xmlns="http://www.w3.org/2000/svg" class="{named}" role="img" {size}>{words}{self.inside}</svg>'


def zone_svg(left: float, top: float, width: float, height: float, label: str) -> str:
    """A frame around part of a drawing, with its name in the corner."""
    name = f'<text class="flow-zone-label" x="{left + 10:.1f}" y="{top + 17:.1f}">{escaped(label)}</text>'
    return f'<g class="flow-zone">{rect_svg(left, top, width, height, radius=6)}{name}</g>'


def arrow_svg(path: str, head: str, stroke: str) -> str:
    return f'<g class="flow-edge {stroke}"><path class="flow-line" d="{path}"/>{head}</g>'
