from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from calculators.engine.shipped import all_figures
from designs.analysis.report import analyse
from designs.document.schema import Document
from designs.interviews.drafts import (
    data_everywhere,
    of_another_scenario,
    shuffled_arrows,
    some_half,
    words_of_the_task,
)
from designs.interviews.marking import Case, marked, suggested_points
from designs.interviews.qualities import QUALITIES, drafts_of
from designs.interviews.subject import shared_names, terms_of
from designs.scenarios.reading import read_scenario
from designs.scenarios.reference import expected_results, given_document, reference_of
from designs.scenarios.schema import Scenario

OTHERS = 3  # the next in the list and those with the most similar names, whose references are handed in for this one


class Command(BaseCommand):
    help = "The suggested points out of 100 for drafts of known quality, scenario by scenario."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slugs", nargs="*", metavar="SLUG", help="scenarios; all that come with the site if none")
        parser.add_argument("--seeds", type=int, default=5, help="how often each kind of nonsense is made")
        parser.add_argument("--json", action="store_true", help="by scenario, marks of each quality, as JSON")

    def handle(self, *_args: Any, slugs: list[str], seeds: int, **options: Any) -> None:
        paths = sorted((Path(settings.BASE_DIR) / "fixtures" / "scenarios").glob("*.yaml"))
        scenarios = [read_scenario(path.read_bytes(), file=path.name).scenario for path in paths]
        found = {}
        for scenario in scenarios:
            if not slugs or scenario.slug in slugs:
                found[scenario.slug] = marks_of(scenario, others=others_of(scenario, scenarios), seeds=max(1, seeds))
        if options["json"]:
            self.stdout.write(json.dumps(found, indent=1))
            return
        self.stdout.write(
            f"| scenario | {' | '.join(QUALITIES)} | half at random, middle and most | another's, most "
            "| task's words, most | arrows shuffled, results wrong, most "
            "| data everywhere, arrows at random, middle and most |"
        )
        self.stdout.write(f"| --- | {' | '.join('---:' for _ in QUALITIES)} | ---: | ---: | ---: | ---: | ---: |")
        for slug, marks in found.items():
            halves, everywhere = marks["halves"], marks["everywhere"]
            row = " | ".join(str(marks[quality]) for quality in QUALITIES)
            self.stdout.write(
                f"| {slug} | {row} | {halves[len(halves) // 2]}, {halves[-1]} | {max(marks['others'], default=0)} "
                f"| {marks['task_words']} | {marks['shuffled']} "
                f"| {everywhere[len(everywhere) // 2]}, {everywhere[-1]} |"
            )


def others_of(scenario: Scenario, scenarios: Sequence[Scenario]) -> list[Scenario]:
    """The next scenarios in the list, and those whose references have the most names in common with this one."""
    at, terms = scenarios.index(scenario), terms_of(scenario)
    rest = [*scenarios[at + 1 :], *scenarios[:at]]
    alike = sorted(rest, key=lambda each: -shared_names(Document.model_validate(reference_of(each)), terms))
    chosen = {each.slug: each for each in (*rest[:OTHERS], *alike[:OTHERS])}
    return list(chosen.values())


def marks_of(scenario: Scenario, *, others: Sequence[Scenario] = (), seeds: int) -> dict[str, Any]:
    """Points by quality. `nonsense` is the maximum over all nonsense, with its kinds under `kinds`. `halves` are the
    points of the reference without a random half of its boxes, in ascending order. `others` are the points here of the
    references of other scenarios, whose operations claim to serve this one. `task_words` is the maximum of a working
    path with random words of the task as names and reasons. `shuffled` is the maximum of the reference with random
    arrows and results that are far off. `everywhere` are the points of the reference with all data in every store and
    random arrows, in ascending order."""
    given = given_document(scenario)
    expected = expected_results(scenario)

    def points(document: dict[str, Any]) -> int:
        analysis = analyse(Document.model_validate(document), all_figures())
        return suggested_points(marked(Case(scenario, analysis, expected, given=given)))

    marks: dict[str, Any] = {}
    kinds: dict[str, int] = {}
    for quality, kind, document in drafts_of(scenario, seeds=seeds):
        reached = points(document)
        marks[quality] = max(marks.get(quality, 0), reached)
        if quality == "nonsense":
            kinds[kind] = max(kinds.get(kind, 0), reached)
    halves = sorted(points(half) for half in some_halves(scenario, seeds * 2))
    foreign = sorted(points(of_another_scenario(scenario, other, Random(other.slug))) for other in others)  # noqa: S311
    salads = [words_of_the_task(scenario, Random(f"{scenario.slug}/{seed}")) for seed in range(seeds)]  # noqa: S311
    task_words = max(map(points, salads))
    mixed = [shuffled_arrows(scenario, Random(f"{scenario.slug}/{seed}")) for seed in range(seeds * 2)]  # noqa: S311
    most = {"task_words": task_words, "shuffled": max(map(points, mixed))}
    loose = [data_everywhere(scenario, Random(f"{scenario.slug}/{seed}")) for seed in range(seeds * 5)]  # noqa: S311
    everywhere = sorted(map(points, loose))
    return {**marks, "kinds": kinds, "halves": halves, "others": foreign, **most, "everywhere": everywhere}


def some_halves(scenario: Scenario, count: int) -> list[dict[str, Any]]:
    """The reference without half of its boxes, as many times as asked for."""
    return [some_half(scenario, Random(f"{scenario.slug}/{seed}")) for seed in range(count)]  # noqa: S311
