"""Saves a learner's settings. When the rules change, the schedule is derived from the log again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import available_timezones

from django.db import transaction

from accounts.models import User
from studyguide.models import StudySettings
from studyguide.selectors.settings import rules_of
from studyguide.services.rederiving import rederive


@dataclass(frozen=True, kw_only=True)
class Choices:
    new_a_day: int
    retention: float
    interview_on: date | None
    day_starts_at: int
    time_zone: str
    free_days: list[int] = field(default_factory=list)
    waits_for_prerequisites: bool = True


@transaction.atomic
def save_settings(learner: User, choices: Choices) -> StudySettings:
    """Saves what the learner chose, and moves what is due accordingly."""
    settings, _ = StudySettings.objects.update_or_create(learner=learner, defaults=vars(choices))
    rederive(learner, rules_of(settings))
    return settings


@transaction.atomic
def save_interview_day(learner: User, day: date) -> StudySettings:
    """Saves the day of an interview, and moves what is due accordingly."""
    settings, _ = StudySettings.objects.update_or_create(learner=learner, defaults={"interview_on": day})
    rederive(learner, rules_of(settings))
    return settings


@transaction.atomic
def save_parameters(learner: User, parameters: list[float], *, now: datetime) -> StudySettings:
    settings, _ = StudySettings.objects.update_or_create(
        learner=learner, defaults={"parameters": parameters, "fitted_at": now}
    )
    rederive(learner, rules_of(settings))
    return settings


@transaction.atomic
def forget_parameters(learner: User) -> None:
    """Goes back to the parameters that fit most people."""
    StudySettings.objects.filter(learner=learner).update(parameters=None, fitted_at=None)
    settings = StudySettings.objects.filter(learner=learner).first()
    if settings is not None:
        rederive(learner, rules_of(settings))


def learn_zone(settings: StudySettings, told: str) -> StudySettings:
    """Takes the time zone that the browser tells, once, while the learner has not chosen one."""
    if settings.time_zone or told not in available_timezones():
        return settings
    settings.time_zone = told
    settings.save()
    return settings
