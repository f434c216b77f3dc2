"""A timed attempt at a scenario: when it began, what happened in it, and how it was marked."""

from __future__ import annotations

import json
import uuid
from functools import cached_property
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from designs.document import text
from designs.grants import class_work, granted_to
from designs.models.designs import Design
from designs.models.scenarios import Scenario

if TYPE_CHECKING:
    from designs.scenarios import schema


class InterviewQuerySet(models.QuerySet["Interview"]):
    def of(self, user_id: int | None) -> InterviewQuerySet:
        """The person's own interviews whose designs are not in the bin."""
        return self.filter(design__owner_id=user_id, design__binned_at=None) if user_id else self.none()

    def watched_by(self, token: str, user_id: int | None) -> InterviewQuerySet:
        """The interview that an interviewer's link opens; in a class only for its teachers."""
        if not token:
            return self.none()
        of_classes = Design.objects.filter(class_work())
        may_open = ~Q(design__in=of_classes) | Q(design__in=of_classes.filter(granted_to(user_id)))
        return self.filter(may_open, observer_token=token, design__binned_at=None)

    def outside_classes(self) -> InterviewQuerySet:
        return self.exclude(design__in=Design.objects.filter(class_work()))


class Interview(models.Model):
    """`content` is the scenario as it was at the start, so that later corrections do not change the task."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    design = models.OneToOneField(Design, on_delete=models.CASCADE, related_name="interview")
    scenario = models.ForeignKey(Scenario, null=True, blank=True, on_delete=models.SET_NULL, related_name="interviews")
    content = models.TextField()
    own_figures = models.TextField(default="{}", help_text="Given figures that are only this candidate's, as JSON.")
    minutes = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    observer_token = models.CharField(max_length=64, null=True, blank=True, unique=True)

    objects = InterviewQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at"]
        constraints = [models.CheckConstraint(condition=Q(minutes__gte=1), name="interview_takes_time")]

    def __str__(self) -> str:
        return f"{self.data.title}, {self.started_at:%d %B %Y}"

    def get_absolute_url(self) -> str:
        return reverse("designs:interview_result", args=[self.pk])

    @cached_property
    def data(self) -> schema.Scenario:
        from designs.scenarios import schema  # not imported in every process: see designs.document.limits

        return schema.Scenario.model_validate(text.load(self.content))

    @property
    def figures(self) -> dict[str, str]:
        found: dict[str, str] = json.loads(self.own_figures)
        return found

    @cached_property
    def is_for_a_class(self) -> bool:
        return Design.objects.filter(class_work(), pk=self.design_id).exists()

    @property
    def is_running(self) -> bool:
        return self.finished_at is None


def on_the_clock(seconds: int) -> str:
    """`12:05`, minutes and seconds."""
    return f"{seconds // 60}:{seconds % 60:02}"


class InterviewEvent(models.Model):
    """An event at a second on the clock. The log only grows; the unique `key` makes an event happen at most once."""

    class Kind(models.TextChoices):
        ASKED = "asked", "asked the interviewer"
        MISTAKEN = "mistaken", "meant another question"
        HINT = "hint", "took a hint"
        CHANGE = "change", "was told of a change"
        TAKEN = "taken", "took a change into the scope"
        PAUSED = "paused", "paused"
        RESUMED = "resumed", "went on"
        MOMENT = "moment", "marked a moment"
        ANSWERED = "answered", "answered a follow-up"
        FINISHED = "finished", "finished"

    interview = models.ForeignKey(Interview, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField()
    elapsed_seconds = models.PositiveIntegerField()
    subject = models.CharField(max_length=80, blank=True, help_text="Id of the question, hint, change or follow-up.")
    words = models.TextField(blank=True, help_text="What was asked, answered or noted.")
    points = models.IntegerField(default=0, help_text="What it takes from the score; for an answer 1 is right.")
    key = models.CharField(max_length=120, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["interview", "key"], condition=~Q(key=""), name="interview_event_happens_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.subject}".strip()

    @property
    def clock(self) -> str:
        return on_the_clock(self.elapsed_seconds)


class InterviewMark(models.Model):
    """A level on one dimension of the rubric, by the candidate or by the interviewer."""

    class Role(models.TextChoices):
        SELF = "self", "yourself"
        INTERVIEWER = "interviewer", "the interviewer"

    interview = models.ForeignKey(Interview, on_delete=models.CASCADE, related_name="marks")
    role = models.CharField(max_length=11, choices=Role)
    dimension = models.CharField(max_length=40)
    level = models.PositiveSmallIntegerField()
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["interview", "role", "dimension"], name="interview_mark_once"),
            models.CheckConstraint(condition=Q(role__in=["self", "interviewer"]), name="interview_mark_role"),
        ]

    def __str__(self) -> str:
        return f"{self.dimension}: {self.level}"


class PrivateNote(models.Model):
    """A note that an interviewer wrote for themselves; never shown to the candidate."""

    interview = models.ForeignKey(Interview, on_delete=models.CASCADE, related_name="private_notes")
    at = models.DateTimeField()
    elapsed_seconds = models.PositiveIntegerField()
    words = models.TextField()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.words[:80]

    @property
    def clock(self) -> str:
        return on_the_clock(self.elapsed_seconds)
