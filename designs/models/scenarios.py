"""A scenario as it was loaded: the original text, and the content read from it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from designs.document import text
from designs.grants import scenarios_granted_to, withheld_from, withheld_from_visitors
from designs.scenarios import brands

if TYPE_CHECKING:
    from designs.scenarios import schema


class ScenarioQuerySet(models.QuerySet["Scenario"]):
    def published(self) -> ScenarioQuerySet:
        return self.filter(is_published=True)

    def viewable_by(self, user_id: int | None, *, is_staff: bool = False) -> ScenarioQuerySet:
        """Published scenarios, the person's own, and those that grants give access to; staff see all, because they
        publish."""
        if is_staff:
            return self.all()
        if not user_id:
            return self.published()
        return self.filter(Q(is_published=True) | Q(owner_id=user_id) | scenarios_granted_to(user_id))

    def withheld_from(self, user_id: int | None) -> ScenarioQuerySet:
        """Scenarios whose reference the person may not read now, because they are working on an answer of their own."""
        return self.filter(withheld_from(user_id)) if user_id else self.none()

    def withheld_from_visitors(self) -> ScenarioQuerySet:
        """Scenarios whose reference nobody may read without an account now, because somebody is working on an
        answer."""
        return self.filter(withheld_from_visitors())

    def owned_by(self, user_id: int | None) -> ScenarioQuerySet:
        return self.filter(owner_id=user_id) if user_id else self.none()

    def brief(self) -> ScenarioQuerySet:
        """Enough columns to list it."""
        return self.defer("source_text", "content")


class ScenarioManager(models.Manager["Scenario"]):
    def get_by_natural_key(self, slug: str) -> Scenario:
        return self.get(slug=slug)


GLYPHS = {
    "ad-clicks": "chart-column", "autocomplete": "text-search", "chat": "message-square",
    "collaborative-editor": "pencil", "company-rag": "file-text", "distributed-cache": "zap",
    "feature-flags": "flag", "file-sync": "copy", "food-delivery": "shuffle", "hotel-booking": "door-open",
    "job-scheduler": "calendar-clock", "key-value-store": "database", "late-events": "history",
    "leaderboard": "list-ordered", "live-comments": "megaphone", "llm-chat": "sparkles", "maps": "map",
    "metrics": "chart-line", "news-feed": "list", "notifications": "megaphone", "pastebin": "archive",
    "payment-api": "plug", "payments": "calculator", "photo-sharing": "image-down", "proximity": "target",
    "rate-limiter": "funnel", "ride-hailing": "route", "stock-exchange": "chart-scatter", "ticket-sale": "tag",
    "top-k": "eye", "twitter": "waves", "unique-ids": "key-round", "url-shortener": "link", "video": "play",
    "web-crawler": "globe",
}  # fmt: skip


class Scenario(models.Model):
    """A design task. Written only by designs.services.scenarios; the slug is its key, also for dumpdata and loaddata.

    `content` is JSON in a text column, because the order of questions and hints must stay that of the file.
    """

    class Level(models.TextChoices):
        STARTER = "starter", "Starter"
        CORE = "core", "Core"
        DEMANDING = "demanding", "Demanding"

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    summary = models.CharField(max_length=300)
    level = models.CharField(max_length=10, choices=Level)
    minutes = models.PositiveSmallIntegerField()
    topics = models.JSONField(default=list, blank=True)
    source_text = models.TextField(help_text="The YAML, as loaded.")
    content = models.TextField(help_text="The same as JSON.")
    sha = models.CharField(max_length=64, help_text="SHA-256 of the YAML.")
    pack = models.CharField(
        max_length=80, blank=True, help_text="The folder that it was loaded with; empty for uploads."
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="scenarios"
    )
    is_published = models.BooleanField(default=False, help_text="Shown to everybody, and found by search.")
    changed_at = models.DateTimeField(default=timezone.now)

    objects = ScenarioManager.from_queryset(ScenarioQuerySet)()

    class Meta:
        ordering = ["title", "slug"]
        indexes = [models.Index(fields=["is_published", "level"], name="scenario_published_level")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("designs:scenario_detail", args=[self.slug])

    def natural_key(self) -> tuple[str]:
        return (self.slug,)

    @property
    def glyph(self) -> str:
        """The icon in lists; scenarios that are not shipped have the icon of a drawing."""
        return GLYPHS.get(self.slug, "pencil-ruler")

    @property
    def like(self) -> str:
        """A well-known service of this kind; empty for scenarios that are not shipped."""
        return brands.like(self.slug)

    @cached_property
    def data(self) -> schema.Scenario:
        """The whole scenario, typed."""
        from designs.scenarios import schema  # not imported in every process: see designs.document.limits

        return schema.Scenario.model_validate(text.load(self.content))
