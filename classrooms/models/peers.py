"""What students say about each other's work, by the rubric."""

from __future__ import annotations

import json
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from classrooms.models.assignments import Assignment
from classrooms.models.classes import Membership
from classrooms.models.work import Submission


class PeerReview(models.Model):
    """One student reviews one submission without knowing its author. A review without a submission is of the reference,
    by which every reviewer is measured first."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="peer_reviews")
    submission = models.ForeignKey(
        Submission, null=True, blank=True, on_delete=models.CASCADE, related_name="peer_reviews"
    )
    reviewer = models.ForeignKey(
        Membership, null=True, blank=True, on_delete=models.SET_NULL, related_name="peer_reviews"
    )
    number = models.PositiveSmallIntegerField(help_text="What the design is called for this reviewer.")
    assigned_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    levels = models.TextField(default="{}", help_text="By dimension, as JSON.")
    words = models.TextField(blank=True)
    is_hidden = models.BooleanField(default=False, help_text="By an instructor: the author does not read it.")

    class Meta:
        ordering: ClassVar = ["number", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["submission", "reviewer"], name="peer_reviews_a_submission_once"),
            models.UniqueConstraint(
                fields=["assignment", "reviewer"], condition=Q(submission=None), name="peer_is_calibrated_once"
            ),
        ]

    def __str__(self) -> str:
        return f"Design {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("classrooms:peer_review", args=[self.pk])

    @property
    def given(self) -> dict[str, int]:
        found: dict[str, int] = json.loads(self.levels)
        return found
