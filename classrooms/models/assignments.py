"""What a class is to do, and by when: design for a scenario, or read topics and learn their cards."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from classrooms.models.classes import Classroom
from designs.document import text
from designs.models import Scenario

if TYPE_CHECKING:
    from designs.scenarios import schema


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def open_at(self, moment: datetime) -> AssignmentQuerySet:
        return self.filter(opens_at__lte=moment)


class Assignment(models.Model):
    """`content` is the scenario as it was given out; a pushed correction replaces it and increments `revision`."""

    class Kind(models.TextChoices):
        DESIGN = "design", "A design"
        STUDY = "study", "Topics to learn"

    class Start(models.TextChoices):
        GIVEN = "given", "With requirements and figures written down"
        BLANK = "blank", "With an empty page"
        INTERVIEW = "interview", "As a mock interview, with a clock and an interviewer to ask"

    classroom = models.ForeignKey(Classroom, on_delete=models.CASCADE, related_name="assignments")
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.DESIGN)
    title = models.CharField(max_length=200)
    instructions = models.TextField(blank=True, help_text="Markdown.")
    instructions_html = models.TextField(blank=True, help_text="Rendered; empty for plain text of the first version.")
    points = models.PositiveSmallIntegerField(default=100, help_text="What the best work is worth.")
    scenario = models.ForeignKey(Scenario, null=True, blank=True, on_delete=models.SET_NULL, related_name="assignments")
    content = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=1)
    start = models.CharField(max_length=9, choices=Start, default=Start.GIVEN)
    has_own_figures = models.BooleanField(default=False, help_text="Each student gets figures of their own.")
    may_resubmit = models.BooleanField(default=True)
    is_anonymous = models.BooleanField(default=False, help_text="Who marks sees no names until marks are given back.")
    is_double_marked = models.BooleanField(default=False, help_text="Two people mark each, neither seeing the other.")
    peers_due_at = models.DateTimeField(null=True, blank=True, help_text="Set once peer reviews were handed out.")
    peers_shown_at = models.DateTimeField(null=True, blank=True, help_text="When authors began to read their reviews.")
    topics = models.TextField(default="[]", help_text="Slugs of topics to learn, as JSON.")
    opens_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    cut_off_at = models.DateTimeField(null=True, blank=True, help_text="Nothing is taken after it; empty: late is.")
    created_at = models.DateTimeField(default=timezone.now)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["due_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(due_at__gt=models.F("opens_at")), name="assignment_due_after_it_opens"),
            models.CheckConstraint(condition=~Q(title=""), name="assignment_has_title"),
            models.CheckConstraint(condition=Q(points__gte=1), name="assignment_points_from_1"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("classrooms:assignment_detail", args=[self.pk])

    @cached_property
    def data(self) -> schema.Scenario:
        from designs.scenarios import schema  # not in every process: see designs.document.limits

        return schema.Scenario.model_validate(text.load(self.content))

    @cached_property
    def kept_revisions(self) -> dict[int, Revision]:
        """By number, read once."""
        return {each.number: each for each in self.revisions.all()}

    @property
    def topic_slugs(self) -> list[str]:
        found: list[str] = json.loads(self.topics)
        return found

    @property
    def is_design(self) -> bool:
        return self.kind == self.Kind.DESIGN


class Revision(models.Model):
    """The scenario of an assignment from a moment on: each submission is marked by the revision it was handed in
    under."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    content = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    changes = models.TextField(default="[]", help_text="What was corrected, in words, as JSON.")

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["assignment", "number"], name="assignment_revision_once")
        ]

    def __str__(self) -> str:
        return f"{self.assignment}, revision {self.number}"

    @cached_property
    def data(self) -> schema.Scenario:
        from designs.scenarios import schema  # not in every process: see designs.document.limits

        return schema.Scenario.model_validate(text.load(self.content))

    @property
    def changed_words(self) -> list[str]:
        found: list[str] = json.loads(self.changes)
        return found
