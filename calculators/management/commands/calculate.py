from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from calculators.engine.catalogue.registry import CATALOGUE
from calculators.engine.solve import Solution, solve
from calculators.engine.wording import readable


class Command(BaseCommand):
    help = "Prints a calculator's working, for example: calculate capacity daily_users=100M"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", choices=sorted(CATALOGUE), metavar="CALCULATOR")
        parser.add_argument("inputs", nargs="*", metavar="NAME=VALUE")

    def handle(self, *args: Any, slug: str, inputs: list[str], **options: Any) -> None:
        sheet = CATALOGUE[slug]
        given = dict(_pair(text) for text in inputs)
        solution = solve(sheet, given)
        if solution.errors:
            raise CommandError("; ".join(f"{name}: {message}" for name, message in solution.errors.items()))
        self._print(solution)

    def _print(self, solution: Solution) -> None:
        self.stdout.write(f"{solution.sheet.title}\n")
        for row in solution.sheet.inputs:
            self.stdout.write(f"  {row.label} = {readable(solution.inputs[row.name])}")
        for step in solution.steps:
            self.stdout.write(f"\n{step.label} = {step.words}\n    = {step.figures}\n    = {step.exact} ({step.said})")
            if step.rounded:
                self.stdout.write(f"    mental estimate {step.rounded.text}, {step.rounded.error_text}")
        for remark in solution.remarks:
            self.stdout.write(f"\n! {remark.text}")


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise CommandError(f"expected NAME=VALUE, found {text!r}")
    return name.strip(), value.strip()
