"""Plans for the day of an interview: due days are moved so that every card is seen shortly before it."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

WINDOW_DAYS = 7  # the last reviews before an interview are spread over its last week


def steered(due: date, *, last: date, interview_on: date, spread: int) -> date:
    """The day on which to ask a card that is due on `due` and was answered on `last`.

    A card due on the day itself or later is asked once more in the week before; a card answered in that week needs
    nothing more. `spread` distributes the cards over the remaining days.
    """
    first = max(last + timedelta(days=1), interview_on - timedelta(days=WINDOW_DAYS))
    room = (interview_on - first).days
    was_in_window = last >= interview_on - timedelta(days=WINDOW_DAYS)
    if due < interview_on or room <= 0 or was_in_window:
        return due
    return first + timedelta(days=spread % room)


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """What can be reached by the interview. `new_a_day` is the number of new cards a day needed to see all in time."""

    days_left: int
    unseen: int
    reachable: int
    new_a_day: int

    @property
    def is_realistic(self) -> bool:
        return self.reachable >= self.unseen


def forecast(
    *, today: date, interview_on: date, unseen: int, new_a_day: int, free_days: Collection[int] = ()
) -> Forecast:
    """New cards stop a week before the day, so that each is seen again; with less than two weeks left, halfway. None
    come on `free_days` of the week (0 is Monday)."""
    days = max(0, (interview_on - today).days)
    ahead = max(1, days - min(WINDOW_DAYS, days // 2)) if days else 0
    learning_days = sum((today + timedelta(days=each)).weekday() not in free_days for each in range(ahead))
    return Forecast(
        days_left=days,
        unseen=unseen,
        reachable=min(unseen, learning_days * new_a_day),
        new_a_day=math.ceil(unseen / learning_days) if learning_days else 0,
    )
