"""Writes a first version of a topic, a calculator, a lab or a scenario, with every entry that the suite asks for."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.scaffolding import first_versions
from config.scaffolding.first_versions import ScaffoldError


class Command(BaseCommand):
    help = "Writes a first version of a topic, calculator, lab or scenario to fill. CONTRIBUTING.md names its tests."

    def add_arguments(self, parser: ArgumentParser) -> None:
        kinds = parser.add_subparsers(dest="kind", required=True)
        topic = kinds.add_parser("topic", help="a page of notes")
        topic.add_argument("name", help="its address, such as bulk-loading")
        topic.add_argument("--category", required=True, help="the folder in fixtures/topics, such as databases")
        for kind in ("calculator", "lab"):
            made = kinds.add_parser(kind, help=f"a {kind}")
            made.add_argument("name", help="its address, such as write-amplification")
            made.add_argument("--topic", required=True, help="the topic that it stands in, such as indexing")
        scenario = kinds.add_parser("scenario", help="something to design")
        scenario.add_argument("name", help="its address, such as ticket-sale")
        scenario.add_argument("--like", default="pastebin", help="the shipped scenario to start from (pastebin)")

    def handle(self, *args: Any, **options: Any) -> None:
        root, name = settings.BASE_DIR, options["name"]
        try:
            match options["kind"]:
                case "topic":
                    files = first_versions.topic(root, name, category=options["category"], today=timezone.localdate())
                case "calculator":
                    files = first_versions.calculator(root, name, topic=options["topic"])
                case "lab":
                    files = first_versions.lab(root, name, topic=options["topic"])
                case _:
                    files = first_versions.scenario(root, name, like=options["like"])
        except ScaffoldError as error:
            raise CommandError(str(error)) from None
        for path in files:
            self.stdout.write(f"wrote {path.relative_to(root)}")
        if options["kind"] == "scenario":
            self.stdout.write(
                f"Now rename its operations, data and rows: until then it cannot be told from {options['like']}."
            )
        self.stdout.write('"How to add" in CONTRIBUTING.md says what to fill, and which tests ask for it.')
