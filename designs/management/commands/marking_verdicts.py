from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from calculators.engine.shipped import all_figures
from designs.analysis.report import analyse
from designs.document.schema import Document
from designs.interviews.marking import Case, marked, suggested_points
from designs.interviews.qualities import QUALITIES, drafts_of
from designs.interviews.verdict import difference, results
from designs.scenarios.reading import read_scenario
from designs.scenarios.reference import expected_results, given_document, reference_of
from designs.scenarios.schema import Scenario

FOLDER = Path(settings.BASE_DIR) / "fixtures" / "scenarios"
SHOWN = ("twitter", "chat", "payments", "url-shortener", "video")


class Command(BaseCommand):
    help = "Marks drafts of known quality, and prints each line of the rubric with its evidence."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slugs", nargs="*", metavar="SLUG", help=f"scenarios; {', '.join(SHOWN)} if none")
        parser.add_argument("--quality", choices=QUALITIES, action="append", help="only drafts of this quality")

    def handle(self, *_args: Any, slugs: list[str], quality: list[str] | None, **_options: Any) -> None:
        for slug in slugs or SHOWN:
            path = FOLDER / f"{slug}.yaml"
            if not path.is_file():
                raise CommandError(f"There is no scenario {slug!r}.")
            scenario = read_scenario(path.read_bytes(), file=path.name).scenario
            for line in verdicts_of(scenario, quality or QUALITIES):
                self.stdout.write(line)


def verdicts_of(scenario: Scenario, qualities: Any = QUALITIES) -> Iterator[str]:
    """Lines of Markdown: one draft of each quality, with each line of the rubric, result and missing part."""
    expected = expected_results(scenario)
    reference = analyse(Document.model_validate(reference_of(scenario)), all_figures())
    done: set[str] = set()
    for quality, kind, document in drafts_of(scenario, seeds=1):
        if quality in done or quality not in qualities:
            continue
        done.add(quality)
        analysis = analyse(Document.model_validate(document), all_figures())
        case = Case(scenario, analysis, expected, given=given_document(scenario))
        lines = marked(case)
        yield f"\n## {scenario.title}: {quality} ({kind}), {suggested_points(lines)} of 100"
        for each in lines:
            share = "for people to judge" if each.share is None else f"{each.share:.0%} of what can be checked"
            yield f"- {each.dimension.title}: {share}"
            for evidence in each.evidence:
                yield f"    - {evidence.verdict}: {evidence.asks}. {evidence.words} {evidence.missing}".rstrip()
            if each.is_held:
                yield f"    - {each.held}"
        for result in results(case, reference.model.estimate):
            yield f"- {result.label}: expected {result.said}, {result.words}"
        for missing in difference(analysis.document.diagram, reference.document.diagram).missing:
            yield f"- no counterpart: {missing.words}"
