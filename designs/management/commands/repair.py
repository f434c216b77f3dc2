"""The cheapest changes that make a design in a file meet its musts: `manage.py repair design.json [--json]`.

It needs no database. Exit status: 0 when nothing fails or all failures can be repaired, 1 when one cannot, and 2 when
the file holds no design, or a figure that cannot be read.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from calculators.engine.shipped import all_figures
from designs.analysis.repair import search, told
from designs.analysis.repair.trials import MOST_TRIALS
from designs.management.commands.analyse import analysis_of


class Command(BaseCommand):
    help = "Finds the cheapest set of remedies with which the requirements of a design document in a file hold."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", type=Path, help="a design as JSON, or a file that `convert` reads; - for standard input"
        )
        parser.add_argument("--json", action="store_true", help="print JSON, with the merge patch of each set")
        parser.add_argument(
            "--should", action="store_true", help="also repair requirements of priority `should`, not only musts"
        )
        parser.add_argument(
            "--no-assumed",
            action="store_true",
            help="leave out remedies that depend on an assumed figure, such as a hit ratio",
        )
        parser.add_argument(
            "--plans",
            type=int,
            default=MOST_TRIALS,
            help=f"analyse so many plans at most ({MOST_TRIALS})",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["plans"] < 1:
            raise CommandError("--plans: expected at least 1.", returncode=2)
        analysis = analysis_of(options["file"])
        found = search.repair(
            analysis.document.model_dump(exclude_defaults=True),
            all_figures(),
            priorities=("must", "should") if options["should"] else ("must",),
            with_assumed=not options["no_assumed"],
            most_trials=options["plans"],
        )
        if options["json"]:
            told_json = told.published(found, analysis.model)
            self.stdout.write(json.dumps(told_json, indent=1, ensure_ascii=False, allow_nan=False))
        else:
            for line in told.lines(found, analysis.model):
                self.stdout.write(line)
        is_left = bool(found.unmendable) or bool(found.failing and found.cheapest is None)
        if is_left:
            left = [each.requirement for each in found.unmendable] or [each.requirement for each in found.failing]
            raise CommandError(f"These requirements are not mended: {', '.join(left)}.", returncode=1)
