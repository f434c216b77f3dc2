"""Long simulations: their parameters, progress and result."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from designs.models.runs import Run, RunQuerySet


class SimulationRun(Run):
    """One simulation by the task worker."""

    design = models.ForeignKey("designs.Design", on_delete=models.CASCADE, related_name="simulations")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="simulations")
    version = models.PositiveIntegerField(help_text="Of the design, when it was started.")
    shape = models.CharField(max_length=20)
    seed = models.PositiveBigIntegerField()
    duration_s = models.FloatField(null=True, blank=True, help_text="Empty for runs before times could be asked for.")
    event_s = models.FloatField(null=True, blank=True, help_text="How long a spike or a loss lasts.")
    lost = models.JSONField(default=list, help_text="Component and replicas of each loss.")

    objects = RunQuerySet["SimulationRun"].as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(progress__gte=0) & Q(progress__lte=1), name="simulation_progress_share")
        ]

    def __str__(self) -> str:
        return f"{self.shape}, seed {self.seed}"
