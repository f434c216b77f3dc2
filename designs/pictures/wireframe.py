"""A screen of the mocked user interface as an SVG of boxes and words. PURE."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from designs.document.lettering import width_of, wrapped
from designs.document.placement import in_order
from web.charts.markup import escaped

MARGIN = 16
GAP = 12
LEAST_WIDTH, LEAST_HEIGHT = 280, 160
USUAL_WIDTH, MOST_WIDTH = 120, 480
Json = Mapping[str, Any]


@dataclass(frozen=True)
class Placed:
    """An element with its position: its own, or below the others when it has none. An element without a width is as
    wide as its label."""

    key: str
    kind: str
    label: str
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2


def wireframe(screen: Json, *, title: str) -> str:
    """The SVG of one screen."""
    elements = placed(screen.get("elements", {}))
    width = max([LEAST_WIDTH, *(each.x + each.width + MARGIN for each in elements)])
    height = max([LEAST_HEIGHT, *(each.y + each.height + MARGIN for each in elements)])
    body = "".join(
        f'<g class="element" data-element="{escaped(each.key)}" data-x="{each.x:g}" data-y="{each.y:g}">'
        f"{_SHAPES.get(each.kind, _box)(each)}</g>"
        for each in elements
    )
    count = f"{len(elements)} element{'' if len(elements) == 1 else 's'}"
    return (
        f'<svg class="wireframe" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}"'
        f' width="{width:g}" height="{height:g}" role="img" aria-label="{escaped(f"Screen {title}: {count}")}">'
        f'<rect class="screen-frame" x="1" y="1" width="{width - 2:g}" height="{height - 2:g}" rx="12"/>{body}</svg>'
    )


def placed(elements: Json) -> list[Placed]:
    found: list[Placed] = []
    for key, item in in_order(elements):
        label = item.get("label", "")
        width, height = item.get("width", _wide_enough(label)), item.get("height", 32)
        x, y = item.get("x", 0), item.get("y", 0)
        if "x" not in item and "y" not in item:
            x, y = MARGIN, max((each.y + each.height + GAP for each in found), default=MARGIN)
        found.append(Placed(key, item["kind"], label, max(x, 0), max(y, 0), width, height))
    return found


def _wide_enough(label: str) -> float:
    return min(MOST_WIDTH, max(USUAL_WIDTH, width_of(label) + 2 * MARGIN))


def _rect(each: Placed, css: str, radius: float = 6) -> str:
    place = f'x="{each.x:g}" y="{each.y:g}" width="{each.width:g}" height="{each.height:g}"'
    return f'<rect class="{css}" {place} rx="{radius:g}"/>'


def _text(x: float, y: float, words: str, css: str) -> str:
    return f'<text class="{css}" x="{x:g}" y="{y:g}">{escaped(words)}</text>'


def _first_line(each: Placed, margin: float = 16) -> str:
    return wrapped(each.label, each.width - margin)[0]


def _box(each: Placed) -> str:
    return _rect(each, "panel") + _text(each.x + 10, each.y + 20, _first_line(each), "words")


def _heading(each: Placed) -> str:
    return _text(each.x, each.y + each.height * 0.72, each.label[:60], "words is-heading")


def _plain(each: Placed) -> str:
    lines = wrapped(each.label or "text", each.width)
    return "".join(_text(each.x, each.y + 16 + 18 * number, line, "words") for number, line in enumerate(lines))


def _link(each: Placed) -> str:
    return _text(each.x, each.y + 20, each.label or "link", "words is-link")


def _input(each: Placed) -> str:
    return _rect(each, "entry", 5) + _text(each.x + 9, each.y + 20, _first_line(each), "words is-faint")


def _choice(each: Placed) -> str:
    right, middle = each.x + each.width - 18, each.y + each.height / 2
    return _input(each) + f'<path class="line" d="m{right:g} {middle - 2:g} 5 5 5-5"/>'


def _button(each: Placed) -> str:
    x, y = each.middle
    return _rect(each, "button", 8) + _text(x, y + 5, _first_line(each), "words is-button")


def _picture(each: Placed) -> str:
    right, bottom = each.x + each.width, each.y + each.height
    cross = f"M{each.x:g} {each.y:g}L{right:g} {bottom:g}M{right:g} {each.y:g}L{each.x:g} {bottom:g}"
    x, y = each.middle
    return (
        _rect(each, "panel")
        + f'<path class="line" d="{cross}"/>'
        + _text(x, y + 5, _first_line(each), "words is-centred")
    )


def _video(each: Placed) -> str:
    x, y = each.middle
    play = f'<path class="button" d="M{x - 8:g} {y - 10:g}l18 10-18 10z"/>'
    return _rect(each, "panel") + play + _text(each.x + 10, each.y + 20, _first_line(each), "words")


def _rows(each: Placed) -> str:
    count = max(int((each.height - 22) // 22), 1)
    lines = "".join(
        f'<path class="line" d="M{each.x + 10:g} {each.y + 36 + 22 * row:g}h{max(each.width - 20, 1):g}"/>'
        for row in range(min(count, 8))
        if 36 + 22 * row < each.height
    )
    return _box(each) + lines


_SHAPES: dict[str, Callable[[Placed], str]] = {
    "heading": _heading,
    "text": _plain,
    "link": _link,
    "input": _input,
    "text_area": _input,
    "choice": _choice,
    "button": _button,
    "image": _picture,
    "map": _picture,
    "video": _video,
    "list": _rows,
    "menu": _rows,
}
