from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from studyguide.models.pieces import Piece


class NoteBody(models.Model):
    """Notes that a reader brought and that only they see. Topics of the site's own notes have no such row."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="note_bodies")
    title = models.CharField(max_length=100)
    source_name = models.CharField(max_length=80, unique=True, help_text="What its topics call the notes they are of.")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["title", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["owner", "title"], name="note_body_once")]

    def __str__(self) -> str:
        return self.title


class NotePicture(models.Model):
    """A picture in topics or cards, identified by its content and checked at import (see notes.images)."""

    digest = models.CharField(max_length=40, primary_key=True)
    kind = models.CharField(max_length=20, help_text="The subtype of image/….")
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.digest}.{self.kind}"


class NoteImport(models.Model):
    """Files that a reader sent as notes of their own, which the task worker reads, and the result."""

    body = models.OneToOneField(NoteBody, on_delete=models.CASCADE, related_name="latest_import")
    begun_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    refusal = models.TextField(blank=True)
    report = models.JSONField(default=dict, blank=True, help_text="Counts, and remarks summed by kind.")

    def __str__(self) -> str:
        return f"import of {self.body}"

    @property
    def is_open(self) -> bool:
        return self.done_at is None


class ArchivePiece(Piece):
    """A part of the ZIP of the files."""

    note_import = models.ForeignKey(NoteImport, on_delete=models.CASCADE, related_name="pieces")

    class Meta(Piece.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["note_import", "number"], name="archive_piece_once")]

    def __str__(self) -> str:
        return f"piece {self.number} of the {self.note_import}"
