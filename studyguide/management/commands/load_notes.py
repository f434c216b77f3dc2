from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from calculators.engine.shipped import all_figures
from studyguide.models import NoteBody
from studyguide.models.topics import SHIPPED_NOTES
from studyguide.notes.errors import NoteError
from studyguide.notes.figures import Said, said_by_name
from studyguide.notes.notices import NoteWarning, summed
from studyguide.notes.slugs import slugify
from studyguide.services.files import note_files
from studyguide.services.notes import NoteSource, Report, import_notes

FIGURE_LINK = b"figure:"


class Command(BaseCommand):
    requires_system_checks = ()  # reading the URLs of every app would take longer than most imports
    help = (
        "Imports Markdown notes as linked topics; only what has changed is written. What cannot be read is left out "
        "and reported; --strict refuses instead."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="Markdown files or folders of them")
        parser.add_argument("--source", help="name of this body of notes; by default the first path's")
        parser.add_argument("--prune", action="store_true", help="remove topics of these notes that are gone")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and change nothing")
        parser.add_argument("--strict", action="store_true", help="refuse notes of which something would be left out")
        parser.add_argument(
            "--dialect",
            choices=["commonmark", "markdown"],
            help="markdown is for notes written for Python-Markdown, by default those beside an mkdocs.yml",
        )

    def handle(self, *args: Any, paths: list[Path], **options: Any) -> None:
        name = options["source"] or slugify(paths[0].resolve().stem)
        if name == SHIPPED_NOTES or NoteBody.objects.filter(source_name=name).exists():
            raise CommandError(f"The notes {name!r} are not loaded by this command; name others with --source.")
        try:
            files = note_files(paths)
            report = import_notes(
                files.notes,
                source=NoteSource(name=name, dialect=options["dialect"] or files.dialect, is_strict=options["strict"]),
                now=timezone.now(),
                prune=options["prune"],
                dry_run=options["dry_run"],
                figures=_figures() if any(FIGURE_LINK in content for _, content in files.notes) else {},
                pictures=files.read_pictures(),
            )
        except NoteError as error:
            raise CommandError(str(error)) from error
        self._print(report, name, dry_run=options["dry_run"], verbosity=options["verbosity"])
        self._print_remarks([*files.warnings, *report.warnings], verbosity=options["verbosity"])
        if report.missing:
            self.stdout.write("Topics that are missing from the files were kept; --prune removes them.")
        said = "Nothing was changed (dry run)" if options["dry_run"] else "Done"
        self.stdout.write(f"{said}: notes {name!r}.")

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
        if report.picture_count:
            self.stdout.write(f"{'pictures':>10} {report.picture_count:>5}")
        if report.proposal_count:
            self.stdout.write(f"{'proposals':>10} {report.proposal_count:>5}: each topic's page leads to its own")

    def _print_remarks(self, warnings: list[NoteWarning], *, verbosity: int) -> None:
        """Sums by kind with the first places; all places with --verbosity 2."""
        for each in summed(warnings):
            self.stdout.write(self.style.WARNING(f"{each.weight}: {each.count:,} {each.words}"))
            shown = [warning for warning in warnings if warning.kind == each.kind] if verbosity > 1 else each.places
            for warning in shown:
                self.stdout.write(f"    {warning}")
            if len(shown) < each.place_count:
                self.stdout.write(f"    … and {each.place_count - len(shown):,} more (--verbosity 2 shows all)")


def _figures() -> dict[str, Said]:
    """Read only for notes that ask for one: it takes as long as importing ten topics."""
    return said_by_name(all_figures())
