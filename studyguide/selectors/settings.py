"""How somebody learns, and the scheduling rules that follow from it."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from studyguide.memory.days import Calendar
from studyguide.memory.schedule import Rules
from studyguide.models import StudySettings

DEFAULT_ZONE = "UTC"


def settings_of(user_id: int | None) -> StudySettings:
    """The learner's, or the defaults, which are not saved."""
    found = StudySettings.objects.filter(learner=user_id).first() if user_id else None
    return found or StudySettings(learner_id=user_id)  # type: ignore[misc]  # not saved, so nobody is fine


def rules_of(settings: StudySettings) -> Rules:
    calendar = Calendar(zone=ZoneInfo(settings.time_zone or DEFAULT_ZONE), day_starts_at=settings.day_starts_at)
    rules = Rules(
        retention=settings.retention,
        calendar=calendar,
        interview_on=settings.interview_on,
        free_days=frozenset(settings.free_days),
    )
    return replace(rules, parameters=tuple(settings.parameters)) if settings.parameters else rules
