"""Drills that a person has done: what was lost, what they predicted, and how right that was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from designs.models.designs import Design


class DrillQuerySet(models.QuerySet["DrillRecord"]):
    def of(self, user_id: int | None, design: Design) -> DrillQuerySet:
        """The person's drills on one design, newest first."""
        return self.filter(learner_id=user_id, design=design) if user_id else self.none()


class DrillRecord(models.Model):
    """One drill. The outcome is not stored: it is computed from the version of the design that the drill used."""

    design = models.ForeignKey("designs.Design", on_delete=models.CASCADE, related_name="drills")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drills")
    at = models.DateTimeField()
    version = models.PositiveIntegerField(help_text="Of the design, when it was drilled.")
    target = models.CharField(max_length=40, help_text="The component, zone or connection that was taken away.")
    name = models.CharField(max_length=500, help_text="What that was called.")
    predicted = models.JSONField(help_text="Outcome by operation, as it was predicted.")
    confidence = models.FloatField()
    right = models.PositiveIntegerField()
    asked = models.PositiveIntegerField()
    score = models.FloatField(help_text="1 less half of the mean Brier score.")

    objects = DrillQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["learner", "design", "-at"], name="drill_learner_design")]
        constraints = [
            models.CheckConstraint(condition=Q(score__gte=0) & Q(score__lte=1), name="drill_score_is_a_share"),
            models.CheckConstraint(
                condition=Q(confidence__gte=0) & Q(confidence__lte=1), name="drill_confidence_share"
            ),
        ]

    def __str__(self) -> str:
        return f"without {self.name}"
