"""The pieces of a chart as markup: places are percentages of its width, so text keeps its size on every screen."""

from __future__ import annotations

from collections.abc import Sequence

from web.charts.svg import escaped

__all__ = ["anchor_for", "data_table", "escaped", "line", "percent", "rect", "text", "tip"]


def percent(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") + "%"


def rect(x: float, width: float, y: float, height: float, css: str, *, radius: float = 0, inside: str = "") -> str:
    """x and width in percent, y and height in pixels."""
    place = f'x="{percent(x)}" width="{percent(width)}" y="{y:g}" height="{height:g}"'
    return f'<rect class="{css}" {place} rx="{radius:g}">{inside}</rect>'


def line(x: float, top: float, bottom: float, css: str) -> str:
    """An upright line: x in percent, its ends in pixels."""
    return f'<line class="{css}" x1="{percent(x)}" x2="{percent(x)}" y1="{top:g}" y2="{bottom:g}"/>'


def text(x: float, y: float, words: str, css: str, *, anchor: str = "start", dx: float = 0) -> str:
    """x in percent, y and dx in pixels; y is the baseline."""
    shift = f' dx="{dx:g}"' if dx else ""
    return f'<text class="{css}" x="{percent(x)}" y="{y:g}"{shift} text-anchor="{anchor}">{escaped(words)}</text>'


def tip(words: str) -> str:
    return f"<title>{escaped(words)}</title>"


def anchor_for(x: float, *, edge: float = 12) -> str:
    """Text near an end of the chart grows inwards."""
    return "start" if x < edge else "end" if x > 100 - edge else "middle"


def data_table(caption: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The same figures as a table, folded away below the drawing."""
    heads = "".join(f'<th scope="col">{escaped(cell)}</th>' for cell in head)
    body = "".join(
        f'<tr><th scope="row">{escaped(row[0])}</th>'
        + "".join(f'<td class="number">{escaped(cell)}</td>' for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    name = escaped(caption)
    return (
        '<details class="chart-data"><summary>As a table</summary>'
        f'<div class="scroll-x" tabindex="0" role="group" aria-label="{name}, as a table">'
        f'<table><caption class="visually-hidden">{name}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div></details>"
    )
