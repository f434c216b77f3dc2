from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class SearchEntry(models.Model):
    """One thing that search can find. Migration 0002 indexes it by the means of each database."""

    kind = models.CharField(max_length=20, help_text="topic, calculator, lab, scenario...")
    key = models.CharField(max_length=120)
    title = models.CharField(max_length=300)
    aliases = models.TextField(blank=True)
    summary = models.TextField(blank=True)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=300)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+",
        help_text="Who alone finds it; empty for everybody.",
    )  # fmt: skip

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "key"], name="search_entry_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.title}"
