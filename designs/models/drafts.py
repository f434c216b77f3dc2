"""Scenarios in the editor: the current YAML text, and its versions."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone


class ScenarioDraftQuerySet(models.QuerySet["ScenarioDraft"]):
    def owned_by(self, user_id: int | None) -> ScenarioDraftQuerySet:
        return self.filter(owner_id=user_id) if user_id else self.none()

    def brief(self) -> ScenarioDraftQuerySet:
        """Enough columns to list it."""
        return self.defer("source_text")


class ScenarioDraft(models.Model):
    """A person's scenario in the editor. Written only by designs.services.drafts; nobody else sees it.

    `source_text` may hold anything that was typed or uploaded, also text that is no valid scenario yet. The two designs
    are its reference and its weak variant while they are edited on the canvas. The version of each design that was last
    written into the text is stored beside it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="scenario_drafts")
    title = models.CharField(max_length=200)
    source_text = models.TextField()
    version = models.PositiveIntegerField(default=1)
    scenario = models.ForeignKey(
        "designs.Scenario", null=True, blank=True, on_delete=models.SET_NULL, related_name="drafts"
    )
    reference = models.OneToOneField(
        "designs.Design", null=True, blank=True, on_delete=models.SET_NULL, related_name="reference_of"
    )
    reference_taken = models.PositiveIntegerField(default=0)
    weak = models.OneToOneField(
        "designs.Design", null=True, blank=True, on_delete=models.SET_NULL, related_name="weak_of"
    )
    weak_taken = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    objects = ScenarioDraftQuerySet.as_manager()

    class Meta:
        ordering = ["-changed_at"]
        indexes = [models.Index(fields=["owner", "-changed_at"], name="draft_owner_changed")]

    def __str__(self) -> str:
        return self.title or "Untitled"

    def get_absolute_url(self) -> str:
        return reverse("designs:draft_detail", args=[self.pk])


class DraftVersion(models.Model):
    """The text at a version. A version that the page saved automatically is replaced by the next."""

    draft = models.ForeignKey(ScenarioDraft, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    source_text = models.TextField()
    words = models.CharField(max_length=120, blank=True, help_text="What was done.")
    is_automatic = models.BooleanField(default=False)
    window = models.CharField(max_length=40, blank=True, help_text="The open page that saved it.")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-version"]
        constraints = [models.UniqueConstraint(fields=["draft", "version"], name="draft_version_once")]

    def __str__(self) -> str:
        return f"version {self.version}"
