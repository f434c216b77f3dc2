"""Long simulations: what was asked, how far it is, and what it came to."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from designs.models.designs import Design


class SimulationRunQuerySet(models.QuerySet["SimulationRun"]):
    def of(self, user_id: int | None, design: Design) -> SimulationRunQuerySet:
        """Theirs, of one design, the newest first."""
        return self.filter(learner_id=user_id, design=design) if user_id else self.none()

    def alive(self, now: datetime, *, sign_of_life: timedelta, patience: timedelta) -> SimulationRunQuerySet:
        """Those that go on, and those that still wait for a worker."""
        lately = Q(begun=True, at__gt=now - sign_of_life) | Q(begun=False, at__gt=now - patience)
        return self.filter(lately, result__isnull=True, refusal="")


class SimulationRun(models.Model):
    """One run by the task worker. `at` moves on with its progress, so that one whose worker died is known as such."""

    design = models.ForeignKey("designs.Design", on_delete=models.CASCADE, related_name="simulations")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="simulations")
    version = models.PositiveIntegerField(help_text="Of the design, when it was started.")
    shape = models.CharField(max_length=20)
    seed = models.PositiveBigIntegerField()
    duration_s = models.FloatField(null=True, blank=True, help_text="Empty for runs before times could be asked for.")
    event_s = models.FloatField(null=True, blank=True, help_text="How long a spike or a loss lasts.")
    lost = models.JSONField(default=list, help_text="Component and replicas of each loss.")
    begun = models.BooleanField(default=False, help_text="Whether a worker has taken it up.")
    progress = models.FloatField(default=0.0)
    refusal = models.CharField(max_length=1000, blank=True, help_text="Why it could not be simulated, or was stopped.")
    result = models.JSONField(null=True, blank=True)
    at = models.DateTimeField(help_text="Of the last sign of life.")

    objects = SimulationRunQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(progress__gte=0) & Q(progress__lte=1), name="simulation_progress_share")
        ]

    def __str__(self) -> str:
        return f"{self.shape}, seed {self.seed}"

    @property
    def is_done(self) -> bool:
        return self.progress >= 1
