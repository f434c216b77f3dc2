"""Archives of notes kept in pieces of a megabyte."""

from __future__ import annotations

from typing import Any, ClassVar

import django.db.models.deletion
from django.db import migrations, models

PIECE = 1_000_000


def cut(apps: Any, _editor: Any) -> None:
    """One archive at a time, since each may have 200 MB."""
    note_import, piece = apps.get_model("studyguide", "NoteImport"), apps.get_model("studyguide", "ArchivePiece")
    for pk in list(note_import.objects.exclude(archive=None).values_list("pk", flat=True)):
        archive = bytes(note_import.objects.values_list("archive", flat=True).get(pk=pk))
        for number, at in enumerate(range(0, len(archive), PIECE)):
            piece.objects.create(note_import_id=pk, number=number, content=archive[at : at + PIECE])


def join(apps: Any, _editor: Any) -> None:
    note_import, piece = apps.get_model("studyguide", "NoteImport"), apps.get_model("studyguide", "ArchivePiece")
    for pk in piece.objects.order_by().values_list("note_import", flat=True).distinct():
        pieces = piece.objects.filter(note_import=pk).order_by("number").values_list("content", flat=True)
        note_import.objects.filter(pk=pk).update(archive=b"".join(map(bytes, pieces)))


class Migration(migrations.Migration):
    dependencies: ClassVar = [("studyguide", "0016_own_cards_are_in_the_deck")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="ArchivePiece",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("content", models.BinaryField()),
                (
                    "note_import",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pieces",
                        to="studyguide.noteimport",
                    ),
                ),
            ],
            options={"ordering": ["number"]},
        ),
        migrations.AddConstraint(
            model_name="archivepiece",
            constraint=models.UniqueConstraint(fields=("note_import", "number"), name="archive_piece_once"),
        ),
        migrations.RunPython(cut, join),
        migrations.RemoveField(model_name="noteimport", name="archive"),
    ]
