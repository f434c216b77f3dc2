from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from calculators.engine.shipped import all_figures
from studyguide.notes.errors import NoteError
from studyguide.notes.figures import Said, said_by_name
from studyguide.notes.slugs import slugify
from studyguide.services.files import note_files
from studyguide.services.notes import Report, import_notes

FIGURE_LINK = b"figure:"


class Command(BaseCommand):
    requires_system_checks = ()  # reading the URLs of every app would take longer than most imports
    help = "Imports Markdown notes as linked topics: all or nothing, and only what has changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="Markdown files or folders of them")
        parser.add_argument("--source", help="name of this body of notes; by default the first path's")
        parser.add_argument("--prune", action="store_true", help="remove topics of these notes that are gone")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and change nothing")

    def handle(self, *args: Any, paths: list[Path], **options: Any) -> None:
        source = options["source"] or slugify(paths[0].resolve().stem)
        try:
            files = note_files(paths)
            report = import_notes(
                files,
                source_name=source,
                now=timezone.now(),
                prune=options["prune"],
                dry_run=options["dry_run"],
                figures=_figures() if any(FIGURE_LINK in content for _, content in files) else {},
            )
        except NoteError as error:
            raise CommandError(str(error)) from error
        self._print(report, source, dry_run=options["dry_run"], verbosity=options["verbosity"])

    def _print(self, report: Report, source: str, *, dry_run: bool, verbosity: int) -> None:
        for name in ("created", "updated", "unchanged", "removed", "missing"):
            slugs = getattr(report, name)
            if name == "missing" and not slugs:
                continue
            listed = (
                f": {', '.join(slugs)}" if slugs and (verbosity > 1 or name not in ("created", "unchanged")) else ""
            )
            self.stdout.write(f"{name:>10} {len(slugs):>5}{listed}")
        self.stdout.write(f"{'links':>10} {report.link_count:>5}")
        self.stdout.write(f"{'cards':>10} {report.card_count:>5}")
        if report.proposal_count:
            self.stdout.write(f"{'proposals':>10} {report.proposal_count:>5}: each topic's page leads to its own")
        for warning in report.warnings:
            self.stdout.write(self.style.WARNING(f"warning: {warning}"))
        if report.missing:
            self.stdout.write("Topics that are missing from the files were kept; --prune removes them.")
        said = "Nothing was changed (dry run)" if dry_run else "Done"
        self.stdout.write(f"{said}: notes {source!r}.")


def _figures() -> dict[str, Said]:
    """Read only for notes that ask for one: it takes as long as importing ten topics."""
    return said_by_name(all_figures())
