from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from designs.models import Scenario
from designs.scenarios.problems import InvalidScenarioError
from designs.services.scenarios import Report, load_scenarios, scenario_files


class Command(BaseCommand):
    """An app above may extend this command (of two with one name Django takes that of the app listed first): add its
    options in `add_arguments`, and override `attach`, which runs before the transaction ends."""

    help = "Loads scenarios from YAML files: all or nothing, and only what has changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="YAML files or folders of them")
        parser.add_argument("--pack", help="name of this body of scenarios; by default the first path's")
        parser.add_argument("--prune", action="store_true", help="remove scenarios of this pack that are gone")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and change nothing")

    def attach(self, scenarios: list[Scenario], options: dict[str, Any]) -> None:
        """Nothing here; CommandError refuses the whole load."""

    def handle(self, *args: Any, paths: list[Path], **options: Any) -> None:
        pack = options["pack"] or paths[0].resolve().stem
        try:
            report = load_scenarios(
                scenario_files(paths),
                pack=pack,
                now=timezone.now(),
                prune=options["prune"],
                dry_run=options["dry_run"],
                then=lambda scenarios: self.attach(scenarios, options),
            )
        except InvalidScenarioError as error:
            count = len(error.problems) + error.more
            raise CommandError(f"{error}\nNothing was loaded: {count} error{'s' * (count != 1)}.") from error
        self._print(report, pack, dry_run=options["dry_run"])

    def _print(self, report: Report, pack: str, *, dry_run: bool) -> None:
        for name in ("created", "updated", "unchanged", "removed", "missing"):
            slugs = getattr(report, name)
            if slugs or name != "missing":
                listed = f": {', '.join(slugs)}" if slugs and name != "unchanged" else ""
                self.stdout.write(f"{name:>10} {len(slugs):>5}{listed}")
        for warning in report.warnings:
            self.stdout.write(self.style.WARNING(f"warning: {warning}"))
        if report.missing:
            self.stdout.write("Scenarios that are missing from the files were kept; --prune removes them.")
        said = "Nothing was changed (dry run)" if dry_run else "Done"
        self.stdout.write(f"{said}: scenarios {pack!r}.")
