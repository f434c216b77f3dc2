"""Simulates a design in a file, without a database: `python manage.py simulate design.json --shape spike --lasts 5min`.

The exit status is 2 when the file holds no design, or when the design cannot be simulated.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from designs.analysis import values
from designs.analysis.itineraries import NotSimulatedError
from designs.analysis.outcomes import Percentiles, Simulation
from designs.analysis.plans import DEFAULT_VISITS, SEED, Loss, Partition
from designs.analysis.simulation import simulate
from designs.forms.simulations import SHAPES, USUAL_EVENT, USUAL_TIMES
from designs.management.commands.analyse import analysis_of
from designs.pages.simulations import LATE
from designs.services.simulations import facts_of


class Command(BaseCommand):
    help = "Follows the requests of a design document in a file through a spike, a day or an outage."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a design as JSON, as the site exports it")
        parser.add_argument("--shape", choices=[name for name, _ in SHAPES], default="constant")
        parser.add_argument("--lasts", default="", help="how long, such as 10min or 1day")
        parser.add_argument("--event", default=USUAL_EVENT, help="how long a spike or a loss lasts (30 s)")
        parser.add_argument("--lose", default="", help="the id of a component that loses servers during the run")
        parser.add_argument("--cut", nargs=2, metavar="ZONE", default=[], help="two zones that cannot reach each other")
        parser.add_argument("--servers", type=int, default=1, help="how many of its servers (1)")
        parser.add_argument("--seed", type=int, default=SEED)
        parser.add_argument(
            "--visits", type=int, default=DEFAULT_VISITS, help="the largest number of visits to simulate"
        )
        parser.add_argument("--json", action="store_true", help="print all that was measured as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        model = analysis_of(options["file"]).model
        losses = [Loss(options["lose"], options["servers"])] if options["lose"] else []
        if losses and options["lose"] not in model.graph.components:
            known = ", ".join(model.graph.components)
            raise CommandError(f"There is no component {options['lose']!r}; expected one of {known}.", returncode=2)
        for zone in options["cut"]:
            if zone not in model.graph.zones:
                known = ", ".join(model.graph.zones) or "none: the design has no zones"
                raise CommandError(f"There is no zone {zone!r}; expected one of {known}.", returncode=2)
        partitions = [Partition(tuple(options["cut"]))] if options["cut"] else []
        try:
            found = simulate(
                model,
                shape=options["shape"],
                seed=options["seed"],
                visits=options["visits"],
                duration_s=_seconds(options["lasts"] or USUAL_TIMES[options["shape"]]),
                event_s=_seconds(options["event"]) if losses or partitions or options["shape"] == "spike" else None,
                losses=losses,
                partitions=partitions,
            )
        except NotSimulatedError as error:
            raise CommandError(f"It cannot be simulated: {error}", returncode=2) from None
        facts = facts_of(found, model)
        if options["json"]:
            self.stdout.write(json.dumps(facts, indent=1, ensure_ascii=False, allow_nan=False))
            return
        for line in _lines(found, facts):
            self.stdout.write(line)


def _seconds(text: str) -> float:
    found = values.seconds(text)
    if found is None or found <= 0:
        raise CommandError(f"{text!r} is no time; expected one such as 5min or 1day.", returncode=2)
    return found


def _lines(found: Simulation, facts: dict[str, Any]) -> list[str]:
    operations, components = facts["operation_names"], facts["component_names"]
    connections = facts["connection_names"]
    lines = [f"{found.requests:,} requests in {values.said_seconds(found.duration_s)}."]
    if found.weight > 1:
        how = "every component keeps that share of its servers" if found.is_scaled else "the backlog is a fluid"
        lines.append(f"Each request that was followed stands for {found.weight:,.0f}; {how}.")
    lines += [f"Left out: {words}." for words in found.left_out]
    lines += [f"{operations[key]}: {_said(took)}" for key, took in found.operations.items()]
    lines += [f"{operations[key]}: {count:,} failed" for key, count in found.failed.items()]
    counted = {what: getattr(found, what) for what in LATE}
    for key in dict.fromkeys(key for counts in counted.values() for key in counts):
        said = (f"{counts[key]:,} {LATE[what]}" for what, counts in counted.items() if key in counts)
        lines.append(f"{connections[key]}: {', '.join(said)}")
    for number, stage in enumerate(found.stages, start=1):
        took = _said(stage.took) if stage.took else "none answered"
        rate = values.said_rate(stage.rate)
        lines.append(f"stage {number}: {rate}, {took}, {stage.inside:,} inside at its end, {stage.failed:,} failed")
    for station in found.stations:
        used = "as many as come" if station.utilisation is None else f"{station.utilisation:.0%}"
        wait = values.said_seconds(station.mean_wait_s)
        lines.append(f"{components[station.component]}: {used} used, mean wait {wait}")
    return lines


def _said(took: Percentiles) -> str:
    return ", ".join(f"{name} {values.said_seconds(getattr(took, name))}" for name in ("p50", "p95", "p99"))
