from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F

from classrooms.models.classes import Classroom
from studyguide.models import NoteBody


class SharedNotesQuerySet(models.QuerySet["SharedNotes"]):
    def standing(self) -> SharedNotesQuerySet:
        """Shared notes whose owner is still in the class."""
        # One join, so that person and date of leaving come from the same membership.
        return self.filter(
            classroom__memberships__user_id=F("body__owner_id"), classroom__memberships__left_at=None
        ).distinct()

    def seen_by(self, user_id: int | None) -> SharedNotesQuerySet:
        return self.standing().filter(classroom__in=Classroom.objects.of(user_id).values("pk"))


class SharedNotes(models.Model):
    """Notes that somebody lets a class read."""

    classroom = models.ForeignKey(Classroom, on_delete=models.CASCADE, related_name="shared_notes")
    body = models.ForeignKey(NoteBody, on_delete=models.CASCADE, related_name="shares")
    shared_at = models.DateTimeField()

    objects = SharedNotesQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["body__title", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["classroom", "body"], name="notes_shared_once")]

    def __str__(self) -> str:
        return f"{self.body} in {self.classroom}"
