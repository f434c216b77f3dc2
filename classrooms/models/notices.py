"""Notices to a person about their classes, on the page and by mail, and which of them they switched off."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from classrooms.models.assignments import Assignment
from classrooms.models.classes import Membership


class NoticeKind(models.TextChoices):
    DUE = "due", "An assignment is due within a day and not handed in"
    RETURNED = "returned", "Marks were given back"
    CORRECTED = "corrected", "The task of an assignment was corrected"
    REGRADE = "regrade", "Another look at marks was asked for, or answered"
    REVIEWS = "reviews", "Designs to review, or reviews to read"


class Notice(models.Model):
    """Something that happened in a class, for one person. `mailed_at` stays empty where no mail was wanted or sent."""

    member = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="notices")
    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=9, choices=NoticeKind)
    at = models.DateTimeField()
    is_on_page = models.BooleanField(default=True)
    is_for_mail = models.BooleanField(default=True)
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["member", "assignment"], condition=models.Q(kind="due"), name="told_once_that_it_is_due"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.assignment}"


class NoticeSwitch(models.Model):
    """What one person chose for one kind; without a row both are on."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_switches")
    kind = models.CharField(max_length=9, choices=NoticeKind)
    on_page = models.BooleanField(default=True)
    by_mail = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["kind"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "kind"], name="notice_switch_once")]

    def __str__(self) -> str:
        return self.get_kind_display()
