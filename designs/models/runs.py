"""Long work on a design by the task worker: its progress and its result."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from designs.models.designs import Design

AnyRun = TypeVar("AnyRun", bound="Run")


class RunQuerySet(models.QuerySet[AnyRun]):
    def of(self, user_id: int | None, design: Design) -> RunQuerySet[AnyRun]:
        """The person's runs on one design, newest first."""
        return self.filter(learner_id=user_id, design=design) if user_id else self.none()

    def alive(self, now: datetime, *, sign_of_life: timedelta, patience: timedelta) -> RunQuerySet[AnyRun]:
        """Runs in progress, and runs that still wait for a worker."""
        lately = Q(begun=True, at__gt=now - sign_of_life) | Q(begun=False, at__gt=now - patience)
        return self.filter(lately, result__isnull=True, refusal="")


class Run(models.Model):
    """One run by the task worker. `at` is updated with its progress, so that a run whose worker died is recognised."""

    begun = models.BooleanField(default=False, help_text="Whether a worker has taken it up.")
    progress = models.FloatField(default=0.0)
    refusal = models.CharField(max_length=1000, blank=True, help_text="Why it could not be simulated, or was stopped.")
    result = models.JSONField(null=True, blank=True)
    at = models.DateTimeField(help_text="Of the last sign of life.")

    class Meta:
        abstract = True

    @property
    def is_done(self) -> bool:
        return self.progress >= 1
