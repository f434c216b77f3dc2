"""A learner's answers counted by the database, day by day in the learner's calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Max, Min

from studyguide.memory.days import ONE_DAY, Calendar
from studyguide.memory.statistics import DayOfAnswers
from studyguide.models import Review

# Which entries count is memory.log.counted's rule: not what was undone, and nothing before a card's last reset.
ANSWERS = """
WITH undone AS (
    SELECT card_id, undoes AS uid FROM studyguide_review WHERE learner_id = %s AND undoes IS NOT NULL
), reset AS (
    SELECT card_id, at, uid, ROW_NUMBER() OVER (PARTITION BY card_id ORDER BY at DESC, uid DESC) AS place
    FROM studyguide_review
    WHERE learner_id = %s AND kind = 'reset' AND (card_id, uid) NOT IN (SELECT card_id, uid FROM undone)
), answer AS (
    SELECT day, grade, LAG(day) OVER (PARTITION BY card_id ORDER BY at, uid) AS previous
    FROM (
        SELECT entry.card_id, entry.uid, entry.at, entry.grade, {day} AS day
        FROM studyguide_review entry LEFT JOIN reset ON reset.card_id = entry.card_id AND reset.place = 1
        WHERE entry.learner_id = %s AND entry.kind = 'answer'
            AND (reset.card_id IS NULL OR (entry.at, entry.uid) > (reset.at, reset.uid))
            AND (entry.card_id, entry.uid) NOT IN (SELECT card_id, uid FROM undone)
    ) counted
)
SELECT
    day, COUNT(*), COUNT(CASE WHEN previous < day THEN 1 END),
    COUNT(CASE WHEN previous < day AND grade > 1 THEN 1 END)
FROM answer GROUP BY day ORDER BY day
"""
# The date of a moment some seconds before, in UTC; SQLite's date() would round parts of a second up.
SHIFTED = {
    "sqlite": "date(substr({column}, 1, 19), -%s || ' seconds')",
    "postgresql": "(({column} AT TIME ZONE 'UTC') - make_interval(secs => %s))::date",
}


def days_of_answers(learner_id: int | None, calendar: Calendar) -> list[DayOfAnswers]:
    """The days with answers, in their order."""
    ends = Review.objects.filter(learner=learner_id, kind=Review.Kind.ANSWER).aggregate(first=Min("at"), last=Max("at"))
    if learner_id is None or ends["first"] is None:
        return []
    day, moments = _day("entry.at", calendar, calendar.day_of(ends["first"]), calendar.day_of(ends["last"]))
    with connection.cursor() as cursor:
        cursor.execute(ANSWERS.format(day=day), [learner_id, learner_id, *moments, learner_id])
        rows = cursor.fetchall()
    return [
        DayOfAnswers(
            day=day if isinstance(day, date) else date.fromisoformat(day), answers=answers, asked=asked, remembered=kept
        )
        for day, answers, asked, kept in rows
    ]


@dataclass(frozen=True, kw_only=True)
class Run:
    """Days in a row that each last 24 hours and begin `after` midnight in UTC; or a single day of another length."""

    begins_at: datetime
    day: date
    after: timedelta
    is_whole: bool


def runs_of_days(calendar: Calendar, first: date, last: date) -> list[Run]:
    """The days from the first to the last, in their order; a new run where the clocks change."""
    runs: list[Run] = []
    begins_at = calendar.start_of(first)
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        ends_at = calendar.start_of(day + ONE_DAY)
        after = begins_at - datetime(day.year, day.month, day.day, tzinfo=UTC)
        run = Run(begins_at=begins_at, day=day, after=after, is_whole=ends_at - begins_at == ONE_DAY)
        if not (runs and run.is_whole and runs[-1].is_whole and runs[-1].after == after):
            runs.append(run)
        begins_at = ends_at
    return runs


def _day(column: str, calendar: Calendar, first: date, last: date) -> tuple[str, Sequence[Any]]:
    """SQL for the learner's day of a moment between the two days, which equals `Calendar.day_of`, and its values."""
    parts, values = [], list[Any]()
    is_sqlite = connection.vendor == "sqlite"
    for run in reversed(runs_of_days(calendar, first, last)):
        values.append(connection.ops.adapt_datetimefield_value(run.begins_at))
        if run.is_whole:
            parts.append(f"WHEN {column} >= %s THEN {SHIFTED[connection.vendor].format(column=column)}")
            values.append(int(run.after.total_seconds()))
        else:
            parts.append(f"WHEN {column} >= %s THEN {'%s' if is_sqlite else '%s::date'}")
            values.append(run.day.isoformat())
    return f"CASE {' '.join(parts)} END", values
