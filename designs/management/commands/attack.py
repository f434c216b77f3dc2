"""The fewest losses and the least traffic that break a design in a file: `manage.py attack design.json [--json]`.

It needs no database. The exit status is 2 when the file holds no design, or a figure that cannot be read.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from calculators.engine.shipped import all_figures
from designs.analysis.attack import told
from designs.management.commands.analyse import analysis_of


class Command(BaseCommand):
    help = "Finds the smallest set of losses, and the least traffic, that break a requirement of a design in a file."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", type=Path, help="a design as JSON, or a file that `convert` reads; - for standard input"
        )
        parser.add_argument("--json", action="store_true", help="print what was found as JSON")
        parser.add_argument(
            "--should", action="store_true", help="also attack requirements of priority `should`, not only musts"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        analysis = analysis_of(options["file"])
        found = told.attack(
            analysis.document.model_dump(exclude_defaults=True),
            all_figures(),
            priorities=("must", "should") if options["should"] else ("must",),
            analysis=analysis,
        )
        if options["json"]:
            whole = told.published(found, analysis.model)
            self.stdout.write(json.dumps(whole, indent=1, ensure_ascii=False, allow_nan=False))
            return
        for line in told.lines(found, analysis.model):
            self.stdout.write(line)
