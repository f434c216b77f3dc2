"""Converts a file from any format that can be read into any that can be written, without a database: `python manage.py
convert IN --to FORMAT [--from FORMAT] [-o OUT]`.

Exit status: 1 when the file cannot be read in its format, or holds figures that cannot be read (which are written
unchanged), and 2 when the command itself is wrong.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from designs.document.figures import unreadable
from designs.exchange.problems import MAX_BYTES, ImportFailedError
from designs.exchange.registry import BY_SLUG, EXPORTABLE, IMPORTABLE, decoded, read
from designs.pages.exporting import exported

STANDARD = "-"


class Command(BaseCommand):
    help = (
        "Turns a design, drawing, API description or data model into another format. "
        "The format of the input is guessed from its content."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="IN", help="the file to read, or - for standard input")
        parser.add_argument(
            "--to",
            required=True,
            choices=[each.slug for each in EXPORTABLE],
            metavar="FORMAT",
            help=f"one of {', '.join(each.slug for each in EXPORTABLE)}",
        )
        parser.add_argument(
            "--from",
            dest="source",
            default="",
            choices=["", *(each.slug for each in IMPORTABLE)],
            metavar="FORMAT",
            help="the format of the input, when it is not recognised",
        )
        parser.add_argument("-o", "--output", default=STANDARD, metavar="OUT", help="the file to write")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["file"]
        try:
            imported = read(decoded(_content(name)), options["source"])
        except ImportFailedError as error:
            raise CommandError(f"{name}: {error}", returncode=1) from None
        for warning in imported.warnings:
            self.stderr.write(f"{name}: warning: {warning}")
        written = exported(imported.document, BY_SLUG[options["to"]])
        self._write(written, options["output"])
        if errors := unreadable(imported.document):
            lines = [f"{problem.path}: {problem.message}" for problem in errors]
            raise CommandError("\n".join([f"{name} holds figures that cannot be read:", *lines]), returncode=1)

    def _write(self, written: str, output: str) -> None:
        if output == STANDARD:
            self.stdout.write(written, ending="")
            return
        try:
            Path(output).write_text(written, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{output} cannot be written: {error.strerror}.", returncode=2) from None


def _content(name: str) -> bytes:
    """The content, read up to one byte over the largest size of any format."""
    try:
        if name == STANDARD:
            return sys.stdin.buffer.read(MAX_BYTES + 1)
        with Path(name).open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise CommandError(f"{name} cannot be read: {error.strerror}.", returncode=2) from None
