"""Shapes for the labs' drawings. They carry classes only; static/css/labs.css colours them, light and dark."""

from __future__ import annotations

import math
from collections.abc import Sequence

from web.charts.svg import escaped

WIDTH = 400


def drawing(title: str, height: float, inside: str) -> str:
    """One picture, 400 units wide so that its words stay readable on a phone; what it shows stands in a table too."""
    view = f'viewBox="0 0 {WIDTH} {height:g}"'
    return f'<svg class="lab-drawing" role="img" {view} aria-label="{escaped(title)}">{inside}</svg>'


def rect(x: float, y: float, width: float, height: float, css: str, *, radius: float = 4, tip: str = "") -> str:
    inside = f"<title>{escaped(tip)}</title>" if tip else ""
    size = f'width="{max(width, 0):.1f}" height="{height:.1f}"'
    return f'<rect class="{css}" x="{x:.1f}" y="{y:.1f}" {size} rx="{radius:g}">{inside}</rect>'


def circle(x: float, y: float, radius: float, css: str, *, tip: str = "", key: str = "") -> str:
    """A circle. One `key` means the same thing in all states of a run, so that it moves from place to place."""
    inside = f"<title>{escaped(tip)}</title>" if tip else ""
    named = f' data-key="{escaped(key)}"' if key else ""
    return f'<circle class="{css}"{named} cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}">{inside}</circle>'


def timer(x: float, y: float, radius: float, share: float) -> str:
    """An arc that is left of a circle, clockwise from the top; it shrinks from state to state."""
    half = f"a{radius:.1f} {radius:.1f} 0 1 1 0"
    ring = f"M{x:.1f} {y - radius:.1f}{half} {2 * radius:.1f}{half} {-2 * radius:.1f}"
    return f'<path class="timer" d="{ring}" pathLength="100" stroke-dasharray="{100 * share:.1f} 100"/>'


def path(points: Sequence[tuple[float, float]], css: str) -> str:
    return f'<polyline class="{css}" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}"/>'


def line(x1: float, y1: float, x2: float, y2: float, css: str) -> str:
    return f'<line class="{css}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def arrow(x1: float, y1: float, x2: float, y2: float, css: str) -> str:
    """A line with a head at its second end."""
    angle = math.atan2(y2 - y1, x2 - x1)
    wings = [(x2 - 7 * math.cos(angle + turn), y2 - 7 * math.sin(angle + turn)) for turn in (0.45, -0.45)]
    head = " ".join(f"{x:.1f},{y:.1f}" for x, y in ((x2, y2), *wings))
    return line(x1, y1, x2, y2, css) + f'<polygon class="{css} head" points="{head}"/>'


def text(x: float, y: float, words: str, css: str = "", *, anchor: str = "middle") -> str:
    return f'<text class="{css}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escaped(words)}</text>'


def on_circle(share: float, radius: float, *, x: float, y: float) -> tuple[float, float]:
    """The place at a share of the way round, clockwise from the top."""
    angle = 2 * math.pi * share - math.pi / 2
    return x + radius * math.cos(angle), y + radius * math.sin(angle)


def colour(index: int) -> str:
    """The class of the n-th thing of a kind; its name is always written too."""
    return f"kind-{index % 8 + 1}"
