"""Charts with one row for each thing: bars, a ladder on a log scale, a tornado. Each is a table whose rows contain
their drawing, so that sighted and blind readers get the same; the drawings repeat the words and are hidden from screen
readers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from web.charts.markup import anchor_for, escaped, line, percent, rect, text, tip
from web.charts.scales import LinearScale, LogScale, Scale, log_scale_over

Say = Callable[[float], str]
_TRACK = 14
_AXIS = 22


@dataclass(frozen=True)
class Bar:
    label: str
    value: float
    said: str
    note: str = ""
    css: str = ""
    """`good`, `warn` or `bad` colour a bar by its meaning."""


@dataclass(frozen=True)
class Span:
    """What one source says, on a log scale; `low` and `high` equal is a point. `css` may be `older`."""

    low: float
    high: float
    tip: str
    css: str = ""


@dataclass(frozen=True)
class Rung:
    """One thing on a ladder, with a span for each source that speaks of it."""

    label: str
    spans: tuple[Span, ...]
    said: str
    note: str = ""


@dataclass(frozen=True)
class Swing:
    """What one input does to an output: the output at the low and at the high end of the input."""

    label: str
    at_low: float
    at_high: float
    said: str
    note: str = ""


@dataclass(frozen=True)
class Heads:
    label: str
    value: str


def bar_chart(
    title: str, bars: Sequence[Bar], heads: Heads, *, log: Say | None = None, whole: float | None = None
) -> str:
    """Bars from 0; with `log`, which words the ticks of its axis, from the decade below the least on a log scale. The
    chart is as wide as `whole`, of which the values are shares, or as the longest bar."""
    values = [bar.value for bar in bars]
    # Slightly below the smallest value, so that a value at the start of a decade still has a bar.
    least = 0.7 * min((value for value in values if value > 0), default=1.0)
    scale: Scale = log_scale_over([*values, least]) if log else LinearScale(0.0, whole or max([*values, 0.0]) or 1.0)
    ticks = scale.ticks() if log else []
    grid = "".join(line(scale.place(tick), 0, _TRACK, "grid") for tick in ticks)
    rows = [
        _row(
            bar.label,
            bar.said,
            bar.note,
            grid + rect(0, scale.place(bar.value), 2, 10, f"mark {bar.css}".strip(), radius=3),
        )
        for bar in bars
    ]
    return _table(title, heads, rows, css="chart-bars", axis=_axis(scale, ticks, log) if log else "")


def ladder(title: str, rungs: Sequence[Rung], heads: Heads, say: Say) -> str:
    """Points and ranges over one log scale, joined where sources differ; `say` words the ticks."""
    scale = log_scale_over([value for rung in rungs for span in rung.spans for value in (span.low, span.high)])
    ticks = scale.ticks()
    grid = "".join(line(scale.place(tick), 0, _TRACK, "grid") for tick in ticks)
    rows = [_row(rung.label, rung.said, rung.note, grid + _rung_marks(rung, scale)) for rung in rungs]
    return _table(title, heads, rows, css="chart-ladder", axis=_axis(scale, ticks, say))


def tornado(title: str, swings: Sequence[Swing], base: float, heads: Heads, say: Say) -> str:
    """The widest swing first, around the result at the middle of every input."""
    ordered = sorted(swings, key=lambda swing: -abs(swing.at_high - swing.at_low))
    ends = [end for swing in swings for end in (swing.at_low, swing.at_high)] + [base]
    scale = LinearScale(min(ends), max(ends))
    middle = line(scale.place(base), 0, _TRACK, "base")
    rows = [_row(swing.label, swing.said, swing.note, _swing_mark(swing, base, scale) + middle) for swing in ordered]
    return _table(title, heads, rows, css="chart-tornado", axis=_axis(scale, [min(ends), base, max(ends)], say))


def _rung_marks(rung: Rung, scale: LogScale) -> str:
    left = scale.place(min(span.low for span in rung.spans))
    right = scale.place(max(span.high for span in rung.spans))
    whole = rect(left, right - left, 6, 2, "mark whole") if len(rung.spans) > 1 else ""
    return whole + "".join(_span_mark(span, scale) for span in rung.spans)


def _span_mark(span: Span, scale: LogScale) -> str:
    css = f"mark {span.css}".strip()
    left, right = scale.place(span.low), scale.place(span.high)
    if right - left < 0.5:
        return f'<circle class="{css}" cx="{percent(left)}" cy="7" r="5">{tip(span.tip)}</circle>'
    return rect(left, right - left, 3, 8, css, radius=4, inside=tip(span.tip))


def _swing_mark(swing: Swing, base: float, scale: LinearScale) -> str:
    marks = []
    for end, css in ((swing.at_low, "mark low"), (swing.at_high, "mark high")):
        left, right = sorted((scale.place(end), scale.place(base)))
        marks.append(rect(left, right - left, 2, 10, css, radius=2))
    return "".join(marks)


def _row(label: str, said: str, note: str, drawing: str) -> str:
    noted = f'<span class="chart-note">{escaped(note)}</span>' if note else ""
    track = f'<svg class="track" aria-hidden="true" height="{_TRACK}">{drawing}</svg>'
    return f'<tr><th scope="row">{escaped(label)}{noted}{track}</th><td class="number">{escaped(said)}</td></tr>'


def _axis(scale: Scale, ticks: Sequence[float], say: Say) -> str:
    drawn: list[str] = []
    last = -100.0
    for tick in sorted(set(ticks)):
        place, words = scale.place(tick), say(tick)
        # Words closer than this run into one another on a narrow screen.
        if place - last >= max(18, 1.5 * len(words)):
            drawn.append(text(place, 14, words, "tick", anchor=anchor_for(place)))
            last = place
    return f'<svg class="track" aria-hidden="true" height="{_AXIS}">{"".join(drawn)}</svg>'


def _table(title: str, heads: Heads, rows: Sequence[str], *, css: str, axis: str = "") -> str:
    foot = f'<tfoot><tr aria-hidden="true"><td>{axis}</td><td></td></tr></tfoot>' if axis else ""
    return (
        f'<table class="chart-rows {css}"><caption>{escaped(title)}</caption>'
        f'<thead class="visually-hidden"><tr><th scope="col">{escaped(heads.label)}</th>'
        f'<th scope="col">{escaped(heads.value)}</th></tr></thead><tbody>{"".join(rows)}</tbody>{foot}</table>'
    )
