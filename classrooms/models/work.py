"""What one student makes of an assignment: the design, what was handed in, and what came back."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse

from classrooms.models.assignments import Assignment
from classrooms.models.classes import Membership
from designs.models import Design


class WorkQuerySet(models.QuerySet["Work"]):
    def of_student(self, user_id: int | None) -> WorkQuerySet:
        """Their own, as long as they are in the class."""
        if not user_id:
            return self.none()
        return self.filter(student__user_id=user_id, student__left_at=None)

    def taught_by(self, user_id: int | None) -> WorkQuerySet:
        """That of all students of the classes that somebody teaches."""
        if not user_id:
            return self.none()
        return self.filter(
            assignment__classroom__memberships__user_id=user_id,
            assignment__classroom__memberships__left_at=None,
            assignment__classroom__memberships__role=Membership.Role.INSTRUCTOR,
        )


class Work(models.Model):
    """`summary` is what the instructor's grid shows of the design at `summary_version`, so that it need not analyse
    thirty designs to be shown once."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="works")
    student = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="works")
    design = models.OneToOneField(Design, null=True, blank=True, on_delete=models.SET_NULL, related_name="class_work")
    own_figures = models.TextField(default="{}")
    revision = models.PositiveIntegerField(default=1, help_text="Of the assignment, as the design has it.")
    started_at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True, blank=True, help_text="When the student was given the feedback.")
    feedback = models.TextField(blank=True)
    summary = models.TextField(default="{}")
    summary_version = models.IntegerField(default=-1)

    objects = WorkQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["student__name", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["assignment", "student"], name="work_once_for_each_student")
        ]

    def __str__(self) -> str:
        return f"{self.assignment}: {self.student}"

    def get_absolute_url(self) -> str:
        return reverse("classrooms:work_detail", args=[self.pk])

    @property
    def figures(self) -> dict[str, str]:
        found: dict[str, str] = json.loads(self.own_figures)
        return found

    @property
    def last_submission(self) -> Submission | None:
        """The one that counts; no query where submissions were fetched beforehand."""
        return max(self.submissions.all(), key=lambda each: each.at, default=None)

    @property
    def shown_summary(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.summary)
        return found


class Submission(models.Model):
    """A version that was handed in. It locks nothing; the last one counts."""

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="submissions")
    version = models.PositiveIntegerField()
    at = models.DateTimeField()
    is_late = models.BooleanField()

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["work", "version"], name="version_handed_in_once")]

    def __str__(self) -> str:
        return f"version {self.version}"


class Comment(models.Model):
    """On an element of the design, on a moment of its making, or (both empty) on the whole."""

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField()
    element = models.CharField(max_length=300, blank=True, help_text="JSON Pointer into the document.")
    version = models.PositiveIntegerField(null=True, blank=True, help_text="The moment, as a version of the design.")
    words = models.TextField()

    class Meta:
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return self.words[:80]


class WorkMark(models.Model):
    """A level of the rubric that an instructor gave."""

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="marks")
    dimension = models.CharField(max_length=40)
    level = models.PositiveSmallIntegerField()
    note = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["work", "dimension"], name="work_marked_once")]

    def __str__(self) -> str:
        return f"{self.dimension}: {self.level}"
