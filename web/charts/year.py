"""A year of days as a map of heat: a column a week, a square a day; the same figures follow as a table of weeks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from web.charts.markup import data_table, escaped, tip

_CELL = 13
_GAP = 3
_TOP = 18
_LEFT = 30
LEVELS = 4


def year_chart(title: str, counts: Mapping[date, int], *, until: date, thing: str = "review") -> str:
    """The 53 weeks that end with `until`. A day is darker the more it has, in four steps up to the busiest day."""
    first = until - timedelta(days=until.weekday() + 52 * 7)
    most = max([counts.get(first + timedelta(days=day), 0) for day in range(53 * 7)], default=0)
    inside, rows = "", []
    for week in range(53):
        monday = first + timedelta(weeks=week)
        x = _LEFT + week * (_CELL + _GAP)
        days = [monday + timedelta(days=day) for day in range(7) if monday + timedelta(days=day) <= until]
        if monday.day <= 7:
            inside += f'<text class="tick" x="{x}" y="11">{monday:%b}</text>'
        for day in days:
            y = _TOP + day.weekday() * (_CELL + _GAP)
            level = 0 if not counts.get(day) else 1 + min(LEVELS - 1, (counts[day] * LEVELS - 1) // most)
            words = tip(f"{day:%d %B %Y}: {_said(counts.get(day, 0), thing)}")
            place = f'x="{x}" y="{y}" width="{_CELL}" height="{_CELL}"'
            inside += f'<rect class="heat heat-{level}" {place} rx="2">{words}</rect>'
        if total := sum(counts.get(day, 0) for day in days):
            rows.append((f"Week of {monday:%d %b %Y}", f"{total:,}"))
    for index, name in ((0, "Mon"), (2, "Wed"), (4, "Fri")):
        inside += f'<text class="tick" x="0" y="{_TOP + index * (_CELL + _GAP) + 11}">{name}</text>'
    width, height = _LEFT + 53 * (_CELL + _GAP), _TOP + 7 * (_CELL + _GAP)
    days_with = sum(1 for day, count in counts.items() if count and first <= day <= until)
    about = f"{_said(sum(counts.values()), thing)} on {days_with} days"
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    drawing = f'<svg class="chart chart-year" role="img" {size}>{tip(title)}<desc>{escaped(about)}</desc>{inside}</svg>'
    table = data_table(title, ("Week", f"{thing.capitalize()}s"), rows[::-1] or [("No week", "0")])
    return (
        f'<figure class="chart-figure"><figcaption>{escaped(title)}</figcaption>'
        f'<div class="scroll-x" tabindex="0" role="group" aria-label="{escaped(title)}">{drawing}</div>{table}</figure>'
    )


def _said(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'s' * (count != 1)}"
