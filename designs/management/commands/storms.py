"""The two stable states of a design in a file, without a database: `python manage.py storms design.json [--json]`.

Exit status: 1 when today's peak has both states or collapses by itself, and 2 when the file holds no design.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from designs.analysis.model import Model
from designs.analysis.storms import Storm, Storms, published
from designs.management.commands.analyse import analysis_of
from designs.pages import storms as shown


class Command(BaseCommand):
    help = "Finds components that can stay collapsed after the cause has ended, and the change that prevents it."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a design as JSON, as the site exports it")
        parser.add_argument("--times", type=float, default=1.0, help="traffic, as times today's peak (1)")
        parser.add_argument("--json", action="store_true", help="print curves, states, triggers and changes as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 0 < options["times"] <= 1e6:
            raise CommandError("--times: expected a number above 0, such as 1.5.", returncode=2)
        model = analysis_of(options["file"]).model
        storms = Storms(model)
        found = [storms.at(loop, options["times"]) for loop in storms.loops]
        if options["json"]:
            facts = {"storms": [published(model, storm) for storm in found]}
            self.stdout.write(json.dumps(facts, indent=1, ensure_ascii=False, allow_nan=False))
        elif not found and not storms.found.unknown:
            self.stdout.write("Nothing in this design can keep itself down.")
        else:
            for storm in found:
                self.stdout.write("\n".join(_lines(model, storm)))
            for line in shown.unknown_lines(model, storms.found):
                self.stdout.write(line)
        bad = [model.graph.name(each.loop.component) for each in found if _is_bad(each)]
        bad += [model.graph.name(each) for each in storms.found.unknown]
        if bad:
            raise CommandError(f"May stay down at today's peak: {', '.join(bad)}.", returncode=1)


def _is_bad(storm: Storm) -> bool:
    return storm.loop.is_vulnerable or storm.loop.collapses_at <= 1.0


def _lines(model: Model, storm: Storm) -> Iterator[str]:
    loop, said = storm.loop, shown.said_times
    name, down = model.graph.name(loop.component), said(loop.recovers_at)
    yield f"{name}: collapses at {said(loop.collapses_at)} of today's peak, recovers below {down}"
    for state in storm.states:
        kind = shown.KINDS[state.kind]
        yield f"  at {said(storm.times)}: {kind}, asked {state.load:.0%}, {state.failed:.1%} not answered in time"
    for row in shown.trigger_rows(storm):
        yield f"  {row['what']}: {row['takes']}"
    for change in shown.change_rows(storm):
        yield f"  {change.title}: {change.verdict} (collapses {change.collapses}, recovers {change.recovers})"
