"""The command of designs, which here may also give what it loads to a class: Django takes that of the first app."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import CommandError
from django.utils import timezone

from classrooms.models import Assignment, Classroom
from classrooms.services.assignments import create_assignment
from classrooms.services.classes import tidy_code
from designs.management.commands import load_scenarios
from designs.models import Scenario


class Command(load_scenarios.Command):
    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--class", dest="join_code", metavar="CODE", help="give the scenarios to this class")
        parser.add_argument(
            "--due", help="with --class: when they are due, as 2026-12-01T18:00 in the class's time zone"
        )

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


def _moment(text: str, classroom: Classroom) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(classroom.time_zone))
    except ValueError:
        raise CommandError(f"--class needs --due, such as 2026-12-01T18:00; this was {text!r}.") from None
