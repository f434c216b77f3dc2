"""Sheets that somebody keeps: what was typed into a calculator, and their own rows."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class SavedSheetQuerySet(models.QuerySet["SavedSheet"]):
    def owned_by(self, user_id: int | None) -> SavedSheetQuerySet:
        return self.filter(owner_id=user_id) if user_id else self.none()


class SavedSheet(models.Model):
    """Saved only by calculators.services. `content` is the JSON text that calculators.kept_sheets reads and writes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_sheets")
    name = models.CharField(max_length=120)
    calculator = models.CharField(max_length=60, blank=True, help_text="Where it started; empty for a blank sheet.")
    content = models.TextField()
    version = models.PositiveIntegerField(default=1, help_text="Counts savings, so that two tabs do not collide.")
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    objects = SavedSheetQuerySet.as_manager()

    class Meta:
        ordering = ["-updated_at"]
        indexes = [models.Index(fields=["owner", "-updated_at"], name="sheet_owner_updated")]
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="sheet_has_a_name")]

    def __str__(self) -> str:
        return self.name
