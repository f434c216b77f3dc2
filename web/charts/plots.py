"""Charts on two axes: the histogram of an uncertain result, curves, and a spark beside a number. Each is one <svg>
with a title and a description, and its figures as a table below it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from web.charts.markup import anchor_for, data_table, escaped, line, percent, rect, text, tip
from web.charts.scales import LinearScale

Say = Callable[[float], str]
_MARK_LINE = 18
# A letter of a label, in percent of the width of a chart on a phone; and the share of a label left of its place.
_LETTER = 2.7
_LEFT_OF = {"start": 0.0, "middle": 0.5, "end": 1.0}


@dataclass(frozen=True)
class Mark:
    """A value that is pointed out on the axis, such as a quantile."""

    value: float
    label: str


@dataclass(frozen=True)
class Curve:
    """Points (x, y) in the order of x. A point whose y is not finite breaks the line."""

    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Axis:
    name: str
    say: Say


@dataclass(frozen=True)
class Spot:
    """Where the reader is on a curve."""

    x: float
    y: float
    label: str


def histogram(title: str, edges: Sequence[float], counts: Sequence[int], marks: Sequence[Mark], axis: Axis) -> str:
    """Counts between neighbouring edges, one more edge than counts; marks are upright lines with their words above."""
    if len(edges) != len(counts) + 1 or not counts:
        raise ValueError("a histogram needs one edge more than counts")
    top, height = _MARK_LINE * len(marks) + 6, 130
    bottom = top + height
    scale, most = LinearScale(edges[0], edges[-1]), max([*counts, 1])
    inside = _bins(edges, counts, scale, bottom, height / most, axis.say)
    for index, mark in enumerate(marks):
        place = scale.place(mark.value)
        inside += line(place, _MARK_LINE * index + 4, bottom, "quantile")
        inside += _beside(place, _MARK_LINE * index + 14, mark.label, "quantile-label")
    inside += _x_axis(scale, bottom, axis.say)
    total = sum(counts) or 1
    rows = [
        (f"{axis.say(low)} to {axis.say(high)}", f"{count / total:.1%}")
        for low, high, count in zip(edges, edges[1:], counts, strict=False)
    ]
    table = data_table(title, (axis.name, "Share"), rows)
    return _figure(title, _describe_marks(marks), bottom + 26, inside, table, css="chart-histogram")


def line_chart(
    title: str,
    curves: Sequence[Curve],
    x_axis: Axis,
    y_axis: Axis,
    *,
    top_value: float | None = None,
    spot: Spot | None = None,
) -> str:
    """Curves over shared axes from 0 up; `top_value` cuts off what rises beyond it."""
    xs = [x for curve in curves for x, _ in curve.points]
    ys = [y for curve in curves for _, y in curve.points if math.isfinite(y)]
    if not xs or not ys:
        raise ValueError("a line chart needs a point with a finite height")
    head, height = 26, 190
    x_scale = LinearScale(min(xs), max(xs))
    y_scale = LinearScale(min([0.0, *ys]), (top_value if top_value is not None else max(ys)) or 1.0)
    bottom = head + height
    inside = _y_axis(y_scale, head, height, y_axis)
    inside += _curves(curves, x_scale, y_scale, head, height)
    inside += _x_axis(x_scale, bottom, x_axis.say)
    inside += text(100, bottom + 40, x_axis.name, "axis-name", anchor="end")
    if spot:
        inside += _spot(spot, x_scale, y_scale, head, height)
    table = data_table(title, (x_axis.name, *(curve.name for curve in curves)), _curve_rows(curves, x_axis, y_axis))
    words = f"{y_axis.name} against {x_axis.name}. " + (f"You are at {spot.label}." if spot else "")
    return _figure(title, words, bottom + 46, inside, _legend(curves) + table, css="chart-line with-gutter")


def sparkline(title: str, values: Sequence[float]) -> str:
    """A line without axes, as tall as a line of text."""
    finite = [value for value in values if math.isfinite(value)]
    if not finite:
        raise ValueError("a sparkline needs a finite value")
    scale = LinearScale(min(finite), max(finite))
    step = 100 / max(1, len(values) - 1)
    points = " ".join(
        f"{i * step:.2f},{22 - scale.place(v) * 0.2:.2f}" for i, v in enumerate(values) if math.isfinite(v)
    )
    return (
        f'<svg class="chart-spark" role="img" viewBox="0 0 100 24" preserveAspectRatio="none">'
        f'{tip(title)}<polyline class="curve curve-1" points="{points}"/></svg>'
    )


def _bins(
    edges: Sequence[float], counts: Sequence[int], scale: LinearScale, bottom: float, unit: float, say: Say
) -> str:
    drawn = ""
    for low, high, count in zip(edges, edges[1:], counts, strict=False):
        left, right = scale.place(low), scale.place(high)
        words = tip(f"{say(low)} to {say(high)}")
        drawn += rect(
            left + 0.1, max(0.1, right - left - 0.2), bottom - count * unit, count * unit, "mark", inside=words
        )
    return drawn


def _x_axis(scale: LinearScale, bottom: float, say: Say) -> str:
    """Labels that would run into the one before on a phone are `crowded`, and shown on wider screens only."""
    drawn = f'<line class="axis" x1="0%" x2="100%" y1="{bottom:g}" y2="{bottom:g}"/>'
    free = -math.inf
    for tick in scale.ticks(6):
        place, words = scale.place(tick), say(tick)
        anchor = anchor_for(place, edge=6)
        left = place - len(words) * _LETTER * _LEFT_OF[anchor]
        css = "tick" if left > free else "tick crowded"
        free = left + len(words) * _LETTER if css == "tick" else free
        drawn += line(place, bottom, bottom + 4, "axis")
        drawn += text(place, bottom + 19, words, css, anchor=anchor)
    return drawn


def _y_axis(scale: LinearScale, head: float, height: float, axis: Axis) -> str:
    drawn = text(0, 14, axis.name, "axis-name", dx=-60)
    for tick in scale.ticks(6):
        y = head + height - scale.place(tick) / 100 * height
        drawn += f'<line class="grid" x1="0%" x2="100%" y1="{y:.1f}" y2="{y:.1f}"/>'
        drawn += text(0, round(y + 4, 1), axis.say(tick), "tick", anchor="end", dx=-8)
    return drawn


def _curves(curves: Sequence[Curve], x: LinearScale, y: LinearScale, head: float, height: float) -> str:
    drawn = ""
    for index, curve in enumerate(curves, start=1):
        for piece in _pieces(curve, y.high):
            across, up = x.places(px for px, _ in piece), y.places(py for _, py in piece)
            points = " ".join(f"{px * 10:.1f},{1000 - py * 10:.1f}" for px, py in zip(across, up, strict=True))
            drawn += f'<polyline class="curve curve-{index}" points="{points}"/>'
    frame = f'y="{head:g}" width="100%" height="{height:g}" viewBox="0 0 1000 1000" preserveAspectRatio="none"'
    return f"<svg {frame}>{drawn}</svg>"


def _pieces(curve: Curve, top: float) -> list[list[tuple[float, float]]]:
    """The runs of points that can be drawn; a run ends with its first point above the top."""
    pieces: list[list[tuple[float, float]]] = [[]]
    for x, y in curve.points:
        if math.isfinite(y) and (y <= top or (pieces[-1] and pieces[-1][-1][1] <= top)):
            pieces[-1].append((x, min(y, top)) if y <= top else _cut(pieces[-1][-1], (x, y), top))
        elif pieces[-1]:
            pieces.append([])
    return [piece for piece in pieces if len(piece) > 1]


def _cut(inside: tuple[float, float], outside: tuple[float, float], top: float) -> tuple[float, float]:
    """Where the line from inside to outside crosses the top; a hair above it, so that the run ends there."""
    share = (top - inside[1]) / (outside[1] - inside[1])
    return (inside[0] + share * (outside[0] - inside[0]), math.nextafter(top, math.inf))


def _spot(spot: Spot, x: LinearScale, y: LinearScale, head: float, height: float) -> str:
    left = x.place(spot.x)
    down = head + height - y.place(spot.y) / 100 * height
    drawn = line(left, down, head + height, "spot-line")
    drawn += f'<circle class="spot" cx="{percent(left)}" cy="{down:.1f}" r="5.5"/>'
    return drawn + _beside(left, max(head + 10, round(down - 10, 1)), spot.label, "spot-label")


def _beside(place: float, y: float, words: str, css: str) -> str:
    """Words beside an upright line, on the side that has room."""
    if place > 50:
        return text(place, y, words, css, anchor="end", dx=-6)
    return text(place, y, words, css, dx=6)


def _legend(curves: Sequence[Curve]) -> str:
    if len(curves) < 2:
        return ""
    keys = "".join(
        f'<li><svg class="key" aria-hidden="true"><line class="curve curve-{index}" x1="0" x2="24" y1="6" y2="6"/>'
        f"</svg>{escaped(curve.name)}</li>"
        for index, curve in enumerate(curves, start=1)
    )
    return f'<ul class="chart-legend">{keys}</ul>'


def _curve_rows(curves: Sequence[Curve], x_axis: Axis, y_axis: Axis) -> list[tuple[str, ...]]:
    heights = [dict(curve.points) for curve in curves]
    xs = sorted({x for by_x in heights for x in by_x})
    stride = math.ceil(len(xs) / 12)
    shown = xs[::stride] if xs[-1] in xs[::stride] else [*xs[::stride], xs[-1]]
    return [(x_axis.say(x), *(_cell(by_x.get(x), y_axis.say) for by_x in heights)) for x in shown]


def _cell(value: float | None, say: Say) -> str:
    if value is None:
        return ""
    return say(value) if math.isfinite(value) else "without end"


def _describe_marks(marks: Sequence[Mark]) -> str:
    return "; ".join(mark.label for mark in marks)


def _figure(title: str, description: str, height: float, inside: str, below: str, *, css: str) -> str:
    words = f"{tip(title)}<desc>{escaped(description)}</desc>"
    drawing = f'<svg class="chart {css}" role="img" width="100%" height="{height:g}">{words}{inside}</svg>'
    caption = f"<figcaption>{escaped(title)}</figcaption>"
    return f'<figure class="chart-figure">{caption}{drawing}{below}</figure>'
