"""Columns side by side, such as cards due a day; the same figures follow as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from web.charts.markup import data_table, escaped, rect, text, tip
from web.charts.scales import LinearScale

_HEIGHT = 130
_HEAD = 22


@dataclass(frozen=True)
class Column:
    """`said` is the value in words; `tick` stands below the column, a spare one only where the screen is wide."""

    label: str
    value: float
    said: str
    tick: str = ""
    is_spare: bool = False
    css: str = ""


def column_chart(title: str, columns: Sequence[Column], heads: tuple[str, str], *, description: str = "") -> str:
    """Columns from 0 up; the highest says its value."""
    if not columns:
        raise ValueError("a column chart needs a column")
    most = max(column.value for column in columns)
    scale = LinearScale(0.0, most or 1.0)
    step, bottom = 100 / len(columns), _HEAD + _HEIGHT
    inside = ""
    for index, column in enumerate(columns):
        height = scale.place(column.value) / 100 * _HEIGHT if column.value else 0.0
        left, middle = index * step, (index + 0.5) * step
        words = tip(f"{column.label}: {column.said}")
        css = f"mark {column.css}".strip()
        inside += rect(left + step * 0.1, step * 0.8, bottom - height, height, css, radius=2, inside=words)
        if column.value == most and most and "column-label" not in inside:
            inside += text(middle, bottom - height - 6, column.said, "column-label", anchor="middle")
        if column.tick:
            inside += text(
                middle, bottom + 19, column.tick, "tick spare" if column.is_spare else "tick", anchor="middle"
            )
    inside += f'<line class="axis" x1="0%" x2="100%" y1="{bottom}" y2="{bottom}"/>'
    names = f"{tip(title)}<desc>{escaped(description)}</desc>"
    drawing = f'<svg class="chart chart-columns" role="img" width="100%" height="{bottom + 26}">{names}{inside}</svg>'
    table = data_table(title, heads, [(column.label, column.said) for column in columns])
    return f'<figure class="chart-figure"><figcaption>{escaped(title)}</figcaption>{drawing}{table}</figure>'
