"""Lengths of time as people say them."""

from __future__ import annotations

from datetime import timedelta

DAYS_A_MONTH = 30.44
DAYS_A_YEAR = 365.25


def wait_in_words(wait: timedelta) -> str:
    """`10 min`, `3 h`, `1 day`, `11 days`, `1.5 months`, `1.4 years`."""
    minutes = wait.total_seconds() / 60
    if minutes < 60:
        return f"{max(1, round(minutes))} min"
    if wait < timedelta(days=1):
        return f"{round(minutes / 60)} h"
    days = wait.days
    if days < 31:
        return f"{days} day{'s' * (days != 1)}"
    if days < DAYS_A_YEAR:
        return f"{days / DAYS_A_MONTH:.1f} months"
    return f"{days / DAYS_A_YEAR:.1f} years"
