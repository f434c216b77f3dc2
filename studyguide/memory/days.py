"""Days of study. A day belongs to a person: it begins at an hour that they choose, in their time zone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """A calendar in which the night before `day_starts_at` (an hour), in `zone`, belongs to the previous day."""

    zone: ZoneInfo
    day_starts_at: int = 4

    def start_of(self, day: date) -> datetime:
        """The moment in UTC at which the day begins; if the clocks skip that hour, the moment of the jump."""
        return _start_of(self.zone, self.day_starts_at, day)

    def day_of(self, moment: datetime) -> date:
        """The day that holds the moment: the one whose start is the last before it, whatever the clocks do."""
        local = moment.astimezone(self.zone).replace(tzinfo=None)
        day = (local - timedelta(hours=self.day_starts_at)).date()
        if moment < self.start_of(day):
            return day - ONE_DAY
        return day + ONE_DAY if moment >= self.start_of(day + ONE_DAY) else day

    def noon_of(self, moment: datetime) -> datetime:
        """Noon in UTC of the day that holds the moment: two of them are whole days of 24 hours apart, whatever the
        clocks do."""
        return datetime.combine(self.day_of(moment), time(12), tzinfo=UTC)


def off_free_days(day: date, free: Collection[int], *, after: date, spread: int = 0) -> date:
    """The day on which to ask what is due on `day` when that is a free day (0 is Monday). It is the next day that is
    not free; for every other card, where at least a week has passed since `after`, the previous one. So half of a
    weekend's cards come on the Friday. When all seven days are free, none counts as free."""
    if day.weekday() not in free or len(set(free)) >= 7:
        return day
    step = -ONE_DAY if spread % 2 and (day - after).days >= 7 else ONE_DAY
    while day.weekday() in free:
        day += step
    return day


@lru_cache(maxsize=4096)
def _start_of(zone: ZoneInfo, hour: int, day: date) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=zone).astimezone(UTC)


UTC_CALENDAR = Calendar(zone=ZoneInfo("UTC"))
