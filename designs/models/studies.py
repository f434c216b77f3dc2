"""Long questions about a design, such as its cheapest repair: their parameters, progress and answer."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from designs.models.runs import Run, RunQuerySet


class Study(Run):
    """One question about a version of a design, answered by the task worker."""

    class Kind(models.TextChoices):
        REPAIR = "repair", "The cheapest repair"
        ATTACK = "attack", "The cheapest attack"
        FRONTIER = "frontier", "What money buys"
        SEEK = "seek", "What breaks it"
        TABLE = "table", "Two inputs at once"
        WORLDS = "worlds", "How likely it holds"

    design = models.ForeignKey("designs.Design", on_delete=models.CASCADE, related_name="studies")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="studies")
    version = models.PositiveIntegerField(help_text="Of the design, when it was asked.")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    asked = models.JSONField(default=dict, help_text="What the form said.")

    objects = RunQuerySet["Study"].as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(progress__gte=0) & Q(progress__lte=1), name="study_progress_share")
        ]

    def __str__(self) -> str:
        return self.Kind(self.kind).label
