"""The content that comes with the site, brought up to date in one step."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.db import transaction

from calculators.engine.figures import load_figures
from studyguide.models.topics import SHIPPED_NOTES
from studyguide.notes.figures import said_by_name
from studyguide.services.files import note_files
from studyguide.services.notes import NoteSource, Report, import_notes
from studyguide.services.paths import load_paths


@transaction.atomic
def load_shipped(fixtures: Path, *, now: datetime) -> Report:
    """Topics and learning paths of the folder; what is gone from it goes from the site too."""
    report = import_notes(
        note_files([fixtures / "topics"]).notes,
        source=NoteSource(name=SHIPPED_NOTES, dialect="markdown", is_strict=True),
        now=now,
        prune=True,
        figures=said_by_name(load_figures(fixtures / "figures.yaml")),
    )
    load_paths([(path.name, path.read_bytes()) for path in sorted((fixtures / "paths").glob("*.yaml"))])
    return report
