"""The pictures of the cards' pages, each with its figures as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from studyguide.selectors.overview import Statistics
from web.charts.columns import Column, column_chart
from web.charts.rows import Bar, Heads, bar_chart
from web.charts.year import year_chart

STRONG = 0.8
ENOUGH_TO_JUDGE = 5  # answers in a week below which its share says little


@dataclass(frozen=True, kw_only=True)
class Charts:
    due: str
    recall: str
    year: str
    strength: str


def of_statistics(found: Statistics, *, retention: float) -> Charts:
    return Charts(
        due=due_chart(found.due, title="Cards that come due in the next 30 days"),
        recall=recall_chart(found, retention=retention),
        year=year_chart("Answers, day by day, over the last year", found.answers, until=found.today, thing="answer"),
        strength=strength_chart(found),
    )


def due_chart(due: Sequence[tuple[date, int]], *, title: str) -> str:
    every = 1 if len(due) <= 14 else 5
    columns = [
        Column(
            label="today" if index == 0 else f"{day:%A} {day.day} {day:%B}",
            value=count,
            said=f"{count:,}",
            tick=_tick(day, index) if index % every == 0 else "",
            is_spare=index % 5 != 0,
            css="load" if index == 0 else "",
        )
        for index, (day, count) in enumerate(due)
    ]
    total = sum(count for _, count in due)
    return column_chart(title, columns, ("Day", "Cards"), description=f"{total:,} cards in {len(due)} days")


def _tick(day: date, index: int) -> str:
    return "today" if index == 0 else f"{day.day} {day:%b}" if day.day == 1 or index % 5 == 0 else str(day.day)


def recall_chart(found: Statistics, *, retention: float) -> str:
    """The last half year; empty until a card has rested for a day."""
    weeks = found.weeks[-26:]
    if not weeks:
        return ""
    columns = [
        Column(
            label=f"week of {week.monday.day} {week.monday:%b %Y}",
            value=week.share * 100,
            said=f"{week.share:.0%} of {week.asked}",
            tick=f"{week.monday.day} {week.monday:%b}" if index % max(1, len(weeks) // 5) == 0 else "",
            css="" if week.share >= retention or week.asked < ENOUGH_TO_JUDGE else "warn",
        )
        for index, week in enumerate(weeks)
    ]
    about = f"You asked for {retention:.0%}."
    return column_chart("Remembered, week by week", columns, ("Week", "Remembered"), description=about)


def strength_chart(found: Statistics) -> str:
    """Of the categories that have been begun."""
    bars = [
        Bar(
            label=row.topic.title,
            value=row.recall * 100,
            said=f"{row.recall:.0%}",
            note=f"{row.begun} of {row.card_count} cards begun",
            css="good" if row.recall >= STRONG else "",
        )
        for row in found.rows
        if row.begun
    ]
    title = "Share of a category's cards that you would recall now"
    return bar_chart(title, bars, Heads("Category", "Recalled"), whole=100)
