"""Who has a shared design open, and what they are looking at."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

if TYPE_CHECKING:
    from designs.models.designs import Design

HERE_FOR = timedelta(seconds=20)  # since the page last reported


class PresenceQuerySet(models.QuerySet["Presence"]):
    def here(self, design: Design, *, at: datetime) -> PresenceQuerySet:
        return self.filter(design=design, seen_at__gt=at - HERE_FOR)


class Presence(models.Model):
    """One open page, by the id that its script made. `user` is None for a visitor who is not signed in."""

    design = models.ForeignKey("designs.Design", on_delete=models.CASCADE, related_name="presences")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="presences")
    client = models.CharField(max_length=40)
    step = models.CharField(max_length=40, blank=True, help_text="The step whose page it is.")
    place = models.CharField(max_length=60, blank=True, help_text="`component-ID`, `connection-ID` or `zone-ID`.")
    seen_at = models.DateTimeField()

    objects = PresenceQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["design", "client"], name="presence_once")]
        indexes = [models.Index(fields=["design", "seen_at"], name="presence_design_seen")]

    def __str__(self) -> str:
        return f"{self.user or 'somebody'} at {self.place or self.step or 'the design'}"
