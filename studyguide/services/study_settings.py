"""How somebody learns, and the rules that follow. When the rules change, the schedule follows from the log again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo, available_timezones

from django.db import transaction

from accounts.models import User
from studyguide.memory.days import Calendar
from studyguide.memory.schedule import Rules
from studyguide.models import StudySettings
from studyguide.selectors.rows import settings_row
from studyguide.services.rederiving import rederive

DEFAULT_ZONE = "UTC"


def settings_of(user_id: int | None) -> StudySettings:
    """The learner's, or the defaults, which are not saved."""
    found = settings_row(user_id) if user_id else None
    return found or StudySettings(learner_id=user_id)


def rules_of(settings: StudySettings) -> Rules:
    calendar = Calendar(zone=ZoneInfo(settings.time_zone or DEFAULT_ZONE), day_starts_at=settings.day_starts_at)
    if settings.parameters:
        parameters = tuple(settings.parameters)
        return Rules(
            retention=settings.retention,
            parameters=parameters,
            calendar=calendar,
            interview_on=settings.interview_on,
        )
    return Rules(retention=settings.retention, calendar=calendar, interview_on=settings.interview_on)


@dataclass(frozen=True, kw_only=True)
class Choices:
    new_a_day: int
    retention: float
    interview_on: date | None
    day_starts_at: int
    time_zone: str


@transaction.atomic
def save_settings(learner: User, choices: Choices) -> StudySettings:
    """Saves what the learner chose, and moves what is due accordingly."""
    settings, _ = StudySettings.objects.update_or_create(learner=learner, defaults=vars(choices))
    rederive(learner, rules_of(settings))
    return settings


@transaction.atomic
def save_parameters(learner: User, parameters: list[float], *, now: datetime) -> StudySettings:
    settings, _ = StudySettings.objects.update_or_create(
        learner=learner, defaults={"parameters": parameters, "fitted_at": now}
    )
    rederive(learner, rules_of(settings))
    return settings


def learn_zone(settings: StudySettings, told: str) -> StudySettings:
    """Takes the time zone that the browser tells, once, while the learner has not chosen one."""
    if settings.time_zone or told not in available_timezones():
        return settings
    settings.time_zone = told
    settings.save()
    return settings
