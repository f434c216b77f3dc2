from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from classrooms.models import Assignment, Classroom
from classrooms.services.assignments import create_assignment
from classrooms.services.classes import tidy_code
from designs.models import Scenario
from designs.scenarios.problems import InvalidScenarioError
from designs.services.scenarios import Report, load_scenarios, scenario_files


class Command(BaseCommand):
    help = "Loads scenarios from YAML files: all or nothing, and only what has changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="YAML files or folders of them")
        parser.add_argument("--pack", help="name of this body of scenarios; by default the first path's")
        parser.add_argument("--owner", metavar="USERNAME", help="load them privately, as that person's own")
        parser.add_argument("--prune", action="store_true", help="remove scenarios of this pack that are gone")
        parser.add_argument(
            "--strict", action="store_true", help="refuse scenarios whose reference breaks its own targets"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and change nothing")
        parser.add_argument("--class", dest="join_code", metavar="CODE", help="give the scenarios to this class")
        parser.add_argument(
            "--due", help="with --class: when they are due, as 2026-12-01T18:00 in the class's time zone"
        )

    def handle(self, *_args: Any, paths: list[Path], **options: Any) -> None:
        pack = options["pack"] or paths[0].resolve().stem
        try:
            report = load_scenarios(
                scenario_files(paths),
                pack=pack,
                now=timezone.now(),
                prune=options["prune"],
                dry_run=options["dry_run"],
                owner=_owner(options["owner"]),
                strict=options["strict"],
                then=lambda scenarios: self.attach(scenarios, options),
            )
        except InvalidScenarioError as error:
            count = len(error.problems) + error.more
            raise CommandError(f"{error}\nNothing was loaded: {count} error{'s' * (count != 1)}.") from error
        self._print(report, pack, dry_run=options["dry_run"])

    def attach(self, scenarios: list[Scenario], options: dict[str, Any]) -> None:
        """An assignment for each scenario that the class does not have yet; it opens at once."""
        if not options["join_code"]:
            return
        classroom = Classroom.objects.filter(join_code=tidy_code(options["join_code"]), archived_at=None).first()
        if classroom is None:
            raise CommandError(f"There is no class with the code {options['join_code']!r}.")
        now = timezone.now()
        due_at = _moment(options["due"] or "", classroom)
        if due_at <= now:
            raise CommandError(f"--due lies in the past: {options['due']!r}.")
        given = set(Assignment.objects.filter(classroom=classroom).values_list("scenario_id", flat=True))
        fresh = [scenario for scenario in scenarios if scenario.pk not in given]
        for scenario in fresh:
            values = {"title": scenario.title, "opens_at": now, "due_at": due_at}
            create_assignment(classroom, values=values, scenario=scenario, topics=[], at=now)
        self.stdout.write(f"{'given':>10} {len(fresh):>5} to {classroom.name}, due {due_at:%Y-%m-%d %H:%M %Z}")

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


def _owner(username: str | None) -> User | None:
    if not username:
        return None
    owner = User.objects.filter(username__iexact=username, is_guest=False).first()
    if owner is None:
        raise CommandError(f"Nobody here is called {username!r}.")
    return owner


def _moment(text: str, classroom: Classroom) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(classroom.time_zone))
    except ValueError:
        raise CommandError(f"--class needs --due, such as 2026-12-01T18:00; this was {text!r}.") from None
